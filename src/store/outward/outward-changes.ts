/**
 * The changes of a tenant since a place in its change log, for what is sent to others. A chain's records become visible in
 * the order of their places, so that a place in each chain is all that has to be remembered.
 */
import { logStatements, readRecord } from '../changes/log-statements.ts';
import type { LogReader } from '../changes/read-log.ts';
import { readable } from '../changes/record.ts';
import type { ReadableRecord } from '../changes/record.ts';
import { REGISTER_OPERATIONS } from '../changes/register.ts';
import type { Dialect } from '../dialect.ts';

/** Texts, to be kept as they are. */
export type FeedCursor = string;

export interface ChangePage {
  readonly records: readonly ReadableRecord[];
  readonly next: FeedCursor;
  /** Whether more may be there already. */
  readonly hasMore: boolean;
}

interface Places {
  readonly register: number;
  /** By chain. */
  readonly chains: Readonly<Record<string, number>>;
}

const PAGE_ROWS = 500;

const STATEMENTS = {
  register: {
    name: 'outward register',
    sql: `
select place, operation, payload from change_log
where tenant_id = :tenant_id and chain = 0 and place > :place order by place limit ${PAGE_ROWS}`,
  },
  last: {
    name: 'outward lastPlace',
    sql: 'select max(place) as place from change_log where tenant_id = :tenant_id and chain = :chain',
  },
} as const;

/** What is committed from now on is behind this place. */
export async function beginChanges(reader: LogReader, tenantKey: number): Promise<FeedCursor> {
  const lastOf = async (chain: number): Promise<number> => {
    const [row] = await reader.read(STATEMENTS.last, { tenant_id: tenantKey, chain });
    return Number(row?.['place'] ?? 0);
  };
  // Chains that are opened behind this place are read from their beginning.
  const register = await lastOf(0);
  const opened = await reader.read(logStatements.chains, { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open });
  const chains: [string, number][] = [];
  for (const { chain } of opened.filter(({ chain }) => Number(chain) <= register))
    chains.push([String(chain), await lastOf(Number(chain))]);
  return JSON.stringify({ register, chains: Object.fromEntries(chains) } satisfies Places);
}

/** `undefined` when records behind the place are gone: retention has removed them, or it is of another database. */
export async function readChanges(
  reader: LogReader,
  tenantKey: number,
  cursor: FeedCursor,
): Promise<ChangePage | undefined> {
  const places = JSON.parse(cursor) as Places;
  const chains = new Map(Object.entries(places.chains));
  const news = await reader.read(STATEMENTS.register, { tenant_id: tenantKey, place: places.register });
  let { register } = places;
  for (const row of news) {
    register = Number(row['place']);
    if (row['operation'] === REGISTER_OPERATIONS.open) chains.set(String(register), 0);
    if (row['operation'] !== REGISTER_OPERATIONS.cut) continue;
    const { after } = readable({ ...EMPTY, payload: String(row['payload']) });
    if (Number(after?.['place']) > (chains.get(String(after?.['chain'])) ?? Infinity)) return undefined;
  }
  const records: ReadableRecord[] = [];
  let hasMore = news.length === PAGE_ROWS;
  for (const chain of await listGrown(reader, tenantKey, chains)) {
    const from = { tenant_id: tenantKey, chain: Number(chain), place: chains.get(chain) ?? 0, row_limit: PAGE_ROWS };
    const rows = await reader.read(PAGE, from);
    const found = rows.map((row) => readRecord(row, reader.dialect));
    records.push(...found.map(readable));
    chains.set(chain, found.at(-1)?.place ?? from.place);
    hasMore ||= found.length === PAGE_ROWS;
  }
  return { records, next: JSON.stringify({ register, chains: Object.fromEntries(chains) } satisfies Places), hasMore };
}

const KEY = '(chain, place) > (:chain, :place)';
const pageWhere = (condition: string) => logStatements.page.sql.replace(KEY, condition);
const PAGE = { name: 'outward changes', sql: pageWhere('chain = :chain and place > :place') };
const SINCE = {
  name: 'outward changesSince',
  sql: pageWhere('chain = :chain and place > :place and changed_at >= :changed_at'),
};

/** Pages of what was changed since then, as far as it is still kept; a chain after the other. */
export async function* readChangesSince(
  reader: LogReader,
  tenantKey: number,
  since: number,
): AsyncGenerator<readonly ReadableRecord[]> {
  const opened = await reader.read(logStatements.chains, { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open });
  for (const { chain = null } of opened) {
    let place = 0;
    for (;;) {
      const from = { tenant_id: tenantKey, chain, place, changed_at: since, row_limit: PAGE_ROWS };
      const found = (await reader.read(SINCE, from)).map((row) => readRecord(row, reader.dialect));
      const last = found.at(-1);
      if (last !== undefined) yield found.map(readable);
      if (last === undefined || found.length < PAGE_ROWS) break;
      ({ place } = last);
    }
  }
}

/** Chains that have records behind their place, in one request. */
async function listGrown(
  { dialect, read }: LogReader,
  tenantKey: number,
  chains: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const rows = JSON.stringify([...chains].map(([chain, place]) => [Number(chain), place]));
  const found = await read(grownStatement(dialect), { tenant_id: tenantKey, rows });
  return found.map(({ chain }) => String(chain));
}

function grownStatement({ jsonRows }: Dialect) {
  const [chain, place] = [jsonRows.value(0, 'bigint'), jsonRows.value(1, 'bigint')];
  return {
    name: 'outward grownChains',
    sql: `
select ${chain} as chain from ${jsonRows.relation(':rows')}
where exists (select 1 from change_log l where l.tenant_id = :tenant_id and l.chain = ${chain} and l.place > ${place})`,
  };
}

/** What the reader of a payload alone does not look at. */
const EMPTY = {
  ...{ tenantKey: 0, chain: 0, place: 0, changedAt: 0, kind: 9, action: 1, channel: 1, operation: '' },
  ...{ itemId: null, appId: null, requestId: null },
};
