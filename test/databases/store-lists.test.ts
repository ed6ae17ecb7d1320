/** Long lists are read in steps: what is there throughout is seen once, whatever others write between the steps. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { CourseActivity } from '../../src/model/entity.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import type { FilterNode } from '../../src/odata/filter-types.ts';
import { createQueryReader } from '../../src/odata/query-options.ts';
import type { Params, SqlConnection, Statement, Write } from '../../src/store/connection.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import { openStores } from '../../src/store/learning-store.ts';
import type { ListSelection } from '../../src/store/listing.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import * as fixture from '../support/stored-tenant.ts';

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const marked = fixture.markedTenant(1, 'Contoso');
const { tenant } = marked;
const types = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;
const selection: ListSelection = {
  kind: 'activities',
  tenant,
  types,
  registrationId: undefined,
  learnerUserId: fixture.LEARNER,
};

/** More than are read in one step; those that are looked for lie near where steps end. */
const FIRST = 100;
const LAST = 2300;
const WANTED = [1995, 2005, 2095, 2105, 2250];

const activity = (number: number): CourseActivity => ({
  ...fixture.activityOf(schema, { number }),
  completionPercentage: WANTED.includes(number) ? 7 : 0,
});
const numberOf = (id: unknown) => Number(String(id).slice(-12));

const { filter } = createQueryReader(schema, 'learningCourseActivity')('$filter=completionPercentage%20eq%207', {
  options: ['filter'],
  collection: '',
  preferences: { showsHiddenMembers: false, maxPageSize: undefined },
});

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  let database: TestDatabase;
  let connection: SqlConnection;

  beforeAll(async () => {
    database = create();
    connection = await database.open();
    await fixture.fillTenant(connection, marked);
    await connection.write(add(FIRST, LAST));
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const add = (from: number, to: number): readonly Write[] => {
    const writes = createImportWrites(connection.dialect);
    return Array.from({ length: to - from }, (_, index) => writes.activity(tenant, activity(from + index)));
  };
  const remove = (from: number, to: number): readonly Write[] => [
    {
      statement: {
        name: 'removeRange',
        sql: `delete from learning_course_activity
          where tenant_id = :tenant_id and activity_guid >= :from_guid and activity_guid < :to_guid`,
      },
      params: {
        tenant_id: tenant.key,
        from_guid: connection.dialect.columns.guid.encode(fixture.activityGuid(from)),
        to_guid: connection.dialect.columns.guid.encode(fixture.activityGuid(to)),
      },
    },
  ];

  /** As another process would: once after so many reads. */
  const disturbed = (writes: readonly Write[], afterReads: number): SqlConnection => {
    let reads = 0;
    const read = async (statement: Statement, params: Params) => {
      const rows = await connection.read(statement, params);
      reads += 1;
      if (reads === afterReads) await connection.write(writes);
      return rows;
    };
    return { ...connection, read };
  };

  const readAll = async (from: SqlConnection, condition: FilterNode | undefined, skip = 0) => {
    const query = { filter: condition, orderBy: [], after: undefined, skip, take: 100 };
    const { items } = await openStores(from).lists.readPage(selection, query);
    return items.map(({ entity }) => numberOf(entity['id']));
  };

  test('nobody else writes', async () => {
    expect(await readAll(connection, filter)).toEqual(WANTED);
    expect(await openStores(connection).lists.count(selection, filter)).toBe(WANTED.length);
    expect(await openStores(connection).lists.count(selection, undefined)).toBe(LAST - FIRST);
  });

  test.each([2, 3, 4, 5])('%i of those that match are skipped, in whatever step they are', async (skip) => {
    expect(await readAll(connection, filter, skip)).toEqual(WANTED.slice(skip));
  });

  test.each([1990, 2150])('%i of all are skipped, in whatever step they are', async (skip) => {
    const [first] = await readAll(connection, undefined, skip);
    expect(first).toBe(FIRST + skip);
  });

  describe.each([1, 2, 3, 4])('after %i reads', (afterReads) => {
    test.each([
      ['items before them are removed', () => remove(FIRST, FIRST + 50), () => add(FIRST, FIRST + 50)],
      ['items before them are added', () => add(FIRST - 50, FIRST), () => remove(FIRST - 50, FIRST)],
      ['items between them are removed', () => remove(2050, 2090), () => add(2050, 2090)],
    ])('%s', async (_, change, undo) => {
      const found = await readAll(disturbed(change(), afterReads), filter);
      expect(await connection.write(undo())).toEqual({ kind: 'done' });
      const count = await openStores(disturbed(change(), afterReads)).lists.count(selection, filter);
      expect(await connection.write(undo())).toEqual({ kind: 'done' });
      expect({ found, count }).toEqual({ found: WANTED, count: WANTED.length });
    });
  });
});
