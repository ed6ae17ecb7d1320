/** Sends a file to an import in parts, behind the rows that have come already; the command and the console do so. */
import { cutParts, textOfPart } from './cut-parts.ts';
import type { CutOptions, CutRecords } from './cut-parts.ts';

/** As the admin API answers a part. */
export interface TakenPart {
  readonly import: { readonly rows: number; readonly state: string };
  /** Rows before the first of these. */
  readonly from: number;
  /** What became of each row. */
  readonly value: readonly unknown[];
}

export interface TextToSend {
  readonly text: string;
  /** Rows of the file before it. */
  readonly row: number;
  /** Of the file, where its first record begins. */
  readonly line: number;
}

export interface FileSending<Taken> {
  readonly cutting: CutOptions;
  /** Rows that came before, in an earlier run. */
  readonly doneRows: number;
  post(part: TextToSend): Promise<Taken>;
  /** What became of the part that came last. */
  readTail(): Promise<Taken>;
  /** Whether the same request may go well a little later. */
  isPassing(error: unknown): boolean;
}

export interface SentPart<Taken> extends CutRecords {
  /** What became of the records, in their order. */
  readonly taken: Taken;
}

/** While a server is busy or restarts. */
const RETRY_PAUSES_MS = [200, 500, 1000, 2000, 5000, 10_000, 10_000];

/** Ends early when the import refuses the whole file. @throws what `post` throws and is not passing */
export async function* sendFile<Taken extends TakenPart>(
  texts: AsyncIterable<string>,
  options: FileSending<Taken>,
): AsyncGenerator<SentPart<Taken>> {
  const { cutting, doneRows } = options;
  let passed = 0;
  for await (const { header, records } of cutParts(texts, cutting)) {
    const row = Math.max(passed, doneRows);
    const rest = records.slice(Math.max(0, doneRows - passed));
    passed += records.length;
    if (rest.length === 0) continue;
    const part = { header, records: rest };
    const taken = await sendPart(options, part, row);
    yield { ...part, taken };
    if (taken.import.state === 'refused') return;
  }
}

async function sendPart<Taken extends TakenPart>(
  { cutting: { format }, post, readTail, isPassing }: FileSending<Taken>,
  part: CutRecords,
  row: number,
): Promise<Taken> {
  const results: unknown[] = [];
  for (const pauseMs of [...RETRY_PAUSES_MS, undefined]) {
    try {
      const records = part.records.slice(results.length);
      const last = await post({ ...textOfPart(format, { ...part, records }), row: row + results.length });
      if (last.value.length !== records.length)
        throw new Error(`${records.length} rows were sent, and ${last.value.length} were read.`);
      return { ...last, value: [...results, ...last.value] };
    } catch (error) {
      if (pauseMs === undefined || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      // Some of the rows may have been stored.
      const tail = await readTail().catch(() => undefined);
      if (tail !== undefined && tail.from + tail.value.length > row + results.length)
        results.push(...tail.value.slice(row + results.length - tail.from));
      if (tail !== undefined && results.length === part.records.length) return { ...tail, value: results };
    }
  }
  throw new Error('The last attempt throws.');
}
