/** Records in files: in, out, and what came in before. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { useTenant } from '../api/tenant.ts';
import { ExportForm } from '../import/export-form.tsx';
import { History } from '../import/history.tsx';
import { importTexts } from '../import/import-texts.ts';
import { NewImport } from '../import/new-import.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const TABS = { import: NewImport, history: History, export: ExportForm } as const;
type TabName = keyof typeof TABS;

export function Imports() {
  const tenant = useTenant()?.id;
  const { tab = 'import' } = useSearch({ from: '/imports' });
  const navigate = useNavigate();
  const isAdministrator = useSession()?.role === 'administrator';
  const name = (Object.hasOwn(TABS, tab) ? tab : 'import') as TabName;
  const Shown = TABS[name];
  return (
    <Page title={texts.sections.imports} lead={importTexts.lead}>
      <PageTabs
        labels={importTexts.tabs}
        selected={name}
        onSelect={(next) => void navigate({ to: '/imports', search: { tab: next } })}
      />
      {tenant === undefined ? (
        <Loading />
      ) : isAdministrator || name === 'history' ? (
        <Shown key={tenant} tenant={tenant} />
      ) : (
        <Empty title={importTexts.closed}>{importTexts.closedHint}</Empty>
      )}
    </Page>
  );
}
