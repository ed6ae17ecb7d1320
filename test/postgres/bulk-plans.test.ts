/**
 * How the look-ups of an import find their rows in a table that was small when its statistics were taken. Connections keep a
 * plan, so one that reads the whole table would do so for each chunk while the import makes it grow.
 */
import { expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createBulkStore } from '../../src/store/bulk-store.ts';
import type { Params, SqlConnection, Statement } from '../../src/store/connection.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
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

test('each look-up of an import goes by an index', async () => {
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
  expect(found.map((rows) => rows.length)).toEqual(found.map(() => 1));
  expect(asked).toHaveLength(found.length);
  for (const [{ sql }, params] of asked) {
    const plan = await connection.read({ name: 'plan', sql: `explain ${sql}` }, params);
    const text = plan.map((row) => String(row['QUERY PLAN'])).join('\n');
    expect(text).not.toMatch(/Seq Scan on learning_course_activity|Hash Join|Merge Join/);
  }
});
