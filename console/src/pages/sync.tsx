/** Records that are kept the same elsewhere: how providers keep theirs here, and how theirs are kept in other tenants. */
import { makeStyles, Tab, TabList } from '@fluentui/react-components';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTenant } from '../api/tenant.ts';
import { Page } from '../parts/page.tsx';
import { Loading } from '../parts/states.tsx';
import { ProviderHealth } from '../sync/health.tsx';
import { syncTexts } from '../sync/sync-texts.ts';
import { Targets } from '../sync/targets.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({ tabs: { flexWrap: 'wrap' } });

const TABS = { providers: ProviderHealth, targets: Targets } as const;
type TabName = keyof typeof TABS;

export function Sync() {
  const styles = useStyles();
  const tenant = useTenant()?.id;
  const { tab = 'providers' } = useSearch({ from: '/sync' });
  const navigate = useNavigate();
  const name = (Object.hasOwn(TABS, tab) ? tab : 'providers') as TabName;
  const Shown = TABS[name];
  return (
    <Page title={texts.sections.sync} lead={syncTexts.leads[name]}>
      <TabList
        className={styles.tabs}
        selectedValue={name}
        onTabSelect={(_, { value }) => void navigate({ to: '/sync', search: { tab: String(value) } })}
      >
        {(Object.keys(TABS) as TabName[]).map((known) => (
          <Tab key={known} value={known}>
            {syncTexts.tabs[known]}
          </Tab>
        ))}
      </TabList>
      {tenant === undefined ? <Loading /> : <Shown tenant={tenant} />}
    </Page>
  );
}
