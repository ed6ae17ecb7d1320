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
import { Drawer, Facts } from '../parts/details.tsx';
import { formatNumber, toLabel } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Question } from '../parts/question.tsx';
import { Loading } from '../parts/states.tsx';
import { TenantForm } from '../parts/tenant-form.tsx';
import type { TenantFormProps } from '../parts/tenant-form.tsx';
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
      lead={texts.tenants.lead}
      actions={
        isAdministrator && (
          <Button appearance="primary" icon={<AddRegular />} onClick={() => setForm('new')}>
            {texts.tenants.create}
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
                    {texts.tenants.remove}
                  </Button>
                </>
              )}
            </>
          }
        >
          <Facts
            facts={[
              [texts.tenants.domain, shown.domainName],
              [texts.tenants.id, shown.id],
              [texts.tenants.plan, shown.hasServicePlan ? texts.tenants.hasPlan : texts.tenants.noPlan],
              [
                texts.tenants.directory,
                shown.directory === null ? texts.tenants.asSetting : texts.tenants.directories[shown.directory],
              ],
              [
                texts.tenants.openLicence,
                shown.openLicence === null ? texts.tenants.asSetting : toLabel(shown.openLicence),
              ],
              ...FIGURES.map((name) => [texts.tenants.figures[name], figureOf(shown, name)] as const),
            ]}
          />
        </Drawer>
      )}
      {form !== undefined && (
        <TenantForm {...(form !== 'new' && { stored: form })} onClose={() => setForm(undefined)} />
      )}
      {removing !== undefined && (
        <Question
          title={texts.tenants.removeTitle(removing.displayName)}
          hint={texts.tenants.removeHint(
            removing.displayName,
            figureOf(removing, 'users'),
            figureOf(removing, 'activities'),
          )}
          typed={{ label: texts.tenants.removeTyped(removing.domainName), text: removing.domainName }}
          confirm={texts.tenants.remove}
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
  { name: 'displayName', label: texts.tenants.name, show: ({ displayName }) => displayName },
  { name: 'domainName', label: texts.tenants.domain, show: ({ domainName }) => domainName },
  {
    name: 'plan',
    label: texts.tenants.plan,
    show: ({ hasServicePlan }) => (
      <Badge appearance="tint" color={hasServicePlan ? 'success' : 'warning'}>
        {hasServicePlan ? texts.tenants.hasPlan : texts.tenants.noPlan}
      </Badge>
    ),
  },
  ...FIGURES.map((name) => ({
    name,
    label: texts.tenants.figures[name],
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
      {isShown ? texts.tenants.isShown : texts.tenants.show}
    </Button>
  );
}
