/** The admin API's paths of what learning adds up to, for people who look at it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Type } from 'typebox';

import { controlRoute } from '../control/route.ts';
import type { ControlRoute } from '../control/route.ts';
import { formatUtcSeconds } from '../lib/utc-text.ts';
import type { Tenant } from '../model/directory.ts';
import type { CourseActivityType } from '../model/entity.ts';
import { ENUMS } from '../model/value-types.ts';
import type { Row, SqlConnection, Statement } from '../store/connection.ts';
import { readOverview } from '../store/overview-store.ts';
import { countOfTenant } from '../store/tenant-counts.ts';
import type { AdminContext } from './context.ts';
import { createDueCheck } from './due-check.ts';
import { getNamedTenant } from './find-tenant.ts';

const closed = { additionalProperties: false } as const;
const COUNT = Type.Integer({ minimum: 0 });

const OVERVIEW = Type.Object(
  {
    total: COUNT,
    overdue: Type.Integer({ description: 'Not completed, and due before now.' }),
    dueSoon: Type.Integer({ description: 'Not completed, and due within the next 7 days.' }),
    byStatus: Type.Array(Type.Object({ status: Type.String(), count: COUNT }, closed)),
    byType: Type.Array(Type.Object({ type: Type.String(), count: COUNT }, closed)),
    byProvider: Type.Array(
      Type.Object({ id: Type.String(), displayName: Type.String(), count: COUNT, completed: COUNT }, closed),
    ),
    byContent: Type.Array(
      Type.Object({ id: Type.String(), title: Type.String(), count: COUNT, completed: COUNT }, closed),
      {
        description: 'The twenty with most activities.',
      },
    ),
    completedByDay: Type.Array(Type.Object({ date: Type.String({ format: 'date' }), count: COUNT }, closed), {
      description: 'Of the last 90 days, in UTC.',
    }),
  },
  closed,
);

const COUNTS = Type.Object({ users: COUNT, apps: COUNT, providers: COUNT, contents: COUNT, activities: COUNT }, closed);

const TENANT = { tenant: Type.String({ minLength: 1, description: 'Id or domain name.' }) };

const DAY_MS = 86_400_000;
const SHOWN_DAYS = 90;
const SHOWN_CONTENTS = 20;

export function overviewRoutes(context: AdminContext): readonly ControlRoute[] {
  const { connection, directory, clock } = context;
  return [
    controlRoute({
      id: 'countTenant',
      method: 'GET',
      path: '/counts',
      summary: 'Counts what a tenant has.',
      query: Type.Object(TENANT, closed),
      answer: { status: 200, description: 'The counts.', schema: COUNTS },
      run: async ({ query: { tenant } }) => ({
        body: await countOfTenant(connection, await getNamedTenant(directory, tenant)),
      }),
    }),
    controlRoute({
      id: 'getOverview',
      method: 'GET',
      path: '/overview',
      summary: 'Adds up the activities of a tenant, or of one of its providers.',
      query: Type.Object(
        { ...TENANT, provider: Type.Optional(Type.String({ format: 'uuid', description: 'Its registrationId.' })) },
        closed,
      ),
      answer: { status: 200, description: 'The numbers.', schema: OVERVIEW },
      run: async ({ query: { tenant, provider } }) => {
        const scope = { tenant: await getNamedTenant(directory, tenant), registrationId: provider?.toLowerCase() };
        return { body: await addUp(connection, scope, clock.now()) };
      },
    }),
  ];
}

interface Sum {
  count: number;
  completed: number;
}

interface Scope {
  readonly tenant: Tenant;
  readonly registrationId: string | undefined;
}

async function addUp(connection: SqlConnection, scope: Scope, now: number): Promise<object> {
  const statuses = new Map<string, number>();
  const types = new Map<CourseActivityType, number>();
  const providers = new Map<string, Sum>();
  const contents = new Map<string, Sum>();
  const days = new Map(listDays(now).map((day) => [day, 0]));
  const isDue = createDueCheck(now);
  let total = 0;
  let overdue = 0;
  let dueSoon = 0;
  for await (const part of readOverview(connection, { ...scope, since: `${[...days.keys()][0]}T00:00:00` })) {
    for (const { registrationId, learningContentId, type, status: number, count } of part.groups) {
      const status = statusName(number);
      total += count;
      add(statuses, status, count);
      add(types, type, count);
      for (const [sums, key] of [
        [providers, registrationId],
        [contents, learningContentId],
      ] as const) {
        const sum = sums.get(key) ?? { count: 0, completed: 0 };
        sum.count += count;
        if (status === 'completed') sum.completed += count;
        sums.set(key, sum);
      }
    }
    for (const group of part.due) {
      const when = isDue(group);
      if (when === 'overdue') overdue += group.count;
      if (when === 'soon') dueSoon += group.count;
    }
    for (const { dateTime, count } of part.completed) {
      const day = dateTime.slice(0, 10);
      if (days.has(day)) add(days, day, count);
    }
    await nextTurn();
  }
  const top = [...contents].toSorted(([, one], [, other]) => other.count - one.count).slice(0, SHOWN_CONTENTS);
  return {
    total,
    overdue,
    dueSoon,
    byStatus: [...statuses].map(([status, count]) => ({ status, count })).toSorted(byCount),
    byType: [...types].map(([type, count]) => ({ type, count })).toSorted(byCount),
    byProvider: await withNames(connection, scope.tenant, {
      names: PROVIDER_NAMES,
      sums: [...providers],
      label: 'displayName',
    }),
    byContent: await withNames(connection, scope.tenant, { names: CONTENT_NAME, sums: top, label: 'title' }),
    completedByDay: [...days].map(([date, count]) => ({ date, count })),
  };
}

function byCount(one: { readonly count: number }, other: { readonly count: number }): number {
  return other.count - one.count;
}

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function statusName(number: number | null): string {
  const member = ENUMS['graph.courseStatus'].find(({ value }) => value === number);
  return member?.name ?? 'none';
}

/** The last days up to today, in UTC. */
function listDays(now: number): readonly string[] {
  return Array.from({ length: SHOWN_DAYS }, (_, index) =>
    formatUtcSeconds(now - (SHOWN_DAYS - 1 - index) * DAY_MS).slice(0, 10),
  );
}

const PROVIDER_NAMES: Statement = {
  name: 'overviewProvider',
  sql: `select p.display_name as name from learning_provider p where p.tenant_id = :tenant_id and p.registration_id = :id`,
};
const CONTENT_NAME: Statement = {
  name: 'overviewContent',
  sql: `select c.title as name from learning_content c where c.tenant_id = :tenant_id and c.learning_content_id = :id`,
};

interface Naming {
  readonly names: Statement;
  readonly sums: readonly (readonly [string, Sum])[];
  /** What the name is called in the answer. */
  readonly label: string;
}

async function withNames(
  connection: SqlConnection,
  tenant: Tenant,
  { names, sums, label }: Naming,
): Promise<readonly object[]> {
  const { guid } = connection.dialect.columns;
  const named = [];
  for (const [id, sum] of sums) {
    const [row]: readonly Row[] = await connection.read(names, { tenant_id: tenant.key, id: guid.encode(id) });
    named.push({ id, [label]: String(row?.['name'] ?? id), ...sum });
  }
  return named.toSorted(byCount);
}
