/** SQL of notifications. */
import type { Statement } from '../connection.ts';
import { MESSAGE_STATES } from './message-queue.ts';

/** Kinds of targets, by the number in the table. Numbers are never reused. */
export const TARGET_KINDS = { subscription: 1 } as const;

const ofTenant = 'tenant_id = :tenant_id';
const ofTarget = `${ofTenant} and target_id = :target_id`;
const target = `guid_text(target_id) as target_id, kind, guid_text(app_id) as app_id, definition, from_cursor, expires_at,
  warned_of`;

const TABLE = {
  targets: `select ${target} from notification_target where ${ofTenant} order by target_id`,
  target: `select ${target} from notification_target where ${ofTarget}`,
  /** The state outlasts the last target until the message that it has ended is sent. */
  tenants: `
select tenant_id from notification_target union select tenant_id from webhook
union select tenant_id from notification_state order by tenant_id`,
  addTarget: `
insert into notification_target (tenant_id, target_id, kind, app_id, definition, from_cursor, expires_at)
values (:tenant_id, :target_id, :kind, :app_id, :definition, :from_cursor, :expires_at)`,
  changeTarget: `
update notification_target set definition = :definition, expires_at = :expires_at
where ${ofTarget} and definition = :old_definition and expires_at = :old_expires_at`,
  warn: 'update notification_target set warned_of = :warned_of where tenant_id = :tenant_id and target_id = :target_id',
  removeTarget: `delete from notification_target where ${ofTarget}`,
  /** Unless it was renewed meanwhile. */
  removeExpired: `delete from notification_target where ${ofTarget} and expires_at = :expires_at`,

  state: 'select feed_cursor, lease_until from notification_state where tenant_id = :tenant_id',
  /** While there are other targets, their cursor stays. */
  begin: `
insert into notification_state (tenant_id, feed_cursor, lease_until)
values (:tenant_id, :feed_cursor, 0) on conflict (tenant_id) do update set feed_cursor = excluded.feed_cursor
where not exists (select 1 from notification_target t where t.tenant_id = notification_state.tenant_id)`,
  end: `delete from notification_state where ${ofTenant} and not exists (
  select 1 from notification_target t where t.tenant_id = :tenant_id)
  and not exists (select 1 from webhook w where w.tenant_id = :tenant_id)
  and not exists (
    select 1 from notification n where n.tenant_id = :tenant_id and n.state = ${MESSAGE_STATES.subscription.waiting})`,
  setCursor: `update notification_state set feed_cursor = :feed_cursor where ${ofTenant}`,
  lease: `
update notification_state set lease_owner = :lease_owner, lease_until = :lease_until
where ${ofTenant} and (lease_until < :now or lease_owner = :lease_owner)`,
  holdLease: `
update notification_state set lease_until = :lease_until
where ${ofTenant} and lease_owner = :lease_owner and lease_until > :now`,
  freeLeases: 'update notification_state set lease_until = 0',
  endLease: `update notification_state set lease_until = 0 where ${ofTenant} and lease_owner = :lease_owner`,
} as const;

/** A name and a text each. */
export const notificationStatements = Object.fromEntries(
  Object.entries(TABLE).map(([name, sql]) => [name, { name: `notifications ${name}`, sql }]),
) as Readonly<Record<keyof typeof TABLE, Statement>>;
