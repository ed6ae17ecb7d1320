/** What a sandbox can do to its clients and to itself: faults, limits, snapshots, clock and ids. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Page } from '../parts/page.tsx';
import { Clock } from '../sandbox/clock.tsx';
import { Faults } from '../sandbox/faults.tsx';
import { Inboxes } from '../sandbox/inboxes.tsx';
import { Limits } from '../sandbox/limits.tsx';
import { Snapshots } from '../sandbox/snapshots.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

const TABS = { faults: Faults, limits: Limits, inboxes: Inboxes, snapshots: Snapshots, clock: Clock } as const;
type TabName = keyof typeof TABS;

export function Sandbox() {
  const { tab = 'faults' } = useSearch({ from: '/sandbox' });
  const navigate = useNavigate();
  const name = (Object.hasOwn(TABS, tab) ? tab : 'faults') as TabName;
  const Shown = TABS[name];
  return (
    <Page title={texts.sections.sandbox} lead={pageTexts.sandbox.lead}>
      <PageTabs
        labels={pageTexts.sandbox.tabs}
        selected={name}
        onSelect={(next) => void navigate({ to: '/sandbox', search: { tab: next } })}
      />
      <Shown />
    </Page>
  );
}
