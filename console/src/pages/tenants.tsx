/** The tenants of the server, with what each has. */
import { Badge, Button } from '@fluentui/react-components';
import { useQueries } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { TenantCounts, TenantDescription } from '../../../src/library/admin-types.ts';
import { countsOf, useServerStatus } from '../api/status.ts';
import { chooseTenant, useTenant } from '../api/tenant.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer, Facts } from '../parts/details.tsx';
import { formatNumber } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Loading } from '../parts/states.tsx';
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
  return (
    <Page title={texts.sections.tenants} lead={texts.tenants.lead}>
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
      {shown !== undefined && (
        <Drawer
          title={shown.displayName}
          onClose={() => void navigate({ to: '/tenants', search: {} })}
          footer={<ShowButton id={shown.id} />}
        >
          <Facts
            facts={[
              [texts.tenants.domain, shown.domainName],
              [texts.tenants.id, shown.id],
              [texts.tenants.plan, shown.hasServicePlan ? texts.tenants.hasPlan : texts.tenants.noPlan],
              ...FIGURES.map((name) => [texts.tenants.figures[name], figureOf(shown, name)] as const),
            ]}
          />
        </Drawer>
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
