/** Messages of one tenant to subscriptions and webhooks, waiting and dead, and a log of requests. */
import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';

import type { Row, SqlConnection, Statement, Write } from '../connection.ts';
import type { Dialect } from '../dialect.ts';

/**
 * States of a message, by the number in the table. Numbers are never reused. Webhooks have their own: a server of
 * release 0.2 deletes messages of unknown targets as those of a removed subscription.
 */
export const MESSAGE_STATES = {
  subscription: { waiting: 1, dead: 2 },
  webhook: { waiting: 3, dead: 4 },
} as const;

export type QueueKind = keyof typeof MESSAGE_STATES;

export interface NewMessage<Content> {
  readonly targetId: string;
  /** A GUID that a replay repeats; random by default. */
  readonly id?: string;
  readonly learnerUserId: string | undefined;
  readonly content: Content;
}

export interface QueuedMessage<Content> {
  readonly targetId: string;
  readonly id: string;
  readonly content: Content;
  /** Epoch milliseconds of the real time. */
  readonly createdAt: number;
  readonly nextAt: number;
  /** Failed requests. */
  readonly attempts: number;
  readonly problem: string | undefined;
}

export interface DeliveryRecord {
  readonly targetId: string;
  readonly sentAt: number;
  readonly notifications: number;
  readonly status: number | undefined;
  readonly problem: string | undefined;
  readonly tookMs: number;
  /** Of a request to a webhook. */
  readonly message?: DeliveredMessage | undefined;
}

export interface DeliveredMessage {
  readonly id: string;
  readonly event: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The start of the body. */
  readonly answer: string;
}

const ofTenant = 'tenant_id = :tenant_id';
const ofTarget = `${ofTenant} and target_id = :target_id`;
const ofMessage = `${ofTarget} and notification_id = :notification_id`;
const message = `guid_text(target_id) as target_id, guid_text(notification_id) as notification_id, content, created_at, next_at,
  attempts, problem`;

const QUEUE_STATEMENTS = { subscription: queueStatementsOf('subscription'), webhook: queueStatementsOf('webhook') };

function queueStatementsOf(kind: QueueKind) {
  const { waiting, dead } = MESSAGE_STATES[kind];
  const table = {
    // A replayed message that is dead waits again.
    add: `
insert into notification (tenant_id, target_id, notification_id, learner_user_id, content, state, created_at, next_at,
  attempts)
values (:tenant_id, :target_id, :notification_id, :learner_user_id, :content, ${waiting}, :created_at, :created_at, 0)
on conflict (tenant_id, target_id, notification_id) do update
set state = ${waiting}, created_at = excluded.created_at, next_at = excluded.next_at, attempts = 0
where notification.state = ${dead}`,
    due: `
select ${message} from notification where ${ofTenant} and state = ${waiting} and next_at <= :now
order by next_at, created_at, notification_id limit :row_limit`,
    dueOfTarget: `
select ${message} from notification where ${ofTarget} and state = ${waiting} and next_at <= :now
order by next_at, created_at, notification_id limit :row_limit`,
    dead: `
select ${message} from notification where ${ofTenant} and state = ${dead}
order by created_at desc, notification_id limit :row_limit`,
    deadOfTarget: `
select ${message} from notification where ${ofTarget} and state = ${dead}
order by created_at desc, notification_id limit :row_limit`,
    delivered: `delete from notification where ${ofMessage}`,
    later: `
update notification set attempts = attempts + 1, next_at = :next_at, problem = :problem where ${ofMessage}`,
    /** So that messages of a failing endpoint do not fill the page of due ones. */
    postpone: `
update notification set next_at = :next_at where ${ofTarget} and state = ${waiting} and next_at < :next_at`,
    giveUp: `
update notification set attempts = attempts + 1, state = ${dead}, problem = :problem where ${ofMessage}`,
    redeliver: `
update notification set state = ${waiting}, next_at = :now, created_at = :now, attempts = 0
where ${ofTarget} and state = ${dead}`,
    redeliverOne: `
update notification set state = ${waiting}, next_at = :now, created_at = :now, attempts = 0
where ${ofMessage} and state = ${dead}`,
    /** Waiting messages are due now. */
    hasten: `update notification set next_at = :now where ${ofTarget} and state = ${waiting} and next_at > :now`,
    trimDead: `delete from notification where ${ofTenant} and state = ${dead} and created_at < :before`,
    counts: `
select guid_text(target_id) as target_id, state, count(*) as row_count, min(created_at) as oldest
from notification where ${ofTenant} and state in (${waiting}, ${dead}) group by target_id, state`,
  } as const;
  return named(`${kind} messages`, table);
}

const DELIVERY = `guid_text(target_id) as target_id, sent_at, notifications, status, problem, took_ms,
  guid_text(notification_id) as notification_id, event, attempt, answer`;
/** Those of webhooks have an event. */
const OF_KIND: Readonly<Record<QueueKind, string>> = { subscription: 'event is null', webhook: 'event is not null' };

const DELIVERY_STATEMENTS = named('deliveries', {
  remove: `delete from notification where ${ofTarget}`,
  log: `
insert into notification_delivery (tenant_id, target_id, delivery_id, sent_at, notifications, status, problem, took_ms,
  notification_id, event, attempt, answer)
values (:tenant_id, :target_id, :delivery_id, :sent_at, :notifications, :status, :problem, :took_ms,
  :notification_id, :event, :attempt, :answer)`,
  trim: 'delete from notification_delivery where tenant_id = :tenant_id and sent_at < :before',
  // Newest first.
  ofSubscriptions: `
select ${DELIVERY} from notification_delivery where ${ofTenant} and ${OF_KIND.subscription}
order by sent_at desc, delivery_id desc limit :row_limit`,
  ofWebhooks: `
select ${DELIVERY} from notification_delivery where ${ofTenant} and ${OF_KIND.webhook}
order by sent_at desc, delivery_id desc limit :row_limit`,
  // Ids are in the order of time: reads no more rows than it returns.
  ofOne: `
select ${DELIVERY} from notification_delivery where ${ofTarget} order by delivery_id desc limit :row_limit`,
  lastOfSubscriptions: lastOf('notification_target', 'target_id'),
  lastOfWebhooks: lastOf('webhook', 'webhook_id'),
});

/** Of each existing target. */
function lastOf(table: string, key: string): string {
  return `
select guid_text(d.target_id) as target_id, d.sent_at, d.notifications, d.status, d.problem, d.took_ms,
  guid_text(d.notification_id) as notification_id, d.event, d.attempt, d.answer
from ${table} t join notification_delivery d on d.tenant_id = t.tenant_id and d.target_id = t.${key}
where t.tenant_id = :tenant_id and d.delivery_id = (
  select l.delivery_id from notification_delivery l
  where l.tenant_id = t.tenant_id and l.target_id = t.${key} order by l.delivery_id desc limit 1)`;
}

function named<Names extends string>(prefix: string, table: Readonly<Record<Names, string>>) {
  return Object.fromEntries(
    Object.entries<string>(table).map(([name, sql]) => [name, { name: `${prefix} ${name}`, sql }]),
  ) as Readonly<Record<Names, Statement>>;
}

export interface TargetCounts {
  readonly waiting: number;
  readonly dead: number;
  /** Epoch milliseconds of the real time. */
  readonly oldestWaitingAt: number | undefined;
}

export const NO_MESSAGES: TargetCounts = { waiting: 0, dead: 0, oldestWaitingAt: undefined };

export interface QueueOf {
  readonly tenantKey: number;
  readonly kind: QueueKind;
}

/** For administrators. */
export function createMessageReport<Content>(connection: SqlConnection, { tenantKey, kind }: QueueOf) {
  const statements = QUEUE_STATEMENTS[kind];
  const scope = { tenant_id: tenantKey };
  const { guid } = connection.dialect.columns;
  const targetOf = (id: string) => ({ ...scope, target_id: guid.encode(id) });
  return {
    /** By target; targets without messages are left out. */
    count: async (): Promise<ReadonlyMap<string, TargetCounts>> => {
      const counts = new Map<string, TargetCounts>();
      for (const row of await connection.read(statements.counts, scope)) {
        const id = guid.decode(row['target_id'] ?? null) as string;
        const count = Number(row['row_count']);
        const known = counts.get(id) ?? NO_MESSAGES;
        const isWaiting = Number(row['state']) === MESSAGE_STATES[kind].waiting;
        counts.set(
          id,
          isWaiting ? { ...known, waiting: count, oldestWaitingAt: Number(row['oldest']) } : { ...known, dead: count },
        );
      }
      return counts;
    },
    /** @param targetId `undefined`: of all */
    listDeliveries: async (targetId: string | undefined, limit: number): Promise<readonly DeliveryRecord[]> => {
      const { ofOne, ofSubscriptions, ofWebhooks } = DELIVERY_STATEMENTS;
      const rows =
        targetId === undefined
          ? await connection.read(kind === 'webhook' ? ofWebhooks : ofSubscriptions, { ...scope, row_limit: limit })
          : await connection.read(ofOne, { ...targetOf(targetId), row_limit: limit });
      return rows.map((row) => deliveryOf(row, connection.dialect));
    },
    /** By target; targets without deliveries are left out. */
    findLastDeliveries: async (): Promise<ReadonlyMap<string, DeliveryRecord>> => {
      const { lastOfSubscriptions, lastOfWebhooks } = DELIVERY_STATEMENTS;
      const rows = await connection.read(kind === 'webhook' ? lastOfWebhooks : lastOfSubscriptions, scope);
      const deliveries = rows.map((row) => deliveryOf(row, connection.dialect));
      return new Map(deliveries.map((delivery) => [delivery.targetId, delivery]));
    },
    /** Newest first. @param targetId `undefined`: of all */
    listDead: async (targetId: string | undefined, limit: number): Promise<readonly QueuedMessage<Content>[]> => {
      const rows =
        targetId === undefined
          ? await connection.read(statements.dead, { ...scope, row_limit: limit })
          : await connection.read(statements.deadOfTarget, { ...targetOf(targetId), row_limit: limit });
      return rows.map((row) => messageOf<Content>(row, connection.dialect));
    },
    /** Dead messages wait again. @param now epoch milliseconds of the real time */
    redeliver: async (targetId: string, now: number): Promise<void> => {
      await connection.write([{ statement: statements.redeliver, params: { ...targetOf(targetId), now } }]);
    },
    /** `false` when it is not dead, or is gone. */
    redeliverOne: async (one: { readonly targetId: string; readonly id: string }, now: number): Promise<boolean> => {
      const params = { ...targetOf(one.targetId), notification_id: guid.encode(one.id), now };
      const result = await connection.write([{ statement: statements.redeliverOne, params, mustChange: true }]);
      return result.kind === 'done';
    },
  };
}

/** For senders. */
export function createMessageQueue<Content>(connection: SqlConnection, { tenantKey, kind }: QueueOf) {
  const statements = QUEUE_STATEMENTS[kind];
  const { guid, json } = connection.dialect.columns;
  const scope = { tenant_id: tenantKey };
  const targetOf = (id: string) => ({ ...scope, target_id: guid.encode(id) });
  type Named = Pick<QueuedMessage<Content>, 'targetId' | 'id'>;
  const nameOf = ({ targetId, id }: Named) => ({ ...targetOf(targetId), notification_id: guid.encode(id) });
  return {
    /** @param now epoch milliseconds of the real time */
    listDue: async (now: number, limit: number): Promise<readonly QueuedMessage<Content>[]> => {
      const rows = await connection.read(statements.due, { ...scope, now, row_limit: limit });
      return rows.map((row) => messageOf<Content>(row, connection.dialect));
    },
    listDueOf: async (targetId: string, now: number, limit: number): Promise<readonly QueuedMessage<Content>[]> => {
      const params = { ...targetOf(targetId), now, row_limit: limit };
      const rows = await connection.read(statements.dueOfTarget, params);
      return rows.map((row) => messageOf<Content>(row, connection.dialect));
    },
    writes: {
      add: ({ targetId, id = randomUUID(), learnerUserId, content }: NewMessage<Content>, now: number): Write => ({
        statement: statements.add,
        params: {
          ...nameOf({ targetId, id }),
          learner_user_id: learnerUserId === undefined ? null : guid.encode(learnerUserId),
          content: json.encode(content),
          created_at: now,
        },
      }),
      delivered: (one: Named): Write => ({ statement: statements.delivered, params: nameOf(one) }),
      later: (one: Named, { nextAt, problem }: { nextAt: number; problem: string }): Write => {
        return { statement: statements.later, params: { ...nameOf(one), next_at: nextAt, problem } };
      },
      postpone: (targetId: string, nextAt: number): Write => {
        return { statement: statements.postpone, params: { ...targetOf(targetId), next_at: nextAt } };
      },
      hasten: (targetId: string, now: number): Write => {
        return { statement: statements.hasten, params: { ...targetOf(targetId), now } };
      },
      dead: (one: Named, problem: string): Write => {
        return { statement: statements.giveUp, params: { ...nameOf(one), problem } };
      },
      /** All of a target, waiting and dead. */
      removeAll: (targetId: string): Write => {
        return { statement: DELIVERY_STATEMENTS.remove, params: targetOf(targetId) };
      },
      logDelivery: ({
        targetId,
        sentAt,
        notifications,
        status,
        problem,
        tookMs,
        message: of,
      }: DeliveryRecord): Write => ({
        statement: DELIVERY_STATEMENTS.log,
        params: {
          ...targetOf(targetId),
          // In the order of time: the primary key finds the last one of a target.
          delivery_id: guid.encode(v7({ msecs: sentAt })),
          sent_at: sentAt,
          notifications,
          status: status ?? null,
          problem: problem ?? null,
          took_ms: tookMs,
          notification_id: of === undefined ? null : guid.encode(of.id),
          event: of?.event ?? null,
          attempt: of?.attempt ?? null,
          answer: of?.answer ?? null,
        },
      }),
      /** @param before epoch milliseconds */
      trim: (before: number): readonly Write[] =>
        [DELIVERY_STATEMENTS.trim, statements.trimDead].map((statement) => ({
          statement,
          params: { ...scope, before },
        })),
    },
  };
}

function messageOf<Content>(row: Row, { columns: { guid, json } }: Dialect): QueuedMessage<Content> {
  return {
    targetId: guid.decode(row['target_id'] ?? null) as string,
    id: guid.decode(row['notification_id'] ?? null) as string,
    content: json.decode(row['content'] ?? null) as Content,
    createdAt: Number(row['created_at']),
    nextAt: Number(row['next_at']),
    attempts: Number(row['attempts']),
    problem: row['problem'] === null ? undefined : String(row['problem']),
  };
}

function deliveryOf(row: Row, { columns: { guid } }: Dialect): DeliveryRecord {
  const isOfWebhook = (row['event'] ?? null) !== null;
  return {
    targetId: guid.decode(row['target_id'] ?? null) as string,
    sentAt: Number(row['sent_at']),
    notifications: Number(row['notifications']),
    status: row['status'] === null ? undefined : Number(row['status']),
    problem: row['problem'] === null ? undefined : String(row['problem']),
    tookMs: Number(row['took_ms']),
    message: isOfWebhook
      ? {
          id: guid.decode(row['notification_id'] ?? null) as string,
          event: String(row['event']),
          attempt: Number(row['attempt']),
          answer: String(row['answer'] ?? ''),
        }
      : undefined,
  };
}
