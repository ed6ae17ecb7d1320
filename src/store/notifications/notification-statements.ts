/** SQL of notifications. */
import type { Statement } from '../connection.ts';

/** What becomes of a notification, by the number that the table holds. Numbers are never given again. */
export const NOTIFICATION_STATES = { waiting: 1, dead: 2 } as const;
/** Likewise of those that are told. */
export const TARGET_KINDS = { subscription: 1 } as const;

const ofTenant = 'tenant_id = :tenant_id';
const ofTarget = `${ofTenant} and target_id = :target_id`;
const ofNotification = `${ofTarget} and notification_id = :notification_id`;
const target = `guid_text(target_id) as target_id, kind, guid_text(app_id) as app_id, definition, from_cursor, expires_at,
  warned_of`;

const TABLE = {
  targets: `select ${target} from notification_target where ${ofTenant} order by target_id`,
  target: `select ${target} from notification_target where ${ofTarget}`,
  tenants: 'select distinct tenant_id from notification_target order by tenant_id',
  addTarget: `
insert into notification_target (tenant_id, target_id, kind, app_id, definition, from_cursor, expires_at)
values (:tenant_id, :target_id, :kind, :app_id, :definition, :from_cursor, :expires_at)`,
  changeTarget: `
update notification_target set definition = :definition, expires_at = :expires_at, warned_of = null where ${ofTarget}`,
  warn: 'update notification_target set warned_of = :warned_of where tenant_id = :tenant_id and target_id = :target_id',
  removeTarget: `delete from notification_target where ${ofTarget}`,
  removeWaiting: `delete from notification where ${ofTarget}`,

  state: 'select feed_cursor, lease_until from notification_state where tenant_id = :tenant_id',
  /** Where there is one already, it goes on from where it is. */
  begin: `
insert into notification_state (tenant_id, feed_cursor, lease_until)
values (:tenant_id, :feed_cursor, 0) on conflict do nothing`,
  end: `delete from notification_state where ${ofTenant} and not exists (
  select 1 from notification_target t where t.tenant_id = :tenant_id)`,
  setCursor: `update notification_state set feed_cursor = :feed_cursor where ${ofTenant}`,
  lease: `
update notification_state set lease_owner = :lease_owner, lease_until = :lease_until
where ${ofTenant} and (lease_until < :now or lease_owner = :lease_owner)`,
  holdLease: `
update notification_state set lease_until = :lease_until
where ${ofTenant} and lease_owner = :lease_owner and lease_until > :now`,
  freeLeases: 'update notification_state set lease_until = 0',
  endLease: `update notification_state set lease_until = 0 where ${ofTenant} and lease_owner = :lease_owner`,

  add: `
insert into notification (tenant_id, target_id, notification_id, learner_user_id, content, state, created_at, next_at,
  attempts)
values (:tenant_id, :target_id, :notification_id, :learner_user_id, :content, ${NOTIFICATION_STATES.waiting},
  :created_at, :created_at, 0)`,
  due: `
select guid_text(target_id) as target_id, guid_text(notification_id) as notification_id, content, created_at, attempts
from notification where ${ofTenant} and state = ${NOTIFICATION_STATES.waiting} and next_at <= :now
order by next_at, created_at, notification_id limit :row_limit`,
  delivered: `delete from notification where ${ofNotification}`,
  later: `
update notification set attempts = attempts + 1, next_at = :next_at, problem = :problem where ${ofNotification}`,
  /** So that those of an endpoint that fails do not stand before those of others. */
  postpone: `
update notification set next_at = :next_at
where ${ofTarget} and state = ${NOTIFICATION_STATES.waiting} and next_at < :next_at`,
  dead: `
update notification set attempts = attempts + 1, state = ${NOTIFICATION_STATES.dead}, problem = :problem
where ${ofNotification}`,
  logDelivery: `
insert into notification_delivery (tenant_id, target_id, delivery_id, sent_at, notifications, status, problem, took_ms)
values (:tenant_id, :target_id, :delivery_id, :sent_at, :notifications, :status, :problem, :took_ms)`,
  trimDeliveries: 'delete from notification_delivery where tenant_id = :tenant_id and sent_at < :before',
  trimDead: `
delete from notification where ${ofTenant} and state = ${NOTIFICATION_STATES.dead} and created_at < :before`,
} as const;

/** A name and a text each. */
export const notificationStatements = Object.fromEntries(
  Object.entries(TABLE).map(([name, sql]) => [name, { name: `notifications ${name}`, sql }]),
) as Readonly<Record<keyof typeof TABLE, Statement>>;
