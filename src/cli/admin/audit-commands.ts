/** `vivarium audit` */
import { once } from 'node:events';
import { Argument, Option } from 'commander';
import type { AuditRecord, AuditVerdict, AuditVerification } from '../../library/admin-types.ts';
import { EXIT_CODES } from '../exit-codes.ts';
import { pick } from '../flags.ts';
import type { Options } from '../flags.ts';
import { formatTable } from '../print-table.ts';
import { readCount } from '../read-argument.ts';
import type { AdminCommand, AdminGroup } from './admin-command.ts';
import { tenantFlag } from './tenant-flag.ts';

const ANY_TENANT = new Option('--tenant <tenant>', 'Id or domain name. Without it, all tenants.');

const verify: AdminCommand = {
  summary: 'Check that no record was changed, removed or reordered: every record, every link, every noted head.',
  options: [ANY_TENANT, new Option('--head <head>', 'A head of an earlier check, with --tenant.')],
  run: async ({ admin, options }) => {
    const answer = (await admin.call({
      path: '/audit/verify',
      query: queryOf(options, ['tenant', 'head']),
    })) as AuditVerification;
    const text = answer.value.flatMap(describeVerdict).join('\n') || 'There is no audit trail.';
    return { json: answer, text, exitCode: answer.isWhole ? EXIT_CODES.ok : EXIT_CODES.failure };
  },
};

function describeVerdict({ tenant, tenantKey, records, chains, head, problems }: AuditVerdict): readonly string[] {
  const name = tenant ?? (tenantKey === 0 ? 'Of no tenant' : `Former tenant ${tenantKey}`);
  const state = problems.length === 0 ? 'whole' : 'BROKEN';
  return [
    `${name}: ${state}, ${records} records in ${chains} chains, head ${head}`,
    ...problems.map((problem) => `  ${problem}`),
  ];
}

const exportRecords: AdminCommand = {
  summary: 'Print records as NDJSON, one a line.',
  options: [
    ANY_TENANT,
    new Option('--from <time>', 'The earliest, UTC: 2026-01-01T00:00:00Z.'),
    new Option('--until <time>', 'None at this time or after it, UTC.'),
  ],
  run: async ({ admin, options }) => {
    const query = queryOf(options, ['tenant', 'from', 'until']);
    // Nobody reads any more, as when `head` has seen enough.
    process.stdout.once('error', () => process.exit(EXIT_CODES.ok));
    for await (const part of admin.stream({ path: '/audit/export', query })) {
      if (!process.stdout.write(part)) await once(process.stdout, 'drain');
    }
    return { json: undefined, text: '' };
  },
};

const tail: AdminCommand = {
  summary: 'Show the newest changes of a tenant.',
  options: [tenantFlag(), new Option('--limit <count>', 'How many. Default: 20.').argParser(readCount)],
  run: async ({ admin, options }) => {
    const { limit = 20 } = options as { readonly limit?: number };
    const query = { ...queryOf(options, ['tenant']), limit: String(limit) };
    return describe((await admin.call({ path: '/audit', query })) as Records);
  },
};

const history: AdminCommand = {
  summary: 'Show what became of an activity, a content, a provider, an app or a user.',
  args: [new Argument('<id>', 'Its id.')],
  options: [tenantFlag()],
  run: async ({ admin, args, options }) => {
    const query = { ...queryOf(options, ['tenant']), item: args[0] ?? '' };
    return describe((await admin.call({ path: '/audit/history', query })) as Records);
  },
};

interface Records {
  readonly value: readonly AuditRecord[];
}

function describe({ value }: Records) {
  const rows = value.map((record) => [
    ...[record.at, record.action ?? 'unreadable', record.kind ?? '', record.itemId ?? ''],
    ...[record.operation, record.actor ?? record.appId ?? '', describeChange(record)],
  ]);
  const head = ['AT', 'ACTION', 'KIND', 'ITEM', 'OPERATION', 'BY', 'CHANGE'];
  return { json: value, text: value.length === 0 ? 'Nothing is logged.' : formatTable([head, ...rows]).join('\n') };
}

/** Of an update, each value beside the one before it. */
function describeChange({ action, before, after, changed, erased }: AuditRecord): string {
  if (erased !== null) return `erased: ${erased}`;
  if (changed !== null) return changed.join(', ');
  if (action !== 'updated') return '';
  const names = Object.keys(after ?? {});
  return names
    .map((name) => `${name}: ${JSON.stringify(before?.[name])} → ${JSON.stringify(after?.[name])}`)
    .join(', ');
}

function queryOf(options: Options, names: readonly string[]): Readonly<Record<string, string>> {
  return pick(options, names) as Readonly<Record<string, string>>;
}

export const AUDIT_COMMANDS: AdminGroup = {
  name: 'audit',
  summary: 'Read and verify the audit trail.',
  commands: { verify, export: exportRecords, tail, history },
};
