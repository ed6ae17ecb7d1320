/**
 * All changes of a tenant in one order, for those who have to hear of each of them: delta, notifications, sync.
 *
 * Writers leave their changes in chains that do not wait for each other (`store/changes/chain.ts`). The first to read the
 * feed brings what is new there into it: each record of the log gets a position, one after another, without a gap. A transaction
 * that commits late has a later place in its chain than what was read of it, and so gets a later position; nothing is
 * passed over. A feed begins when somebody begins to follow the tenant, and is given up when it was not read for as long as
 * it is kept.
 *
 * States of a feed. none: no row in `change_feed_state`; writes cost nothing more than the log. followed: `follow` has noted
 * how far each chain was. Given up: none again; the next one has another id, so that cursors of this one are expired.
 * Servers that bring news into one feed at the same time: the position in its state is the guard, who comes second reads
 * again.
 */
import { randomBytes } from 'node:crypto';

import { systemClock } from '../../lib/clock.ts';
import { readRecord } from '../changes/log-statements.ts';
import { readNote } from '../changes/notes.ts';
import { readable } from '../changes/record.ts';
import type { ReadableRecord } from '../changes/record.ts';
import { REGISTER_OPERATIONS } from '../changes/register.ts';
import type { Row, SqlConnection } from '../connection.ts';
import { cursorOf, readCursor } from './feed-cursor.ts';
import type { ChangeCursor, FeedPlace } from './feed-cursor.ts';
import { feedStatements, feedStatementsOfRows } from './feed-statements.ts';
import { createGathering } from './gather-news.ts';
import type { FeedState } from './gather-news.ts';

/** A change, with what the log keeps of it: values before and after by the setting `audit`. */
export interface FeedChange extends ReadableRecord {
  /** Behind the change: what has dealt with it goes on from here. */
  readonly cursor: ChangeCursor;
}

export type FeedPage =
  | {
      readonly kind: 'changes';
      /** In order: those of one item as they happened. May be none. */
      readonly changes: readonly FeedChange[];
      /** Behind the last of them. */
      readonly next: ChangeCursor;
      /** Whether there was nothing more when it was read. */
      readonly isEnd: boolean;
    }
  /** Changes behind the cursor may be missing: begin again, with {@link ChangeFeed.follow} and the data as it is. */
  | { readonly kind: 'expired' };

/**
 * Read the data as it is after `follow`, then `read` again and again, and keep `next` once its changes are dealt with. A
 * change of an item without `itemId` is of many that are not named, such as those that an erasure has removed: read
 * the data again. A removed learningProvider has taken its contents and activities along.
 */
export interface ChangeFeed {
  /** The present end: what is committed from now on is behind it. */
  follow(tenantKey: number): Promise<ChangeCursor>;
  read(tenantKey: number, after: ChangeCursor, limit: number): Promise<FeedPage>;
  /**
   * Behind the last change that came in before the time, or where the feed begins when that is later.
   * @returns `undefined` where the tenant is not followed
   */
  findPlace(tenantKey: number, time: number): Promise<PlaceSince | undefined>;
  /** Brings in what is new where the tenant is followed: to be done before records of the log are removed. */
  gather(tenantKey: number): Promise<void>;
}

export interface PlaceSince {
  readonly cursor: ChangeCursor;
  /** Epoch milliseconds: changes of later ones are behind the place. */
  readonly since: number;
}

/** A feed that is read is noted as used so often. */
const USE_MS = 3_600_000;

export function createChangeFeed(connection: SqlConnection): ChangeFeed {
  const { findState, gather } = createGathering(connection);
  const { readNotes } = feedStatementsOfRows(connection.dialect);
  const noteUse = async (tenantKey: number, { feedId, usedAt }: FeedState): Promise<void> => {
    const now = systemClock.now();
    if (now - usedAt < USE_MS) return;
    const params = { tenant_id: tenantKey, feed_id: feedId, used_at: now };
    await connection.write([{ statement: feedStatements.use, params }]);
  };
  /** `undefined` when one of them is gone: retention may have removed it. */
  const readShown = async (tenantKey: number, rows: readonly Row[]): Promise<readonly ReadableRecord[] | undefined> => {
    const wanted = new Map(
      rows.filter(isOfNote).map((row) => [nameOfNote(row), [row['feed_chain'], row['feed_place']]]),
    );
    const params = { tenant_id: tenantKey, rows: JSON.stringify([...wanted.values()]) };
    const found = wanted.size === 0 ? [] : await connection.read(readNotes, params);
    const notes = new Map(found.map((row) => [`${Number(row['chain'])}/${Number(row['place'])}`, readNote(row)]));
    const records = rows.map((row) => {
      if (isOfNote(row)) return notes.get(nameOfNote(row))?.[Number(row['part'])];
      return row['payload'] === null ? undefined : readable(readRecord(row, connection.dialect));
    });
    return records.every((record) => record !== undefined) ? records : undefined;
  };
  return {
    follow: async (tenantKey) => {
      if ((await findState(tenantKey)) === undefined) await start(connection, tenantKey);
      const state = await gather(tenantKey, 0, Infinity);
      if (state === undefined) throw new Error('The feed of changes was given up while it began.');
      await noteUse(tenantKey, state);
      const [newest] = await connection.read(feedStatements.newest, { tenant_id: tenantKey });
      return cursorOf(state.feedId, newest && placeOf(newest));
    },
    read: async (tenantKey, after, limit) => {
      const cursor = readCursor(after);
      const state = cursor && (await gather(tenantKey, cursor.position, limit));
      if (cursor === undefined || state?.feedId !== cursor.feedId) return { kind: 'expired' };
      await noteUse(tenantKey, state);
      // With the change that the cursor lies behind, and one more than is shown.
      const params = { tenant_id: tenantKey, position: cursor.position, row_limit: limit + 2 };
      const rows = await connection.read(feedStatements.page, params);
      const behind = rows.filter(({ position }) => Number(position) > cursor.position);
      const shown = isGoingOn(cursor, rows[0]) ? behind.slice(0, limit) : undefined;
      const records = shown && (await readShown(tenantKey, shown));
      if (shown === undefined || records === undefined) return { kind: 'expired' };
      const changes = shown.map((row, index) => ({
        ...(records[index] as ReadableRecord),
        cursor: cursorOf(cursor.feedId, placeOf(row)),
      }));
      return { kind: 'changes', changes, next: changes.at(-1)?.cursor ?? after, isEnd: behind.length <= limit };
    },
    findPlace: async (tenantKey, time) => {
      const state = await gather(tenantKey, 0, Infinity);
      if (state === undefined) return undefined;
      const scope = { tenant_id: tenantKey };
      const [before] = await connection.read(feedStatements.lastBefore, { ...scope, before: time });
      if (before !== undefined) return { cursor: cursorOf(state.feedId, placeOf(before)), since: time };
      const [oldest] = await connection.read(feedStatements.oldest, { ...scope, row_limit: 1 });
      if (oldest === undefined) return { cursor: cursorOf(state.feedId), since: systemClock.now() };
      const place = { position: Number(oldest['place']), notedAt: Number(oldest['noted_at']) };
      return { cursor: cursorOf(state.feedId, place.position === 1 ? undefined : place), since: place.notedAt };
    },
    gather: async (tenantKey) => void (await gather(tenantKey, 0, Infinity)),
  };
}

async function start(connection: SqlConnection, tenantKey: number): Promise<void> {
  const feedId = randomBytes(6).toString('base64url');
  const params = { tenant_id: tenantKey, operation: REGISTER_OPERATIONS.open };
  const state = { tenant_id: tenantKey, feed_id: feedId, used_at: systemClock.now() };
  // Refused when another server came first.
  await connection.write([
    { statement: feedStatements.start, params: state, mustChange: true },
    { statement: feedStatements.startRegister, params },
    { statement: feedStatements.startChains, params },
  ]);
}

/** Whether the first row that was found is the change that the cursor lies behind, or the very first one. */
function isGoingOn({ position, notedAt }: FeedPlace, first: Row | undefined): boolean {
  if (position === 0) return first === undefined || placeOf(first).position === 1;
  const found = first && placeOf(first);
  return found?.position === position && found.notedAt === notedAt;
}

function isOfNote({ part = null }: Row): boolean {
  return part !== null;
}

function nameOfNote(row: Row): string {
  return `${Number(row['feed_chain'])}/${Number(row['feed_place'])}`;
}

function placeOf(row: Row): FeedPlace {
  return { position: Number(row['position']), notedAt: Number(row['noted_at']) };
}
