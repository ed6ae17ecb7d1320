/**
 * Reads the log of a tenant a page at a time, in either direction, in the order of time over all chains. A cursor is a place
 * in each chain. Within a chain, records are committed in the order of their places; so a record that is committed late, behind
 * younger ones of other chains, is neither missed nor read twice.
 */
import { REGISTER } from './chain.ts';
import { logStatements, PROBES, readRecord } from './log-statements.ts';
import type { StoredRecord } from './log-statements.ts';
import { readHistory } from './read-log.ts';
import type { LogReader } from './read-log.ts';
import { REGISTER_OPERATIONS } from './register.ts';

/** By chain, the last place that is older than the cursor; of a chain that is missing, all is newer. */
export type LogCursor = ReadonlyMap<number, number>;

export type Direction = 'older' | 'newer';

export interface LogQuery {
  readonly tenantKey: number;
  readonly direction: Direction;
  /** Without it, what is older than now. */
  readonly cursor: LogCursor | undefined;
  /** Of records that match. */
  readonly limit: number;
  /** Of one item alone: GUIDs that it may be logged by. */
  readonly itemIds?: readonly string[] | undefined;
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds: the first that is too late. */
  readonly until: number;
  matches(record: StoredRecord): boolean;
}

export interface LogPage {
  /** The oldest first, whatever the direction. */
  readonly records: readonly StoredRecord[];
  readonly before: LogCursor;
  readonly after: LogCursor;
  /** Whether there may be more in the direction that was read. */
  readonly hasMore: boolean;
}

/** What a page looks at: one that finds little ends before it is full. */
const MAX_READ = 10_000;
const CHUNK_ROWS = 200;
/** By what clocks of machines may differ, and be set back: but for this, the records of a chain are in the order of time. */
const CLOCK_MARGIN_MS = 3_600_000;

export async function listLog(reader: LogReader, query: LogQuery): Promise<LogPage> {
  const { direction, limit, from, until } = query;
  const chains = await listChains(reader, query);
  const begin = query.cursor ?? (await findEnds(reader, query, chains));
  const sources = await openSources(reader, query, { chains, begin });
  const found: StoredRecord[] = [];
  for (let read = 0; found.length < limit && read < MAX_READ; read += 1) {
    const source = nextOf(sources, direction);
    if (source === undefined) break;
    const record = await take(reader, query, source);
    if (record === undefined) continue;
    const isInTime = record.changedAt >= from && record.changedAt < until;
    if (isInTime && query.matches(record)) found.push(record);
  }
  const end = new Map([...begin, ...sources.map(({ chain, place }) => [chain, place] as const)]);
  return {
    records: direction === 'older' ? found.toReversed() : found,
    before: direction === 'older' ? end : begin,
    after: direction === 'older' ? begin : end,
    hasMore: nextOf(sources, direction) !== undefined,
  };
}

async function listChains({ read }: LogReader, { tenantKey }: LogQuery): Promise<readonly number[]> {
  const rows = await read(logStatements.chains, { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open });
  return [REGISTER, ...rows.map((row) => Number(row['chain']))];
}

/** What is still to be read of a chain. */
interface Source {
  readonly chain: number;
  /** The last that is older than what is still to be read, or, where older ones are read, the last of them. */
  place: number;
  /** Of the next record; `undefined` when there is none. */
  nextAt: number | undefined;
  readonly buffer: StoredRecord[];
  /** Whether nothing follows the buffer. */
  isWhole: boolean;
}

async function openSources(
  reader: LogReader,
  query: LogQuery,
  { chains, begin }: { readonly chains: readonly number[]; readonly begin: LogCursor },
): Promise<readonly Source[]> {
  const { itemIds, tenantKey, direction } = query;
  const places = new Map(chains.map((chain) => [chain, begin.get(chain) ?? 0] as const));
  const sourceOf = ([chain, place]: readonly [number, number]) => ({ chain, place, buffer: [], isWhole: false });
  if (itemIds === undefined) {
    const next = await probe(reader, query, places, direction);
    return [...places].map((entry) => ({
      ...sourceOf(entry),
      nextAt: beyondNone(next.get(entry[0])?.changedAt, query),
    }));
  }
  const history = await readHistory(reader, tenantKey, itemIds);
  return [...places].map(([chain, place]) => {
    const own = history.filter((record) => record.chain === chain && record.place > place === (direction === 'newer'));
    const buffer = own.toSorted((one, other) => one.place - other.place);
    if (direction === 'older') buffer.reverse();
    return { ...sourceOf([chain, place]), buffer, isWhole: true, nextAt: buffer[0]?.changedAt };
  });
}

/** The chain whose next record comes first in the direction. */
function nextOf(sources: readonly Source[], direction: Direction): Source | undefined {
  let best: Source | undefined;
  for (const source of sources) {
    if (source.nextAt === undefined) continue;
    const isFirst =
      best?.nextAt === undefined || (direction === 'older' ? source.nextAt > best.nextAt : source.nextAt < best.nextAt);
    if (isFirst) best = source;
  }
  return best;
}

/** The next record of the chain; `undefined` when retention has come first. */
async function take(reader: LogReader, query: LogQuery, source: Source): Promise<StoredRecord | undefined> {
  const fill = async (): Promise<void> => {
    if (source.buffer.length > 0 || source.isWhole) return;
    source.buffer.push(...(await readChunk(reader, query, source)));
    source.isWhole = source.buffer.length < CHUNK_ROWS;
  };
  await fill();
  const record = source.buffer.shift();
  if (record !== undefined) source.place = query.direction === 'older' ? record.place - 1 : record.place;
  await fill();
  source.nextAt = beyondNone(source.buffer[0]?.changedAt, query);
  return record;
}

async function readChunk(
  { dialect, read }: LogReader,
  { tenantKey, direction }: LogQuery,
  { chain, place }: Source,
): Promise<readonly StoredRecord[]> {
  const statement = direction === 'older' ? logStatements.preceding : logStatements.following;
  const rows = await read(statement, { tenant_id: tenantKey, chain, place, row_limit: CHUNK_ROWS });
  return rows.map((row) => readRecord(row, dialect));
}

/** `undefined` when nothing behind that time can be wanted. */
function beyondNone(at: number | undefined, { direction, from, until }: LogQuery): number | undefined {
  if (at === undefined) return undefined;
  const isBeyond = direction === 'older' ? at < from - CLOCK_MARGIN_MS : at >= until + CLOCK_MARGIN_MS;
  return isBeyond ? undefined : at;
}

/** The ends of all chains; where younger records are not wanted, an earlier place of those that have many. */
async function findEnds(reader: LogReader, query: LogQuery, chains: readonly number[]): Promise<LogCursor> {
  const tooLate = query.until + CLOCK_MARGIN_MS;
  const all = new Map(chains.map((chain) => [chain, Number.MAX_SAFE_INTEGER] as const));
  const last = await probe(reader, query, all, 'older');
  const ends = new Map(chains.map((chain) => [chain, last.get(chain)?.place ?? 0] as const));
  /** Between which places the end lies. */
  const spans = new Map<number, { low: number; high: number }>(
    [...last.values()].flatMap(({ chain, place, changedAt }) =>
      changedAt >= tooLate ? [[chain, { low: 0, high: place }]] : [],
    ),
  );
  while (spans.size > 0) {
    const middles = new Map([...spans].map(([chain, { low, high }]) => [chain, Math.floor((low + high) / 2)] as const));
    const next = await probe(reader, query, middles, 'newer');
    for (const [chain, span] of spans) {
      const found = next.get(chain);
      if (found !== undefined && found.changedAt < tooLate) span.low = found.place;
      else span.high = middles.get(chain) ?? 0;
      if (span.low >= span.high) {
        ends.set(chain, span.low);
        spans.delete(chain);
      }
    }
  }
  return ends;
}

interface Probe {
  readonly chain: number;
  readonly place: number;
  readonly changedAt: number;
}

/** Of each chain the record that is next to the place. */
async function probe(
  { dialect, read }: LogReader,
  { tenantKey }: LogQuery,
  places: ReadonlyMap<number, number>,
  direction: Direction,
): Promise<ReadonlyMap<number, Probe>> {
  const params = { tenant_id: tenantKey, places: JSON.stringify([...places]) };
  const rows = await read(PROBES[dialect.name][direction], params);
  return new Map(
    rows.map((row) => {
      const chain = Number(row['chain']);
      return [chain, { chain, place: Number(row['place']), changedAt: Number(row['changed_at']) }] as const;
    }),
  );
}
