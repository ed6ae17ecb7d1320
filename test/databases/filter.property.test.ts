import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { getGuid } from '../../src/lib/ids.ts';
import type { TenantId } from '../../src/lib/ids.ts';
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { NEW_TENANT } from '../../src/model/directory.ts';
import type { Tenant } from '../../src/model/directory.ts';
import type { CourseActivity } from '../../src/model/entity.ts';
import type { QueryOptionName } from '../../src/model/rows.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { buildNextLink } from '../../src/odata/next-link.ts';
import { createDeviationNotes } from '../../src/odata/deviation-notes.ts';
import { createQueryReader } from '../../src/odata/query-options.ts';
import { encodeSkipToken } from '../../src/odata/skip-token.ts';
import { ACTIVITY_TYPES, createActivityCodec } from '../../src/store/activity-codec.ts';
import { ACTIVITY_VALUES, registrationIdOf, selectedActivity } from '../../src/store/columns.ts';
import type { Row, SqlConnection } from '../../src/store/connection.ts';
import type { SqlValue } from '../../src/store/dialect.ts';
import { createDirectoryWrites } from '../../src/store/directory-writes.ts';
import { filterSql } from '../../src/store/filter-sql.ts';
import { createImportWrites } from '../../src/store/import-writes.ts';
import type { ListSource } from '../../src/store/list-columns.ts';
import { createListOrder } from '../../src/store/order-sql.ts';
import { activities, PROVIDERS } from '../support/random-activities.ts';
import { conditions, orders } from '../support/random-filters.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

// A lenient reader, so that every form of a literal is tried.
const notes = createDeviationNotes('lenient');
const readQuery = createQueryReader(createSchema(V1, DEFAULT_BEHAVIOUR), 'learningCourseActivity', notes);
const options: readonly QueryOptionName[] = ['filter', 'orderby', 'skiptoken'];
const preferences = { showsHiddenMembers: false, maxPageSize: undefined };

const source: ListSource = {
  alias: 'a',
  expressions: { registration_id: registrationIdOf('a') },
  discriminator: { column: 'activity_type', numbers: ACTIVITY_TYPES },
  keys: [
    { column: 'learner_user_id', kind: 'guid' },
    { column: 'activity_guid', kind: 'guid' },
  ],
};

let connection: SqlConnection;
let tenants = 0;

/** Stores the activities under a tenant of their own. */
async function store(items: readonly CourseActivity[]): Promise<Tenant> {
  tenants += 1;
  const id = getGuid<TenantId>(`70000000-0000-4000-8000-${String(tenants).padStart(12, '0')}`);
  const tenant = { id, key: tenants, displayName: 'Tenant', domainName: `${tenants}.example`, ...NEW_TENANT };
  const learning = createImportWrites(connection.dialect);
  const logo = 'https://example.com/logo.png';
  const provider = {
    displayName: 'Provider',
    isCourseActivitySyncEnabled: true,
    loginWebUrl: null,
    longLogoWebUrlForDarkTheme: logo,
    longLogoWebUrlForLightTheme: logo,
    squareLogoWebUrlForDarkTheme: logo,
    squareLogoWebUrlForLightTheme: logo,
  };
  const result = await connection.write([
    createDirectoryWrites(connection.dialect).tenant(tenant),
    ...PROVIDERS.map((id) => learning.provider(tenant, { ...provider, id })),
    ...items.map((item) => learning.activity(tenant, item)),
  ]);
  expect(result).toEqual({ kind: 'done' });
  return tenant;
}

/** Reads page after page, each from the link of the one before. */
async function walk(tenant: Tenant, query: string, sizes: readonly number[]): Promise<readonly (readonly Row[])[]> {
  const pages: (readonly Row[])[] = [];
  let rawQuery = query;
  for (;;) {
    const size = sizes[pages.length % sizes.length] as number;
    const { filter, orderBy, skipToken, tokenScope } = readQuery(rawQuery, { options, preferences, collection: 'all' });
    const order = createListOrder(orderBy, source, connection.dialect);
    const conditions = [
      ...(filter === undefined ? [] : [filterSql(filter, source, connection.dialect)]),
      ...(skipToken === undefined ? [] : [order.after(skipToken)]),
    ];
    const sql = `select ${selectedActivity('a', registrationIdOf('a'))} from learning_course_activity a
      where ${['a.tenant_id = :tenant_id', ...conditions.map((one) => one.sql)].join(' and ')}
      order by ${order.sql} limit :size`;
    const params = {
      tenant_id: tenant.key,
      size: size + 1,
      ...Object.assign({}, ...conditions.map((one) => one.params)),
    };
    const rows = await connection.read({ name: 'listed', sql }, params);
    pages.push(rows.slice(0, size));
    if (rows.length <= size) return pages;
    const token = encodeSkipToken(
      tokenScope,
      order.placeOf((name) => rows[size - 1]?.[name]),
    );
    rawQuery = new URL(buildNextLink('https://localhost/all', rawQuery, token)).search.slice(1);
  }
}

const cases = fc.record({
  items: activities,
  condition: fc.option(conditions),
  order: orders,
  sizes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
});

describe.each(STORE_DRIVERS)('$name', ({ create }) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = create();
    connection = await database.open();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  test('lists what a filter means, in the order asked for, every row once over all pages', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ items, condition, order, sizes }) => {
        const tenant = await store(items);
        const filter = condition === null ? '' : `$filter=${encodeURIComponent(condition.text)}&`;
        const orderBy = order.text === '' ? '' : `$orderby=${encodeURIComponent(order.text)}`;
        const pages = await walk(tenant, filter + orderBy, sizes);
        const codec = createActivityCodec(connection.dialect);
        const expected = items.filter((item) => condition?.holds(item) ?? true).toSorted(order.compare);
        expect(
          pages
            .flat()
            .map((row) => codec.fromRow(ACTIVITY_VALUES.map((column) => row[column] as SqlValue)).activity.id),
        ).toEqual(expected.map(({ id }) => id));
        expect(pages.slice(0, -1).every((page, index) => page.length === sizes[index % sizes.length])).toBe(true);
      }),
      { numRuns: 600 },
    );
  });
});
