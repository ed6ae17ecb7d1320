/** The admin API's path of exports. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Type } from 'typebox';

import { BULK_KINDS } from '../bulk/bulk-kind.ts';
import type { BulkKindName } from '../bulk/bulk-kind.ts';
import { exportRecords } from '../bulk/export.ts';
import { BULK_FORMATS } from '../bulk/records.ts';
import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { findCourseActivityKey, findGuid } from '../lib/ids.ts';
import type { RegistrationId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import { describeReason } from '../model/reasons.ts';
import { CHANGE_KINDS } from '../model/change-kinds.ts';
import { userItemId } from '../store/changes/directory-changes.ts';
import { listLog } from '../store/changes/list-log.ts';
import type { LogCursor } from '../store/changes/list-log.ts';
import { openBulkTools } from './bulk-tools.ts';
import type { AdminContext } from './context.ts';
import { getNamedTenant, TENANT } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const INSTANT = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z$';
const TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson', json: 'application/json' } as const;

export function exportRoutes(context: AdminContext): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'exportRecords',
      method: 'GET',
      path: '/exports/{kind}',
      summary: 'Gives out records as imports take them.',
      role: 'administrator',
      params: Type.Object({ kind: Type.Enum([...BULK_KINDS]) }, closed),
      query: Type.Object(
        {
          tenant: TENANT,
          format: Type.Optional(Type.Enum([...BULK_FORMATS], { description: 'Default: ndjson.' })),
          provider: Type.Optional(Type.String({ description: 'Only activities or contents of this provider.' })),
          filter: Type.Optional(Type.String({ minLength: 1, description: 'As in $filter.' })),
          since: Type.Optional(
            Type.String({
              pattern: INSTANT,
              description: 'UTC: only what was created or updated since, by the audit trail.',
            }),
          ),
        },
        closed,
      ),
      answer: {
        status: 200,
        description: 'The records, one a line unless JSON is asked for.',
        textType: 'application/x-ndjson',
      },
      run: async ({ params: { kind }, query, signal }) => {
        const tenant = await getNamedTenant(context.directory, query.tenant);
        const { format = 'ndjson', filter, since, provider } = query;
        const registrationId = provider === undefined ? undefined : await getProvider(context, tenant, provider);
        const isWanted = since === undefined ? undefined : await findWanted(context, { tenant, kind, since });
        const order = { tenant, kind, format, registrationId, filter, signal, ...(isWanted && { isWanted }) };
        const value = refusingFilter(() => exportRecords(openBulkTools(context), order));
        return { text: { type: TYPES[format], value, fileName: `${kind}.${format}` } };
      },
    }),
  ];
}

/** @throws ControlError 404 */
async function getProvider(context: AdminContext, tenant: Tenant, text: string): Promise<RegistrationId> {
  const id = findGuid<RegistrationId>(text);
  const { store } = openBulkTools(context);
  const found = id && (await store.run(store.providers.find(tenant, id)));
  if (id !== undefined && found !== undefined) return id;
  throw new ControlError(404, `The tenant ${tenant.displayName} has no provider ${text}.`);
}

/** @throws ControlError 400 */
function refusingFilter<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const problems = [error.message, ...error.reasons.map(describeReason)];
    throw new ControlError(400, 'The filter is not valid.', problems);
  }
}

const KINDS = { activities: 'learningCourseActivity', contents: 'learningContent', users: 'user' } as const;
const PAGE_RECORDS = 1000;

interface WantedOrder {
  readonly tenant: Tenant;
  readonly kind: BulkKindName;
  readonly since: string;
}

/** Keeps an id of 36 characters for each record that has changed. @throws ControlError 400 when changes are not logged */
async function findWanted(
  { connection, settings }: AdminContext,
  { tenant, kind, since }: WantedOrder,
): Promise<(id: string) => boolean> {
  if (settings.audit === 'off')
    throw new ControlError(400, 'The request is not valid.', ['since needs the audit trail, and it is switched off']);
  const changed = new Set<string>();
  let cursor: LogCursor = new Map();
  for (let hasMore = true; hasMore;) {
    const page = await listLog(connection, {
      tenantKey: tenant.key,
      direction: 'newer',
      cursor,
      limit: PAGE_RECORDS,
      from: Date.parse(since),
      until: Number.MAX_SAFE_INTEGER,
      matches: (record) => record.kind === CHANGE_KINDS[KINDS[kind]],
    });
    for (const { itemId } of page.records) if (itemId !== null) changed.add(itemId);
    ({ after: cursor, hasMore } = page);
    await nextTurn();
  }
  if (kind === 'users') return (id) => changed.has(userItemId(tenant, id));
  if (kind === 'contents') return (id) => changed.has(id);
  return (id) => changed.has(findCourseActivityKey(id)?.activityGuid ?? '');
}
