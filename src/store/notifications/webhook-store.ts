/** Webhooks of one tenant, with their secrets and cursors. */
import { systemClock } from '../../lib/clock.ts';
import type { Tenant } from '../../model/directory.ts';
import type { DisabledReason } from '../../model/webhook.ts';
import type { Origin } from '../changes/change.ts';
import type { Params, Row, SqlConnection, Statement, Write } from '../connection.ts';
import { isTrue } from '../dialect.ts';
import type { Dialect } from '../dialect.ts';
import type { ChangeCursor } from '../feed/feed-cursor.ts';
import { createMessageQueue, MESSAGE_STATES } from './message-queue.ts';
import type { NewMessage, QueuedMessage } from './message-queue.ts';
import { notificationStatements } from './notification-statements.ts';
import { webhookChange } from './notified-changes.ts';
import type { Webhook, WebhookDefinition, WebhookMessage, WebhookSecret } from './webhook.ts';

export type NewWebhookMessage = NewMessage<WebhookMessage>;
export type DueWebhookMessage = QueuedMessage<WebhookMessage>;

const ofTenant = 'tenant_id = :tenant_id';
const ofOne = `${ofTenant} and webhook_id = :webhook_id`;
const columns = `guid_text(webhook_id) as webhook_id, definition, secrets, is_enabled, disabled_reason, created_at, failing_since,
  feed_cursor, followed_since`;

const TABLE = {
  list: `select ${columns} from webhook where ${ofTenant} order by created_at, webhook_id`,
  find: `select ${columns} from webhook where ${ofOne}`,
  insert: `
insert into webhook (tenant_id, webhook_id, definition, secrets, is_enabled, disabled_reason, created_at, failing_since,
  feed_cursor, followed_since)
values (:tenant_id, :webhook_id, :definition, :secrets, :is_enabled, null, :created_at, null, :feed_cursor, :followed_since)`,
  // Only if unchanged since it was read: no change is lost to a concurrent one.
  change: `
update webhook set definition = :definition, secrets = :secrets, is_enabled = :is_enabled, disabled_reason = :disabled_reason
where ${ofOne} and definition = :old_definition and secrets = :old_secrets and is_enabled = :old_is_enabled`,
  restart: `
update webhook set feed_cursor = :feed_cursor, followed_since = :followed_since, failing_since = null where ${ofOne}`,
  remove: `delete from webhook where ${ofOne}`,
  setCursor: `
update webhook set feed_cursor = :feed_cursor where ${ofOne} and feed_cursor = :old_cursor`,
  begin: `
update webhook set feed_cursor = :feed_cursor, followed_since = :followed_since
where ${ofOne} and feed_cursor = :old_cursor`,
  replay: `update webhook set feed_cursor = :feed_cursor where ${ofOne} and is_enabled`,
  // Too old to be sent once it is enabled, or queued by a turn during which the webhook was removed.
  trimUnsent: `
delete from notification where ${ofTenant} and state = ${MESSAGE_STATES.webhook.waiting} and created_at < :before
  and target_id not in (select w.webhook_id from webhook w where w.tenant_id = :tenant_id and w.is_enabled)`,
  noteFailure: `update webhook set failing_since = :failing_since where ${ofOne} and failing_since is null`,
  noteSuccess: `update webhook set failing_since = null where ${ofOne} and failing_since is not null`,
} as const;

const statements = Object.fromEntries(
  Object.entries(TABLE).map(([name, sql]) => [name, { name: `webhooks ${name}`, sql }]),
) as Readonly<Record<keyof typeof TABLE, Statement>>;

export type WebhookStore = ReturnType<typeof createWebhookStore>;

export function createWebhookStore(connection: SqlConnection, tenant: Tenant) {
  const { guid, json, boolean } = connection.dialect.columns;
  const scope = { tenant_id: tenant.key };
  const nameOf = (id: string) => ({ ...scope, webhook_id: guid.encode(id) });
  const queue = createMessageQueue<WebhookMessage>(connection, { tenantKey: tenant.key, kind: 'webhook' });
  const { removeAll, ...writes } = queue.writes;
  const rowOf = (webhook: Webhook) => ({
    ...nameOf(webhook.id),
    definition: json.encode(webhook.definition),
    secrets: json.encode(webhook.secrets),
    is_enabled: boolean.encode(webhook.isEnabled),
    disabled_reason: webhook.disabledReason ?? null,
  });
  const placeOf = ({ cursor, followedSince }: Webhook) => ({ feed_cursor: cursor, followed_since: followedSince });
  return {
    list: async (): Promise<readonly Webhook[]> =>
      (await connection.read(statements.list, scope)).map((row) => webhookOf(row, connection.dialect)),
    find: async (id: string): Promise<Webhook | undefined> => {
      const [row] = await connection.read(statements.find, nameOf(id));
      return row && webhookOf(row, connection.dialect);
    },
    /** @param also stored in the same transaction */
    add: async (webhook: Webhook, origin: Origin, also: readonly Write[]): Promise<void> => {
      const params = { ...rowOf(webhook), ...placeOf(webhook), created_at: webhook.createdAt };
      const writing = [{ statement: statements.insert, params }, ...also];
      await connection.write(writing, { origin, changes: [webhookChange(tenant, { after: webhook })] });
    },
    /** Enabling starts at the cursor of `after`. `false` when it was changed meanwhile, or is gone. */
    change: async ({ before, after, also = [] }: ChangedWebhook, origin: Origin): Promise<boolean> => {
      const old = rowOf(before);
      const params = {
        ...rowOf(after),
        old_definition: old.definition,
        old_secrets: old.secrets,
        old_is_enabled: old.is_enabled,
      };
      const isBack = after.isEnabled && !before.isEnabled;
      const isElsewhere = after.definition.url !== before.definition.url;
      const result = await connection.write(
        [
          { statement: statements.change, params, mustChange: true },
          ...(isBack ? [{ statement: statements.restart, params: { ...nameOf(after.id), ...placeOf(after) } }] : []),
          // The endpoint may work now.
          ...(isBack || isElsewhere ? [writes.hasten(after.id, systemClock.now())] : []),
          ...also,
        ],
        { origin, changes: [webhookChange(tenant, { before, after })] },
      );
      return result.kind === 'done';
    },
    /** `false` when it was removed before. */
    remove: async (webhook: Webhook, origin: Origin): Promise<boolean> => {
      const result = await connection.write(
        [
          { statement: statements.remove, params: nameOf(webhook.id), mustChange: true },
          removeAll(webhook.id),
          { statement: notificationStatements.end, params: scope },
        ],
        { origin, changes: [webhookChange(tenant, { before: webhook })] },
      );
      return result.kind === 'done';
    },
    /** Sends events behind the cursor again. `false` when it is disabled, or gone. */
    replay: async (id: string, cursor: ChangeCursor): Promise<boolean> => {
      const params = { ...nameOf(id), feed_cursor: cursor };
      return (await connection.write([{ statement: statements.replay, params, mustChange: true }])).kind === 'done';
    },
    listDueOf: queue.listDueOf,
    /** Committed under the lease. */
    writes: {
      ...writes,
      ...createWebhookWrites(nameOf),
      /** @param before epoch milliseconds */
      trim: (before: number): readonly Write[] => [
        ...writes.trim(before),
        { statement: statements.trimUnsent, params: { ...scope, before } },
      ],
    },
  };
}

function createWebhookWrites(nameOf: (id: string) => Params) {
  return {
    /** Unless a replay moved its cursor meanwhile. */
    setCursor: ({ id, cursor }: Webhook, next: ChangeCursor): Write => {
      return { statement: statements.setCursor, params: { ...nameOf(id), old_cursor: cursor, feed_cursor: next } };
    },
    /** Likewise, when changes before it may be missing. */
    begin: ({ id, cursor }: Webhook, next: ChangeCursor, now: number): Write => {
      const params = { ...nameOf(id), old_cursor: cursor, feed_cursor: next, followed_since: now };
      return { statement: statements.begin, params };
    },
    noteFailure: ({ id }: Webhook, now: number): Write => {
      return { statement: statements.noteFailure, params: { ...nameOf(id), failing_since: now } };
    },
    noteSuccess: ({ id }: Webhook): Write => ({ statement: statements.noteSuccess, params: nameOf(id) }),
  };
}

export interface ChangedWebhook {
  readonly before: Webhook;
  readonly after: Webhook;
  /** Stored in the same transaction. */
  readonly also?: readonly Write[];
}

function webhookOf(row: Row, dialect: Dialect): Webhook {
  const { guid, json } = dialect.columns;
  const { disabled_reason: reason = null, failing_since: failingSince = null } = row;
  return {
    id: guid.decode(row['webhook_id'] ?? null) as string,
    definition: json.decode(row['definition'] ?? null) as WebhookDefinition,
    secrets: json.decode(row['secrets'] ?? null) as readonly WebhookSecret[],
    isEnabled: isTrue(dialect, row['is_enabled']),
    disabledReason: reason === null ? undefined : (reason as DisabledReason),
    createdAt: Number(row['created_at']),
    failingSince: failingSince === null ? undefined : Number(failingSince),
    cursor: String(row['feed_cursor']) as ChangeCursor,
    followedSince: Number(row['followed_since']),
  };
}
