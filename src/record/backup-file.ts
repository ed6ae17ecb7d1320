/**
 * A backup as a file: lines of JSON, compressed with zstd. A head and its checksum; for each table a line with its name, a line for each
 * row, and one with their number and checksum; an end with the number of all rows and the SHA-256 of all lines before it.
 * Values are the same for every database, so that a backup of one can be restored into another.
 */
import { createHash, hash } from 'node:crypto';
import { createWriteStream, linkSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';

import { StartError } from '../lib/start-error.ts';
import type { TablePage } from '../store/whole-tables.ts';
import { createTableSums } from './table-sums.ts';
import type { TableSum, TableSums } from './table-sums.ts';

export const BACKUP_FORM = 1;

/** The first line. */
export interface BackupHead {
  /** What the file is, and the form that it has. */
  readonly vivariumBackup: typeof BACKUP_FORM;
  /** The release that wrote it. */
  readonly release: string;
  /** The last migration of the schema that the rows are of. */
  readonly schema: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly database: 'sqlite' | 'postgres';
  /** Of all tables together. */
  readonly rows: number;
  /** Columns by table, in the order in which tables follow. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

const OWNER_ONLY = 0o600;

/** Writes the file as a whole or not at all, for its owner only. @throws StartError when there is one already, or none can be written */
export async function writeBackup(
  file: string,
  head: BackupHead,
  pages: AsyncIterable<TablePage>,
): Promise<Readonly<Record<string, TableSum>>> {
  const sums = createTableSums();
  const draft = `${file}.new`;
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  // A draft of a run that was killed may be another user's.
  rmSync(draft, { force: true });
  try {
    const out = createWriteStream(draft, { mode: OWNER_ONLY, flags: 'wx', flush: true });
    await pipeline(Readable.from(printBackup(head, pages, sums)), compress, out);
    // Unlike a rename, a link does not take the place of another file.
    linkSync(draft, file);
    return Object.fromEntries(Object.keys(head.tables).map((name) => [name, sums.of(name)]));
  } catch (cause) {
    throw describeFailure(file, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

function describeFailure(file: string, cause: unknown): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (code === 'EEXIST') {
    return new StartError(`The file ${file} is there already.`, { hint: 'Name another one.', cause });
  }
  if (syscall === undefined) return cause;
  return new StartError(`The file ${file} cannot be written (${code}).`, { hint: 'Name another one.', cause });
}

async function* printBackup(
  head: BackupHead,
  pages: AsyncIterable<TablePage>,
  sums: TableSums,
): AsyncGenerator<string> {
  const digest = createHash('sha256');
  const noted = (text: string): string => {
    digest.update(text);
    return text;
  };
  const names = Object.keys(head.tables);
  let at = -1;
  // A table without rows gives no page.
  const moveTo = (place: number): string => {
    let text = '';
    while (at < place) {
      const last = names[at];
      if (last !== undefined) text += `${JSON.stringify(sums.of(last))}\n`;
      at += 1;
      if (at < names.length) text += `${JSON.stringify({ table: names[at] })}\n`;
    }
    return text;
  };
  let rows = 0;
  const first = JSON.stringify(head);
  // Of its own, as it is acted on before the end of the file is read.
  yield noted(`${first}\n${JSON.stringify({ head: hash('sha256', first) })}\n`);
  for await (const page of pages) {
    const before = moveTo(names.indexOf(page.table));
    const lines = page.rows.map((row) => JSON.stringify(row));
    for (const line of lines) sums.add(page.table, line);
    rows += lines.length;
    yield noted(`${before}${lines.join('\n')}\n`);
  }
  yield noted(moveTo(names.length));
  yield `${JSON.stringify({ rows, sha256: digest.digest('hex') })}\n`;
}
