/** `vivarium status` */
import { listSome, SHOWN_NAMES } from '../../lib/some-names.ts';
import type { ClockDescription, SnapshotDescription } from '../../library/control-types.ts';
import { formatTable } from '../print-table.ts';
import { describeClock } from './clock-commands.ts';
import type { ControlCommand } from './control-command.ts';

interface Status {
  readonly version: string;
  readonly uptimeMs: number;
  readonly baseUrl: string;
  readonly database: { readonly kind: string; readonly schema: string };
  readonly tenants: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly domainName: string;
    readonly counts: Readonly<Record<string, number>>;
  }[];
  readonly clock: ClockDescription;
  readonly faults: number;
  readonly limits: number;
  readonly journal: number;
  readonly snapshots: readonly SnapshotDescription[];
}

export const STATUS_COMMAND: ControlCommand = {
  summary: 'Show the contents and the settings of the sandbox.',
  run: async ({ control }) => {
    const status = (await control.call({ path: '/status' })) as Status;
    return { json: status, text: formatStatus(status) };
  },
};

function formatStatus({ version, uptimeMs, baseUrl, database, tenants, clock, ...counts }: Status): string {
  const more = tenants.length - SHOWN_NAMES;
  const rows = [
    ['Server', `${baseUrl}, Vivarium ${version}, for ${Math.round(uptimeMs / 1000)} s`],
    ['Database', `${database.kind}, ${database.schema}`],
    ['Clock', describeClock(clock)],
    ['Faults', `${counts.faults} on`],
    ['Limits', String(counts.limits)],
    ['Journal', `${counts.journal} entries`],
    ['Snapshots', listSome(counts.snapshots.map(({ name }) => name)) || 'none'],
    ...tenants
      .slice(0, SHOWN_NAMES)
      .map(({ id, displayName, counts: held }) => ['Tenant', `${displayName} (${id}): ${listCounts(held)}`]),
    ...(more > 0 ? [['Tenants', `${more} more`]] : []),
  ];
  return formatTable(rows).join('\n');
}

function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
