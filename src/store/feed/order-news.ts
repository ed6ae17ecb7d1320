/** Brings what is new in the chains of a tenant into one order, in which each change comes after those that it rests on. */

import type { Action } from '../changes/record.ts';

/** A record of the log that no feed has yet. */
export interface News {
  readonly chain: number;
  readonly place: number;
  /** Which of the changes of a note; `undefined` for a record. */
  readonly part?: number;
  /** By the clock of its writer. */
  readonly changedAt: number;
  /** What was changed; `undefined` when it has no id. */
  readonly item: string | undefined;
  readonly version: number | undefined;
  readonly action: Action;
  /** Whether the id is given to no other item once this one was removed. */
  readonly isIdUnique: boolean;
}

/** New records, chain by chain, each in the order of its places. */
export interface ChainNews {
  readonly records: readonly News[];
  /** Whether the chain has more than these. */
  readonly hasMore: boolean;
}

interface Timed {
  readonly news: News;
  /** Never before what is in front of it in its chain. */
  readonly at: number;
}

/**
 * @returns those that nothing unread can come before. When one chain has more to read, later records of the others wait
 * for it. Never empty when there is something new.
 */
export function orderNews(chains: readonly ChainNews[]): readonly News[] {
  const timed = chains.map(({ records, hasMore }) => ({ records: withTimes(records), hasMore }));
  const ends = timed.flatMap(({ records, hasMore }) => (hasMore ? [records.at(-1)?.at ?? Infinity] : []));
  const horizon = Math.min(...ends);
  const ready = timed.flatMap(({ records }) => records.filter(({ at }) => at <= horizon));
  const byTime = ready.toSorted(
    (one, other) => one.at - other.at || one.news.chain - other.news.chain || one.news.place - other.news.place,
  );
  return inOrderOfVersions(byTime.map(({ news }) => news));
}

/** Clocks may be set back: the order of a chain is that of its places. */
function withTimes(records: readonly News[]): readonly Timed[] {
  let at = -Infinity;
  return records.map((news) => {
    at = Math.max(at, news.changedAt);
    return { news, at };
  });
}

/**
 * Clocks of servers differ, and a millisecond is long: changes of one item take each other's places so that their versions
 * grow.
 */
function inOrderOfVersions(ordered: readonly News[]): readonly News[] {
  const result = [...ordered];
  const byItem = Map.groupBy(ordered.keys(), (index) => ordered[index]?.item);
  for (const [item, indexes] of byItem) {
    const all = indexes.map((index) => ordered[index] as News);
    if (item === undefined || all.length < 2 || !haveOneOrder(all)) continue;
    const sorted = all.toSorted((one, other) => (one.version as number) - (other.version as number));
    for (const [at, index] of indexes.entries()) result[index] = sorted[at] as News;
  }
  return result;
}

/** What is made with the id of an item that was removed has versions of its own. */
function haveOneOrder(all: readonly News[]): boolean {
  const mayBeTwo = ['created', 'deleted'].every((found) => all.some(({ action }) => action === found));
  return all.every(({ version, isIdUnique }) => version !== undefined && (isIdUnique || !mayBeTwo));
}
