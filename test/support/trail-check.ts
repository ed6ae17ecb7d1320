/** Holds the audit trail of a database that its server has left against the data. */
import { expect } from 'vitest';

import type { Tenant } from '../../src/model/directory.ts';
import { listLoggedTenants, readPages } from '../../src/store/changes/read-log.ts';
import { readable } from '../../src/store/changes/record.ts';
import type { ReadableRecord } from '../../src/store/changes/record.ts';
import { verifyLog } from '../../src/store/changes/verify.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import { createLearningStore } from '../../src/store/learning-store.ts';
import type { CrashPlace } from './crash-places.ts';

const LIST = {
  name: 'listActivityKeys',
  sql: `select guid_text(learner_user_id) as learner, guid_text(activity_guid) as guid from learning_course_activity
where tenant_id = :tenant_id`,
};

interface Told {
  /** As the records make it, one after another. */
  image: Readonly<Record<string, unknown>>;
  versions: number;
}

/**
 * The trail is whole, and its records, one after another, make each activity what it is, with as many changes as its row
 * counts. @returns how many records it has
 */
export async function expectTrailAgrees(place: CrashPlace): Promise<number> {
  await using connection = place.connect();
  let records = 0;
  for (const tenantKey of await listLoggedTenants(connection)) {
    const verdict = await verifyLog(connection, tenantKey, { key: undefined });
    expect(verdict.problems).toEqual([]);
    records += verdict.records;
  }
  for (const tenant of await createDirectoryStore(connection).listTenants()) await expectTold(connection, tenant);
  return records;
}

async function expectTold(connection: SqlConnection, tenant: Tenant): Promise<void> {
  const told = await readTold(connection, tenant);
  const { guid } = connection.dialect.columns;
  const { activities, run } = createLearningStore(connection);
  const missing = new Set(told.keys());
  for (const row of await connection.read(LIST, { tenant_id: tenant.key })) {
    const item = guid.decode(row['guid'] ?? null) as string;
    const found = told.get(item);
    // Those of the seed are in its record, not in records of their own.
    if (found === undefined) continue;
    const stored = await run(activities.find(tenant, `${guid.decode(row['learner'] ?? null) as string}:${item}`));
    expect({ item, image: found.image, versions: found.versions }).toEqual({
      item,
      image: withoutNulls(stored?.activity ?? {}),
      versions: stored?.rowVersion,
    });
    missing.delete(item);
  }
  expect([...missing]).toEqual([]);
}

async function readTold(connection: SqlConnection, tenant: Tenant): Promise<ReadonlyMap<string, Told>> {
  const records: ReadableRecord[] = [];
  for await (const page of readPages(connection, tenant.key)) records.push(...page.map(readable));
  const told = new Map<string, Told>();
  const ofActivities = records.filter(({ kind }) => kind === 'learningCourseActivity');
  for (const { itemId = '', after } of ofActivities.toSorted((one, other) => one.changedAt - other.changedAt)) {
    const { image, versions } = told.get(itemId) ?? { image: {}, versions: 0 };
    told.set(itemId, { image: withoutNulls({ ...image, ...after }), versions: versions + 1 });
  }
  return told;
}

function withoutNulls(image: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(image).filter(([, value]) => value !== null));
}
