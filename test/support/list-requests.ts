/** What lists ask a database for: every list, each with the pages, filters, orders and counts that make other statements. */
import { DEFAULT_BEHAVIOUR } from '../../src/model/behaviour.ts';
import { createSchema } from '../../src/model/schema.ts';
import type { EntityName } from '../../src/model/schema.ts';
import { V1 } from '../../src/model/versions.ts';
import { createQueryReader } from '../../src/odata/query-options.ts';
import type { SkipTokenValue } from '../../src/odata/skip-token.ts';
import type { Params, SqlConnection, Statement } from '../../src/store/connection.ts';
import { openStores } from '../../src/store/learning-store.ts';
import type { AwaitableStores } from '../../src/store/learning-store.ts';
import type { ListSelection } from '../../src/store/listing.ts';
import { CONTENT, LEARNER, markedTenant, OPEN } from './stored-tenant.ts';

const schema = createSchema(V1, DEFAULT_BEHAVIOUR);
const { tenant } = markedTenant(1, 'Contoso');
const types = ['learningAssignment', 'learningSelfInitiatedCourse'] as const;
const activities = { kind: 'activities', tenant, types, registrationId: undefined, learnerUserId: undefined } as const;

interface ListCase {
  readonly selection: ListSelection;
  readonly declared: EntityName;
  /** A place in the list's own order. */
  readonly after: readonly SkipTokenValue[];
  readonly filter: string;
  readonly orderBy: string;
}

const LISTS: readonly ListCase[] = [
  {
    selection: { kind: 'providers', tenant },
    declared: 'learningProvider',
    after: [OPEN],
    filter: "displayName eq 'x' or contains(displayName,'y')",
    orderBy: 'displayName',
  },
  {
    selection: { kind: 'contents', tenant, registrationId: OPEN },
    declared: 'learningContent',
    after: ['x'],
    filter: "title eq 'x' or level eq 'beginner'",
    orderBy: 'title desc',
  },
  {
    selection: { kind: 'users', tenant },
    declared: 'user',
    after: [LEARNER],
    filter: "startswith(displayName,'x')",
    orderBy: 'displayName',
  },
  {
    selection: activities,
    declared: 'learningCourseActivity',
    after: [LEARNER, CONTENT],
    filter: "status eq 'completed' or completionPercentage lt 5",
    orderBy: 'completedDateTime desc',
  },
  {
    selection: { ...activities, registrationId: OPEN },
    declared: 'learningCourseActivity',
    after: ['x', LEARNER, 0, 0],
    filter: "not (externalcourseActivityId eq 'x')",
    orderBy: 'status',
  },
  {
    selection: { ...activities, learnerUserId: LEARNER },
    declared: 'learningCourseActivity',
    after: [CONTENT],
    filter: "status ne 'completed'",
    orderBy: 'completedDateTime',
  },
];

/** The statements, each text once. The database has no rows of them. */
export async function recordLists(connection: SqlConnection): Promise<readonly Statement[]> {
  const asked = new Map<string, Statement>();
  const read = async (statement: Statement, params: Params) => {
    asked.set(statement.sql, statement);
    return connection.read(statement, params);
  };
  for (const list of LISTS) await askFor(openStores({ ...connection, read }).lists, list);
  return [...asked.values()];
}

async function askFor(lists: AwaitableStores['lists'], { selection, declared, ...texts }: ListCase) {
  const rules = { options: ['filter', 'orderby'], collection: '' } as const;
  const preferences = { showsHiddenMembers: false, maxPageSize: undefined };
  const reader = createQueryReader(schema, declared);
  const { filter } = reader(`$filter=${encodeURIComponent(texts.filter)}`, { ...rules, preferences });
  const { orderBy } = reader(`$orderby=${encodeURIComponent(texts.orderBy)}`, { ...rules, preferences });
  const page = { filter: undefined, orderBy: [], after: undefined, skip: 0, take: 10 };
  const { after } = texts;
  const queries = [
    page,
    { ...page, after },
    { ...page, skip: 20 },
    { ...page, filter, after },
    { ...page, filter, orderBy },
  ];
  for (const query of queries) await lists.readPage(selection, query);
  await lists.count(selection, undefined);
  await lists.count(selection, filter);
}
