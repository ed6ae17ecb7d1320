import type { Limit } from '../../../src/library/control-types.ts';
import type { Column } from '../parts/data-table.tsx';
import { formatNumber } from '../parts/format.ts';
import { texts } from '../texts.ts';
import { Rules } from './rules.tsx';

const columns: readonly Column<Limit>[] = [
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
  { name: 'match', label: texts.rules.match, show: ({ match = {} }) => <code>{JSON.stringify(match)}</code> },
  {
    name: 'refused',
    label: texts.limits.refused,
    show: ({ refusedCalls, matchedCalls }) =>
      texts.rules.countOf(formatNumber(refusedCalls), formatNumber(matchedCalls)),
  },
];

export function Limits() {
  return <Rules kind="limit" name="limits" columns={columns} />;
}
