/** Subscriptions of one tenant, their messages, and the lease of the process that sends. */
import type { Origin } from '../changes/change.ts';
import type { Row, SqlConnection, Write } from '../connection.ts';
import type { Dialect } from '../dialect.ts';
import type { ChangeCursor } from '../feed/feed-cursor.ts';
import type { Lease } from '../outward/outward-store.ts';
import { createMessageQueue } from './message-queue.ts';
import type { NewMessage, QueuedMessage } from './message-queue.ts';
import { subscriptionChange } from './notified-changes.ts';
import { notificationStatements as statements, TARGET_KINDS } from './notification-statements.ts';

/** What an app subscribed to. */
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

/** A notification, without the target's values, which are read when it is sent. */
export interface NotificationContent {
  readonly changeType?: 'created' | 'updated' | 'deleted';
  readonly lifecycleEvent?: 'missed' | 'reauthorizationRequired' | 'subscriptionRemoved';
  readonly resource?: string;
  readonly resourceData?: Readonly<Record<string, string>>;
  /** Of a subscription that is removed before it is sent. */
  readonly removed?: { readonly url: string; readonly clientState: string | null; readonly expiresAt: number };
}

export type NewNotification = NewMessage<NotificationContent>;
export type DueNotification = QueuedMessage<NotificationContent>;

export type NotificationStore = ReturnType<typeof createNotificationStore>;

/** Of one tenant. */
export function createNotificationStore(connection: SqlConnection, tenantKey: number) {
  const params = createParams(connection.dialect, tenantKey);
  const { writes, ...queue } = createMessageQueue<NotificationContent>(connection, { tenantKey, kind: 'subscription' });
  return {
    ...createTargets(connection, { params, removeMessages: writes.removeAll }),
    ...createState(connection, params),
    ...queue,
    writes: { ...writes, ...createTargetWrites(params, writes.removeAll) },
  };
}

type ParamsOf = ReturnType<typeof createParams>;

function createParams({ columns: { guid } }: Dialect, tenantKey: number) {
  const scope = { tenant_id: tenantKey };
  const target = (id: string) => ({ ...scope, target_id: guid.encode(id) });
  return {
    scope,
    target,
    lease: ({ owner, now, until }: Lease) => ({ ...scope, lease_owner: guid.encode(owner), now, lease_until: until }),
  };
}

interface TargetParts {
  readonly params: ParamsOf;
  readonly removeMessages: (targetId: string) => Write;
}

function createTargets(connection: SqlConnection, { params, removeMessages }: TargetParts) {
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
    /** Gets changes behind its place in the feed. */
    addTarget: async (target: NotificationTarget, origin: Origin): Promise<void> => {
      const { id, kind, appId, definition, from, expiresAt } = target;
      const row = {
        ...params.target(id),
        kind: TARGET_KINDS[kind],
        app_id: appId === undefined ? null : guid.encode(appId),
        definition: json.encode(definition),
        from_cursor: from,
        expires_at: expiresAt ?? null,
      };
      await connection.write(
        [
          { statement: statements.begin, params: { ...scope, feed_cursor: from } },
          { statement: statements.addTarget, params: row },
        ],
        { origin, changes: [subscriptionChange(scope.tenant_id, { after: target })] },
      );
    },
    /** `false` when it was changed meanwhile, or is gone. */
    changeTarget: async ({ before, after }: TargetChange, origin: Origin): Promise<boolean> => {
      const row = {
        ...params.target(after.id),
        definition: json.encode(after.definition),
        expires_at: after.expiresAt ?? null,
        old_definition: json.encode(before.definition),
        old_expires_at: before.expiresAt ?? null,
      };
      const write = { statement: statements.changeTarget, params: row, mustChange: true };
      const changes = [subscriptionChange(scope.tenant_id, { before, after })];
      return (await connection.write([write], { origin, changes })).kind === 'done';
    },
    /** `false` when it was removed before. */
    removeTarget: async (target: NotificationTarget, origin: Origin): Promise<boolean> => {
      const result = await connection.write(
        [
          { statement: statements.removeTarget, params: params.target(target.id), mustChange: true },
          removeMessages(target.id),
          { statement: statements.end, params: scope },
        ],
        { origin, changes: [subscriptionChange(scope.tenant_id, { before: target })] },
      );
      return result.kind === 'done';
    },
  };
}

interface TargetChange {
  readonly before: NotificationTarget;
  readonly after: NotificationTarget;
}

/** Cursor in the feed, and the lease. */
function createState(connection: SqlConnection, params: ParamsOf) {
  const { guid } = connection.dialect.columns;
  const { scope } = params;
  return {
    findCursor: async (): Promise<ChangeCursor | undefined> => {
      const [row] = await connection.read(statements.state, scope);
      return row && (String(row['feed_cursor']) as ChangeCursor);
    },
    /** Unless there is a cursor already. */
    begin: async (cursor: ChangeCursor): Promise<void> => {
      await connection.write([{ statement: statements.begin, params: { ...scope, feed_cursor: cursor } }]);
    },
    /** Where nobody is left, and nothing waits. */
    end: async (): Promise<void> => void (await connection.write([{ statement: statements.end, params: scope }])),
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
  };
}

/** Committed under the lease. */
function createTargetWrites(params: ParamsOf, removeMessages: TargetParts['removeMessages']) {
  return {
    setCursor: (cursor: ChangeCursor): Write => {
      return { statement: statements.setCursor, params: { ...params.scope, feed_cursor: cursor } };
    },
    warn: ({ id, expiresAt }: NotificationTarget): Write => {
      return { statement: statements.warn, params: { ...params.target(id), warned_of: expiresAt ?? null } };
    },
    /** Refused when it was renewed meanwhile, or is gone. */
    removeExpired: ({ id, expiresAt }: Pick<NotificationTarget, 'id' | 'expiresAt'>): readonly Write[] => [
      {
        statement: statements.removeExpired,
        params: { ...params.target(id), expires_at: expiresAt ?? null },
        mustChange: true,
      },
      removeMessages(id),
    ],
  };
}

/** Tenants with subscriptions, webhooks or a message that one of them has ended. */
export async function listNotifiedTenants(connection: Pick<SqlConnection, 'read'>): Promise<readonly number[]> {
  return (await connection.read(statements.tenants, {})).map((row) => Number(row['tenant_id']));
}

/** For SQLite, which has one process: a killed one may have left some. */
export async function freeNotificationLeases(connection: Pick<SqlConnection, 'write'>): Promise<void> {
  await connection.write([{ statement: statements.freeLeases, params: {} }]);
}
