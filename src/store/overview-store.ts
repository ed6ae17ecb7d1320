/** What the activities of a tenant, or of one provider, add up to. */
import type { CourseActivityType } from '../model/entity.ts';
import type { Tenant } from '../model/directory.ts';
import { ACTIVITY_TYPES } from './activity-codec.ts';
import type { Params, Row, SqlConnection, Statement } from './connection.ts';
import type { SqlValue } from './dialect.ts';

export interface OverviewScope {
  readonly tenant: Tenant;
  /** All providers when not given. */
  readonly registrationId?: string | undefined;
  /** Canonical UTC text: completions from then on are told with their times. */
  readonly since: string;
}

/** Activities that have all of this in common. */
export interface ActivityGroup {
  readonly registrationId: string;
  readonly learningContentId: string;
  readonly type: CourseActivityType;
  /** The number of the member; null for none. */
  readonly status: number | null;
  readonly count: number;
}

/** Activities that are not completed and due at the same time of the same zone. */
export interface DueGroup {
  /** Local time of the zone, as the client wrote it. */
  readonly dateTime: string;
  readonly timeZone: string;
  readonly count: number;
}

export interface OverviewPart {
  readonly groups: readonly ActivityGroup[];
  readonly due: readonly DueGroup[];
  /** UTC texts. */
  readonly completed: readonly { readonly dateTime: string; readonly count: number }[];
}

/** Activities that one part is of: a database in this process answers nobody else meanwhile. */
const STEP = 20_000;

const within = `a.tenant_id = :tenant_id and (a.learner_user_id, a.activity_guid) > (:after_user_id, :after_guid)
  and (a.learner_user_id, a.activity_guid) <= (:until_user_id, :until_guid)`;
const fromActivities = `from learning_course_activity a
join learning_provider p on p.tenant_id = :tenant_id and p.provider_key = a.provider_key
where ${within} and (:registration_id is null or p.registration_id = :registration_id)`;
const keys = `select a.learner_user_id, a.activity_guid from learning_course_activity a
where a.tenant_id = :tenant_id and (a.learner_user_id, a.activity_guid) > (:after_user_id, :after_guid)
order by a.learner_user_id`;

const STATEMENTS = {
  end: { name: 'overviewEnd', sql: `${keys}, a.activity_guid limit 1 offset :step` },
  last: { name: 'overviewLast', sql: `${keys} desc, a.activity_guid desc limit 1` },
  groups: {
    name: 'overviewGroups',
    sql: `select guid_text(p.registration_id) as registration_id, guid_text(a.learning_content_id) as learning_content_id,
  a.activity_type, a.status, count(*) as activities ${fromActivities}
group by p.registration_id, a.learning_content_id, a.activity_type, a.status`,
  },
  due: {
    name: 'overviewDue',
    sql: `select a.due_date_time, a.due_date_time_time_zone, count(*) as activities ${fromActivities}
  and a.due_date_time is not null and (a.status is null or a.status <> :completed)
group by a.due_date_time, a.due_date_time_time_zone`,
  },
  completed: {
    name: 'overviewCompleted',
    sql: `select a.completed_date_time, count(*) as activities ${fromActivities} and a.completed_date_time >= :since
group by a.completed_date_time`,
  },
} as const satisfies Readonly<Record<string, Statement>>;

const COMPLETED = 2;
const FIRST_GUID = '00000000-0000-0000-0000-000000000000';

/** Parts of the whole, each of some thousand activities, between which others get their turn. */
export async function* readOverview(connection: SqlConnection, scope: OverviewScope): AsyncGenerator<OverviewPart> {
  const { guid, instant } = connection.dialect.columns;
  const first = guid.encode(FIRST_GUID);
  const bounds = {
    tenant_id: scope.tenant.key,
    registration_id: scope.registrationId === undefined ? null : guid.encode(scope.registrationId),
  };
  const read = async (statement: Statement, params: Params): Promise<readonly Row[]> =>
    connection.read(statement, params);
  let after: Params = { after_user_id: first, after_guid: first };
  for (;;) {
    const place = { tenant_id: scope.tenant.key, ...after };
    const [end] = await read(STATEMENTS.end, { ...place, step: STEP });
    const [until = end] = end === undefined ? await read(STATEMENTS.last, place) : [];
    if (until === undefined) return;
    const range = {
      ...bounds,
      ...after,
      until_user_id: value(until, 'learner_user_id'),
      until_guid: value(until, 'activity_guid'),
    };
    const groups = await read(STATEMENTS.groups, range);
    const due = await read(STATEMENTS.due, { ...range, completed: COMPLETED });
    const completed = await read(STATEMENTS.completed, { ...range, since: instant.encode(scope.since) });
    yield {
      groups: groups.map((row) => ({
        registrationId: guid.decode(value(row, 'registration_id')) as string,
        learningContentId: guid.decode(value(row, 'learning_content_id')) as string,
        type:
          value(row, 'activity_type') === ACTIVITY_TYPES.learningAssignment
            ? 'learningAssignment'
            : 'learningSelfInitiatedCourse',
        status: value(row, 'status') as number | null,
        count: Number(row['activities']),
      })),
      due: due.map((row) => ({
        dateTime: String(row['due_date_time']),
        timeZone: String(row['due_date_time_time_zone']),
        count: Number(row['activities']),
      })),
      completed: completed.map((row) => ({
        dateTime: instant.decode(value(row, 'completed_date_time')) as string,
        count: Number(row['activities']),
      })),
    };
    if (end === undefined) return;
    after = { after_user_id: range.until_user_id, after_guid: range.until_guid };
  }
}

function value(row: Row, column: string): SqlValue {
  return row[column] ?? null;
}
