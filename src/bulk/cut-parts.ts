/** A file as parts that the admin API takes one after the other, whatever size the file has. */
import { createRecordScanner, guessDelimiter, MAX_RECORD } from './records.ts';
import type { BulkFormat, RawRecord } from './records.ts';

export interface CutOptions {
  readonly format: BulkFormat;
  readonly delimiter?: string | undefined;
  /** Of CSV, in front of the header. */
  readonly skipLines: number;
  /** As one part, whatever its size. */
  readonly isWhole?: boolean;
}

/** Some records; of CSV with the header that they are under. */
export interface CutRecords {
  readonly header: string;
  readonly records: readonly RawRecord[];
}

/** More of them take longer until their results are known, and would all be told again after a kill. */
const PART_RECORDS = 2000;
const PART_CHARACTERS = 1_048_576;

/** Parts in their order. What is held in memory is one part. */
export async function* cutParts(texts: AsyncIterable<string>, options: CutOptions): AsyncGenerator<CutRecords> {
  let [header, records, characters] = ['', [] as RawRecord[], 0];
  for await (const some of cutRecords(texts, options)) {
    header = some.header;
    for (const record of some.records) {
      records.push(record);
      characters += record.text.length;
      if (options.isWhole === true || (records.length < PART_RECORDS && characters < PART_CHARACTERS)) continue;
      yield { header, records };
      [records, characters] = [[], 0];
    }
  }
  if (records.length > 0) yield { header, records };
}

async function* cutRecords(texts: AsyncIterable<string>, options: CutOptions): AsyncGenerator<CutRecords> {
  const { format } = options;
  if (format !== 'csv') {
    const scanner = createRecordScanner({ format, delimiter: '', line: 1 });
    for await (const text of texts) yield { header: '', records: scanner.push(text) };
    yield { header: '', records: scanner.end() };
    return;
  }
  let scanner: ReturnType<typeof createRecordScanner> | undefined;
  let header: string | undefined;
  let before = '';
  const withHeader = (records: readonly RawRecord[]): CutRecords => {
    const rows = header === undefined ? records.slice(1) : records;
    header ??= records[0]?.text;
    return { header: header ?? '', records: rows };
  };
  for await (const text of texts) {
    if (scanner === undefined) {
      before += text;
      const start = startOf(before, options.skipLines);
      const end = start === undefined ? -1 : before.indexOf('\n', start);
      if ((start === undefined || end === -1) && before.length <= MAX_RECORD) continue;
      const delimiter = options.delimiter ?? guessDelimiter(before.slice(start, end));
      scanner = createRecordScanner({ format, delimiter, line: options.skipLines + 1 });
      yield withHeader(scanner.push(before.slice(start)));
    } else yield withHeader(scanner.push(text));
  }
  if (scanner !== undefined) yield withHeader(scanner.end());
}

/** Where the line after these begins. */
function startOf(text: string, skipLines: number): number | undefined {
  let start = 0;
  for (let skipped = 0; skipped < skipLines; skipped += 1) {
    const end = text.indexOf('\n', start);
    if (end === -1) return undefined;
    start = end + 1;
  }
  return start;
}

/** The records as a text of the format, each on the line that it has in the file from the first on. */
export function textOfPart(
  format: BulkFormat,
  { header, records }: CutRecords,
): { readonly text: string; readonly line: number } {
  const first = records[0]?.line ?? 1;
  let line = first;
  const parts: string[] = [];
  records.forEach((record, index) => {
    // Several elements of JSON may share a line.
    if (format === 'json' && index > 0) parts.push(',');
    parts.push('\n'.repeat(record.line - line), record.text);
    line = record.line + record.text.split('\n').length - 1;
  });
  const text = parts.join('');
  if (format === 'json') return { text: `[${text}]`, line: first };
  return { text: format === 'csv' ? `${header}\n${text}` : text, line: first };
}
