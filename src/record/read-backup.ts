/** Reads the file of a backup and checks all of it on the way. */
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';

import { StartError } from '../lib/start-error.ts';
import type { PlainRow } from '../store/snapshot-store.ts';
import type { TablePage } from '../store/whole-tables.ts';
import { BACKUP_FORM } from './backup-file.ts';
import type { BackupHead } from './backup-file.ts';
import { createTableSums } from './table-sums.ts';
import type { TableSum } from './table-sums.ts';

export interface BackupReading {
  readonly head: BackupHead;
  /** To be read once, to its end. @throws StartError where the file is damaged */
  readonly pages: AsyncGenerator<TablePage>;
  /** Of what was read. */
  sumOf(table: string): TableSum;
}

/** @throws StartError when the file cannot be read, or is no backup of a form that this release knows */
export async function readBackup(file: string): Promise<BackupReading> {
  const groups = readLines(file);
  const lines: string[] = [];
  while (lines.length < 2) {
    const group = await groups.next();
    if (group.done === true) throw notBackup(file);
    lines.push(...group.value);
  }
  const [first = '', second = '', ...others] = lines;
  const head = readHead(file, first);
  const { head: headSha256 } = Object(parse(second)) as { readonly head?: unknown };
  if (headSha256 !== hash('sha256', first)) throw damaged(file, 'line 1: it is not as it was written');
  const check = createLineCheck(file, head, [first, second]);
  return { head, pages: readPages(check, others, groups), sumOf: check.sumOf };
}

function readHead(file: string, line: string): BackupHead {
  const head = Object(parse(line)) as Partial<BackupHead>;
  if (head.vivariumBackup === undefined) throw notBackup(file);
  if (head.vivariumBackup !== BACKUP_FORM) {
    const hint = 'Use the release that wrote it.';
    throw new StartError(`${file} has the form ${String(head.vivariumBackup)}, of a later release.`, { hint });
  }
  const isWhole = typeof head.schema === 'string' && typeof head.tables === 'object' && Number.isInteger(head.rows);
  if (!isWhole) throw notBackup(file);
  return head as BackupHead;
}

function notBackup(file: string, cause?: unknown): StartError {
  return new StartError(`${file} is not a backup.`, { hint: 'Name a file that vivarium backup has written.', cause });
}

/** A page ends with so many rows, or so many characters of them. */
const PAGE_ROWS = 1000;
const PAGE_CHARACTERS = 4_000_000;

async function* readPages(
  check: LineCheck,
  first: readonly string[],
  others: AsyncIterable<readonly string[]>,
): AsyncGenerator<TablePage> {
  let rows: PlainRow[] = [];
  let characters = 0;
  const takeGroup = function* takeGroup(lines: readonly string[]): Generator<TablePage> {
    for (const line of lines) {
      const table = check.table();
      const row = check.take(line);
      if (row !== undefined) rows.push(row);
      characters += line.length;
      const isFull = rows.length === PAGE_ROWS || characters >= PAGE_CHARACTERS;
      if (rows.length === 0 || (row !== undefined && !isFull)) continue;
      yield { table, rows };
      [rows, characters] = [[], 0];
    }
  };
  yield* takeGroup(first);
  for await (const lines of others) yield* takeGroup(lines);
  check.end();
}

interface LineCheck {
  /** Whose rows are next. */
  table(): string;
  /** A row; `undefined` for a line between tables. @throws StartError */
  take(line: string): PlainRow | undefined;
  /** Tells that there are no more lines. @throws StartError */
  end(): void;
  sumOf(table: string): TableSum;
}

type Marker = Partial<TableSum> & { readonly table?: string };

/** between: tables; or what comes next is the last line. inside: rows, or the sum of the table. */
type Place = 'between' | 'inside' | 'ended';

function createLineCheck(file: string, head: BackupHead, before: readonly string[]): LineCheck {
  const names = Object.keys(head.tables);
  const sums = createTableSums();
  const digest = createHash('sha256').update(`${before.join('\n')}\n`);
  let place = 'between' as Place;
  let [number, at, rows] = [before.length, -1, 0];
  const table = (): string => names[at] ?? '';
  const fail = (what: string): never => {
    throw damaged(file, `line ${number}: ${what}`);
  };
  const readMarker = ({ table: name, rows: count, sha256 }: Marker): Place => {
    if (place === 'inside') {
      const sum = sums.of(table());
      return count === sum.rows && sha256 === sum.sha256 ? 'between' : fail(`${table()} is not as it was written`);
    }
    if (name !== undefined) {
      at += 1;
      return name === table() ? 'inside' : fail(`${name} stands in the place of ${table() || 'the end'}`);
    }
    if (at !== names.length - 1 || count !== rows) fail('rows are missing');
    return sha256 === digest.copy().digest('hex') ? 'ended' : fail('the file is not as it was written');
  };
  return {
    table,
    take: (line) => {
      number += 1;
      if (place === 'ended') fail('there is more behind the end');
      const value = parse(line);
      const isRow = place === 'inside' && Array.isArray(value);
      if (isRow) {
        sums.add(table(), line);
        rows += 1;
      } else {
        place = readMarker(Object(value) as Marker);
      }
      digest.update(line).update('\n');
      return isRow ? (value as PlainRow) : undefined;
    },
    end: () => {
      if (place !== 'ended') throw damaged(file, 'its end is missing');
    },
    sumOf: sums.of,
  };
}

function damaged(file: string, problem: string, cause?: unknown): StartError {
  return new StartError(`${file} is damaged: ${problem}.`, { hint: 'Use another backup.', cause });
}

/** Lines without their line feeds, in groups. @throws StartError */
async function* readLines(file: string): AsyncGenerator<readonly string[], undefined> {
  const source = createReadStream(file);
  const text = createZstdDecompress().setEncoding('utf8');
  const done = pipeline(source, text);
  // It fails as the reading below does.
  done.catch(() => {});
  // Of one line, which may be longer than many chunks.
  let parts: string[] = [];
  let isKnown = false;
  try {
    for await (const chunk of text as AsyncIterable<string>) {
      isKnown = true;
      const end = chunk.lastIndexOf('\n');
      parts.push(chunk.slice(0, end + 1 || chunk.length));
      if (end === -1) continue;
      yield parts.join('').slice(0, -1).split('\n');
      parts = [chunk.slice(end + 1)];
    }
    await done;
  } catch (cause) {
    const { code = '', syscall, message } = cause as NodeJS.ErrnoException;
    if (syscall !== undefined) {
      throw new StartError(`The file ${file} cannot be read (${code}).`, { hint: 'Name another one.', cause });
    }
    if (!/^(ERR_)?Z/.test(code)) throw cause;
    throw isKnown ? damaged(file, message, cause) : notBackup(file, cause);
  } finally {
    source.destroy();
    text.destroy();
  }
  if (parts.join('') !== '') throw damaged(file, 'its end is missing');
  return undefined;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
