/** Due dates of one tenant, for webhooks that want `activity.overdue`. */
import { createActivityCodec } from '../activity-codec.ts';
import { registrationIdOf, selectedActivity } from '../columns.ts';
import type { CourseActivity } from '../../model/entity.ts';
import type { Params, SqlConnection, Statement, TupleStatement, Write } from '../connection.ts';
import type { ChangeCursor } from '../feed/feed-cursor.ts';
import { readTuples, runWork } from '../work.ts';

export interface DueName {
  readonly learnerUserId: string;
  readonly activityGuid: string;
}

export interface DueState {
  readonly cursor: ChangeCursor;
  /** How far the record was read; `undefined` when all of it was. */
  readonly filledTo: DueName | undefined;
  /** Epoch milliseconds by the clock of rules: earlier dates are not reported. */
  readonly begunAt: number;
}

export interface DueDate extends DueName {
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

export type DueStore = ReturnType<typeof createDueStore>;

const FIRST_GUID = '00000000-0000-0000-0000-000000000000';
const FIRST: DueName = { learnerUserId: FIRST_GUID, activityGuid: FIRST_GUID };

const ofTenant = 'tenant_id = :tenant_id';
const ofOne = `${ofTenant} and activity_guid = :activity_guid`;

const TABLE = {
  state: `select feed_cursor, filled_to, begun_at from webhook_due_state where ${ofTenant}`,
  begin: `
insert into webhook_due_state (tenant_id, feed_cursor, filled_to, begun_at)
values (:tenant_id, :feed_cursor, :filled_to, :begun_at)
on conflict (tenant_id) do update set feed_cursor = excluded.feed_cursor, filled_to = excluded.filled_to`,
  start: `
insert into webhook_due_state (tenant_id, feed_cursor, filled_to, begun_at)
values (:tenant_id, :feed_cursor, :filled_to, :begun_at) on conflict do nothing`,
  setCursor: `update webhook_due_state set feed_cursor = :feed_cursor where ${ofTenant}`,
  setFilledTo: `update webhook_due_state set filled_to = :filled_to where ${ofTenant}`,
  endState: `delete from webhook_due_state where ${ofTenant}`,
  endDates: `delete from webhook_due where ${ofTenant}`,
  due: `
select guid_text(learner_user_id) as learner_user_id, guid_text(activity_guid) as activity_guid, due_at
from webhook_due where ${ofTenant} and is_told = :is_told and due_at <= :now order by due_at limit :row_limit`,
  // A changed due date is reported again.
  wait: `
insert into webhook_due (tenant_id, activity_guid, learner_user_id, due_at, is_told)
values (:tenant_id, :activity_guid, :learner_user_id, :due_at, :is_told)
on conflict (tenant_id, activity_guid) do update set due_at = excluded.due_at, is_told = excluded.is_told
where webhook_due.due_at <> excluded.due_at`,
  told: `update webhook_due set is_told = :is_told where ${ofOne}`,
  remove: `delete from webhook_due where ${ofOne}`,
  // A reported date stays, so that it is not reported again.
  close: `delete from webhook_due where ${ofOne} and is_told = :is_told`,
} as const;

const statements = Object.fromEntries(
  Object.entries(TABLE).map(([name, sql]) => [name, { name: `webhook due ${name}`, sql }]),
) as Readonly<Record<keyof typeof TABLE, Statement>>;

const LIST: TupleStatement = {
  name: 'webhook due activities',
  sql: `
select ${selectedActivity('a', registrationIdOf('a'))} from learning_course_activity a
where a.tenant_id = :tenant_id and (a.learner_user_id, a.activity_guid) > (:learner_user_id, :activity_guid)
order by a.learner_user_id, a.activity_guid limit :row_limit`,
  givesTuples: true,
};

export function createDueStore(connection: SqlConnection, tenantKey: number) {
  const { guid, boolean, json } = connection.dialect.columns;
  const codec = createActivityCodec(connection.dialect);
  const scope = { tenant_id: tenantKey };
  const nameOf = ({ activityGuid }: Pick<DueName, 'activityGuid'>) => ({
    ...scope,
    activity_guid: guid.encode(activityGuid),
  });
  const write = (statement: Statement, params: Params = {}): Write => {
    return { statement, params: { ...scope, ...params } };
  };
  return {
    findState: async (): Promise<DueState | undefined> => {
      const [row] = await connection.read(statements.state, scope);
      if (row === undefined) return undefined;
      const filledTo = row['filled_to'] ?? null;
      return {
        cursor: String(row['feed_cursor']) as ChangeCursor,
        filledTo: filledTo === null ? undefined : (json.decode(filledTo) as DueName),
        begunAt: Number(row['begun_at']),
      };
    },
    /** Passed and not yet reported. */
    listDue: async (now: number, limit: number): Promise<readonly DueDate[]> => {
      const params = { ...scope, is_told: boolean.encode(false), now, row_limit: limit };
      return (await connection.read(statements.due, params)).map((row) => ({
        learnerUserId: guid.decode(row['learner_user_id'] ?? null) as string,
        activityGuid: guid.decode(row['activity_guid'] ?? null) as string,
        dueAt: Number(row['due_at']),
      }));
    },
    /** All activities of the tenant, by learner and GUID. */
    listActivities: async (after: DueName, limit: number): Promise<readonly CourseActivity[]> => {
      const params = { ...nameOf(after), learner_user_id: guid.encode(after.learnerUserId), row_limit: limit };
      const rows = await runWork(readTuples(LIST, params), connection);
      return rows.map((row) => codec.fromRow(row).activity);
    },
    /** With the first webhook that wants them. @param now by the clock of rules */
    start: (cursor: ChangeCursor, now: number): Write =>
      write(statements.start, { feed_cursor: cursor, filled_to: json.encode(FIRST), begun_at: now }),
    /** Committed under the lease. */
    writes: {
      /** Existing dates keep whether they were reported. */
      begin: (cursor: ChangeCursor, now: number): Write =>
        write(statements.begin, { feed_cursor: cursor, filled_to: json.encode(FIRST), begun_at: now }),
      setCursor: (cursor: ChangeCursor): Write => write(statements.setCursor, { feed_cursor: cursor }),
      setFilledTo: (to: DueName | undefined): Write =>
        write(statements.setFilledTo, { filled_to: to === undefined ? null : json.encode(to) }),
      end: (): readonly Write[] => [write(statements.endDates), write(statements.endState)],
      wait: ({ learnerUserId, dueAt, ...name }: DueDate, isTold: boolean): Write =>
        write(statements.wait, {
          ...nameOf(name),
          learner_user_id: guid.encode(learnerUserId),
          due_at: dueAt,
          is_told: boolean.encode(isTold),
        }),
      told: (name: DueName): Write => write(statements.told, { ...nameOf(name), is_told: boolean.encode(true) }),
      remove: (name: Pick<DueName, 'activityGuid'>): Write => write(statements.remove, nameOf(name)),
      close: (name: DueName): Write => write(statements.close, { ...nameOf(name), is_told: boolean.encode(false) }),
    },
  };
}
