/** The admin API's paths of imports: begun, fed with the parts of a file, and ended. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import { BULK_KINDS } from '../bulk/bulk-kind.ts';
import { MappingError } from '../bulk/mapping.ts';
import { MAPPING } from '../bulk/mapping-schema.ts';
import { OUTCOMES } from '../bulk/outcome.ts';
import { findProfile, listProfiles } from '../bulk/profiles.ts';
import { readColumnNames, readRows } from '../bulk/read-rows.ts';
import { BULK_FORMATS } from '../bulk/records.ts';
import { beginImport, NO_COUNTS, NO_TAIL, openKind, settingsOf, tailResults } from '../bulk/import-job.ts';
import type { ImportSettings } from '../bulk/import-job.ts';
import { ImportMoved, runPart } from '../bulk/run-part.ts';
import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { findSimilar } from '../lib/suggest.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import { IMPORT_STATES } from '../store/import-job-store.ts';
import type { ImportJob } from '../store/import-job-store.ts';
import { openBulkTools } from './bulk-tools.ts';
import { originOf } from './change-origin.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const OF_TENANT = Type.Object({ tenant: TENANT }, closed);
const BY_ID = Type.Object({ import: Type.String({ description: 'Id of the import.' }) }, closed);
/** A part is kept in memory while it is stored. */
const PART_LIMIT_BYTES = 32 * 1024 * 1024;
const MAX_LISTED = 100;
/** Characters that the names of all columns may have. */
const MAX_HEADER = 65_536;

const COUNTS = Type.Object(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, Type.Integer()])), {
  ...closed,
  description: 'Rows by what became of them.',
});

const ERROR = Type.Object(
  {
    code: Type.String({ description: 'As Microsoft Graph has it, or of the import.' }),
    message: Type.String(),
    details: Type.Optional(
      Type.Array(Type.Object({ code: Type.String(), message: Type.String(), target: Type.String() }, closed)),
    ),
    reasons: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

const RESULT = Type.Object(
  {
    line: Type.Integer({ description: 'Where the row begins in the file, counted from 1.' }),
    outcome: Type.Enum([...OUTCOMES]),
    error: Type.Optional(ERROR),
  },
  { ...closed, description: 'What became of a row.' },
);

const IMPORT = Type.Object(
  {
    id: Type.String(),
    name: Type.Union([Type.String(), Type.Null()]),
    kind: Type.Enum([...BULK_KINDS]),
    format: Type.Enum([...BULK_FORMATS]),
    state: Type.Enum([...IMPORT_STATES], {
      description:
        'open: rows may follow. done: it was ended. refused: all or nothing was asked for, and a row was refused.',
    }),
    isDryRun: Type.Boolean(),
    isAllOrNothing: Type.Boolean(),
    rows: Type.Integer({ description: 'That have come so far.' }),
    counts: COUNTS,
    createdAt: Type.String(),
    changedAt: Type.String(),
  },
  { ...closed, description: 'An import, and how far it has come.' },
);

const ORDER = Type.Object(
  {
    kind: Type.Optional(Type.Enum([...BULK_KINDS], { description: 'Where no mapping says it. Default: activities.' })),
    profile: Type.Optional(Type.String({ minLength: 1, description: 'A mapping that comes along. Default: graph.' })),
    mapping: Type.Optional(MAPPING),
    format: Type.Optional(Type.Enum([...BULK_FORMATS], { description: 'Default: that of the mapping, or csv.' })),
    provider: Type.Optional(
      Type.String({ minLength: 1, description: 'The learningProviderId for rows that have none.' }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only say what would become of each row.' })),
    allOrNothing: Type.Optional(
      Type.Boolean({ description: 'Store nothing when a row is refused. The file has to come as one part.' }),
    ),
    name: Type.Optional(Type.String({ maxLength: 1024, description: 'Of the file.' })),
    source: Type.Optional(
      Type.String({
        maxLength: 256,
        description: 'What tells the file from others, such as a checksum: an open import of the same is continued.',
      }),
    ),
  },
  { ...closed, description: 'What is imported, and how it is read.' },
);

const PART_RESULTS = Type.Object(
  { import: IMPORT, from: Type.Integer({ description: 'Rows before the first of these.' }), value: Type.Array(RESULT) },
  { ...closed, description: 'What became of the rows of a part, in their order.' },
);

export function importRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    beginOne(context),
    sendRows(context),
    endOne(context),
    listAll(context),
    showOne(context),
    showResults(context),
    removeOne(context),
  ];
}

function beginOne(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'beginImport',
    method: 'POST',
    path: '/imports',
    summary: 'Begins an import, or goes on with the one of the same file that was interrupted. No row is stored yet.',
    query: OF_TENANT,
    body: ORDER,
    answer: {
      status: 201,
      description: 'The import. Its rows have come already where it goes on: send those behind them.',
      schema: IMPORT,
    },
    run: async ({ query, body }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      const tools = openBulkTools(context);
      const settings = settingsOfOrder(body);
      const { job } = await refusingMapping(() =>
        beginImport(tools, tenant, { settings, source: body.source }, (each) => openKind(tools, each)),
      );
      return { body: showImport(job) };
    },
  });
}

/** @throws ControlError 400 */
function settingsOfOrder(order: Static<typeof ORDER>): ImportSettings {
  const { profile = 'graph', kind = 'activities', name = null, provider = null } = order;
  const mapping = order.mapping ?? findProfile(profile, kind);
  if (mapping === undefined) throw invalid(`unknown profile: ${profile}; known: ${listProfiles().join(', ')}`);
  if (order.kind !== undefined && order.kind !== mapping.kind)
    throw invalid(`kind is ${order.kind}, but the mapping is for ${mapping.kind}`);
  return {
    ...{ name, provider },
    mapping,
    format: order.format ?? mapping.format ?? 'csv',
    isDryRun: order.dryRun ?? false,
    isAllOrNothing: order.allOrNothing ?? false,
  };
}

function sendRows(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'importRows',
    method: 'POST',
    path: '/imports/{import}/rows',
    summary:
      'Stores the next rows of an import: a file, or a part of it. Each part of a CSV file begins with the header.',
    params: BY_ID,
    query: Type.Object(
      {
        tenant: TENANT,
        row: Type.Optional(
          Type.Integer({
            minimum: 0,
            description: 'Rows before the part. Where the import has come further, it is refused.',
          }),
        ),
        line: Type.Optional(
          Type.Integer({ minimum: 1, description: 'Line of the file where the first record begins, behind a header.' }),
        ),
      },
      closed,
    ),
    bodyType: ['text/csv', 'application/x-ndjson', 'application/json'],
    bodyLimitBytes: PART_LIMIT_BYTES,
    answer: { status: 200, description: 'What became of the rows.', schema: PART_RESULTS },
    run: async ({ params, query, body, ...sender }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      const tools = openBulkTools(context);
      const job = await getOpenJob(context, tenant, params.import);
      if (query.row !== undefined && query.row !== job.doneRows) throw movedElsewhere(query.row);
      const settings = settingsOf(job);
      if (settings.isAllOrNothing && job.doneRows > 0)
        throw new ControlError(409, 'With allOrNothing, all rows must come in one part, and one has already come.');
      const { format, mapping } = settings;
      const open = openKind(tools, settings);
      const line = query.line ?? (format === 'csv' ? 2 : 1);
      const text = String(body);
      if (format === 'csv') checkHeader(open.mapping.needed, text, mapping.csv?.delimiter);
      const rows = readRows({ text, format, delimiter: mapping.csv?.delimiter, line });
      const origin = originOf(context, 'importRows', sender)();
      try {
        const { job: moved, results } = await runPart({ tools, tenant, origin, settings, open }, job, rows);
        return { body: { import: showImport(moved), from: job.doneRows, value: [...results] } };
      } catch (error) {
        if (error instanceof ImportMoved) throw movedElsewhere(job.doneRows);
        throw error;
      }
    },
  });
}

/** @throws ControlError 400 when columns are missing without which no row can be stored */
function checkHeader(needed: readonly string[], text: string, delimiter: string | undefined): void {
  const names = readColumnNames({ text: text.slice(0, MAX_HEADER), delimiter });
  const missing = [...new Set(needed)].filter((name) => !names.includes(name));
  const problems = missing.map((name) => {
    const similar = findSimilar(name, names);
    return `the file has no column ${name}${similar === undefined ? '' : `; did you mean ${similar}?`}`;
  });
  if (problems.length > 0) problems.push(`it has ${names.join(', ')}`);
  if (problems.length > 0)
    throw new ControlError(400, 'The file does not fit the mapping. Nothing was stored.', problems);
}

function endOne(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'endImport',
    method: 'POST',
    path: '/imports/{import}/end',
    summary: 'Says that all rows have come.',
    params: BY_ID,
    query: OF_TENANT,
    answer: { status: 200, description: 'The import.', schema: IMPORT },
    run: async ({ params, query }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      const { jobs } = openBulkTools(context);
      const job = await getJob(context, tenant, params.import);
      if (job.state !== 'open') return { body: showImport(job) };
      const ended: ImportJob = { ...job, state: 'done', tail: NO_TAIL, changedAt: context.clock.now() };
      const { kind } = await context.connection.write([jobs.move(tenant, job, ended)]);
      if (kind !== 'done') throw movedElsewhere(job.doneRows);
      return { body: showImport(ended) };
    },
  });
}

function listAll(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listImports',
    method: 'GET',
    path: '/imports',
    summary: `Lists imports, the newest first, ${MAX_LISTED} at most.`,
    query: OF_TENANT,
    answer: { status: 200, description: 'The imports.', schema: Type.Object({ value: Type.Array(IMPORT) }, closed) },
    run: async ({ query }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      const listed = await openBulkTools(context).jobs.list(tenant, MAX_LISTED);
      return { body: { value: listed.map(showImport) } };
    },
  });
}

function showOne(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'getImport',
    method: 'GET',
    path: '/imports/{import}',
    summary: 'Shows how far an import has come.',
    params: BY_ID,
    query: OF_TENANT,
    answer: { status: 200, description: 'The import.', schema: IMPORT },
    run: async ({ params, query }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      return { body: showImport(await getJob(context, tenant, params.import)) };
    },
  });
}

function showResults(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'getImportResults',
    method: 'GET',
    path: '/imports/{import}/results',
    summary:
      'Tells again what became of the part that came last, as long as the import is open: for who lost the answer.',
    params: BY_ID,
    query: OF_TENANT,
    answer: { status: 200, description: 'The results.', schema: PART_RESULTS },
    run: async ({ params, query }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      const job = await getJob(context, tenant, params.import);
      const { from, results } = tailResults(job);
      return { body: { import: showImport(job), from, value: [...results] } };
    },
  });
}

function removeOne(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'removeImport',
    method: 'DELETE',
    path: '/imports/{import}',
    summary: 'Forgets an import. What it has stored stays.',
    params: BY_ID,
    query: OF_TENANT,
    answer: { status: 204, description: 'Nothing.' },
    run: async ({ params, query }) => {
      const tenant = await getNamedTenant(context.directory, query.tenant);
      const job = await getJob(context, tenant, params.import);
      await openBulkTools(context).jobs.remove(tenant, job.id);
      return {};
    },
  });
}

/** @throws ControlError 404 */
async function getJob(context: AdminContext, tenant: Tenant, id: string): Promise<ImportJob> {
  const isGuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const job = isGuid ? await openBulkTools(context).jobs.find(tenant, id.toLowerCase()) : undefined;
  if (job === undefined) throw new ControlError(404, `The tenant ${tenant.displayName} has no import ${id}.`);
  return job;
}

/** @throws ControlError 404, and 409 when it has ended */
async function getOpenJob(context: AdminContext, tenant: Tenant, id: string): Promise<ImportJob> {
  const job = await getJob(context, tenant, id);
  if (job.state !== 'open') throw new ControlError(409, 'The import has ended. Begin another one.');
  return job;
}

function movedElsewhere(row: number): ControlError {
  return new ControlError(409, `The import is not at row ${row}. Get its state and continue from there.`);
}

function invalid(problem: string): ControlError {
  return new ControlError(400, 'The request is not valid.', [problem]);
}

async function refusingMapping<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MappingError) throw new ControlError(400, error.message, error.problems);
    throw error;
  }
}

function showImport(job: ImportJob): object {
  const { id, state, doneRows: rows, counts, createdAt, changedAt } = job;
  const { name, mapping, format, isDryRun, isAllOrNothing } = settingsOf(job);
  return {
    ...{ id, name, kind: mapping.kind, format, state, isDryRun, isAllOrNothing, rows },
    // One of an earlier release knows no later outcomes.
    counts: { ...NO_COUNTS, ...counts },
    createdAt: formatUtcMilliseconds(createdAt),
    changedAt: formatUtcMilliseconds(changedAt),
  };
}
