/** Removes what is older than feeds are kept, and feeds that are not read any more. */
import type { SqlConnection } from '../connection.ts';
import { feedStatements } from './feed-statements.ts';

const PIECE_ROWS = 5000;

/** @param before epoch milliseconds */
export async function trimFeeds(connection: SqlConnection, before: number): Promise<void> {
  for (const row of await connection.read(feedStatements.states, {})) {
    const [tenantKey, usedAt] = [Number(row['tenant_id']), Number(row['used_at'])];
    if (usedAt < before) await giveUp(connection, tenantKey, usedAt);
    else await trimFeed(connection, tenantKey, before);
  }
}

/** Refused when it has been read meanwhile. */
async function giveUp(connection: SqlConnection, tenantKey: number, usedAt: number): Promise<void> {
  const params = { tenant_id: tenantKey };
  await connection.write([
    { statement: feedStatements.giveUp, params: { ...params, used_at: usedAt }, mustChange: true },
    { statement: feedStatements.removeChains, params },
    { statement: feedStatements.remove, params },
  ]);
}

/** The newest change stays: it tells where the feed has come to. */
async function trimFeed(connection: SqlConnection, tenantKey: number, before: number): Promise<void> {
  for (;;) {
    const params = { tenant_id: tenantKey, row_limit: PIECE_ROWS + 1 };
    const rows = await connection.read(feedStatements.oldest, params);
    const old = rows.slice(0, -1).filter((row) => Number(row['noted_at']) < before);
    const last = old.at(-1);
    if (last === undefined) return;
    const removal = { tenant_id: tenantKey, position: Number(last['position']) };
    await connection.write([{ statement: feedStatements.removeUpTo, params: removal }]);
    if (old.length < PIECE_ROWS) return;
  }
}
