/**
 * Removes old records from the beginning of chains. What follows carries the link of what was removed, and the register
 * notes both, so that the rest can still be checked. Registers stay whole: they are small, and hold nothing personal.
 */
import type { Row } from '../connection.ts';
import { linkOf } from './chain.ts';
import { logStatements, readRecord } from './log-statements.ts';
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
  if (last === undefined) return undefined;
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
  // A segment larger than what is read at a time, or one that begins the chain, stays.
  if (next === undefined || end === 0) return undefined;
  return { place: next.place - 1, link: next.previousLink as string, rows: end };
}

async function isChainKeyed({ read }: LogWriter['connection'], scope: { tenant_id: number; chain: number }) {
  const [row] = await read(logStatements.opening, { tenant_id: scope.tenant_id, place: scope.chain });
  return String(row?.['payload']).includes('"isKeyed":true');
}
