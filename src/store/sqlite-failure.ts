/**
 * What a failure of SQLite means (https://www.sqlite.org/rescode.html). The low byte of a code is its kind.
 *
 * A statement that fails has stored nothing, and neither has a COMMIT, with one exception: it writes the log and then waits
 * for the disk. If only that fails, a restart may still find the whole transaction in the log.
 */
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import type { DatabaseTrouble } from '../lib/unavailable.ts';

const SQLITE_BUSY = 5;
const SQLITE_CONSTRAINT_UNIQUE = 2067;
const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_IOERR_FSYNC = 1034;
const SQLITE_IOERR_DIR_FSYNC = 1290;

const TROUBLES: Readonly<Record<number, DatabaseTrouble>> = {
  // BUSY, LOCKED, PROTOCOL
  5: 'locked',
  6: 'locked',
  15: 'locked',
  // NOMEM, IOERR, CANTOPEN
  7: 'failing',
  10: 'failing',
  14: 'failing',
  // PERM, READONLY
  3: 'readOnly',
  8: 'readOnly',
  // CORRUPT, NOTADB
  11: 'corrupt',
  26: 'corrupt',
  // FULL
  13: 'full',
};

const TEXTS: Readonly<Record<DatabaseTrouble, string>> = {
  locked: 'The database is locked by another process.',
  full: 'The disk of the database is full.',
  readOnly: 'The database cannot be written: it is read-only.',
  failing: 'The disk of the database fails.',
  corrupt: 'The database file is damaged.',
  moved: 'The database file was moved or removed while it is open.',
  unreachable: 'The database cannot be reached.',
  busy: 'The database has too much to do.',
};

const RETRY_MS = 5000;

export function isBusy(error: unknown): boolean {
  return kindOf(error) === SQLITE_BUSY;
}

export function isSqliteNotUnique(error: unknown): boolean {
  const code = codeOf(error);
  return code === SQLITE_CONSTRAINT_UNIQUE || code === SQLITE_CONSTRAINT_PRIMARYKEY;
}

/** The error to throw. */
export function translateSqliteFailure(error: unknown): unknown {
  const trouble = TROUBLES[kindOf(error)];
  return trouble === undefined ? error : troubled(trouble, error);
}

/** As {@link translateSqliteFailure}, for COMMIT. */
export function translateCommitFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (code !== SQLITE_IOERR_FSYNC && code !== SQLITE_IOERR_DIR_FSYNC) return translateSqliteFailure(error);
  return new WriteInDoubt('The disk failed before it said whether the write is on it.', { cause: error });
}

export function troubled(trouble: DatabaseTrouble, cause?: unknown): Unavailable {
  return new Unavailable(TEXTS[trouble], { trouble, retryAfterMs: RETRY_MS, cause });
}

function kindOf(error: unknown): number {
  return (codeOf(error) ?? 0) & 0xff;
}

function codeOf(error: unknown): number | undefined {
  return (error as { readonly errcode?: number }).errcode;
}
