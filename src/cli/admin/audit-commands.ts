/** `vivarium audit` */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Argument, Option } from 'commander';
import { CHANGE_KINDS } from '../../model/change-kinds.ts';
import type { AuditPage, AuditRecord, AuditVerdict, AuditVerification } from '../../library/admin-types.ts';
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

const FILTERS = [
  new Option('--kind <kind>', 'What was changed.').choices(Object.keys(CHANGE_KINDS)),
  new Option('--item <id>', 'Changes of one activity, content, provider, app or user.'),
  new Option('--actor <id>', 'Changes by this user, by id, or by this name.'),
  new Option('--app <id>', 'Changes by the app with this client id.'),
  new Option('--operation <name>', 'Such as updateLearningCourseActivity.'),
  new Option('--from <time>', 'The earliest, UTC: 2026-01-01T00:00:00Z.'),
  new Option('--until <time>', 'None at this time or after it, UTC.'),
];
const FILTER_NAMES = ['kind', 'item', 'actor', 'app', 'operation', 'from', 'until'] as const;
/** Between two looks at a server. */
const FOLLOW_MS = 1000;

const tail: AdminCommand = {
  summary: 'Show the newest changes of a tenant, or those before or after others.',
  options: [
    tenantFlag(
      'Id or domain name, where there are several tenants. none: what belongs to no tenant, such as settings.',
    ),
    new Option('--limit <count>', 'How many at most. Default: 20.').argParser(readCount),
    new Option('--follow', 'Go on with changes as they come, until stopped.').conflicts('before'),
    ...FILTERS,
    new Option('--before <cursor>', 'Those that are older than an earlier page.').conflicts('after'),
    new Option('--after <cursor>', 'Those that are newer than an earlier page.'),
  ],
  run: async ({ admin, options, isJson, fail }) => {
    const { limit = 20, follow = false } = options as { readonly limit?: number; readonly follow?: boolean };
    if (follow && admin.baseUrl === undefined) fail('--follow needs a server that runs.');
    const { before, after, ...filters } = queryOf(options, ['tenant', ...FILTER_NAMES, 'before', 'after']);
    const ask = async (cursor: object) =>
      (await admin.call({ path: '/audit', query: { ...filters, ...cursor, limit: String(limit) } })) as AuditPage;
    const page = await ask({ ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
    if (follow) return followFrom(page, (cursor) => ask({ after: cursor }), isJson);
    const { text } = describe(page);
    const direction = after === undefined ? 'before' : 'after';
    const more = page.hasMore ? `\nThere may be more: --${direction} ${page[direction]}` : '';
    return { json: page, text: text + more };
  },
};

/** Never ends by itself. */
async function followFrom(
  first: AuditPage,
  next: (cursor: string) => Promise<AuditPage>,
  isJson: boolean,
): Promise<never> {
  // Nobody reads any more, as when `head` has seen enough.
  process.stdout.once('error', () => process.exit(EXIT_CODES.ok));
  const print = async ({ value }: AuditPage, isFirst: boolean): Promise<void> => {
    const table = formatTable([HEAD, ...value.map(cellsOf)]);
    const lines = isJson ? value.map((record) => JSON.stringify(record)) : table.slice(isFirst ? 0 : 1);
    const text = lines.map((line) => `${line}\n`).join('');
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  await print(first, true);
  for (let page = first; ;) {
    const isCaughtUp = page === first || !page.hasMore;
    if (isCaughtUp) await setTimeout(FOLLOW_MS);
    page = await next(page.after);
    await print(page, false);
  }
}

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

const HEAD = ['AT', 'ACTION', 'KIND', 'ITEM', 'OPERATION', 'BY', 'CHANGE'];

function describe({ value }: Records) {
  const text = value.length === 0 ? 'Nothing is logged.' : formatTable([HEAD, ...value.map(cellsOf)]).join('\n');
  return { json: value, text };
}

function cellsOf(record: AuditRecord): readonly string[] {
  return [
    ...[record.at, record.action ?? 'unreadable', record.kind ?? '', record.itemId ?? ''],
    ...[record.operation, record.actor ?? record.appId ?? '', describeChange(record)],
  ];
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
