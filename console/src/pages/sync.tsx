/** Records that are kept the same elsewhere: how providers keep theirs here, and how theirs are kept in other tenants. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTenant } from '../api/tenant.ts';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Page } from '../parts/page.tsx';
import { Loading } from '../parts/states.tsx';
import { ProviderHealth } from '../sync/health.tsx';
import { syncTexts } from '../sync/sync-texts.ts';
import { Targets } from '../sync/targets.tsx';
import { texts } from '../texts.ts';

const TABS = { providers: ProviderHealth, targets: Targets } as const;
type TabName = keyof typeof TABS;

export function Sync() {
  const tenant = useTenant()?.id;
  const { tab = 'providers' } = useSearch({ from: '/sync' });
  const navigate = useNavigate();
  const name = (Object.hasOwn(TABS, tab) ? tab : 'providers') as TabName;
  const Shown = TABS[name];
  return (
    <Page title={texts.sections.sync} lead={syncTexts.leads[name]}>
      <PageTabs
        labels={syncTexts.tabs}
        selected={name}
        onSelect={(next) => void navigate({ to: '/sync', search: { tab: next } })}
      />
      {tenant === undefined ? <Loading /> : <Shown tenant={tenant} />}
    </Page>
  );
}
