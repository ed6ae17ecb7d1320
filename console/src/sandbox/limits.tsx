import type { Limit } from '../../../src/library/control-types.ts';
import type { Column } from '../parts/data-table.tsx';
import { formatNumber } from '../parts/format.ts';
import { pageTexts } from '../page-texts.ts';
import { Rules } from './rules.tsx';

const columns: readonly Column<Limit>[] = [
  {
    name: 'rate',
    label: pageTexts.limits.rate,
    show: ({ requests, windowSeconds }) => pageTexts.limits.rateOf(formatNumber(requests), formatNumber(windowSeconds)),
  },
  {
    name: 'per',
    label: pageTexts.limits.per,
    show: ({ per = ['app', 'tenant'] }) => (per.length === 0 ? pageTexts.limits.together : per.join(', ')),
  },
  { name: 'match', label: pageTexts.rules.match, show: ({ match = {} }) => <code>{JSON.stringify(match)}</code> },
  {
    name: 'refused',
    label: pageTexts.limits.refused,
    show: ({ refusedCalls, matchedCalls }) =>
      pageTexts.rules.countOf(formatNumber(refusedCalls), formatNumber(matchedCalls)),
  },
];

export function Limits() {
  return <Rules kind="limit" name="limits" columns={columns} />;
}
