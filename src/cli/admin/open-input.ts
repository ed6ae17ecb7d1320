/** A file to import, or standard input: its text as it comes, inflated where it is gzip. */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { StartError } from '../../lib/start-error.ts';

export interface ImportInput {
  /** `standard input` for that. */
  readonly name: string;
  /** `undefined` where it is not known. */
  readonly sizeBytes: number | undefined;
  /** What tells the file from others; `undefined` for standard input. */
  readonly source: string | undefined;
  /** Read so far. */
  readBytes(): number;
  texts(encoding: string): AsyncGenerator<string>;
}

const STANDARD_INPUT = '-';
const ENDS_BYTES = 65_536;
const GZIP = [0x1f, 0x8b] as const;

/** @throws StartError */
export function openInput(file: string): ImportInput {
  let read = 0;
  const isFile = file !== STANDARD_INPUT;
  const ends = isFile ? readEnds(file) : undefined;
  const count = async function* count(): AsyncGenerator<Uint8Array> {
    // Opened here, where an error has somebody to go to.
    const stream: Readable = isFile ? createReadStream(file) : process.stdin;
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      read += chunk.byteLength;
      yield chunk;
    }
  };
  return {
    name: isFile ? file : 'standard input',
    sizeBytes: ends?.sizeBytes,
    source: ends?.digest,
    readBytes: () => read,
    texts: async function* texts(encoding) {
      const decoder = openDecoder(encoding);
      try {
        for await (const chunk of inflated(count())) yield decoder.decode(chunk, { stream: true });
      } catch (cause) {
        throw unusable(file, cause);
      }
      yield decoder.decode();
    },
  };
}

/** By what the first bytes say, whatever the name. */
async function* inflated(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await chunks.next();
  if (first.done === true) return;
  const whole = (async function* whole() {
    yield first.value;
    yield* chunks;
  })();
  const isGzip = GZIP.every((byte, place) => first.value[place] === byte);
  if (isGzip) yield* Readable.from(whole).compose(createGunzip()) as AsyncIterable<Uint8Array>;
  else yield* whole;
}

function openDecoder(encoding: string): InstanceType<typeof TextDecoder> {
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    throw new StartError(`Unknown encoding: ${encoding}.`, { hint: 'Use a name such as windows-1252.', cause });
  }
}

/** A checksum of size, time and both ends: of a large file, the whole takes too long. A file that was mended is another one. */
function readEnds(file: string): { readonly sizeBytes: number; readonly digest: string } {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size, mtimeMs } = fstatSync(descriptor);
      const bytes = Buffer.alloc(ENDS_BYTES);
      const digest = createHash('sha256').update(`${size} ${mtimeMs}`);
      for (const position of [0, Math.max(0, size - ENDS_BYTES)])
        digest.update(bytes.subarray(0, readSync(descriptor, bytes, 0, ENDS_BYTES, position)));
      return { sizeBytes: size, digest: digest.digest('base64url') };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new StartError(`The file ${file} cannot be read (${code}).`, { hint: 'Name another one.', cause });
}
