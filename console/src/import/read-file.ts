/** A file that a person has chosen: its text as it comes, inflated where it is gzip, and the beginning of it. */
import { cutParts, textOfPart } from '../../../src/bulk/cut-parts.ts';
import type { CutOptions } from '../../../src/bulk/cut-parts.ts';
import { extensionOf, FORMAT_EXTENSIONS } from '../../../src/bulk/records.ts';
import type { BulkFormat } from '../../../src/bulk/records.ts';
import type { ImportMapping } from '../../../src/library/admin-types.ts';

export type CsvReading = NonNullable<ImportMapping['csv']>;

export interface ChosenFile {
  readonly file: File;
  /** By its name, until a person says otherwise. */
  readonly format: BulkFormat;
  /** Read so far, as it lies on the disk. */
  readBytes(): number;
  texts(encoding: string): AsyncGenerator<string>;
  /** What tells it from others. */
  findSource(): Promise<string>;
}

const GZIP = [0x1f, 0x8b] as const;
const ENDS_BYTES = 65_536;

export function openFile(file: File): ChosenFile {
  let read = 0;
  return {
    file,
    format: FORMAT_EXTENSIONS[extensionOf(file.name) ?? ''] ?? 'csv',
    readBytes: () => read,
    texts: async function* texts(encoding) {
      read = 0;
      const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          read += chunk.byteLength;
          controller.enqueue(chunk);
        },
      });
      const counted = file.stream().pipeThrough(counting);
      const bytes = (await isGzip(file)) ? counted.pipeThrough(new DecompressionStream('gzip')) : counted;
      const reader = bytes.pipeThrough(new TextDecoderStream(encoding)).getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          yield value;
        }
      } finally {
        await reader.cancel().catch(() => {});
      }
    },
    findSource: async () => {
      const ends = [file.slice(0, ENDS_BYTES), file.slice(Math.max(0, file.size - ENDS_BYTES))];
      const bytes = await new Blob([String(file.size), ...ends]).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}

async function isGzip(file: File): Promise<boolean> {
  const first = new Uint8Array(await file.slice(0, GZIP.length).arrayBuffer());
  return GZIP.every((byte, place) => first[place] === byte);
}

export interface Sample {
  readonly text: string;
  /** Of the file, where its first record begins. */
  readonly line: number;
}

const SAMPLE_RECORDS = 200;
const SAMPLE_CHARACTERS = 500_000;

/** The first records; `undefined` when there is none. */
export async function readSample(chosen: ChosenFile, format: BulkFormat, csv: CsvReading): Promise<Sample | undefined> {
  const { encoding = 'utf-8' } = csv;
  for await (const { header, records } of cutParts(chosen.texts(encoding), cuttingOf(format, csv))) {
    let characters = 0;
    const some = records.slice(0, SAMPLE_RECORDS).filter(({ text }) => (characters += text.length) < SAMPLE_CHARACTERS);
    return textOfPart(format, { header, records: some });
  }
  return undefined;
}

export function cuttingOf(format: BulkFormat, { delimiter, skipLines = 0 }: CsvReading): CutOptions {
  return { format, delimiter, skipLines };
}
