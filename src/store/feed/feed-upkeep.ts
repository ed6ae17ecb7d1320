/** Removes what is older than feeds are kept, and feeds that are not read any more. */
import { logStatements } from '../changes/log-statements.ts';
import { noteStatements } from '../changes/notes.ts';
import { listLoggedTenants } from '../changes/read-log.ts';
import { REGISTER_OPERATIONS } from '../changes/register.ts';
import type { Params, SqlConnection, Statement } from '../connection.ts';
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
function trimFeed(connection: SqlConnection, tenantKey: number, before: number): Promise<void> {
  const { oldest, removeUpTo } = feedStatements;
  return removeOld(connection, { oldest, removeUpTo, scope: { tenant_id: tenantKey }, before });
}

/**
 * Notes of all tenants, followed or not. The newest of a chain stays, as that of a feed.
 * @param before epoch milliseconds
 */
export async function trimNotes(connection: SqlConnection, before: number): Promise<void> {
  const { oldest, removeUpTo } = noteStatements;
  for (const tenantKey of await listLoggedTenants(connection)) {
    const params = { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open };
    for (const { chain = null } of await connection.read(logStatements.chains, params)) {
      await removeOld(connection, { oldest, removeUpTo, scope: { tenant_id: tenantKey, chain }, before });
    }
  }
}

interface Removal {
  /** Gives place and time, oldest first. */
  readonly oldest: Statement;
  readonly removeUpTo: Statement;
  readonly scope: Params;
  /** Epoch milliseconds. */
  readonly before: number;
}

async function removeOld(connection: SqlConnection, { oldest, removeUpTo, scope, before }: Removal): Promise<void> {
  for (;;) {
    const rows = await connection.read(oldest, { ...scope, row_limit: PIECE_ROWS + 1 });
    const old = rows.slice(0, -1).filter((row) => Number(row['noted_at']) < before);
    const last = old.at(-1)?.['place'];
    if (last === undefined) return;
    await connection.write([{ statement: removeUpTo, params: { ...scope, place: last } }]);
    if (old.length < PIECE_ROWS) return;
  }
}
