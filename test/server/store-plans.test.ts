/** How the database finds the rows of each statement and list: by an index, and in the order of the list. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import type { EntityName } from '../../src/model/schema.ts';
import { createSchema } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createQueryReader } from '../../src/odata/query-options.ts';
import type { SkipTokenValue } from '../../src/odata/skip-token.ts';
import type { Params, SqlConnection, Statement } from '../../src/store/connection.ts';
import { openStores } from '../../src/store/learning-store.ts';
import type { ListSelection } from '../../src/store/listing.ts';
import { statements } from '../../src/store/statements.ts';
import { SQLITE } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';
import { CONTENT, LEARNER, markedTenant, OPEN } from '../support/stored-tenant.ts';

const { tenant } = markedTenant(1, 'Contoso');
const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const types = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;
const activities = { kind: 'activities', tenant, types, registrationId: undefined, learnerUserId: undefined } as const;

interface ListCase {
  readonly list: string;
  readonly selection: ListSelection;
  readonly declared: EntityName;
  /** A place in the list's own order, and how a filter and an order are written for it. */
  readonly after: readonly SkipTokenValue[];
  readonly filter: string;
  readonly orderBy: string;
}

const LISTS: readonly ListCase[] = [
  {
    list: 'providers',
    selection: { kind: 'providers', tenant },
    declared: 'learningProvider',
    after: [OPEN],
    filter: "displayName eq 'x'",
    orderBy: 'displayName',
  },
  {
    list: 'contents of a provider',
    selection: { kind: 'contents', tenant, registrationId: OPEN },
    declared: 'learningContent',
    after: ['x'],
    filter: "title eq 'x'",
    orderBy: 'title desc',
  },
  {
    list: 'users',
    selection: { kind: 'users', tenant },
    declared: 'user',
    after: [LEARNER],
    filter: "startswith(displayName,'x')",
    orderBy: 'displayName',
  },
  {
    list: 'activities of the tenant',
    selection: activities,
    declared: 'learningCourseActivity',
    after: [LEARNER, CONTENT],
    filter: "status eq 'completed'",
    orderBy: 'completedDateTime desc',
  },
  {
    list: 'activities of a provider',
    selection: { ...activities, registrationId: OPEN },
    declared: 'learningCourseActivity',
    after: ['x', LEARNER, 0, 0],
    filter: "externalcourseActivityId eq 'x'",
    orderBy: 'status',
  },
  {
    list: 'activities of a learner',
    selection: { ...activities, learnerUserId: LEARNER },
    declared: 'learningCourseActivity',
    after: [CONTENT],
    filter: "status ne 'completed'",
    orderBy: 'dueDateTime/dateTime',
  },
];

/** A scan of these would grow with the tenants. The others hold a handful of rows for a whole server. */
const GROWING = [
  'learning_course_activity',
  'learning_content',
  'learning_provider',
  'directory_user',
  'app_registration',
];

/** The steps, as the database names them; what is within another step has it as its parent. */
type Plan = readonly { readonly parent: number; readonly detail: string }[];

/** Scans of a whole table or index. What goes over the rows of a subquery goes over what was searched for already. */
function scansOf(plan: Plan, { sql }: Statement): readonly string[] {
  const tables = sql.matchAll(/\b(?:from|join)\s+(\w+)\s+([a-z])\b/g);
  const tableOf = new Map([...tables].map(([, table = '', alias = '']) => [alias, table]));
  const subqueries = plan.filter(({ detail }) => /^(CO-ROUTINE|MATERIALIZE) /.test(detail));
  return plan.flatMap(({ parent, detail }) => {
    const name = /^SCAN (\w+)/.exec(detail)?.[1] ?? '';
    const isOfSubquery = subqueries.some((step) => step.parent === parent && step.detail.endsWith(` ${name}`));
    return !isOfSubquery && GROWING.includes(tableOf.get(name) ?? name) ? [detail] : [];
  });
}

function sortsOf(plan: Plan): readonly string[] {
  return plan.map(({ detail }) => detail).filter((detail) => detail.includes('TEMP B-TREE'));
}

describe('on SQLite', () => {
  let database: TestDatabase;
  let connection: SqlConnection;

  beforeAll(async () => {
    database = SQLITE.create();
    connection = await database.open();
  });
  afterAll(() => database[Symbol.asyncDispose]());

  const explain = async ({ sql }: Statement): Promise<Plan> => {
    const names = [...sql.matchAll(/:(\w+)/g)].map(([, name = '']) => [name, null] as const);
    const rows = await connection.read({ name: 'plan', sql: `explain query plan ${sql}` }, Object.fromEntries(names));
    return rows.map(({ parent, detail }) => ({ parent: Number(parent), detail: String(detail) }));
  };

  test.each(Object.values(statements))('$name searches by an index', async (statement) => {
    const plan = await explain(statement);
    expect(scansOf(plan, statement)).toEqual([]);
    expect(plan.filter(({ detail }) => detail.includes('AUTOMATIC'))).toEqual([]);
  });

  /** What a list asks the database for. */
  const record = async (ask: (connection: SqlConnection) => Promise<unknown>): Promise<readonly Statement[]> => {
    const asked: Statement[] = [];
    const read = async (statement: Statement, params: Params) => {
      asked.push(statement);
      return connection.read(statement, params);
    };
    await ask({ ...connection, read });
    return asked;
  };

  describe.each(LISTS)('the list of $list', ({ selection, declared, after, filter, orderBy }) => {
    const rules = { options: ['filter', 'orderby'], collection: '' } as const;
    const preferences = { showsHiddenMembers: false, maxPageSize: undefined };
    const read = createQueryReader(schema, declared);
    const query = (text: string) => read(text, { ...rules, preferences });
    const filtered = query(`$filter=${encodeURIComponent(filter)}`);
    const sorted = query(`$orderby=${encodeURIComponent(orderBy)}`);
    const page = { filter: undefined, orderBy: [], after: undefined, skip: 0, take: 10 };

    test.each([
      ['its first page', page],
      ['a later page', { ...page, after }],
      ['a page after others', { ...page, skip: 20 }],
    ])('%s is a search by an index, in the order that the index has', async (_, pageQuery) => {
      const asked = await record((recording) => openStores(recording).lists.readPage(selection, pageQuery));
      expect(asked.length).toBeGreaterThan(0);
      for (const statement of asked) {
        const plan = await explain(statement);
        expect(scansOf(plan, statement)).toEqual([]);
        expect(sortsOf(plan)).toEqual([]);
        expect(plan.map(({ detail }) => detail).join()).toMatch(/SEARCH .*USING/);
      }
    });

    test.each([
      ['filtered', [], filtered.filter],
      ['sorted by a property', sorted.orderBy, undefined],
      ['sorted by a property and filtered', sorted.orderBy, filtered.filter],
    ])('%s it is a search by an index', async (_, order, condition) => {
      const query = { ...page, orderBy: order, filter: condition };
      for (const statement of await record((recording) => openStores(recording).lists.readPage(selection, query))) {
        expect(scansOf(await explain(statement), statement)).toEqual([]);
      }
    });

    test.each([
      ['all of it', undefined],
      ['what a filter leaves of it', filtered.filter],
    ])('counting %s is a search by an index', async (_, condition) => {
      const asked = await record((recording) => openStores(recording).lists.count(selection, condition));
      for (const statement of asked) {
        const plan = await explain(statement);
        expect(scansOf(plan, statement)).toEqual([]);
        expect(sortsOf(plan)).toEqual([]);
      }
    });
  });
});
