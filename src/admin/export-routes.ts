/** The admin API's path of exports. */
import { Type } from 'typebox';

import { BULK_KINDS } from '../bulk/bulk-kind.ts';
import { exportRecords } from '../bulk/export.ts';
import { BULK_FORMATS } from '../bulk/records.ts';
import { ControlError, controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { findGuid } from '../lib/ids.ts';
import type { RegistrationId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import { describeReason } from '../model/reasons.ts';
import { openBulkTools } from './bulk-tools.ts';
import { findChanged } from './changed-records.ts';
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
              description:
                'UTC: only what was created, updated or removed since, by the audit trail. A removed record has @removed and what an import finds it by.',
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
        const order = { tenant, kind, format, registrationId, filter, signal };
        const changed =
          since === undefined ? undefined : await findChanged(context, { tenant, kind, registrationId, since });
        const value = refusingFilter(() => exportRecords(openBulkTools(context), { ...order, changed }));
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
