/** The tenants of the server, with what each has; to add, change and remove them. */
import { Badge, Button } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQueries } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { TenantCounts, TenantDescription } from '../../../src/library/admin-types.ts';
import { admin, forgetTokens } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { countsOf, useRefreshAll, useServerStatus } from '../api/status.ts';
import { chooseTenant, useTenant } from '../api/tenant.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatNumber, toLabel } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Question } from '../parts/question.tsx';
import { Loading } from '../parts/states.tsx';
import { TenantForm } from '../parts/tenant-form.tsx';
import type { TenantFormProps } from '../parts/tenant-form.tsx';
import { pageTexts } from '../page-texts.ts';
import { texts } from '../texts.ts';

interface TenantRow extends TenantDescription {
  readonly counts: TenantCounts | undefined;
}

const FIGURES = ['users', 'apps', 'providers', 'contents', 'activities'] as const;

export function Tenants() {
  const tenants = useServerStatus()?.tenants;
  const { open } = useSearch({ from: '/tenants' });
  const navigate = useNavigate();
  const counts = useQueries({ queries: (tenants ?? []).map(({ id }) => countsOf(id)) });
  const rows = (tenants ?? []).map((tenant, index): TenantRow => ({ ...tenant, counts: counts[index]?.data }));
  const shown = rows.find(({ id }) => id === open);
  const isAdministrator = useSession()?.role === 'administrator';
  const refresh = useRefreshAll();
  const [form, setForm] = useState<TenantFormProps['stored'] | 'new'>();
  const [removing, setRemoving] = useState<TenantRow>();
  const close = (): void => void navigate({ to: '/tenants', search: {} });
  const isElsewhere = form !== undefined || removing !== undefined;
  return (
    <Page
      title={texts.sections.tenants}
      lead={pageTexts.tenants.lead}
      actions={
        isAdministrator && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setForm('new')}>
            {pageTexts.tenants.create}
          </Button>
        )
      }
    >
      {tenants === undefined ? (
        <Loading rows={3} />
      ) : (
        <DataTable
          label={texts.sections.tenants}
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          total={rows.length}
          openKey={open}
          onOpen={({ id }) => void navigate({ to: '/tenants', search: { open: id } })}
        />
      )}
      {shown !== undefined && !isElsewhere && (
        <Drawer
          title={shown.displayName}
          onClose={close}
          footer={
            <>
              <ShowButton id={shown.id} />
              {isAdministrator && (
                <>
                  <Button onClick={() => setForm(shown)}>{texts.actions.edit}</Button>
                  <Button icon={<DeleteRegular />} onClick={() => setRemoving(shown)}>
                    {pageTexts.tenants.remove}
                  </Button>
                </>
              )}
            </>
          }
        >
          <Facts
            facts={[
              [pageTexts.tenants.domain, shown.domainName],
              [pageTexts.tenants.id, shown.id],
              [pageTexts.tenants.plan, shown.hasServicePlan ? pageTexts.tenants.hasPlan : pageTexts.tenants.noPlan],
              [
                pageTexts.tenants.directory,
                shown.directory === null ? pageTexts.tenants.asSetting : pageTexts.tenants.directories[shown.directory],
              ],
              [
                pageTexts.tenants.openLicence,
                shown.openLicence === null ? pageTexts.tenants.asSetting : toLabel(shown.openLicence),
              ],
              ...FIGURES.map((name) => [pageTexts.tenants.figures[name], figureOf(shown, name)] as const),
            ]}
          />
        </Drawer>
      )}
      {form !== undefined && (
        <TenantForm {...(form !== 'new' && { stored: form })} onClose={() => setForm(undefined)} />
      )}
      {removing !== undefined && (
        <Question
          title={pageTexts.tenants.removeTitle(removing.displayName)}
          hint={pageTexts.tenants.removeHint(
            removing.displayName,
            figureOf(removing, 'users'),
            figureOf(removing, 'activities'),
          )}
          typed={{ label: pageTexts.tenants.removeTyped(removing.domainName), text: removing.domainName }}
          confirm={pageTexts.tenants.remove}
          onConfirm={async () => {
            await admin(`/tenants/${removing.id}`, { method: 'DELETE' });
            forgetTokens();
            close();
            await refresh();
          }}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Page>
  );
}

const columns: readonly Column<TenantRow>[] = [
  { name: 'displayName', label: pageTexts.tenants.name, show: ({ displayName }) => displayName },
  { name: 'domainName', label: pageTexts.tenants.domain, show: ({ domainName }) => domainName },
  {
    name: 'plan',
    label: pageTexts.tenants.plan,
    show: ({ hasServicePlan }) => (
      <Badge appearance="tint" color={hasServicePlan ? 'success' : 'warning'}>
        {hasServicePlan ? pageTexts.tenants.hasPlan : pageTexts.tenants.noPlan}
      </Badge>
    ),
  },
  ...FIGURES.map((name) => ({
    name,
    label: pageTexts.tenants.figures[name],
    isNumber: true,
    show: (row: TenantRow) => figureOf(row, name),
  })),
];

function figureOf({ counts }: TenantRow, name: (typeof FIGURES)[number]): string {
  return counts === undefined ? '…' : formatNumber(counts[name]);
}

function ShowButton({ id }: { readonly id: string }) {
  const isShown = useTenant()?.id === id;
  return (
    <Button disabled={isShown} onClick={() => chooseTenant(id)}>
      {isShown ? pageTexts.tenants.isShown : pageTexts.tenants.show}
    </Button>
  );
}
