/** SQL of what is sent to other tenants. */
import type { Statement } from '../connection.ts';
import type { Dialect } from '../dialect.ts';

/** What becomes of an item, by the number that the table holds. Numbers are never given again. */
export const ITEM_STATES = { inStep: 0, waiting: 1, dead: 2, skipped: 3 } as const;
export type ItemState = keyof typeof ITEM_STATES;

/** As the change log numbers them. */
export const ITEM_KINDS = { content: 2, activity: 3 } as const;
export type ItemKind = keyof typeof ITEM_KINDS;

const { inStep, waiting, dead } = ITEM_STATES;

const ofTarget = 'tenant_id = :tenant_id and target_name = :target_name';
const ofItem = `${ofTarget} and kind = :kind and item_id = :item_id`;

const ITEM_COLUMNS = [
  ...['kind', 'state', 'wanted', 'waiting_since', 'next_at', 'attempts', 'remote_id', 'sent_external_id'],
  ...['sent_state', 'sent_at', 'is_in_doubt', 'reason', 'detail'],
];
const item = `guid_text(item_id) as item_id, guid_text(learner_user_id) as learner_user_id, ${ITEM_COLUMNS.join(', ')}`;

/** A change has come: what waits goes on waiting, and everything else waits from now on, whatever stood against it. */
const wantAgain = `
  wanted = outward_item.wanted + 1, next_at = cast(:now as bigint), attempts = 0, reason = null, detail = null,
  waiting_since = case when outward_item.state = ${waiting} then outward_item.waiting_since else cast(:now as bigint) end,
  state = ${waiting}`;

/** Unless it has changed since it was read. */
const settledState = (state: number) => `state = case when wanted = :wanted then ${state} else ${waiting} end`;

/** What was sent of an erased learner waits to be deleted there. */
export function forgetLearnerSql(isTheirs: string): string {
  return `
update outward_item as t set learner_user_id = null, wanted = t.wanted + 1, state = ${waiting}, next_at = :now,
  waiting_since = coalesce(t.waiting_since, cast(:now as bigint)), attempts = 0, reason = null, detail = null
where ${isTheirs}`;
}

const TABLE = {
  target: `
select target_name, is_started, feed_cursor, scan_place, guid_text(remote_provider_id) as remote_provider_id, trouble,
  lease_until, walk_until from outward_target where ${ofTarget}`,
  addTarget: `
insert into outward_target (tenant_id, target_name, is_started, lease_until)
values (:tenant_id, :target_name, 0, 0) on conflict do nothing`,
  lease: `
update outward_target set lease_owner = :lease_owner, lease_until = :lease_until
where ${ofTarget} and (lease_until < :now or lease_owner = :lease_owner)`,
  /** Renews it as well. Refused when another has taken it. */
  holdLease: `
update outward_target set lease_until = :lease_until
where ${ofTarget} and lease_owner = :lease_owner and lease_until > :now`,
  /** Of a process that has ended: for who is alone on the database. */
  freeLease: `update outward_target set lease_until = 0, walk_until = 0 where ${ofTarget}`,
  endLease: `update outward_target set lease_until = 0 where ${ofTarget} and lease_owner = :lease_owner`,
  /** One at a time. */
  beginWalk: `update outward_target set walk_until = :walk_until where ${ofTarget} and walk_until < :now`,
  setWalk: `update outward_target set walk_until = :walk_until where ${ofTarget}`,
  setStarted: `update outward_target set is_started = :is_started, trouble = null where ${ofTarget}`,
  setTrouble: `update outward_target set trouble = :trouble where ${ofTarget}`,
  stop: `update outward_target set is_started = 0, trouble = :trouble where ${ofTarget}`,
  setProvider: `update outward_target set remote_provider_id = :remote_provider_id where ${ofTarget}`,
  setFeed: `update outward_target set feed_cursor = :feed_cursor where ${ofTarget}`,
  setScan: `update outward_target set scan_place = :scan_place where ${ofTarget}`,
  /** Only where none is under way. */
  beginScan: `update outward_target set scan_place = :scan_place where ${ofTarget} and scan_place is null`,

  due: `
select ${item} from outward_item
where ${ofTarget} and state = ${waiting} and kind = :kind and next_at <= :now
order by next_at, item_id limit :row_limit`,
  item: `select ${item} from outward_item where ${ofItem}`,
  ofRemote: `select ${item} from outward_item where ${ofTarget} and remote_id = :remote_id`,
  page: `
select ${item} from outward_item
where ${ofTarget} and (kind, item_id) > (:kind, :item_id) order by kind, item_id limit :row_limit`,
  notInStep: `
select ${item} from outward_item
where ${ofTarget} and state = :state and (kind, next_at, item_id) > (:kind, :next_at, :item_id)
order by kind, next_at, item_id limit :row_limit`,
  counts: `
select state, kind, count(*) as items, min(waiting_since) as oldest from outward_item
where ${ofTarget} and state > ${inStep} group by state, kind`,
  /** What is in step has in next_at when it came to be so: the index has it, and sent_at is in none. */
  sentAt: `
select (select max(next_at) from outward_item where ${ofTarget} and state = ${inStep} and kind = :kind) as last_at,
  (select count(*) from outward_item
    where ${ofTarget} and state = ${inStep} and kind = :kind and next_at > :since) as items`,
  nextAt: `select min(next_at) as next_at from outward_item where ${ofTarget} and state = ${waiting} and kind = :kind`,

  beginCreate: `update outward_item set is_in_doubt = 1, sent_external_id = :sent_external_id where ${ofItem}`,
  sent: `
update outward_item set ${settledState(inStep)}, remote_id = :remote_id, sent_state = :sent_state, sent_at = :now,
  sent_external_id = :sent_external_id, is_in_doubt = 0, attempts = 0, reason = null, detail = null, next_at = :now,
  waiting_since = case when wanted = :wanted then null else waiting_since end
where ${ofItem}`,
  /** Found there: what it is to become is decided the next time. */
  found: `update outward_item set remote_id = :remote_id, is_in_doubt = 0, next_at = :now where ${ofItem}`,
  /** Not there any more. */
  lost: `
update outward_item set remote_id = null, sent_state = null, is_in_doubt = 0, next_at = :now where ${ofItem}`,
  later: `
update outward_item set attempts = attempts + 1, next_at = :next_at, is_in_doubt = :is_in_doubt, detail = :detail
where ${ofItem}`,
  postponed: `update outward_item set next_at = :next_at where ${ofItem}`,
  dead: `
update outward_item set ${settledState(dead)}, is_in_doubt = :is_in_doubt, reason = :reason, detail = :detail,
  waiting_since = case when wanted = :wanted then null else waiting_since end, next_at = :now
where ${ofItem}`,
  /** Neither here nor there. */
  gone: `delete from outward_item where ${ofItem} and wanted = :wanted`,
  skip: `update outward_item set state = ${ITEM_STATES.skipped}, waiting_since = null where ${ofItem} and state > ${inStep}`,
  retry: `
update outward_item set ${wantAgain}
where ${ofTarget} and state = ${dead} and (cast(:reason as text) is null or reason = :reason)`,
  retryOne: `update outward_item set ${wantAgain} where ${ofItem} and state > ${inStep}`,
  remember: `
insert into outward_item (tenant_id, target_name, kind, item_id, learner_user_id, state, wanted, next_at, attempts,
  remote_id, sent_state, sent_at, sent_external_id, is_in_doubt)
values (:tenant_id, :target_name, :kind, :item_id, :learner_user_id, ${inStep}, 1, :now, 0,
  :remote_id, :sent_state, :now, :sent_external_id, 0)
on conflict (tenant_id, target_name, kind, item_id) do update set remote_id = excluded.remote_id,
  sent_state = excluded.sent_state, sent_external_id = excluded.sent_external_id, sent_at = excluded.sent_at`,
  wantRange: `
update outward_item set ${wantAgain}
where ${ofTarget} and (kind, item_id) > (:kind, :item_id) and (kind, item_id) <= (:last_kind, :last_item_id)`,

  contents: `
select guid_text(c.learning_content_id) as item_id, c.external_id from learning_content c
where c.tenant_id = :tenant_id and c.registration_id = :registration_id
  and c.learning_content_id > :learning_content_id order by c.learning_content_id limit :row_limit`,
  activities: `
select guid_text(a.learner_user_id) as learner_user_id, guid_text(a.activity_guid) as item_id,
  case when p.provider_key is null then 0 else 1 end as is_own
from learning_course_activity a
left join learning_provider p
  on p.tenant_id = :tenant_id and p.provider_key = a.provider_key and p.registration_id = :registration_id
where a.tenant_id = :tenant_id and (a.learner_user_id, a.activity_guid) > (:learner_user_id, :activity_guid)
order by a.learner_user_id, a.activity_guid limit :row_limit`,
} as const;

/** A name and a text each. */
export const outwardStatements = Object.fromEntries(
  Object.entries(TABLE).map(([name, sql]) => [name, { name: `outward ${name}`, sql }]),
) as Readonly<Record<keyof typeof TABLE, Statement>>;

/** Statements that take many rows as one parameter: kind, item, learner, external id. */
export function outwardWrites({
  columns,
  jsonRows,
}: Dialect): Readonly<Record<'want' | 'wantKnown' | 'resend', Statement>> {
  const rows = jsonRows.relation(':rows');
  const kind = jsonRows.value(0, columns.member.sql);
  const itemId = jsonRows.value(1, columns.guid.sql);
  const want = (isInDoubt: 0 | 1) => `
insert into outward_item (tenant_id, target_name, kind, item_id, learner_user_id, sent_external_id, state, wanted,
  waiting_since, next_at, attempts, is_in_doubt)
select cast(:tenant_id as bigint), cast(:target_name as text), ${kind}, ${itemId},
  ${jsonRows.value(2, columns.guid.sql)}, ${jsonRows.value(3, 'text')}, ${waiting}, 1,
  cast(:now as bigint), cast(:now as bigint), 0, ${isInDoubt}
from ${rows} where true
on conflict (tenant_id, target_name, kind, item_id) do update set ${wantAgain}`;
  return {
    /** Of items that are new to the target, or known. */
    want: { name: 'outward want', sql: want(0) },
    wantKnown: {
      name: 'outward wantKnown',
      sql: `
update outward_item set ${wantAgain} where ${ofTarget} and (kind, item_id) in (select ${kind}, ${itemId} from ${rows})`,
    },
    /** As if it had never been sent, though the other side may well have it. */
    resend: {
      name: 'outward resend',
      sql: `${want(1)}, sent_state = null, is_in_doubt = case when outward_item.remote_id is null then 1 else 0 end`,
    },
  };
}
