/**
 * The entries that are kept: the newest ones, within a number of entries and of bytes. Ids grow with each entry and are
 * never given twice, also not after a removal or a restore.
 */
import type { JournalEntry, RecordedMessage } from './entry.ts';

export interface RingBounds {
  readonly entries: number;
  readonly bytes: number;
}

/** An entry that is worked out when it is first read. */
export interface PendingEntry {
  readonly id: number;
  /** Of what it is worked out from, roughly. */
  readonly sizeBytes: number;
  /** @throws what is wrong with it: then it is dropped */
  write(): JournalEntry;
}

/** What an entry takes besides, and each header and each learner's id, roughly. */
export const ENTRY_BYTES = 2048;
const HEADER_CHARACTERS = 32;
const LEARNER_CHARACTERS = 40;
export const BYTES_OF_CHARACTER = 2;

/**
 * An array whose head moves, and not a Map: a Map that is filled and emptied all the time is made anew again and again, and
 * each that has reached V8's old generation keeps all later entries alive until that is collected.
 */
export class Ring {
  /** In the order of ids; `undefined` before the head. */
  #kept: (PendingEntry | undefined)[] = [];
  #head = 0;
  #sizeBytes = 0;
  #lastId = 0;
  #droppedId = 0;
  readonly #bounds: RingBounds;
  readonly #onFailure: (cause: unknown) => void;

  /** @param onFailure told of what is wrong with an entry that cannot be read */
  constructor(bounds: RingBounds, onFailure: (cause: unknown) => void) {
    this.#bounds = bounds;
    this.#onFailure = onFailure;
  }

  get count(): number {
    return this.#kept.length - this.#head;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The newest id that was given; 0 before the first. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The newest of the entries that were evicted; 0 when none was. */
  get droppedId(): number {
    return this.#droppedId;
  }

  /** The next id to give. */
  takeId(): number {
    return (this.#lastId += 1);
  }

  /** Entries come in the order of their ids. The oldest go when there are too many. */
  add(entry: PendingEntry): void {
    this.#kept.push(entry);
    this.#sizeBytes += entry.sizeBytes;
    this.#trim();
  }

  /** Changes the entry, if it is still kept. */
  change(id: number, how: (entry: JournalEntry) => JournalEntry): void {
    const index = this.#findIndex(id);
    if (index === -1) return;
    const pending = this.#kept[index] as PendingEntry;
    this.#kept[index] = { id, sizeBytes: pending.sizeBytes, write: () => how(pending.write()) };
  }

  find(id: number): JournalEntry | undefined {
    const pending = this.#kept[this.#findIndex(id)];
    return pending && this.#read(pending);
  }

  /** Oldest first. */
  all(): readonly JournalEntry[] {
    return this.#listKept().flatMap((pending) => this.#read(pending) ?? []);
  }

  clear(): void {
    this.#hold([]);
  }

  /** Keeps only entries that pass. */
  keep(passes: (entry: JournalEntry) => boolean): void {
    this.#hold(this.all().flatMap((entry) => (passes(entry) ? new WrittenEntry(entry) : [])));
  }

  /** Puts entries among those that are kept, by their ids; those whose ids are taken get new ones, with all that come along. */
  insert(added: readonly JournalEntry[]): void {
    const isTaken = added.some(({ id }) => this.#findIndex(id) !== -1);
    const fitting = isTaken ? renumber(added, this.#lastId) : added;
    const entries = [...this.all(), ...fitting].toSorted((one, other) => one.id - other.id);
    this.#lastId = Math.max(this.#lastId, entries.at(-1)?.id ?? 0);
    this.#hold(entries.map((entry) => new WrittenEntry(entry)));
    this.#trim();
  }

  #listKept(): readonly PendingEntry[] {
    return this.#kept.slice(this.#head) as PendingEntry[];
  }

  #hold(entries: readonly PendingEntry[]): void {
    this.#kept = [...entries];
    this.#head = 0;
    this.#sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  }

  #trim(): void {
    const { entries, bytes } = this.#bounds;
    while (this.count > 0 && (this.count > entries || this.#sizeBytes > bytes)) {
      const { id, sizeBytes } = this.#kept[this.#head] as PendingEntry;
      this.#kept[this.#head] = undefined;
      this.#head += 1;
      this.#sizeBytes -= sizeBytes;
      this.#droppedId = Math.max(this.#droppedId, id);
    }
    if (this.#head <= entries) return;
    this.#kept = this.#kept.slice(this.#head);
    this.#head = 0;
  }

  /** Of the entry with the id, -1 when it is not kept; ids grow with the index. */
  #findIndex(id: number): number {
    let [from, to] = [this.#head, this.#kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#kept[middle] as PendingEntry).id < id) from = middle + 1;
      else to = middle;
    }
    return this.#kept[from]?.id === id ? from : -1;
  }

  /** Once read, an entry is kept as it was worked out. */
  #read(pending: PendingEntry): JournalEntry | undefined {
    try {
      const entry = pending.write();
      const index = pending instanceof WrittenEntry ? -1 : this.#findIndex(pending.id);
      if (index === -1) return entry;
      const written = new WrittenEntry(entry);
      this.#sizeBytes += written.sizeBytes - pending.sizeBytes;
      this.#kept[index] = written;
      return entry;
    } catch (cause) {
      this.#hold(this.#listKept().filter((one) => one !== pending));
      this.#onFailure(cause);
      return undefined;
    }
  }
}

export class WrittenEntry implements PendingEntry {
  readonly id: number;
  readonly sizeBytes: number;
  readonly #entry: JournalEntry;

  constructor(entry: JournalEntry) {
    this.id = entry.id;
    this.sizeBytes = sizeOf(entry);
    this.#entry = entry;
  }

  write(): JournalEntry {
    return this.#entry;
  }
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
