/** What administrators see of notifications: what waits, what is dead, what was sent. */
import type { Row, SqlConnection, Statement } from '../connection.ts';
import type { Dialect } from '../dialect.ts';
import type { DeliveryRecord } from './notification-store.ts';
import { NOTIFICATION_STATES } from './notification-statements.ts';

const { waiting, dead } = NOTIFICATION_STATES;

const COUNTS: Statement = {
  name: 'notifications counts',
  sql: `
select guid_text(target_id) as target_id, state, count(*) as row_count, min(created_at) as oldest
from notification where tenant_id = :tenant_id group by target_id, state`,
};

const DELIVERY = 'guid_text(target_id) as target_id, sent_at, notifications, status, problem, took_ms';

/** Newest first. */
const DELIVERIES: Statement = {
  name: 'notifications deliveries',
  sql: `
select ${DELIVERY} from notification_delivery where tenant_id = :tenant_id
order by sent_at desc, delivery_id desc limit :row_limit`,
};

/** Their ids are in the order of time, so that no more rows are read than are answered. */
const DELIVERIES_OF_ONE: Statement = {
  name: 'notifications deliveries of one',
  sql: `
select ${DELIVERY} from notification_delivery where tenant_id = :tenant_id and target_id = :target_id
order by delivery_id desc limit :row_limit`,
};

/** Of each target that is there. */
const LAST_DELIVERIES: Statement = {
  name: 'notifications last deliveries',
  sql: `
select guid_text(d.target_id) as target_id, d.sent_at, d.notifications, d.status, d.problem, d.took_ms
from notification_target t join notification_delivery d on d.tenant_id = t.tenant_id and d.target_id = t.target_id
where t.tenant_id = :tenant_id and d.delivery_id = (
  select l.delivery_id from notification_delivery l
  where l.tenant_id = t.tenant_id and l.target_id = t.target_id order by l.delivery_id desc limit 1)`,
};

const REDELIVER: Statement = {
  name: 'notifications redeliver',
  sql: `
update notification set state = ${waiting}, next_at = :now, created_at = :now, attempts = 0
where tenant_id = :tenant_id and target_id = :target_id and state = ${dead}`,
};

export interface TargetCounts {
  readonly waiting: number;
  readonly dead: number;
  /** Epoch milliseconds of the real time. */
  readonly oldestWaitingAt: number | undefined;
}

export const NO_NOTIFICATIONS: TargetCounts = { waiting: 0, dead: 0, oldestWaitingAt: undefined };

export function createNotificationReport(connection: SqlConnection, tenantKey: number) {
  const scope = { tenant_id: tenantKey };
  const { guid }: Dialect['columns'] = connection.dialect.columns;
  const toDelivery = (row: Row): DeliveryRecord => ({
    targetId: guid.decode(row['target_id'] ?? null) as string,
    sentAt: Number(row['sent_at']),
    notifications: Number(row['notifications']),
    status: row['status'] === null ? undefined : Number(row['status']),
    problem: row['problem'] === null ? undefined : String(row['problem']),
    tookMs: Number(row['took_ms']),
  });
  return {
    /** By target; those without any are left out. */
    count: async (): Promise<ReadonlyMap<string, TargetCounts>> => {
      const counts = new Map<string, TargetCounts>();
      for (const row of await connection.read(COUNTS, scope)) {
        const id = guid.decode(row['target_id'] ?? null) as string;
        const count = Number(row['row_count']);
        const known = counts.get(id) ?? NO_NOTIFICATIONS;
        const isWaiting = Number(row['state']) === waiting;
        counts.set(
          id,
          isWaiting ? { ...known, waiting: count, oldestWaitingAt: Number(row['oldest']) } : { ...known, dead: count },
        );
      }
      return counts;
    },
    /** @param targetId `undefined`: of all */
    listDeliveries: async (targetId: string | undefined, limit: number): Promise<readonly DeliveryRecord[]> => {
      const some = { ...scope, row_limit: limit };
      const rows =
        targetId === undefined
          ? await connection.read(DELIVERIES, some)
          : await connection.read(DELIVERIES_OF_ONE, { ...some, target_id: guid.encode(targetId) });
      return rows.map(toDelivery);
    },
    /** By target; those that nothing was sent to are left out. */
    findLastDeliveries: async (): Promise<ReadonlyMap<string, DeliveryRecord>> => {
      const rows = await connection.read(LAST_DELIVERIES, scope);
      return new Map(rows.map(toDelivery).map((delivery) => [delivery.targetId, delivery]));
    },
    /** What is dead waits again. @param now epoch milliseconds of the real time */
    redeliver: async (targetId: string, now: number): Promise<void> => {
      const params = { ...scope, target_id: guid.encode(targetId), now };
      await connection.write([{ statement: REDELIVER, params }]);
    },
  };
}
