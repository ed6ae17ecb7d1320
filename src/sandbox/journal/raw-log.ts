/**
 * Raw data of entries, outside of V8's heap: there its collector would copy each of them twice, and then keep what was
 * evicted until it has collected everything. One block of memory is written from its beginning to its end, and over again.
 */

/** Of a part's length. */
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;
/** Of a character as UTF-8, at most: one that is longer counts as two. */
const CHARACTER_BYTES = 3;

export interface RawData {
  readonly numbers: readonly number[];
  readonly parts: readonly (string | Uint8Array)[];
}

export class RawLog {
  readonly #capacity: number;
  #bytes: Buffer | undefined;
  #end = 0;

  /** @param capacity in bytes; memory is taken as it is written */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Where the next data is written behind: counted from the first byte that was ever written. */
  get end(): number {
    return this.#end;
  }

  /** @returns where it begins */
  append({ numbers, parts }: RawData): number {
    const bytes = (this.#bytes ??= Buffer.allocUnsafeSlow(this.#capacity));
    const mostBytes = numbers.length * NUMBER_BYTES + parts.reduce((sum, part) => sum + mostBytesOf(part), 0);
    if (mostBytes > this.#capacity) throw new RangeError(`An entry of ${mostBytes} bytes does not fit in the journal.`);
    const offset = this.#end % this.#capacity;
    // What is left at the end is passed over.
    const start = offset + mostBytes > this.#capacity ? this.#end - offset + this.#capacity : this.#end;
    const from = start % this.#capacity;
    let at = from;
    for (const number of numbers) at = bytes.writeDoubleLE(number, at);
    for (const part of parts) {
      const length = typeof part === 'string' ? bytes.write(part, at + LENGTH_BYTES) : copy(part, bytes, at);
      at = bytes.writeUInt32LE(length, at) + length;
    }
    this.#end = start + at - from;
    return start;
  }

  /** @throws Error when other data has been written over it */
  read(start: number, counts: { readonly numbers: number; readonly parts: number }): RawData & { parts: Buffer[] } {
    if (this.#bytes === undefined || this.#end - start > this.#capacity) throw new Error('The entry is not kept.');
    const bytes = this.#bytes;
    let at = start % this.#capacity;
    const numbers = Array.from({ length: counts.numbers }, (_, index) => bytes.readDoubleLE(at + index * NUMBER_BYTES));
    at += numbers.length * NUMBER_BYTES;
    const parts = Array.from({ length: counts.parts }, () => {
      const from = at + LENGTH_BYTES;
      at = from + bytes.readUInt32LE(at);
      // A copy: the place is written over one day.
      return Buffer.from(bytes.subarray(from, at));
    });
    return { numbers, parts };
  }
}

function mostBytesOf(part: string | Uint8Array): number {
  return LENGTH_BYTES + (typeof part === 'string' ? part.length * CHARACTER_BYTES : part.length);
}

function copy(part: Uint8Array, into: Buffer, at: number): number {
  into.set(part, at + LENGTH_BYTES);
  return part.length;
}
