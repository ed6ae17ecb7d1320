/**
 * Cuts a text into its records without reading them: lines of NDJSON, rows of CSV, whose quoted cells may have line feeds,
 * elements of a JSON array. The text may come in any pieces; what is held back is one record.
 */
export const BULK_FORMATS = ['csv', 'ndjson', 'json'] as const;
export type BulkFormat = (typeof BULK_FORMATS)[number];

/** What the end of a file's name says of what it holds; `.gz` behind it says nothing. */
export const FORMAT_EXTENSIONS: Readonly<Record<string, BulkFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
};

/** In lower case; `undefined` for a name without one. */
export function extensionOf(fileName: string): string | undefined {
  return /\.([a-z]+)$/i.exec(fileName.replace(/\.gz$/i, ''))?.[1]?.toLowerCase();
}

export interface RawRecord {
  /** Where it begins, counted from 1. */
  readonly line: number;
  readonly text: string;
  /** Why it cannot be read. */
  readonly problem?: string;
}

export interface RecordScanner {
  /** Records that the text completes. */
  push(text: string): readonly RawRecord[];
  /** The last one, where the text does not end with its end. */
  end(): readonly RawRecord[];
}

export interface ScanOptions {
  readonly format: BulkFormat;
  /** Of CSV. */
  readonly delimiter: string;
  /** Of the first line of the text. */
  readonly line: number;
}

/** A longer record of CSV has a quote too few or too many: it ends with its first line. */
const MAX_CSV_RECORD = 65_536;
export const MAX_RECORD = 4_194_304;
const TOO_LONG = `it has more than ${MAX_RECORD} characters`;
/** In place of a record whose text is not kept: it is still one that cannot be read. */
const UNREADABLE = '?';
/** What an answer of OData has in front of its array. */
const MAX_BEFORE = 10_000;

export function createRecordScanner(options: ScanOptions): RecordScanner {
  return options.format === 'json' ? scanArray(options) : scanLines(options);
}

export function scanAll(text: string, options: ScanOptions): readonly RawRecord[] {
  const scanner = createRecordScanner(options);
  return [...scanner.push(text), ...scanner.end()];
}

const DELIMITERS = [',', ';', '\t', '|'];

/** That of the four usual ones which occurs most in a first line, outside of quotes. */
export function guessDelimiter(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return DELIMITERS.toSorted((one, other) => count(other) - count(one))[0] as string;
}

function scanLines({ format, delimiter, line: firstLine }: ScanOptions): RecordScanner {
  let rest = '';
  let line = firstLine;
  /** Lines of a record whose quotes are open. */
  let open: string[] = [];
  let openLength = 0;
  /** Whether the line is one whose record was given out as too long. */
  let isDropped = false;

  const closeUnread = (records: RawRecord[]): void => {
    const [first = '', ...others] = open;
    [open, openLength] = [[], 0];
    const at = line - others.length - 1;
    records.push({ line: at, text: first, problem: 'a quoted cell does not end' });
    line = at + 1;
    for (const each of others) take(each, records);
  };
  const take = (text: string, records: RawRecord[]): void => {
    line += 1;
    if (open.length === 0) {
      if (text.trim() === '') return;
      if (format === 'ndjson' || !leavesOpen(text, false, delimiter)) {
        records.push({ line: line - 1, text });
        return;
      }
    } else if (!leavesOpen(text, true, delimiter)) {
      records.push({ line: line - 1 - open.length, text: [...open, text].join('\n') });
      [open, openLength] = [[], 0];
      return;
    }
    open.push(text);
    openLength += text.length;
    if (openLength > MAX_CSV_RECORD) closeUnread(records);
  };

  return {
    push: (text) => {
      const records: RawRecord[] = [];
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (isDropped && lines.shift() !== undefined) {
        line += 1;
        isDropped = false;
      }
      for (const each of lines) take(each.endsWith('\r') ? each.slice(0, -1) : each, records);
      if (rest.length > MAX_RECORD && !isDropped) {
        while (open.length > 0) closeUnread(records);
        records.push({ line, text: UNREADABLE, problem: TOO_LONG });
        isDropped = true;
      }
      if (isDropped) rest = '';
      return records;
    },
    end: () => {
      const records: RawRecord[] = [];
      if (rest !== '') take(rest, records);
      rest = '';
      while (open.length > 0) closeUnread(records);
      return records;
    },
  };
}

/** Whether a quoted cell is open behind the line. */
function leavesOpen(text: string, isOpen: boolean, delimiter: string): boolean {
  if (!text.includes('"')) return isOpen;
  let isQuoted = isOpen;
  let isCellStart = !isOpen;
  for (let place = 0; place < text.length; place += 1) {
    const character = text[place];
    if (isQuoted) {
      if (character !== '"') continue;
      if (text[place + 1] === '"') place += 1;
      else isQuoted = false;
    } else if (character === '"' && isCellStart) {
      isQuoted = true;
      isCellStart = false;
    } else if (character === delimiter) isCellStart = true;
    else if (character !== ' ') isCellStart = false;
  }
  return isQuoted;
}

/** before: the array begins. inside: elements follow. after: it has ended. */
type ArrayPlace = 'before' | 'inside' | 'after';

/** A text that is an array, or an object with one under `value`, as OData answers. */
function scanArray({ line: firstLine }: ScanOptions): RecordScanner {
  let place: ArrayPlace = 'before';
  let line = firstLine;
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let element = '';
  let elementLine = 0;
  /** What stands before the array. */
  let before = '';

  const isTooLong = (): boolean => element.length > MAX_RECORD;
  const endElement = (records: RawRecord[]): void => {
    if (isTooLong()) records.push({ line: elementLine, text: UNREADABLE, problem: TOO_LONG });
    else if (element.trim() !== '') records.push({ line: elementLine, text: element });
    element = '';
  };
  const takeInside = (character: string, records: RawRecord[]): void => {
    if (isText) {
      if (isEscaped) isEscaped = false;
      else if (character === '\\') isEscaped = true;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      if (depth === 0) {
        endElement(records);
        place = 'after';
        return;
      }
      depth -= 1;
    } else if (character === ',' && depth === 0) {
      endElement(records);
      return;
    }
    if (element === '') {
      if (character.trim() === '') return;
      elementLine = line;
    }
    if (!isTooLong()) element += character;
  };

  return {
    push: (text) => {
      const records: RawRecord[] = [];
      for (const character of text) {
        if (character === '\n') line += 1;
        if (place === 'inside') takeInside(character, records);
        else if (place === 'before' && before.length < MAX_BEFORE) {
          before += character;
          if (character === '[' && ARRAY_START.test(before)) place = 'inside';
        }
      }
      return records;
    },
    end: () => {
      const problem = place === 'before' ? 'the text has no array' : 'the array does not end';
      const text = isTooLong() ? UNREADABLE : element || UNREADABLE;
      return place === 'after' ? [] : [{ line: elementLine || firstLine, text, problem }];
    },
  };
}

const ARRAY_START = /^\s*\[$|^\s*\{[^[]*"value"\s*:\s*\[$/;
