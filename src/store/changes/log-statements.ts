/** SQL of the change log. Texts of PostgreSQL's own take a segment as JSON, in one parameter. */
import type { Params, Row, Statement } from '../connection.ts';
import { postgresDialect, sqliteDialect } from '../dialect.ts';
import type { Dialect, SqlValue } from '../dialect.ts';
import type { LogRecord } from './record.ts';

/** The columns of a record, by the names of its fields, with their types in PostgreSQL. */
const FIELDS = {
  tenantKey: ['tenant_id', 'bigint'],
  chain: ['chain', 'bigint'],
  place: ['place', 'bigint'],
  changedAt: ['changed_at', 'bigint'],
  kind: ['kind', 'smallint'],
  action: ['action', 'smallint'],
  itemId: ['item_id', 'uuid'],
  channel: ['channel', 'smallint'],
  operation: ['operation', 'text'],
  appId: ['app_id', 'uuid'],
  requestId: ['request_id', 'uuid'],
  payload: ['payload', 'text'],
  recordHash: ['record_hash', 'text'],
} as const satisfies Readonly<Record<keyof LogRecord, readonly [string, string]>>;

const GUIDS = ['item_id', 'app_id', 'request_id'] as const;
const columns = Object.values(FIELDS).map(([column]) => column);
const SEGMENT_COLUMNS = ['previous_link', 'segment_size'];
const target = `change_log (${[...columns, ...SEGMENT_COLUMNS].join(', ')})`;

/** What {@link readRecord} reads. */
export function selectedRecord(alias: string): string {
  const isGuid = (column: string) => (GUIDS as readonly string[]).includes(column);
  return [...columns, ...SEGMENT_COLUMNS]
    .map((column) => (isGuid(column) ? `guid_text(${alias}.${column}) as ${column}` : `${alias}.${column}`))
    .join(', ');
}

const selected = selectedRecord('change_log');

const table = {
  insert: `insert into ${target} values (${[...columns, ...SEGMENT_COLUMNS].map((column) => `:${column}`).join(', ')})`,
  last: `
select ${selected} from change_log
where tenant_id = :tenant_id and chain = :chain order by place desc limit 1`,
  // Every register has a record, and every tenant with a log has a register.
  tenants: 'select tenant_id from change_log where chain = 0 and place = 1 order by tenant_id',
  page: `
select ${selected} from change_log
where tenant_id = :tenant_id and (chain, place) > (:chain, :place) order by chain, place limit :row_limit`,
  ofItem: `
select ${selected} from change_log
where tenant_id = :tenant_id and item_id = :item_id order by changed_at, chain, place`,
  preceding: `
select ${selected} from change_log
where tenant_id = :tenant_id and chain = :chain and place <= :place order by place desc limit :row_limit`,
  following: `
select ${selected} from change_log
where tenant_id = :tenant_id and chain = :chain and place > :place order by place limit :row_limit`,
  oldest: `
select ${selected} from change_log
where tenant_id = :tenant_id and chain = :chain order by place limit :row_limit`,
  opening: 'select payload from change_log where tenant_id = :tenant_id and chain = 0 and place = :place',
  removeUpTo: 'delete from change_log where tenant_id = :tenant_id and chain = :chain and place <= :place',
  empty: `
update change_log set payload = :payload where tenant_id = :tenant_id and chain = :chain and place = :place`,
  ofOperation: `
select ${selected} from change_log
where tenant_id = :tenant_id and chain = 0 and operation = :operation order by place`,
  chains: 'select place as chain from change_log where tenant_id = :tenant_id and chain = 0 and operation = :operation',
} as const;

/** A name and a text each. */
export const logStatements = Object.fromEntries(
  Object.entries(table).map(([name, sql]) => [name, { name: `changeLog ${name}`, sql }]),
) as Readonly<Record<keyof typeof table, Statement>>;

const NEXT = { older: ['max', '<='], newer: ['min', '>'] } as const;

function probeOf({ jsonRows }: Dialect, direction: keyof typeof NEXT): Statement {
  const [end, isBeyond] = NEXT[direction];
  const places = `
select ${jsonRows.value(0, 'bigint')} as chain, ${jsonRows.value(1, 'bigint')} as place
from ${jsonRows.relation(':places')}`;
  const sql = `
select l.chain, l.place, l.changed_at from (${places}) v
join change_log l on l.tenant_id = :tenant_id and l.chain = v.chain and l.place = (
  select ${end}(n.place) from change_log n
  where n.tenant_id = :tenant_id and n.chain = v.chain and n.place ${isBeyond} v.place)`;
  return { name: `changeLog probe ${direction}`, sql };
}

/** Take `:places`, chains with a place each, as JSON; give the record next to each place, of chains that have one. */
export const PROBES = {
  sqlite: { older: probeOf(sqliteDialect, 'older'), newer: probeOf(sqliteDialect, 'newer') },
  postgres: { older: probeOf(postgresDialect, 'older'), newer: probeOf(postgresDialect, 'newer') },
} as const;

const FROM_JSON = `json_to_recordset(cast(:log_records as json)) as r(${Object.entries(FIELDS)
  .map(([field, [, type]]) => `"${field}" ${type}`)
  .join(', ')})`;

/** The first of those that are stored carries what belongs to the segment. */
export const insertSegment = (source: string) => `
insert into ${target}
select ${Object.keys(FIELDS)
  .map((field) => `r."${field}"`)
  .join(', ')},
  case when r.place = min(r.place) over () then cast(:log_previous_link as text) end,
  case when r.place = min(r.place) over () then count(*) over () end
from ${FROM_JSON} ${source}`;

/** Stores a record by itself, when nobody has taken the place; gives a row then. */
export const CLAIM_RECORD: Statement = {
  name: 'changeLog claimRecord',
  sql: `${insertSegment('')} on conflict do nothing returning place`,
};

/** What {@link insertSegment} takes. */
export function segmentParams(records: readonly LogRecord[], previousLink: string): Params {
  return { log_records: JSON.stringify(records), log_previous_link: previousLink };
}

export function recordParams(
  record: LogRecord,
  segment: { readonly previousLink: string | null; readonly size: number | null },
  { columns: { guid } }: Dialect,
): Params {
  const encode = (id: string | null): SqlValue => (id === null ? null : guid.encode(id));
  return {
    tenant_id: record.tenantKey,
    chain: record.chain,
    place: record.place,
    changed_at: record.changedAt,
    kind: record.kind,
    action: record.action,
    item_id: encode(record.itemId),
    channel: record.channel,
    operation: record.operation,
    app_id: encode(record.appId),
    request_id: encode(record.requestId),
    payload: record.payload,
    record_hash: record.recordHash,
    previous_link: segment.previousLink,
    segment_size: segment.size,
  };
}

/** A record as it stands in the table, with what it says of its segment. */
export interface StoredRecord extends LogRecord {
  readonly previousLink: string | null;
  readonly segmentSize: number | null;
}

export function readRecord(row: Row, { columns: { guid } }: Dialect): StoredRecord {
  const decode = (value: SqlValue | undefined) =>
    value === null || value === undefined ? null : (guid.decode(value) as string);
  return {
    tenantKey: Number(row['tenant_id']),
    chain: Number(row['chain']),
    place: Number(row['place']),
    changedAt: Number(row['changed_at']),
    kind: Number(row['kind']),
    action: Number(row['action']),
    itemId: decode(row['item_id']),
    channel: Number(row['channel']),
    operation: String(row['operation']),
    appId: decode(row['app_id']),
    requestId: decode(row['request_id']),
    payload: String(row['payload']),
    recordHash: String(row['record_hash']),
    previousLink: row['previous_link'] as string | null,
    segmentSize: row['segment_size'] as number | null,
  };
}
