/** Brings what is new in the chains of the log into the feed of its tenant. */
import { systemClock } from '../../lib/clock.ts';
import type { ChangeKind } from '../../model/change-kinds.ts';
import { readNote } from '../changes/notes.ts';
import { ACTION_NAMES, KIND_NAMES } from '../changes/record.ts';
import type { Action, ReadableRecord } from '../changes/record.ts';
import { REGISTER } from '../changes/chain.ts';
import { REGISTER_OPERATIONS } from '../changes/register.ts';
import type { Row, SqlConnection } from '../connection.ts';
import type { SqlValue } from '../dialect.ts';
import { feedStatements, feedStatementsOfRows } from './feed-statements.ts';
import { orderNews } from './order-news.ts';
import type { ChainNews, News } from './order-news.ts';

export interface FeedState {
  readonly feedId: string;
  /** Of the newest change. */
  readonly position: number;
  /** Epoch milliseconds. */
  readonly usedAt: number;
}

export interface Gathering {
  /** `undefined` where the tenant is not followed. */
  findState(tenantKey: number): Promise<FeedState | undefined>;
  /** Goes on until there is nothing new, or more than so many changes lie behind the position. */
  gather(tenantKey: number, from: number, limit: number): Promise<FeedState | undefined>;
}

const REGISTER_ROWS = 1000;

export function createGathering(connection: SqlConnection): Gathering {
  const writes = feedStatementsOfRows(connection.dialect);
  const idOf = (value: SqlValue) => String(connection.dialect.columns.guid.decode(value));

  const findState = async (tenantKey: number): Promise<FeedState | undefined> => {
    const [row] = await connection.read(feedStatements.state, { tenant_id: tenantKey });
    return row && { feedId: String(row['feed_id']), position: Number(row['position']), usedAt: Number(row['used_at']) };
  };

  /** @returns whether there may be more */
  const gatherOnce = async (tenantKey: number, { feedId, position }: FeedState): Promise<boolean> => {
    const scope = { tenant_id: tenantKey };
    const params = { ...scope, operation: REGISTER_OPERATIONS.open };
    const register = await connection.read(feedStatements.register, { ...params, row_limit: REGISTER_ROWS });
    const records = await connection.read(feedStatements.news, params);
    const notes = await connection.read(feedStatements.notes, params);
    const chains = [
      ...chainsOf(records, (row) => [newsOfRecord(row, idOf)]),
      ...chainsOf(notes, (row) => readNote(row).map(newsOfNote)),
    ];
    const ready = orderNews(chains);
    const opened = register.filter(({ operation }) => operation === REGISTER_OPERATIONS.open);
    // Notes of heads alone are passed over when there is more to write, or many of them.
    if (ready.length === 0 && opened.length === 0 && register.length < REGISTER_ROWS) return false;
    const places = new Map(opened.map(({ place }) => [Number(place), 0]));
    if (register.length > 0) places.set(REGISTER, Number(register.at(-1)?.['place']));
    for (const { chain, place } of ready) places.set(chain, place);
    const rows = ready.map(({ chain, place, part }, index) => [position + index + 1, chain, place, part ?? null]);
    const guard = { ...scope, feed_id: feedId, position, next_position: position + rows.length };
    const now = systemClock.now();
    const result = await connection.write([
      { statement: feedStatements.advance, params: guard, mustChange: true },
      { statement: writes.add, params: { ...scope, noted_at: now, rows: JSON.stringify(rows) } },
      { statement: writes.moveChains, params: { ...scope, rows: JSON.stringify([...places]) } },
    ]);
    const isAll = ready.length === chains.reduce((sum, chain) => sum + chain.records.length, 0);
    return result.kind !== 'done' || !isAll || chains.some(({ hasMore }) => hasMore);
  };

  return {
    findState,
    gather: async (tenantKey, from, limit) => {
      for (;;) {
        const state = await findState(tenantKey);
        if (state === undefined || state.position - from > limit) return state;
        if (!(await gatherOnce(tenantKey, state))) return findState(tenantKey);
      }
    },
  };
}

function chainsOf(rows: readonly Row[], newsOf: (row: Row) => readonly News[]): readonly ChainNews[] {
  return [...Map.groupBy(rows, ({ chain }) => Number(chain)).values()].map((ofChain) => ({
    hasMore: Number(ofChain[0]?.['has_more']) === 1,
    records: ofChain.flatMap(newsOf),
  }));
}

/** Of a payload whose values were not erased; of one that an earlier release has written there is none. */
const VERSION_AT_END = /,(\d+)\]$/;

function newsOfRecord(row: Row, idOf: (value: SqlValue) => string): News {
  const { item_id: itemId = null } = row;
  const kind = KIND_NAMES.get(Number(row['kind'])) as ChangeKind;
  const version = VERSION_AT_END.exec(String(row['payload_end']))?.[1];
  return {
    chain: Number(row['chain']),
    place: Number(row['place']),
    changedAt: Number(row['changed_at']),
    item: itemId === null ? undefined : `${kind} ${idOf(itemId)}`,
    version: version === undefined ? undefined : Number(version),
    action: ACTION_NAMES.get(Number(row['action'])) as Action,
    isIdUnique: isIdUnique(kind),
  };
}

function newsOfNote({ chain, place, changedAt, kind, itemId, version, action }: ReadableRecord, part: number): News {
  const item = itemId === undefined ? undefined : `${kind} ${itemId}`;
  return { chain, place, part, changedAt, item, version, action, isIdUnique: isIdUnique(kind) };
}

function isIdUnique(kind: ChangeKind): boolean {
  return kind === 'learningCourseActivity';
}
