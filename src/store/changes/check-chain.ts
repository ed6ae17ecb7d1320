/** Follows one chain from its first record to its last, and notes what is not as its writer left it. */
import { linkOf } from './chain.ts';
import type { ChainKey } from './chain.ts';
import type { StoredRecord } from './log-statements.ts';
import { erasureOf, recordHashOf } from './record.ts';

export interface ChainStart {
  /** Of the record before the first. */
  readonly place: number;
  /** What the first segment has to carry. */
  readonly link: string;
  /** Links with the key, without it, or `both`: without it until the first with it. */
  readonly links: 'keyed' | 'plain' | 'both';
  readonly key: ChainKey;
  /** Pseudonyms of records that were erased, by chain and place. */
  readonly erased: ReadonlyMap<string, string>;
}

/** What is wrong at a place of a chain, as a sentence without its subject and end. */
export type Report = (problem: string, place: number) => void;

export interface ChainCheck {
  next(record: StoredRecord): void;
  /** To be called behind the last record. */
  end(): ChainEnd;
}

export interface ChainEnd {
  readonly head: string;
  /** All that the chain has come to. */
  readonly links: ReadonlySet<string>;
  readonly keyedLinks: number;
  readonly plainLinks: number;
}

export function createChainCheck(start: ChainStart, report: Report): ChainCheck {
  const links = new Set([start.link]);
  /** What the next segment may carry, the likeliest first. */
  let candidates: readonly string[] = [start.link];
  let { place, link: previous } = start;
  let hashes: string[] = [];
  let left = 0;
  const counts = { keyed: 0, plain: 0 };

  const endSegment = (): void => {
    const keyed = start.links === 'plain' ? [] : [linkOf(previous, hashes, start.key)];
    const isPlainAllowed = start.links === 'plain' || (start.links === 'both' && counts.keyed === 0);
    candidates = isPlainAllowed ? [...keyed, linkOf(previous, hashes, undefined)] : keyed;
    for (const link of candidates) links.add(link);
  };

  const beginSegment = ({ previousLink, segmentSize, ...record }: StoredRecord): void => {
    const found = candidates.indexOf(previousLink ?? '');
    if (found < 0)
      report('does not follow what is before it: records were changed, removed or reordered', record.place);
    else if (hashes.length > 0) counts[found === 0 && start.links !== 'plain' ? 'keyed' : 'plain'] += 1;
    previous = previousLink ?? '';
    hashes = [];
    left = segmentSize ?? 0;
    if (left < 1) report('does not say how many records are in its segment', record.place);
  };

  const checkRecord = (record: StoredRecord): void => {
    const erasure = erasureOf(record.payload);
    const isRight = record.recordHash === recordHashOf(record, record, erasure?.payloadHash);
    if (!isRight) report('is not what was written: its hash does not fit', record.place);
    if (erasure === undefined) return;
    const pseudonym = start.erased.get(`${record.chain}/${record.place}`);
    if (pseudonym !== erasure.pseudonym) report('was emptied, and no erasure names it', record.place);
  };

  return {
    next: (record) => {
      if (record.place <= place) report('is not behind the record before it', record.place);
      const isWithin = left > 0 && record.previousLink === null && record.segmentSize === null;
      if (left > 0 && !isWithin) report('begins a segment within another: records were removed', record.place);
      if (!isWithin) beginSegment(record);
      checkRecord(record);
      place = record.place;
      hashes.push(record.recordHash);
      left -= 1;
      if (left === 0) endSegment();
    },
    end: () => {
      if (left > 0) report(`is not the last of its segment: ${left} more were removed`, place);
      return { head: candidates[0] as string, links, keyedLinks: counts.keyed, plainLinks: counts.plain };
    },
  };
}
