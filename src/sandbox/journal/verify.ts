/** Whether the journal holds what a test expects, with an explanation when it does not. */
import type { JournalEntry } from './entry.ts';
import type { VerifyOrder } from './journal-schemas.ts';
import type { Difference, EntryMatcher } from './match-entry.ts';

export interface Verification {
  readonly isSatisfied: boolean;
  /** One sentence. */
  readonly explanation: string;
  readonly expected: Count;
  /** How many were found that the order is about. */
  readonly found: number;
  /** Their ids, the first of them. */
  readonly entries: readonly number[];
  readonly nearMisses: readonly NearMiss[];
}

export type Count = NonNullable<VerifyOrder['count']>;

/** An entry that nearly is what was expected, or allowed. */
export interface NearMiss {
  readonly entry: number;
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly differs: readonly Difference[];
}

export interface JournalExcerpt {
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
  /** The newest evicted entry; 0 when there is none. */
  readonly droppedId: number;
  /** Only entries after this one count. */
  readonly after: number;
}

const MAX_IDS = 1000;
const MAX_NEAR_MISSES = 5;
const AT_LEAST_ONE: Count = { atLeast: 1 };
const NONE: Count = { exactly: 0 };

/** Whether as many requests as expected are of the kind that the matcher takes. */
export function verifyCount(
  { entries, droppedId, after }: JournalExcerpt,
  matcher: EntryMatcher,
  expected: Count = AT_LEAST_ONE,
): Verification {
  const judged = entries.filter(({ id }) => id > after);
  const found = judged.filter((entry) => matcher.passes(entry));
  const verdict = judge(found.length, expected, droppedId > after);
  const others = verdict.isSatisfied ? [] : judged.filter((entry) => !matcher.passes(entry));
  return { ...verdict, ...describeFound(found, expected), nearMisses: nearest(others, [matcher]) };
}

/** Whether there is no request but those that one of the matchers takes. */
export function verifyNoneUnexpected(
  { entries, droppedId, after }: JournalExcerpt,
  allowed: readonly EntryMatcher[],
): Verification {
  const batches = new Set(entries.map(({ batch }) => batch?.entry));
  const found = entries
    .filter(({ id, kind }) => id > after && kind !== 'issuer' && !batches.has(id))
    .filter((entry) => !allowed.some((matcher) => matcher.passes(entry)));
  const verdict = judge(found.length, NONE, droppedId > after);
  return { ...verdict, ...describeFound(found, NONE), nearMisses: nearest(found, allowed) };
}

function judge(
  found: number,
  { exactly, atLeast, atMost }: Count,
  isIncomplete: boolean,
): Pick<Verification, 'isSatisfied' | 'explanation'> {
  const bounds = [
    ...(exactly === undefined ? [] : [{ text: `exactly ${exactly}`, holds: found === exactly, mayChange: true }]),
    ...(atLeast === undefined ? [] : [{ text: `at least ${atLeast}`, holds: found >= atLeast, mayChange: false }]),
    ...(atMost === undefined ? [] : [{ text: `at most ${atMost}`, holds: found <= atMost, mayChange: true }]),
  ];
  const wanted = bounds.map(({ text }) => text).join(' and ');
  // Those that were dropped could be more of the same.
  const isUnknown = isIncomplete && bounds.some(({ holds, mayChange }) => holds && mayChange);
  const explanation = `Expected ${wanted}, found ${found}.`;
  if (!isUnknown) return { isSatisfied: bounds.every(({ holds }) => holds), explanation };
  const why =
    'Older entries were evicted, so the count may be incomplete: raise journalEntries or journalBytes, or clear the journal before the test.';
  return { isSatisfied: false, explanation: `${explanation} ${why}` };
}

function describeFound(
  found: readonly JournalEntry[],
  expected: Count,
): Pick<Verification, 'expected' | 'found' | 'entries'> {
  return { expected, found: found.length, entries: found.slice(0, MAX_IDS).map(({ id }) => id) };
}

/** The entries with the fewest differences to one of the matchers; of those that differ in as much, the newest. */
function nearest(entries: readonly JournalEntry[], matchers: readonly EntryMatcher[]): readonly NearMiss[] {
  return entries
    .map((entry) => ({ entry, differs: leastDifference(entry, matchers) }))
    .toSorted((one, other) => one.differs.length - other.differs.length || other.entry.id - one.entry.id)
    .slice(0, MAX_NEAR_MISSES)
    .map(({ entry: { id, method, url, status }, differs }) => ({
      ...{ entry: id, method, url, differs },
      ...(status !== undefined && { status }),
    }));
}

function leastDifference(entry: JournalEntry, matchers: readonly EntryMatcher[]): readonly Difference[] {
  const [least = []] = matchers
    .map((matcher) => matcher.differences(entry))
    .toSorted((one, other) => one.length - other.length);
  return least;
}
