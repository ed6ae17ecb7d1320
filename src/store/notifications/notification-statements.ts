/** SQL of notifications. */
import type { Statement } from '../connection.ts';

/** What those are that are told, by the number that the table holds. Numbers are never given again. */
export const TARGET_KINDS = { subscription: 1 } as const;

const ofTenant = 'tenant_id = :tenant_id';
const ofTarget = `${ofTenant} and target_id = :target_id`;
const target = `guid_text(target_id) as target_id, kind, guid_text(app_id) as app_id, definition, from_cursor, expires_at,
  warned_of`;

const TABLE = {
  targets: `select ${target} from notification_target where ${ofTenant} order by target_id`,
  target: `select ${target} from notification_target where ${ofTarget}`,
  tenants: `
select distinct tenant_id from (
  select tenant_id from notification_target union all select tenant_id from webhook) t order by tenant_id`,
  addTarget: `
insert into notification_target (tenant_id, target_id, kind, app_id, definition, from_cursor, expires_at)
values (:tenant_id, :target_id, :kind, :app_id, :definition, :from_cursor, :expires_at)`,
  changeTarget: `
update notification_target set definition = :definition, expires_at = :expires_at, warned_of = null where ${ofTarget}`,
  warn: 'update notification_target set warned_of = :warned_of where tenant_id = :tenant_id and target_id = :target_id',
  removeTarget: `delete from notification_target where ${ofTarget}`,

  state: 'select feed_cursor, lease_until from notification_state where tenant_id = :tenant_id',
  /** Where somebody is told already, it goes on from where it is. */
  begin: `
insert into notification_state (tenant_id, feed_cursor, lease_until)
values (:tenant_id, :feed_cursor, 0) on conflict (tenant_id) do update set feed_cursor = excluded.feed_cursor
where not exists (select 1 from notification_target t where t.tenant_id = notification_state.tenant_id)`,
  end: `delete from notification_state where ${ofTenant} and not exists (
  select 1 from notification_target t where t.tenant_id = :tenant_id)
  and not exists (select 1 from webhook w where w.tenant_id = :tenant_id)`,
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
