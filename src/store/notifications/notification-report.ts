/** What administrators see of notifications: what waits, what is dead, what was sent. */
import type { SqlConnection, Statement } from '../connection.ts';
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

/** Newest first; those of one target, or of all. */
const DELIVERIES: Statement = {
  name: 'notifications deliveries',
  sql: `
select guid_text(target_id) as target_id, sent_at, notifications, status, problem, took_ms
from notification_delivery
where tenant_id = :tenant_id and (cast(:is_of_all as smallint) = 1 or target_id = :target_id)
order by sent_at desc, delivery_id limit :row_limit`,
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
      const target = { is_of_all: targetId === undefined ? 1 : 0, target_id: guid.encode(targetId ?? FIRST_GUID) };
      const rows = await connection.read(DELIVERIES, { ...scope, ...target, row_limit: limit });
      return rows.map((row) => ({
        targetId: guid.decode(row['target_id'] ?? null) as string,
        sentAt: Number(row['sent_at']),
        notifications: Number(row['notifications']),
        status: row['status'] === null ? undefined : Number(row['status']),
        problem: row['problem'] === null ? undefined : String(row['problem']),
        tookMs: Number(row['took_ms']),
      }));
    },
    /** What is dead waits again. @param now epoch milliseconds of the real time */
    redeliver: async (targetId: string, now: number): Promise<void> => {
      const params = { ...scope, target_id: guid.encode(targetId), now };
      await connection.write([{ statement: REDELIVER, params }]);
    },
  };
}

const FIRST_GUID = '00000000-0000-0000-0000-000000000000';
