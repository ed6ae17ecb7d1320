/** How well each provider keeps its record here: for those who have to find out what did not arrive. */
import { Badge, Subtitle2, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { SyncHealth } from '../../../src/library/admin-types.ts';
import { admin } from '../api/server.ts';
import { Columns } from '../parts/charts.tsx';
import type { Column } from '../parts/data-table.tsx';
import { Drawer } from '../parts/details.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatMoment, formatNumber, toLabel } from '../parts/format.ts';
import { Listed } from '../parts/listed.tsx';
import { Empty } from '../parts/states.tsx';
import { pageTexts } from '../page-texts.ts';
import { healthTexts, syncTexts } from './sync-texts.ts';

const REFRESH_MS = 10_000;

const columns: readonly Column<SyncHealth>[] = [
  {
    name: 'displayName',
    label: toLabel('learningProviderId'),
    show: ({ displayName, isEnabled }) => (isEnabled ? displayName : `${displayName} (${healthTexts.disabled})`),
  },
  { name: 'lastWriteAt', label: healthTexts.lastWrite, show: showLastWrite },
  { name: 'accepted', label: healthTexts.accepted, isNumber: true, show: ({ accepted }) => formatNumber(accepted) },
  {
    name: 'refused',
    label: healthTexts.refused,
    isNumber: true,
    show: ({ refused }) => <Count count={refused} color="danger" />,
  },
  {
    name: 'unmapped',
    label: healthTexts.unmapped,
    isNumber: true,
    show: ({ unmappedLearners }) => <Count count={unmappedLearners.count} color="warning" />,
  },
  {
    name: 'idle',
    label: healthTexts.idle,
    isNumber: true,
    show: ({ contentsWithoutActivity }) => formatNumber(contentsWithoutActivity.count),
  },
  {
    name: 'overdue',
    label: healthTexts.overdue,
    isNumber: true,
    show: ({ overdueActivities }) => <Count count={overdueActivities} color="warning" />,
  },
];

function showLastWrite({ lastWriteAt }: SyncHealth): string {
  return lastWriteAt === null ? healthTexts.never : formatMoment(lastWriteAt);
}

function Count({ count, color }: { readonly count: number; readonly color: 'danger' | 'warning' }) {
  if (count === 0) return '0';
  return (
    <Badge appearance="tint" color={color}>
      {formatNumber(count)}
    </Badge>
  );
}

export function ProviderHealth({ tenant }: { readonly tenant: string }) {
  const { open } = useSearch({ from: '/sync' });
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ['graph', tenant, 'sync'],
    queryFn: async () => (await admin<{ readonly value: readonly SyncHealth[] }>(`/sync?tenant=${tenant}`)).value,
    refetchInterval: REFRESH_MS,
  });
  const shown = query.data?.find(({ id }) => id === open);
  return (
    <>
      <Listed
        label={syncTexts.tabs.providers}
        columns={columns}
        query={query}
        empty={<Empty title={pageTexts.providers.empty.title}>{pageTexts.providers.empty.hint}</Empty>}
        keyOf={({ id }) => id}
        openKey={open}
        onOpen={({ id }) => void navigate({ to: '/sync', search: { open: id } })}
      />
      {shown !== undefined && (
        <Drawer title={shown.displayName} onClose={() => void navigate({ to: '/sync', search: {} })}>
          <Health health={shown} />
        </Drawer>
      )}
    </>
  );
}

function Health({ health }: { readonly health: SyncHealth }) {
  const { byHour, refusals, unmappedLearners, contentsWithoutActivity } = health;
  const isWell = refusals.length === 0 && unmappedLearners.count === 0;
  return (
    <>
      <Columns
        label={healthTexts.byHour}
        points={byHour.map(({ hour, accepted }) => ({ name: formatMoment(hour), value: accepted }))}
      />
      {isWell && <Text>{healthTexts.none}</Text>}
      {refusals.length > 0 && (
        <>
          <Subtitle2 as="h3">{healthTexts.refusals}</Subtitle2>
          <Facts
            facts={refusals.map(({ error, count, lastAt }) => [
              error,
              healthTexts.refusalsOf(formatNumber(count), formatMoment(lastAt)),
            ])}
          />
        </>
      )}
      {unmappedLearners.count > 0 && (
        <>
          <Subtitle2 as="h3">{healthTexts.unmapped}</Subtitle2>
          <Text>{healthTexts.unmappedHint}</Text>
          <Facts
            facts={unmappedLearners.value.map(({ id, requests, lastAt }) => [
              id,
              healthTexts.unmappedOf(formatNumber(requests), formatMoment(lastAt)),
            ])}
          />
        </>
      )}
      {contentsWithoutActivity.count > 0 && (
        <>
          <Subtitle2 as="h3">{healthTexts.idle}</Subtitle2>
          <Facts facts={contentsWithoutActivity.value.map(({ title, externalId }) => [externalId, title])} />
        </>
      )}
    </>
  );
}
