/** Who is told of changes, and what waits to be sent, in the database. */
import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';

import type { Row, SqlConnection, Write } from '../connection.ts';
import type { Dialect } from '../dialect.ts';
import type { ChangeCursor } from '../feed/feed-cursor.ts';
import type { Lease } from '../outward/outward-store.ts';
import { notificationStatements as statements, TARGET_KINDS } from './notification-statements.ts';

/** What an app has asked to be told of. */
export interface SubscriptionDefinition {
  readonly resource: string;
  /** Which of the collections the resource is. */
  readonly collection: 'activities' | 'contents';
  /** `undefined`: those of all providers. */
  readonly registrationId?: string | undefined;
  /** Of activities, those that the app may see. */
  readonly types: readonly string[];
  readonly changeTypes: readonly string[];
  readonly notificationUrl: string;
  readonly lifecycleNotificationUrl: string | null;
  readonly clientState: string | null;
  readonly latestSupportedTlsVersion: string;
  readonly notificationUrlAppId: string | null;
  readonly creatorId: string;
}

export interface NotificationTarget {
  readonly id: string;
  readonly kind: keyof typeof TARGET_KINDS;
  readonly appId: string | undefined;
  readonly definition: SubscriptionDefinition;
  readonly from: ChangeCursor;
  /** Epoch milliseconds by the clock of rules, as in `warnedOf`. */
  readonly expiresAt: number | undefined;
  readonly warnedOf: number | undefined;
}

/** What is told, without what is known of the target when it is sent. */
export interface NotificationContent {
  readonly changeType?: 'created' | 'updated' | 'deleted';
  readonly lifecycleEvent?: 'missed' | 'reauthorizationRequired' | 'subscriptionRemoved';
  readonly resource?: string;
  readonly resourceData?: Readonly<Record<string, string>>;
  /** Of a subscription that is gone by the time it is sent: where to, and what it was. */
  readonly removed?: { readonly url: string; readonly clientState: string | null; readonly expiresAt: number };
}

export interface NewNotification {
  readonly targetId: string;
  readonly learnerUserId: string | undefined;
  readonly content: NotificationContent;
}

export interface DueNotification {
  readonly targetId: string;
  readonly id: string;
  readonly content: NotificationContent;
  /** Epoch milliseconds of the real time. */
  readonly createdAt: number;
  readonly attempts: number;
}

export interface DeliveryRecord {
  readonly targetId: string;
  readonly sentAt: number;
  readonly notifications: number;
  readonly status: number | undefined;
  readonly problem: string | undefined;
  readonly tookMs: number;
}

export type NotificationStore = ReturnType<typeof createNotificationStore>;

/** Of one tenant. */
export function createNotificationStore(connection: SqlConnection, tenantKey: number) {
  const params = createParams(connection.dialect, tenantKey);
  return {
    ...createTargets(connection, params),
    ...createQueue(connection, params),
    writes: createWriteMakers(connection.dialect, params),
  };
}

type ParamsOf = ReturnType<typeof createParams>;

function createParams({ columns: { guid } }: Dialect, tenantKey: number) {
  const scope = { tenant_id: tenantKey };
  const target = (id: string) => ({ ...scope, target_id: guid.encode(id) });
  return {
    scope,
    target,
    notification: ({ targetId, id }: Pick<DueNotification, 'targetId' | 'id'>) => ({
      ...target(targetId),
      notification_id: guid.encode(id),
    }),
    lease: ({ owner, now, until }: Lease) => ({ ...scope, lease_owner: guid.encode(owner), now, lease_until: until }),
  };
}

function createTargets(connection: SqlConnection, params: ParamsOf) {
  const { guid, json } = connection.dialect.columns;
  const { scope } = params;
  const targetOf = (row: Row): NotificationTarget => {
    const [appId = null, expiresAt = null, warnedOf = null] = [row['app_id'], row['expires_at'], row['warned_of']];
    return {
      id: guid.decode(row['target_id'] ?? null) as string,
      kind: 'subscription',
      appId: appId === null ? undefined : (guid.decode(appId) as string),
      definition: json.decode(row['definition'] ?? null) as SubscriptionDefinition,
      from: String(row['from_cursor']) as ChangeCursor,
      expiresAt: expiresAt === null ? undefined : Number(expiresAt),
      warnedOf: warnedOf === null ? undefined : Number(warnedOf),
    };
  };
  return {
    listTargets: async (): Promise<readonly NotificationTarget[]> =>
      (await connection.read(statements.targets, scope)).map(targetOf),
    findTarget: async (id: string): Promise<NotificationTarget | undefined> => {
      const [row] = await connection.read(statements.target, params.target(id));
      return row && targetOf(row);
    },
    /** Told of what comes behind its place in the feed. */
    addTarget: async ({ id, kind, appId, definition, from, expiresAt }: NotificationTarget): Promise<void> => {
      const row = {
        ...params.target(id),
        kind: TARGET_KINDS[kind],
        app_id: appId === undefined ? null : guid.encode(appId),
        definition: json.encode(definition),
        from_cursor: from,
        expires_at: expiresAt ?? null,
      };
      await connection.write([
        { statement: statements.begin, params: { ...scope, feed_cursor: from } },
        { statement: statements.addTarget, params: row },
      ]);
    },
    /** `false` when it is gone. */
    changeTarget: async ({ id, definition, expiresAt = null }: ChangedTarget): Promise<boolean> => {
      const row = { ...params.target(id), definition: json.encode(definition), expires_at: expiresAt };
      const write = { statement: statements.changeTarget, params: row, mustChange: true };
      return (await connection.write([write])).kind === 'done';
    },
    /** `false` when it is gone already. */
    removeTarget: async (id: string): Promise<boolean> => {
      const result = await connection.write([
        { statement: statements.removeTarget, params: params.target(id), mustChange: true },
        { statement: statements.removeWaiting, params: params.target(id) },
        { statement: statements.end, params: scope },
      ]);
      return result.kind === 'done';
    },
  };
}

type ChangedTarget = Pick<NotificationTarget, 'id' | 'definition'> & { readonly expiresAt?: number | null | undefined };

/** How far the feed was read, who reads it, and what waits. */
function createQueue(connection: SqlConnection, params: ParamsOf) {
  const { guid, json } = connection.dialect.columns;
  const { scope } = params;
  const dueOf = (row: Row): DueNotification => ({
    targetId: guid.decode(row['target_id'] ?? null) as string,
    id: guid.decode(row['notification_id'] ?? null) as string,
    content: json.decode(row['content'] ?? null) as NotificationContent,
    createdAt: Number(row['created_at']),
    attempts: Number(row['attempts']),
  });
  return {
    findCursor: async (): Promise<ChangeCursor | undefined> => {
      const [row] = await connection.read(statements.state, scope);
      return row && (String(row['feed_cursor']) as ChangeCursor);
    },
    /** Where there is no place yet. */
    begin: async (cursor: ChangeCursor): Promise<void> => {
      await connection.write([{ statement: statements.begin, params: { ...scope, feed_cursor: cursor } }]);
    },
    lease: async (lease: Lease): Promise<boolean> => {
      const write = { statement: statements.lease, params: params.lease(lease), mustChange: true };
      return (await connection.write([write])).kind === 'done';
    },
    endLease: async (owner: string): Promise<void> => {
      const row = { ...scope, lease_owner: guid.encode(owner) };
      await connection.write([{ statement: statements.endLease, params: row }]);
    },
    commit: async (lease: Lease, writes: readonly Write[]): Promise<boolean> => {
      const held = { statement: statements.holdLease, params: params.lease(lease), mustChange: true };
      return (await connection.write([held, ...writes])).kind === 'done';
    },
    /** @param now epoch milliseconds of the real time */
    listDue: async (now: number, limit: number): Promise<readonly DueNotification[]> =>
      (await connection.read(statements.due, { ...scope, now, row_limit: limit })).map(dueOf),
  };
}

/** What is stored while the lease holds. */
function createWriteMakers({ columns: { guid, json } }: Dialect, params: ParamsOf) {
  const { scope } = params;
  return {
    setCursor: (cursor: ChangeCursor): Write => {
      return { statement: statements.setCursor, params: { ...scope, feed_cursor: cursor } };
    },
    add: ({ targetId, learnerUserId, content }: NewNotification, now: number): Write => ({
      statement: statements.add,
      params: {
        ...params.notification({ targetId, id: randomUUID() }),
        learner_user_id: learnerUserId === undefined ? null : guid.encode(learnerUserId),
        content: json.encode(content),
        created_at: now,
      },
    }),
    delivered: (one: DueNotification): Write => ({ statement: statements.delivered, params: params.notification(one) }),
    later: (one: DueNotification, { nextAt, problem }: { nextAt: number; problem: string }): Write => {
      return { statement: statements.later, params: { ...params.notification(one), next_at: nextAt, problem } };
    },
    postpone: (targetId: string, nextAt: number): Write => {
      return { statement: statements.postpone, params: { ...params.target(targetId), next_at: nextAt } };
    },
    dead: (one: DueNotification, problem: string): Write => {
      return { statement: statements.dead, params: { ...params.notification(one), problem } };
    },
    warn: ({ id, expiresAt }: NotificationTarget): Write => {
      return { statement: statements.warn, params: { ...params.target(id), warned_of: expiresAt ?? null } };
    },
    removeTarget: (id: string): readonly Write[] =>
      [statements.removeTarget, statements.removeWaiting].map((statement) => ({
        statement,
        params: params.target(id),
      })),
    logDelivery: ({ targetId, sentAt, notifications, status, problem, tookMs }: DeliveryRecord): Write => ({
      statement: statements.logDelivery,
      params: {
        ...params.target(targetId),
        // In the order of time: the last one of a target is found by its key.
        delivery_id: guid.encode(v7({ msecs: sentAt })),
        sent_at: sentAt,
        notifications,
        status: status ?? null,
        problem: problem ?? null,
        took_ms: tookMs,
      },
    }),
    /** @param before epoch milliseconds */
    trim: (before: number): readonly Write[] =>
      [statements.trimDeliveries, statements.trimDead].map((statement) => ({
        statement,
        params: { ...scope, before },
      })),
  };
}

/** Tenants where somebody is told of changes. */
export async function listNotifiedTenants(connection: Pick<SqlConnection, 'read'>): Promise<readonly number[]> {
  return (await connection.read(statements.tenants, {})).map((row) => Number(row['tenant_id']));
}

/** For who is alone on the database: a process that has ended may have left some. */
export async function freeNotificationLeases(connection: Pick<SqlConnection, 'write'>): Promise<void> {
  await connection.write([{ statement: statements.freeLeases, params: {} }]);
}
