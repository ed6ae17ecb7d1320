/** The admin API's paths of the audit trail: the change log, read and verified. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Type } from 'typebox';

import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { NO_TENANT } from '../store/changes/change.ts';
import { listLog } from '../store/changes/list-log.ts';
import { listLoggedTenants, readHistory, readPages } from '../store/changes/read-log.ts';
import type { LogReader } from '../store/changes/read-log.ts';
import { verifyLog } from '../store/changes/verify.ts';
import type { Verdict } from '../store/changes/verify.ts';
import {
  AUDIT_ITEM_ID,
  AUDIT_QUERY,
  AUDIT_SPAN,
  findItemIds,
  readAuditQuery,
  readSpan,
  writeCursor,
} from './audit-query.ts';
import { AUDIT_RECORD, showRecord, TENANT_KEY, TENANT_OR_NULL, tenantIds } from './audit-schema.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const NDJSON = 'application/x-ndjson';
const ANY_TENANT = Type.Optional(
  Type.String({ minLength: 1, description: 'Id or domain name. Without it, all tenants and what belongs to none.' }),
);
const RECORDS = Type.Object({ value: Type.Array(AUDIT_RECORD) }, closed);
const PAGE = Type.Object(
  {
    value: Type.Array(AUDIT_RECORD),
    before: Type.String({ description: 'Cursor of what is older than the page.' }),
    after: Type.String({ description: 'Cursor of what is newer than the page, also of what is written later.' }),
    hasMore: Type.Boolean({ description: 'Whether there may be more in the direction that was asked for.' }),
  },
  { ...closed, description: 'Records of the audit trail, the oldest first, and cursors to go on from.' },
);
/** Names what belongs to no tenant, such as settings; a domain name has a dot. */
const NONE = 'none';

const VERDICT = Type.Object(
  {
    tenant: TENANT_OR_NULL,
    tenantKey: TENANT_KEY,
    records: Type.Integer(),
    chains: Type.Integer(),
    head: Type.String({ description: 'Of all that was verified: keep it elsewhere, and give it to a later check.' }),
    problems: Type.Array(Type.String(), { description: 'At most 100; none when the trail is whole.' }),
  },
  { ...closed, description: 'What a check of the audit trail of a tenant has come to.' },
);

const VERIFICATION = Type.Object(
  { isWhole: Type.Boolean(), value: Type.Array(VERDICT) },
  { ...closed, description: 'What a check of the audit trail has come to.' },
);

export function auditRoutes(context: AdminContext): readonly ControlRoute[] {
  return [list(context), showHistory(context), exportAll(context), verify(context)];
}

function list({ connection, directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'listAudit',
    method: 'GET',
    path: '/audit',
    summary: 'Lists changes of a tenant, the oldest of them first: the newest, or those before or after a cursor.',
    role: 'administrator',
    query: AUDIT_QUERY,
    answer: { status: 200, description: 'The records.', schema: PAGE },
    run: async ({ query }) => {
      const isOfNone = query.tenant === NONE;
      const tenant = isOfNone ? undefined : await getNamedTenant(directory, query.tenant);
      const tenantKey = tenant?.key ?? NO_TENANT;
      const page = await listLog(patient(connection), readAuditQuery(query, { key: tenantKey }));
      const tenants = tenantIds(tenant === undefined ? [] : [tenant]);
      return {
        body: {
          value: page.records.map((record) => showRecord(record, tenants)),
          before: writeCursor(tenantKey, page.before),
          after: writeCursor(tenantKey, page.after),
          hasMore: page.hasMore,
        },
      };
    },
  });
}

/** Other requests come between two reads of a database that answers at once. */
function patient({ dialect, read }: LogReader): LogReader {
  return {
    dialect,
    read: async (statement, params) => {
      await nextTurn();
      return read(statement, params);
    },
  };
}

function showHistory({ connection, directory }: AdminContext): ControlRoute {
  return controlRoute({
    id: 'getAuditHistory',
    method: 'GET',
    path: '/audit/history',
    summary: 'Lists what became of one item, the oldest change first.',
    role: 'administrator',
    query: Type.Object({ tenant: TENANT, item: Type.String({ minLength: 1, description: AUDIT_ITEM_ID }) }, closed),
    answer: { status: 200, description: 'The records; none when nothing is logged of the item.', schema: RECORDS },
    run: async ({ query: { tenant: name, item } }) => {
      const tenant = await getNamedTenant(directory, name);
      const itemIds = findItemIds(tenant, item);
      if (itemIds === undefined) throw new ControlError(400, 'The request is not valid.', ['item is not an id']);
      const records = await readHistory(connection, tenant.key, itemIds);
      return { body: { value: records.map((record) => showRecord(record, tenantIds([tenant]))) } };
    },
  });
}

function exportAll(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'exportAudit',
    method: 'GET',
    path: '/audit/export',
    summary: 'Gives out records of the audit trail, one a line, in the order of tenants, chains and places.',
    role: 'administrator',
    query: Type.Object({ tenant: ANY_TENANT, ...AUDIT_SPAN }, closed),
    answer: { status: 200, description: 'The records, as NDJSON.', textType: NDJSON },
    run: async ({ query, signal }) => {
      const keys = await findTenantKeys(context, query.tenant);
      const value = exportLines(context, { keys, ...readSpan(query), signal });
      return { text: { type: NDJSON, value, fileName: 'audit.ndjson' } };
    },
  });
}

interface ExportOrder {
  readonly keys: readonly number[];
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds: the first that is left out. */
  readonly until: number;
  readonly signal: AbortSignal;
}

async function* exportLines(
  { connection, directory }: AdminContext,
  { keys, from, until, signal }: ExportOrder,
): AsyncGenerator<string> {
  const tenants = tenantIds(await directory.listTenants());
  for (const key of keys) {
    for await (const page of readPages(connection, key)) {
      if (signal.aborted) return;
      const found = page.filter(({ changedAt }) => changedAt >= from && changedAt < until);
      if (found.length > 0) yield found.map((record) => `${JSON.stringify(showRecord(record, tenants))}\n`).join('');
      // Other requests come between two pages of a database that answers at once.
      await nextTurn();
    }
  }
}

function verify(context: AdminContext): ControlRoute {
  return controlRoute({
    id: 'verifyAudit',
    method: 'GET',
    path: '/audit/verify',
    summary: 'Checks every record of the audit trail, every link of its chains and every head that was noted.',
    query: Type.Object(
      {
        tenant: ANY_TENANT,
        head: Type.Optional(
          Type.String({
            minLength: 1,
            description: 'A head of an earlier check of the tenant: the trail must still come to it.',
          }),
        ),
      },
      closed,
    ),
    answer: { status: 200, description: 'One verdict for each tenant.', schema: VERIFICATION },
    run: async ({ query: { tenant, head } }) => {
      if (head !== undefined && tenant === undefined)
        throw new ControlError(400, 'The request is not valid.', ['tenant is missing: head is of one tenant']);
      const keys = await findTenantKeys(context, tenant);
      const tenants = tenantIds(await context.directory.listTenants());
      const verdicts = await verifyAll(context, keys, head);
      const value = verdicts.map((verdict) => ({ tenant: tenants.get(verdict.tenantKey) ?? null, ...verdict }));
      return { body: { isWhole: value.every(({ problems }) => problems.length === 0), value } };
    },
  });
}

async function verifyAll(
  context: AdminContext,
  keys: readonly number[],
  expectedHead: string | undefined,
): Promise<readonly Verdict[]> {
  const { changeLogKey: key } = context;
  await using opened = await openReader(context);
  const verdicts = [];
  for (const tenantKey of keys) verdicts.push(await verifyLog(opened.reader, tenantKey, { key, expectedHead }));
  return verdicts;
}

/** One state of the database. What is in memory has no other view: it is read at once, with no write between. */
async function openReader({ connection, settings, folder }: AdminContext) {
  const { dialect } = connection;
  if (settings.database === undefined && folder.database === ':memory:')
    return { reader: connection, [Symbol.asyncDispose]: async () => undefined };
  const view = await connection.openReadView();
  return { reader: patient({ dialect, read: view.read }), [Symbol.asyncDispose]: () => view[Symbol.asyncDispose]() };
}

async function findTenantKeys(
  { connection, directory }: AdminContext,
  name: string | undefined,
): Promise<readonly number[]> {
  if (name !== undefined) return [(await getNamedTenant(directory, name)).key];
  return listLoggedTenants(connection);
}
