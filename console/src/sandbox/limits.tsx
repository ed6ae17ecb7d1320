import { Button } from '@fluentui/react-components';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import { useQuery } from '@tanstack/react-query';
import type { Limit } from '../../../src/library/control-types.ts';
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

export function Limits() {
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange();
  const { data, error } = useQuery({
    queryKey: ['sandbox', 'limits'],
    queryFn: async () => (await control<{ readonly value: readonly Limit[] }>('/limits')).value,
    refetchInterval: REFRESH_MS,
  });
  const columns: readonly Column<Limit>[] = [
    { name: 'id', label: texts.faults.name, show: ({ id }) => id },
    {
      name: 'rate',
      label: texts.limits.rate,
      show: ({ requests, windowSeconds }) => texts.limits.rateOf(formatNumber(requests), formatNumber(windowSeconds)),
    },
    {
      name: 'per',
      label: texts.limits.per,
      show: ({ per = ['app', 'tenant'] }) => (per.length === 0 ? texts.limits.together : per.join(', ')),
    },
    { name: 'match', label: texts.faults.match, show: ({ match = {} }) => <code>{JSON.stringify(match)}</code> },
    {
      name: 'refused',
      label: texts.limits.refused,
      show: ({ refusedCalls, matchedCalls }) =>
        texts.faults.hitsOf(formatNumber(refusedCalls), formatNumber(matchedCalls)),
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
          onClick={() => change.mutate({ path: `/limits/${id}`, method: 'DELETE' })}
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
        <Empty title={texts.limits.none}>{texts.limits.noneHint}</Empty>
      ) : (
        <DataTable label={texts.sandbox.tabs.limits} columns={columns} rows={data} keyOf={({ id }) => id} />
      )}
      <AddRule kind="limit" path="/limits" />
    </>
  );
}
