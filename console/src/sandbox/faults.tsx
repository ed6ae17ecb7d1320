import { Badge, Switch } from '@fluentui/react-components';
import type { Fault } from '../../../src/library/control-types.ts';
import { SHOWN_ABOVE } from '../api/action-problem.ts';
import { useSession } from '../api/session.ts';
import type { Column } from '../parts/data-table.tsx';
import { formatNumber } from '../parts/format.ts';
import { pageTexts } from '../page-texts.ts';
import { Rules } from './rules.tsx';
import { useChange } from './use-change.ts';

const columns: readonly Column<Fault>[] = [
  { name: 'enabled', label: pageTexts.faults.enabled, show: (fault) => <EnabledSwitch fault={fault} /> },
  { name: 'effect', label: pageTexts.faults.effect, show: describeEffect },
  { name: 'match', label: pageTexts.rules.match, show: ({ match }) => <code>{JSON.stringify(match)}</code> },
  {
    name: 'hits',
    label: pageTexts.faults.hits,
    show: ({ hits, matchedCalls }) => (
      <Badge appearance="tint">{pageTexts.rules.countOf(formatNumber(hits), formatNumber(matchedCalls))}</Badge>
    ),
  },
];

export function Faults() {
  return <Rules kind="fault" name="faults" columns={columns} />;
}

function EnabledSwitch({ fault: { id, enabled } }: { readonly fault: Fault }) {
  const isViewer = useSession()?.role === 'viewer';
  const change = useChange(SHOWN_ABOVE);
  const asked = change.variables?.body as { readonly enabled: boolean } | undefined;
  return (
    <Switch
      checked={change.isPending ? asked?.enabled === true : enabled}
      disabled={isViewer}
      aria-label={pageTexts.faults.enable(id)}
      onChange={(_, { checked }) =>
        change.mutate({ path: `/faults/${id}`, method: 'PATCH', body: { enabled: checked } })
      }
    />
  );
}

function describeEffect({ effect, latency }: Fault): string {
  const parts = [
    ...(latency === undefined ? [] : [pageTexts.faults.latency[latency.kind]]),
    ...(effect === undefined
      ? []
      : [
          effect.kind === 'error'
            ? effect.row
            : effect.kind === 'gateway'
              ? `${effect.status}`
              : pageTexts.faults.effects[effect.kind],
        ]),
  ];
  return parts.join(', ');
}
