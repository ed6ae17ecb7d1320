/**
 * The entries that are kept: the newest ones, within a number of entries and of bytes. Ids grow with each entry and are
 * never given twice, also not after a removal or a restore.
 */
import type { JournalEntry, RecordedMessage } from './entry.ts';

export interface RingBounds {
  readonly entries: number;
  readonly bytes: number;
}

export interface Ring {
  /** The next id to give. */
  takeId(): number;
  /** Entries come in the order of their ids. The oldest go when there are too many. */
  add(entry: JournalEntry): void;
  /** In place of the entry with the same id, if that is still kept. */
  replace(entry: JournalEntry): void;
  find(id: number): JournalEntry | undefined;
  /** Oldest first. */
  all(): readonly JournalEntry[];
  /** Keeps only entries that pass. */
  keep(passes: (entry: JournalEntry) => boolean): void;
  /** Puts entries among those that are kept, by their ids; those whose ids are taken get new ones, with all that come along. */
  insert(entries: readonly JournalEntry[]): void;
  readonly sizeBytes: number;
  /** The newest id that was given; 0 before the first. */
  readonly lastId: number;
  /** The newest of the entries that had to make room; 0 when none had. */
  readonly droppedId: number;
}

/** What an entry takes besides, and each header and each learner's id, roughly. */
const ENTRY_BYTES = 2048;
const HEADER_CHARACTERS = 32;
const LEARNER_CHARACTERS = 40;
const BYTES_OF_CHARACTER = 2;

export function createRing(bounds: RingBounds): Ring {
  /** By id, in the order of ids. */
  const kept = new Map<number, { readonly entry: JournalEntry; readonly sizeBytes: number }>();
  let sizeBytes = 0;
  let lastId = 0;
  let droppedId = 0;

  const remove = (id: number): void => {
    sizeBytes -= kept.get(id)?.sizeBytes ?? 0;
    kept.delete(id);
  };
  const put = (entry: JournalEntry): void => {
    sizeBytes -= kept.get(entry.id)?.sizeBytes ?? 0;
    const own = sizeOf(entry);
    kept.set(entry.id, { entry, sizeBytes: own });
    sizeBytes += own;
    for (const id of kept.keys()) {
      if (kept.size <= bounds.entries && sizeBytes <= bounds.bytes) break;
      remove(id);
      droppedId = Math.max(droppedId, id);
    }
  };
  const all = (): readonly JournalEntry[] => [...kept.values()].map(({ entry }) => entry);

  return {
    takeId: () => (lastId += 1),
    add: put,
    replace: (entry) => {
      if (kept.has(entry.id)) put(entry);
    },
    find: (id) => kept.get(id)?.entry,
    all,
    keep: (passes) => {
      for (const entry of all()) if (!passes(entry)) remove(entry.id);
    },
    insert: (added) => {
      const isTaken = added.some(({ id }) => kept.has(id));
      const fitting = isTaken ? renumber(added, lastId) : added;
      const entries = [...all(), ...fitting].toSorted((one, other) => one.id - other.id);
      lastId = Math.max(lastId, entries.at(-1)?.id ?? 0);
      kept.clear();
      sizeBytes = 0;
      for (const entry of entries) put(entry);
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get lastId() {
      return lastId;
    },
    get droppedId() {
      return droppedId;
    },
  };
}

/** New ids after the last one, in the same order; items go with their batch. */
function renumber(entries: readonly JournalEntry[], lastId: number): readonly JournalEntry[] {
  const ids = new Map(entries.map(({ id }, index) => [id, lastId + 1 + index]));
  return entries.map((entry) => ({
    ...entry,
    id: ids.get(entry.id) as number,
    ...(entry.batch && { batch: { ...entry.batch, entry: ids.get(entry.batch.entry) ?? 0 } }),
  }));
}

/** An upper bound: the engine keeps most texts with one byte a character. */
function sizeOf({ url, request, response, learners, refusal, notes, deviations }: JournalEntry): number {
  let characters = url.length + charactersOf(request) + (response === undefined ? 0 : charactersOf(response));
  characters += learners.length * LEARNER_CHARACTERS;
  // Seldom there, and then of any shape.
  if (refusal !== undefined) characters += JSON.stringify(refusal).length;
  if (notes.length + deviations.length > 0) characters += JSON.stringify([notes, deviations]).length;
  return ENTRY_BYTES + BYTES_OF_CHARACTER * characters;
}

function charactersOf({ headers, body }: RecordedMessage): number {
  let sum = body === undefined ? 0 : body.text.length;
  for (const [name, value] of headers) sum += name.length + value.length + HEADER_CHARACTERS;
  return sum;
}
