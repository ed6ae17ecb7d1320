/** How well each provider keeps its record here: for those who have to find out what did not arrive. */
import { Badge, Subtitle2, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { SyncHealth } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { useTenant } from '../api/tenant.ts';
import { Line } from '../parts/charts.tsx';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer, Facts } from '../parts/details.tsx';
import { formatInstant, formatNumber, toLabel } from '../parts/format.ts';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';

const REFRESH_MS = 10_000;

const columns: readonly Column<SyncHealth>[] = [
  {
    name: 'displayName',
    label: toLabel('learningProviderId'),
    show: ({ displayName, isEnabled }) => (isEnabled ? displayName : `${displayName} (${texts.sync.disabled})`),
  },
  { name: 'lastWriteAt', label: texts.sync.lastWrite, show: showLastWrite },
  { name: 'accepted', label: texts.sync.accepted, show: ({ accepted }) => formatNumber(accepted) },
  { name: 'refused', label: texts.sync.refused, show: ({ refused }) => <Count count={refused} color="danger" /> },
  {
    name: 'unmapped',
    label: texts.sync.unmapped,
    show: ({ unmappedLearners }) => <Count count={unmappedLearners.count} color="warning" />,
  },
  {
    name: 'idle',
    label: texts.sync.idle,
    show: ({ contentsWithoutActivity }) => formatNumber(contentsWithoutActivity.count),
  },
  {
    name: 'overdue',
    label: texts.sync.overdue,
    show: ({ overdueActivities }) => <Count count={overdueActivities} color="warning" />,
  },
];

function showLastWrite({ lastWriteAt }: SyncHealth): string {
  return lastWriteAt === null ? texts.sync.never : formatInstant(lastWriteAt);
}

function Count({ count, color }: { readonly count: number; readonly color: 'danger' | 'warning' }) {
  if (count === 0) return '0';
  return (
    <Badge appearance="tint" color={color}>
      {formatNumber(count)}
    </Badge>
  );
}

export function Sync() {
  const tenant = useTenant()?.id;
  const { open } = useSearch({ from: '/sync' });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({
    queryKey: ['graph', tenant, 'sync'],
    queryFn: async () => (await admin<{ readonly value: readonly SyncHealth[] }>(`/sync?tenant=${tenant}`)).value,
    enabled: tenant !== undefined,
    refetchInterval: REFRESH_MS,
  });
  const shown = data?.find(({ id }) => id === open);
  return (
    <Page title={texts.sections.sync} lead={texts.sync.lead}>
      {error !== null && <Failure problem={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading />
      ) : data.length === 0 ? (
        <Empty title={texts.providers.empty.title}>{texts.providers.empty.hint}</Empty>
      ) : (
        <DataTable
          label={texts.sections.sync}
          columns={columns}
          rows={data}
          keyOf={({ id }) => id}
          openKey={open}
          onOpen={({ id }) => void navigate({ to: '/sync', search: { open: id } })}
        />
      )}
      {shown !== undefined && (
        <Drawer title={shown.displayName} onClose={() => void navigate({ to: '/sync', search: {} })}>
          <Health health={shown} />
        </Drawer>
      )}
    </Page>
  );
}

function Health({ health }: { readonly health: SyncHealth }) {
  const { byHour, refusals, unmappedLearners, contentsWithoutActivity } = health;
  const isWell = refusals.length === 0 && unmappedLearners.count === 0;
  return (
    <>
      <Line
        label={texts.sync.byHour}
        points={byHour.map(({ hour, accepted }) => ({ name: formatInstant(hour), value: accepted }))}
      />
      {isWell && <Text>{texts.sync.none}</Text>}
      {refusals.length > 0 && (
        <>
          <Subtitle2 as="h3">{texts.sync.refusals}</Subtitle2>
          <Facts
            facts={refusals.map(({ error, count, lastAt }) => [
              error,
              texts.sync.refusalsOf(formatNumber(count), formatInstant(lastAt)),
            ])}
          />
        </>
      )}
      {unmappedLearners.count > 0 && (
        <>
          <Subtitle2 as="h3">{texts.sync.unmapped}</Subtitle2>
          <Text>{texts.sync.unmappedHint}</Text>
          <Facts
            facts={unmappedLearners.value.map(({ id, requests, lastAt }) => [
              id,
              texts.sync.unmappedOf(formatNumber(requests), formatInstant(lastAt)),
            ])}
          />
        </>
      )}
      {contentsWithoutActivity.count > 0 && (
        <>
          <Subtitle2 as="h3">{texts.sync.idle}</Subtitle2>
          <Facts facts={contentsWithoutActivity.value.map(({ title, externalId }) => [externalId, title])} />
        </>
      )}
    </>
  );
}
