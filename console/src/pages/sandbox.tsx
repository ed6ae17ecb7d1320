/** What a sandbox can do to its clients and to itself: faults, limits, snapshots, clock and ids. */
import { makeStyles, Tab, TabList } from '@fluentui/react-components';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../parts/page.tsx';
import { Clock } from '../sandbox/clock.tsx';
import { Faults } from '../sandbox/faults.tsx';
import { Limits } from '../sandbox/limits.tsx';
import { Snapshots } from '../sandbox/snapshots.tsx';
import { texts } from '../texts.ts';

const useStyles = makeStyles({ tabs: { flexWrap: 'wrap' } });

const TABS = { faults: Faults, limits: Limits, snapshots: Snapshots, clock: Clock } as const;
type TabName = keyof typeof TABS;

export function Sandbox() {
  const styles = useStyles();
  const { tab = 'faults' } = useSearch({ from: '/sandbox' });
  const navigate = useNavigate();
  const name = (Object.hasOwn(TABS, tab) ? tab : 'faults') as TabName;
  const Shown = TABS[name];
  return (
    <Page title={texts.sections.sandbox} lead={texts.sandbox.lead}>
      <TabList
        className={styles.tabs}
        selectedValue={name}
        onTabSelect={(_, { value }) => void navigate({ to: '/sandbox', search: { tab: String(value) } })}
      >
        {(Object.keys(TABS) as TabName[]).map((known) => (
          <Tab key={known} value={known}>
            {texts.sandbox.tabs[known]}
          </Tab>
        ))}
      </TabList>
      <Shown />
    </Page>
  );
}
