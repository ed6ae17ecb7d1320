/** Records as rows of values: cells by the names of the header, members of an object. */
import { parse } from 'csv-parse/sync';

import { guessDelimiter, scanAll } from './records.ts';
import type { BulkFormat, RawRecord } from './records.ts';

export type RowValues = Readonly<Record<string, unknown>>;

export interface BulkRow {
  readonly line: number;
  /** `undefined` for a row that cannot be read. */
  readonly values: RowValues | undefined;
  readonly problem?: string;
}

export interface PartText {
  /** Of CSV it begins with the header. */
  readonly text: string;
  readonly format: BulkFormat;
  /** Of CSV; guessed from the header when not given. */
  readonly delimiter?: string | undefined;
  /** In the file, where the first record begins, behind the header. */
  readonly line: number;
}

/** Each is read when it is asked for. */
export function* readRows(part: PartText): Generator<BulkRow> {
  const { format, line } = part;
  const { whole, split } = readBeginning(part);
  if (format !== 'csv') {
    for (const record of scanAll(whole, { format, delimiter: '', line })) yield readJson(record);
    return;
  }
  const [header, ...records] = scanAll(whole, { format, delimiter: split, line: 1 });
  if (header === undefined) return;
  const moved = line - (countLines(header.text) + 1);
  yield* readCsv(
    header,
    records.map((record) => ({ ...record, line: record.line + moved })),
    split,
  );
}

/** Of CSV, the names of the columns in their order. */
export function readColumnNames(part: Pick<PartText, 'text' | 'delimiter'>): readonly string[] {
  const { whole, split } = readBeginning(part);
  const [header] = scanAll(whole, { format: 'csv', delimiter: split, line: 1 });
  return (header === undefined ? [] : (parseCells([header], split)?.[0] ?? [])).filter((name) => name !== '');
}

function readBeginning({ text, delimiter }: Parameters<typeof readColumnNames>[0]) {
  const whole = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return { whole, split: delimiter ?? guessDelimiter(whole.split('\n', 1)[0] ?? '') };
}

function countLines(text: string): number {
  return text.split('\n').length;
}

function readJson({ line, text, problem }: RawRecord): BulkRow {
  if (problem !== undefined) return { line, values: undefined, problem };
  try {
    const values: unknown = JSON.parse(text);
    const isObject = typeof values === 'object' && values !== null && !Array.isArray(values);
    if (isObject) return { line, values: values as RowValues };
    return { line, values: undefined, problem: 'it is not an object' };
  } catch (cause) {
    return { line, values: undefined, problem: `it is not valid JSON: ${(cause as Error).message}` };
  }
}

function* readCsv(header: RawRecord, records: readonly RawRecord[], delimiter: string): Generator<BulkRow> {
  const [names = []] = parseCells([header], delimiter) ?? [];
  const whole = records.filter(({ problem }) => problem === undefined);
  const cells = parseCells(whole, delimiter);
  let place = 0;
  for (const record of records) {
    const { line, problem } = record;
    if (problem !== undefined) {
      yield { line, values: undefined, problem };
      continue;
    }
    // A quote that the parser takes otherwise than the scanner would move all that follows: then each row by itself.
    const found = cells?.[place] ?? parseCells([record], delimiter)?.[0];
    place += 1;
    yield found === undefined
      ? { line, values: undefined, problem: 'its quotes do not fit' }
      : toRow(line, names, found);
  }
}

/** One row of cells a record, or `undefined`. What has no quotes needs no parser, which takes a third of a row's time. */
function parseCells(records: readonly RawRecord[], delimiter: string): readonly (readonly string[])[] | undefined {
  if (records.every(({ text }) => !text.includes('"')))
    return records.map(({ text }) => text.split(delimiter).map((cell) => cell.trim()));
  const text = records.map((record) => record.text).join('\n');
  try {
    const rows = parse(text, {
      delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
    });
    return rows.length === records.length ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** An empty cell says nothing. */
function toRow(line: number, names: readonly string[], cells: readonly string[]): BulkRow {
  if (cells.length < names.length || cells.slice(names.length).some((cell) => cell !== '')) {
    return { line, values: undefined, problem: `it has ${cells.length} cells, the header ${names.length}` };
  }
  const values: Record<string, string> = {};
  names.forEach((name, index) => {
    const cell = cells[index] ?? '';
    if (cell !== '') values[name] = cell;
  });
  return { line, values };
}
