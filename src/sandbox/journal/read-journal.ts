/** Asks the journal: pages of entries, single ones, and whether it holds what is expected. */
import type { CallDirectory } from '../calls/call-names.ts';
import { ControlError } from '../../control/route.ts';
import type { JournalEntry } from './entry.ts';
import type { EntryMatch, VerifyOrder } from './journal-schemas.ts';
import type { EntryMatcher } from './match-entry.ts';
import { readMatch } from './read-match.ts';
import type { Ring } from './ring.ts';
import { showEntries } from './show-entries.ts';
import type { ShownEntry } from './show-entries.ts';
import { verifyCount, verifyNoneUnexpected } from './verify.ts';
import type { Verification } from './verify.ts';

export interface JournalQuery {
  readonly match?: EntryMatch;
  /** Newest first unless given. */
  readonly order?: 'newest' | 'oldest';
  /** 100 unless given. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: number;
}

export interface JournalPage {
  readonly value: readonly ShownEntry[];
  /** Of the last page: absent. */
  readonly next?: number;
  /** Entries up to this id were evicted; 0: none. */
  readonly droppedUntil: number;
}

export interface JournalReader {
  /** @throws ControlError when the match names something that there is not */
  query(query: JournalQuery): Promise<JournalPage>;
  find(id: number): Promise<ShownEntry | undefined>;
  /** @throws ControlError when the order contradicts itself, or a match names something that there is not */
  verify(order: VerifyOrder): Promise<Verification>;
  /** The entries, as they are shown. */
  show(entries: readonly JournalEntry[]): Promise<readonly ShownEntry[]>;
  /** @throws ControlError when it names something that there is not */
  match(match: EntryMatch): Promise<EntryMatcher>;
}

interface JournalSource {
  readonly ring: Ring;
  readonly directory: CallDirectory;
}

const PAGE_ENTRIES = 100;

export function createReader({ ring, directory }: JournalSource): JournalReader {
  const show = (entries: readonly JournalEntry[]) => showEntries(entries, directory);
  const matchAll = async (matches: readonly EntryMatch[]): Promise<readonly EntryMatcher[]> => {
    const read = await Promise.all(matches.map((match) => readMatch(match, directory)));
    const problems = read.flatMap((one) => one.problems);
    if (problems.length > 0) throw new ControlError(400, 'The request is not valid.', problems);
    return read.map(({ matcher }) => matcher);
  };
  const match = async (one: EntryMatch): Promise<EntryMatcher> => (await matchAll([one]))[0] as EntryMatcher;

  return {
    show,
    match,
    find: async (id) => {
      const entry = ring.find(id);
      return entry && (await show([entry]))[0];
    },
    query: async ({ match: wanted = {}, ...place }) => {
      const { entries, next } = readPage(ring.all(), await match(wanted), place);
      return { value: await show(entries), ...(next !== undefined && { next }), droppedUntil: ring.droppedId };
    },
    verify: async (order) => {
      refuseContradiction(order);
      const { match: wanted = {}, count, unexpected, allow = [], after = 0 } = order;
      const matchers = await matchAll(unexpected === true ? allow : [wanted]);
      // Nothing is awaited from here on: the entries are those of one moment.
      const evidence = { entries: ring.all(), droppedId: ring.droppedId, after };
      if (unexpected === true) return verifyNoneUnexpected(evidence, matchers);
      return verifyCount(evidence, matchers[0] as EntryMatcher, count);
    },
  };
}

function readPage(
  all: readonly JournalEntry[],
  matcher: EntryMatcher,
  { order = 'newest', limit = PAGE_ENTRIES, after }: Omit<JournalQuery, 'match'>,
): { readonly entries: readonly JournalEntry[]; readonly next: JournalPage['next'] | undefined } {
  const isNewestFirst = order === 'newest';
  const ordered = isNewestFirst ? all.toReversed() : all;
  const found = ordered.filter(
    (entry) => (after === undefined || (isNewestFirst ? entry.id < after : entry.id > after)) && matcher.passes(entry),
  );
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? entries.at(-1)?.id : undefined };
}

function refuseContradiction({ match, count, unexpected, allow }: VerifyOrder): void {
  const problems =
    unexpected === true
      ? [
          ...(match === undefined ? [] : ['match: goes without unexpected']),
          ...(count === undefined ? [] : ['count: goes without unexpected']),
        ]
      : [
          ...(allow === undefined ? [] : ['allow: goes with unexpected']),
          ...(match === undefined ? ['match: is needed without unexpected'] : []),
        ];
  if (problems.length > 0) throw new ControlError(400, 'The request is not valid.', problems);
}
