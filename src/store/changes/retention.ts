/**
 * Removes old records from the beginning of chains. What follows carries the link of what was removed, and the register
 * notes both, so that the rest can still be checked. Registers stay whole: they are small, and hold nothing personal.
 */
import type { Row } from '../connection.ts';
import { linkOf } from './chain.ts';
import { logStatements, readRecord } from './log-statements.ts';
import type { StoredRecord } from './log-statements.ts';
import { writeRegister } from './register-writes.ts';
import type { LogWriter } from './register-writes.ts';
import { REGISTER_OPERATIONS } from './register.ts';

export interface RetentionOrder {
  readonly tenantKey: number;
  /** Epoch milliseconds: segments go that are older as a whole. */
  readonly before: number;
}

/** Of one transaction. */
const MAX_ROWS = 5000;

/** @returns how many records were removed */
export async function cutLog(writer: LogWriter, { tenantKey, before }: RetentionOrder): Promise<number> {
  const { read } = writer.connection;
  const chains = await read(logStatements.chains, { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open });
  let removed = 0;
  for (const row of chains) {
    const chain = Number(row['chain']);
    for (;;) {
      const cut = await findCut(writer, { tenantKey, chain, before });
      if (cut === undefined) break;
      const { place, link, rows } = cut;
      const params = { tenant_id: tenantKey, chain, place };
      const writes = [{ statement: logStatements.removeUpTo, params, mustChange: true }];
      await writeRegister(writer, { tenantKey, operation: 'cut', after: { chain, place, link, rows }, writes });
      removed += rows;
    }
  }
  return removed;
}

interface Cut {
  /** The last that goes. */
  readonly place: number;
  /** What the next segment carries. */
  readonly link: string;
  readonly rows: number;
}

/** The longest piece of whole segments, all of them old, from the beginning of a chain. */
async function findCut(
  { connection, key }: LogWriter,
  { tenantKey, chain, before }: RetentionOrder & { readonly chain: number },
): Promise<Cut | undefined> {
  const scope = { tenant_id: tenantKey, chain };
  const rows = await connection.read(logStatements.oldest, { ...scope, row_limit: MAX_ROWS + 1 });
  const records = rows.map((row: Row) => readRecord(row, connection.dialect));
  const young = records.findIndex(({ changedAt }) => changedAt >= before);
  const isWhole = young < 0 && records.length <= MAX_ROWS;
  const last = records.at(-1);
  const [begin] = records;
  if (last === undefined || begin === undefined) return undefined;
  if (young !== 0 && (begin.segmentSize ?? 0) > MAX_ROWS) return findLongCut({ connection, key }, begin);
  if (isWhole) {
    const first = records.findLastIndex(({ previousLink }) => previousLink !== null);
    const hashes = records.slice(first).map(({ recordHash }) => recordHash);
    // The key is that of the chain's writer, or there was none: the register says which.
    const isKeyed = await isChainKeyed(connection, scope);
    const link = linkOf(records[first]?.previousLink ?? '', hashes, isKeyed ? key : undefined);
    return { place: last.place, link, rows: records.length };
  }
  const end = records.findLastIndex(
    ({ previousLink }, index) => previousLink !== null && (young < 0 || index <= young),
  );
  const next = records[end];
  // One that is not old as a whole stays.
  if (next === undefined || end === 0) return undefined;
  return { place: next.place - 1, link: next.previousLink as string, rows: end };
}

/** Of a segment that is larger than what is read at a time: its records are of one transaction, and equally old. */
async function findLongCut({ connection, key }: LogWriter, begin: StoredRecord): Promise<Cut | undefined> {
  const { tenantKey, chain, previousLink, segmentSize } = begin;
  const scope = { tenant_id: tenantKey, chain };
  const rows = segmentSize ?? 0;
  const hashes: string[] = [];
  let place = begin.place - 1;
  while (hashes.length < rows) {
    const row_limit = Math.min(MAX_ROWS, rows - hashes.length);
    const found = await connection.read(logStatements.following, { ...scope, place, row_limit });
    const last = found.at(-1);
    if (last === undefined) return undefined;
    hashes.push(...found.map((row) => String(row['record_hash'])));
    place = Number(last['place']);
  }
  const isKeyed = await isChainKeyed(connection, scope);
  return { place, link: linkOf(previousLink ?? '', hashes, isKeyed ? key : undefined), rows };
}

async function isChainKeyed({ read }: LogWriter['connection'], scope: { tenant_id: number; chain: number }) {
  const [row] = await read(logStatements.opening, { tenant_id: scope.tenant_id, place: scope.chain });
  return String(row?.['payload']).includes('"isKeyed":true');
}
