/** SQL of the change feed. */
import { selectedRecord } from '../changes/log-statements.ts';
import type { Statement } from '../connection.ts';
import type { Dialect } from '../dialect.ts';

/** How many places of one chain are read at a time. */
const STEP = 500;
/** Likewise of notes, which have many changes each. */
const NOTE_STEP = 50;
/** How much of a payload's end is read: the version of the item stands there. */
const TAIL = 20;

/** What no feed has yet: of each chain the next places, in one state of the table. */
function newsOf(table: string, step: number, columns: string): string {
  return `
with known (chain, place) as (
  select c.chain, c.place from change_feed_chain c where c.tenant_id = :tenant_id and c.chain > 0
  union all
  select r.place, 0 from change_log r
  where r.tenant_id = :tenant_id and r.chain = 0 and r.operation = :operation and r.place > (
      select c.place from change_feed_chain c where c.tenant_id = :tenant_id and c.chain = 0)
    and not exists (
      select 1 from change_feed_chain c where c.tenant_id = :tenant_id and c.chain = r.place)
), next (chain, first_place, last_place) as (
  select k.chain,
    (select min(l.place) from ${table} l where l.tenant_id = :tenant_id and l.chain = k.chain and l.place > k.place),
    (select max(l.place) from ${table} l where l.tenant_id = :tenant_id and l.chain = k.chain)
  from known k
)
select l.chain, l.place, l.changed_at, case when n.last_place >= n.first_place + ${step} then 1 else 0 end as has_more,
  ${columns}
from next n join ${table} l
  on l.tenant_id = :tenant_id and l.chain = n.chain and l.place >= n.first_place and l.place < n.first_place + ${step}
order by l.chain, l.place`;
}

const TABLE = {
  state: 'select feed_id, position, used_at from change_feed_state where tenant_id = :tenant_id',
  states: 'select tenant_id, used_at from change_feed_state order by tenant_id',
  start: `
insert into change_feed_state (tenant_id, feed_id, position, used_at)
values (:tenant_id, :feed_id, 0, :used_at) on conflict do nothing`,
  // One statement, hence one state of the log: what is committed later is behind these places.
  startChains: `
insert into change_feed_chain (tenant_id, chain, place)
select o.tenant_id, o.place, coalesce(
  (select max(l.place) from change_log l where l.tenant_id = :tenant_id and l.chain = o.place),
  (select max(n.place) from change_note n where n.tenant_id = :tenant_id and n.chain = o.place), 0)
from change_log o where o.tenant_id = :tenant_id and o.chain = 0 and o.operation = :operation`,
  startRegister: `
insert into change_feed_chain (tenant_id, chain, place) values (:tenant_id, 0, (
  select coalesce(max(l.place), 0) from change_log l where l.tenant_id = :tenant_id and l.chain = 0))`,
  use: 'update change_feed_state set used_at = :used_at where tenant_id = :tenant_id and feed_id = :feed_id',
  giveUp: 'delete from change_feed_state where tenant_id = :tenant_id and used_at = :used_at',
  removeChains: 'delete from change_feed_chain where tenant_id = :tenant_id',
  remove: 'delete from change_feed where tenant_id = :tenant_id',
  register: `
select r.place, r.operation from change_log r
where r.tenant_id = :tenant_id and r.chain = 0 and r.place > (
  select c.place from change_feed_chain c where c.tenant_id = :tenant_id and c.chain = 0)
order by r.place limit :row_limit`,
  news: newsOf(
    'change_log',
    STEP,
    `l.kind, l.action, guid_text(l.item_id) as item_id, substr(l.payload, length(l.payload) - ${TAIL}) as payload_end`,
  ),
  notes: newsOf('change_note', NOTE_STEP, 'l.tenant_id, l.payload'),
  advance: `
update change_feed_state set position = :next_position
where tenant_id = :tenant_id and feed_id = :feed_id and position = :position`,
  page: `
select f.position, f.noted_at, f.chain as feed_chain, f.place as feed_place, f.part, ${selectedRecord('l')}
from change_feed f left join change_log l on l.tenant_id = :tenant_id and l.chain = f.chain and l.place = f.place
where f.tenant_id = :tenant_id and f.position >= :position order by f.position limit :row_limit`,
  newest: `
select f.position, f.noted_at from change_feed f where f.tenant_id = :tenant_id order by f.position desc limit 1`,
  oldest: `
select f.position as place, f.noted_at from change_feed f
where f.tenant_id = :tenant_id order by f.position limit :row_limit`,
  /** Places grow with time, so that no more rows are read than came since. */
  lastBefore: `
select f.position, f.noted_at from change_feed f
where f.tenant_id = :tenant_id and f.noted_at < :before order by f.position desc limit 1`,
  removeUpTo: 'delete from change_feed where tenant_id = :tenant_id and position <= :place',
} as const;

/** A name and a text each. */
export const feedStatements = Object.fromEntries(
  Object.entries(TABLE).map(([name, sql]) => [name, { name: `feed ${name}`, sql }]),
) as Readonly<Record<keyof typeof TABLE, Statement>>;

/** Statements that take many rows as one parameter. */
export function feedStatementsOfRows({
  jsonRows,
}: Dialect): Readonly<Record<'add' | 'moveChains' | 'readNotes', Statement>> {
  const rows = jsonRows.relation(':rows');
  const value = (place: number) => jsonRows.value(place, 'bigint');
  return {
    add: {
      name: 'feed add',
      sql: `
insert into change_feed (tenant_id, position, chain, place, part, noted_at)
select cast(:tenant_id as bigint), ${value(0)}, ${value(1)}, ${value(2)}, ${value(3)}, cast(:noted_at as bigint) from ${rows}`,
    },
    readNotes: {
      name: 'feed readNotes',
      sql: `
select n.tenant_id, n.chain, n.place, n.changed_at, n.payload
from ${rows} join change_note n on n.tenant_id = :tenant_id and n.chain = ${value(0)} and n.place = ${value(1)}`,
    },
    moveChains: {
      name: 'feed moveChains',
      // Without a condition, SQLite takes `on` for that of a join. A chain that has just been opened may have news already.
      sql: `
insert into change_feed_chain (tenant_id, chain, place)
select cast(:tenant_id as bigint), ${value(0)}, ${value(1)} from ${rows} where true
on conflict (tenant_id, chain) do update set place = excluded.place where change_feed_chain.place < excluded.place`,
    },
  };
}
