/** Activities that were completed before a time, found and deleted a step at a time. */
import type { Tenant } from '../model/directory.ts';
import { ENUMS } from '../model/value-types.ts';
import { readIdentity, selectedIdentity } from './activity-codec.ts';
import { registrationIdOf } from './columns.ts';
import type { ItemChange, Origin } from './changes/change.ts';
import type { Params, Row, SqlConnection, Statement } from './connection.ts';
import type { SqlValue } from './dialect.ts';

export interface RetentionStore {
  /** Keys of rows that were looked at: those that are older, in steps; work of others may come between. */
  listCompletedBefore(tenant: Tenant, utcText: string): AsyncGenerator<readonly ActivityRowKey[]>;
  /** Deletes those that are still completed before the time. */
  remove(tenant: Tenant, utcText: string, keys: readonly ActivityRowKey[]): Promise<void>;
}

/** Learner and activity, as texts. */
export type ActivityRowKey = readonly [learnerUserId: string, activityGuid: string];

const STEP_ROWS = 2000;
const COMPLETED = ENUMS['graph.courseStatus'].find(({ name }) => name === 'completed')?.value ?? null;
const FIRST_GUID = '00000000-0000-0000-0000-000000000000';

const STEP: Statement = {
  name: 'stepCompleted',
  sql: `
select guid_text(t.learner_user_id) as learner_user_id, guid_text(t.activity_guid) as activity_guid,
  t.status = :status and t.completed_date_time < :completed_date_time as is_older
from learning_course_activity t
where t.tenant_id = :tenant_id and (t.learner_user_id, t.activity_guid) > (:learner_user_id, :activity_guid)
order by t.learner_user_id, t.activity_guid limit ${STEP_ROWS}`,
};

/** @param findOrigin who has them go */
export function createRetentionStore(connection: SqlConnection, findOrigin: () => Origin): RetentionStore {
  const { dialect } = connection;
  const { guid, instant } = dialect.columns;
  const scope = (tenant: Tenant, utcText: string): Params => ({
    tenant_id: tenant.key,
    status: COMPLETED,
    completed_date_time: instant.encode(utcText),
  });
  const { jsonRows } = dialect;
  const [learner, activity] = [jsonRows.value(0, guid.sql), jsonRows.value(1, guid.sql)];
  const removal: Statement = {
    name: 'removeCompleted',
    sql: `
delete from learning_course_activity where tenant_id = :tenant_id
  and (learner_user_id, activity_guid) in (select ${learner}, ${activity} from ${jsonRows.relation(':rows')})
  and status = :status and completed_date_time < :completed_date_time`,
  };
  /** Locks all of them, so that none is completed between the look and the deletion. */
  const look: Statement = {
    name: 'lookAtCompleted',
    sql: `
select ${selectedIdentity('a', registrationIdOf('a'))}, a.completed_date_time,
  a.status = :status and a.completed_date_time < :completed_date_time as is_older
from ${jsonRows.lookUp(jsonRows.relation(':rows'), {
      table: 'learning_course_activity a',
      condition: `a.tenant_id = :tenant_id and a.learner_user_id = ${learner} and a.activity_guid = ${activity}`,
    })}
${dialect.forUpdate}`,
  };
  /** What the record has is why it went: its values are to end. Who follows changes is told which one it was. */
  const changeOf = (tenantKey: number, row: Row): ItemChange | undefined => {
    if (Number(row['is_older']) !== 1) return undefined;
    const completedDateTime = instant.decode(row['completed_date_time'] as SqlValue);
    const { itemId, image } = readIdentity(row, dialect);
    return { tenantKey, kind: 'learningCourseActivity', itemId, before: { completedDateTime }, named: image };
  };
  return {
    listCompletedBefore: async function* listCompletedBefore(tenant, utcText) {
      let [lastLearner, lastActivity]: ActivityRowKey = [FIRST_GUID, FIRST_GUID];
      for (;;) {
        const from = { learner_user_id: guid.encode(lastLearner), activity_guid: guid.encode(lastActivity) };
        const rows = await connection.read(STEP, { ...scope(tenant, utcText), ...from });
        const keys = rows.map((row) => [decode(row['learner_user_id']), decode(row['activity_guid'])] as const);
        yield keys.filter((_, index) => Number(rows[index]?.['is_older']) === 1);
        if (rows.length < STEP_ROWS) return;
        [lastLearner, lastActivity] = keys.at(-1) ?? [FIRST_GUID, FIRST_GUID];
      }
    },
    remove: async (tenant, utcText, keys) => {
      const params = { ...scope(tenant, utcText), rows: JSON.stringify(keys) };
      const taken = [{ statement: look, params, changeOf: (row: Row) => changeOf(tenant.key, row) }];
      await connection.write([{ statement: removal, params }], { origin: findOrigin(), changes: [], taken });
    },
  };

  function decode(value: SqlValue | undefined): string {
    return String(guid.decode(value ?? null));
  }
}
