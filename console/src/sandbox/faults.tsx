import { Badge, Button, Switch } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQuery } from '@tanstack/react-query';
import type { Fault } from '../../../src/library/control-types.ts';
import { control } from '../api/server.ts';
import { useSession } from '../api/session.ts';
import { DataTable } from '../parts/data-table.tsx';
import type { Column } from '../parts/data-table.tsx';
import { formatNumber } from '../parts/format.ts';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { texts } from '../texts.ts';
import { AddRule } from './rules.tsx';
import { useChange } from './use-change.ts';

const REFRESH_MS = 3_000;

export function Faults() {
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const { data, error } = useQuery({
    queryKey: ['sandbox', 'faults'],
    queryFn: async () => (await control<{ readonly value: readonly Fault[] }>('/faults')).value,
    refetchInterval: REFRESH_MS,
  });
  const columns: readonly Column<Fault>[] = [
    { name: 'id', label: texts.faults.name, show: ({ id }) => id },
    {
      name: 'enabled',
      label: texts.faults.enabled,
      show: ({ id, enabled }) => (
        <Switch
          checked={enabled}
          disabled={isViewer}
          aria-label={texts.faults.enable(id)}
          onChange={(_, { checked }) =>
            change.mutate({ path: `/faults/${id}`, method: 'PATCH', body: { enabled: checked } })
          }
        />
      ),
    },
    { name: 'effect', label: texts.faults.effect, show: describeEffect },
    { name: 'match', label: texts.faults.match, show: ({ match }) => <code>{JSON.stringify(match)}</code> },
    {
      name: 'hits',
      label: texts.faults.hits,
      show: ({ hits, matchedCalls }) => (
        <Badge appearance="tint">{texts.faults.hitsOf(formatNumber(hits), formatNumber(matchedCalls))}</Badge>
      ),
    },
    {
      name: 'remove',
      label: texts.rules.remove,
      show: ({ id }) => (
        <Button
          size="small"
          appearance="subtle"
          icon={<DeleteRegular />}
          disabled={isViewer}
          aria-label={texts.rules.removeOne(id)}
          onClick={() => change.mutate({ path: `/faults/${id}`, method: 'DELETE' })}
        />
      ),
    },
  ];
  return (
    <>
      {error !== null && <Failure problem={error} />}
      {data === undefined ? (
        error === null && <Loading rows={3} />
      ) : data.length === 0 ? (
        <Empty title={texts.faults.none}>{texts.faults.noneHint}</Empty>
      ) : (
        <DataTable label={texts.sandbox.tabs.faults} columns={columns} rows={data} keyOf={({ id }) => id} />
      )}
      <AddRule kind="fault" path="/faults" />
    </>
  );
}

function describeEffect({ effect, latency }: Fault): string {
  const parts = [
    ...(latency === undefined ? [] : [texts.faults.latency[latency.kind]]),
    ...(effect === undefined
      ? []
      : [
          effect.kind === 'error'
            ? effect.row
            : effect.kind === 'gateway'
              ? `${effect.status}`
              : texts.faults.effects[effect.kind],
        ]),
  ];
  return parts.join(', ');
}
