/** Records of the audit trail as the admin API gives them. */
import { Type } from 'typebox';

import { formatUtcMilliseconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import type { StoredRecord } from '../store/changes/log-statements.ts';
import { readable } from '../store/changes/record.ts';
import type { ReadableRecord } from '../store/changes/record.ts';

const closed = { additionalProperties: false } as const;
const orNull = (description?: string) =>
  Type.Union([Type.String(), Type.Null()], description === undefined ? {} : { description });
const image = (description: string) =>
  Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], { description });

export const TENANT_OR_NULL = orNull('Id of the tenant; null for what belongs to none, or to one that has gone.');
export const TENANT_KEY = Type.Integer({ description: 'Number of the tenant in the database; 0 for none.' });

export const AUDIT_RECORD = Type.Object(
  {
    at: Type.String({ description: 'UTC, by the clock of the machine.' }),
    tenant: TENANT_OR_NULL,
    tenantKey: TENANT_KEY,
    chain: Type.Integer(),
    place: Type.Integer({ description: 'In the chain.' }),
    kind: orNull('What was changed, such as learningCourseActivity.'),
    action: orNull('created, updated or deleted.'),
    itemId: orNull('GUID of what was changed; for a user, a hash of the id.'),
    channel: orNull('By what way the change came: graph, admin, control and so on.'),
    operation: Type.String(),
    appId: orNull(),
    requestId: orNull(),
    actor: orNull('Id of the user who made the change, or a name.'),
    before: image('Values as they were; of an update, those that changed.'),
    after: image('Values as they are since; of an update, those that changed.'),
    changed: Type.Union([Type.Array(Type.String()), Type.Null()], {
      description: 'Names of what changed, where values are not kept.',
    }),
    erased: orNull('Pseudonym of a person whose values were erased from the record.'),
    isReadable: Type.Boolean({ description: 'False when what was stored has been tampered with.' }),
    recordHash: Type.String(),
  },
  { ...closed, description: 'A change, as the audit trail holds it.' },
);

/** Ids of tenants, by their numbers in the database. */
export type TenantIds = ReadonlyMap<number, string>;

export function tenantIds(tenants: readonly Tenant[]): TenantIds {
  return new Map(tenants.map(({ key, id }) => [key, id]));
}

export function showRecord(record: StoredRecord, tenants: TenantIds) {
  const { tenantKey, chain, place, changedAt, itemId, operation, appId, requestId, recordHash } = record;
  const found = readReadable(record);
  return {
    at: formatUtcMilliseconds(changedAt),
    tenant: tenants.get(tenantKey) ?? null,
    ...{ tenantKey, chain, place },
    kind: found?.kind ?? null,
    action: found?.action ?? null,
    itemId,
    channel: found?.channel ?? null,
    ...{ operation, appId, requestId },
    actor: found?.actor ?? null,
    before: found?.before ?? null,
    after: found?.after ?? null,
    changed: found?.changed ?? null,
    erased: found?.erased ?? null,
    isReadable: found !== undefined,
    recordHash,
  };
}

/** `undefined` for a record that holds anything else than what is written there. */
export function readReadable(record: StoredRecord): ReadableRecord | undefined {
  try {
    return readable(record);
  } catch {
    return undefined;
  }
}
