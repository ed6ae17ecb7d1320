/**
 * How look-ups of many rows find them in a table that was small when its statistics were taken. Connections keep a plan, so
 * one that reads the whole table would go on to do so while the table grows.
 */
import { expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createBulkStore } from '../../src/store/bulk-store.ts';
import type { LoggedUnit, Params, SqlConnection, Statement, Write } from '../../src/store/connection.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { openStores } from '../../src/store/learning-store.ts';
import { createRetentionStore } from '../../src/store/retention-store.ts';
import { POSTGRES } from '../support/store.ts';
import {
  activityGuid,
  activityOf,
  CONTENT,
  EXTERNAL_ID,
  fillTenant,
  LEARNER,
  markedTenant,
  OPEN,
} from '../support/stored-tenant.ts';

const marked = markedTenant(1, 'Contoso');
const { tenant } = marked;
const ACTIVITIES = 3000;

/** Large enough that a scan costs less than the hundred look-ups that PostgreSQL expects. */
async function fill(connection: SqlConnection): Promise<void> {
  const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
  const { activity } = createImportWrites(connection.dialect);
  await fillTenant(
    connection,
    marked,
    Array.from({ length: ACTIVITIES }, (_, number) =>
      activity(tenant, activityOf(schema, { number, externalId: `assignment ${number}` })),
    ),
  );
  await connection.script('analyze');
}

test('each look-up of many rows goes by an index', async () => {
  await using database = POSTGRES.create();
  const connection = await database.open();
  await fill(connection);
  const asked: (readonly [Statement, Params])[] = [];
  const read = async (statement: Statement, params: Params) => {
    asked.push([statement, params]);
    return connection.read(statement, params);
  };
  const bulk = createBulkStore({ ...connection, read });
  const type = 'learningAssignment';
  const found = await Promise.all([
    bulk.findActivities(tenant, OPEN, [{ externalId: 'assignment 7', learnerUserId: LEARNER, type }]),
    bulk.findActivitiesById(tenant, [{ learnerUserId: LEARNER, activityGuid: activityGuid(7) }]),
    bulk.findContents(tenant, [CONTENT]),
    bulk.findContentsByExternalId(tenant, OPEN, [EXTERNAL_ID]),
    bulk.findLearners(tenant, 'id', [LEARNER]),
    bulk.findUsers(tenant, 'id', [LEARNER]),
  ]);
  const key = { learnerUserId: LEARNER, activityGuid: activityGuid(7) };
  found.push(await openStores({ ...connection, read }).activities.findMany(tenant, [key, key]));
  expect(found.map((rows) => rows.length)).toEqual(found.map(() => 1));
  const write = async (writes: readonly Write[], logged?: LoggedUnit) => {
    for (const { statement, params } of logged?.taken ?? []) asked.push([statement, params]);
    return connection.write(writes);
  };
  const retention = createRetentionStore({ ...connection, write }, () => ({
    channel: 'server',
    operation: 'retention',
  }));
  await retention.remove(tenant, '2030-01-01T00:00:00.0000000Z', [[LEARNER, activityGuid(7)]]);
  expect(asked).toHaveLength(found.length + 1);
  for (const [{ sql }, params] of asked) {
    const plan = await connection.read({ name: 'plan', sql: `explain ${sql}` }, params);
    const text = plan.map((row) => String(row['QUERY PLAN'])).join('\n');
    expect(text).not.toMatch(/Seq Scan on learning_course_activity|Hash Join|Merge Join/);
  }
});
