/**
 * What a failure of PostgreSQL means for the unit of work that met it.
 *
 * A statement outside a transaction is committed after the server has completed it, and COMMIT commits by itself. An
 * error that the server sends instead of completing either therefore says that nothing was stored. So does the end of the
 * connection before COMMIT was sent. When the connection ends after that, the outcome is unknown.
 */
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import type { DatabaseTrouble } from '../lib/unavailable.ts';

/** Nothing was stored and the same work may succeed now. */
export class RetryTransaction extends Error {
  /** What is thrown when it does not succeed in the end. */
  readonly error: Error;

  constructor(error: Error) {
    super(error.message, { cause: error });
    this.name = 'TryAgain';
    this.error = error;
  }
}

const UNIQUE_VIOLATION = '23505';
/** Citus (13.0) reports the violation by a row that it copies to a shard without its code. */
const INTERNAL_ERROR = 'XX000';
const UNIQUE_MESSAGE = /^duplicate key value violates unique constraint/;
const DATA_EXCEPTION = /^22/;

/**
 * Which codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) say that the same work may succeed now.
 * 23503, a foreign key: what a guard saw has gone meanwhile, and the guard will say so the next time.
 */
const PASSING = new Set(['40001', '40P01', '23503']);

/** What keeps a server from the work of a statement: nothing of it is stored. The first that fits counts. */
const TROUBLES: readonly (readonly [RegExp, DatabaseTrouble | undefined])[] = [
  [/^25006$/, 'readOnly'],
  [/^53100$/, 'full'],
  [/^55P03$/, 'locked'],
  // Timeouts, memory, too many connections
  [/^(57014|53...)$/, undefined],
  // Its disk, its files
  [/^58...$/, 'failing'],
  [/^XX00[12]$/, 'corrupt'],
];

/** The server ends the connection, or does not take one: it stops, starts, or waited too long for us. */
const DISCONNECTED = /^(57P0.|25P03|25P04|08...)$/;

interface ServerError extends Error {
  readonly code: string;
}

/** Severities are translated, and Node's own errors have none. */
export function isServerError(error: unknown): error is ServerError {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  return error instanceof Error && typeof code === 'string' && code.length === 5 && severity !== undefined;
}

export function isPostgresNotUnique(error: unknown): boolean {
  if (!isServerError(error)) return false;
  const { code, message } = error;
  return code === UNIQUE_VIOLATION || (code === INTERNAL_ERROR && UNIQUE_MESSAGE.test(message));
}

/** Whether the statement failed because of a value that it was given. */
export function isOfValues(error: unknown): boolean {
  return isPostgresNotUnique(error) || (isServerError(error) && DATA_EXCEPTION.test(error.code));
}

/** Whether the connection can go on being used after this error. */
export function isOfStatement(error: unknown): boolean {
  return isServerError(error) && !DISCONNECTED.test(error.code);
}

/**
 * The error to throw: `RetryTransaction` or `Unavailable` only when nothing was stored.
 * @param mayBeStored whether the work would have been stored without another word from us, had the server not failed
 */
export function translatePostgresFailure(error: unknown, mayBeStored: boolean): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (isOfStatement(error)) return translateStatementError(error as ServerError);
  if (mayBeStored) {
    return new WriteInDoubt('The connection broke before the database said whether the write was stored.', {
      cause: error,
    });
  }
  return new RetryTransaction(unreachable(error));
}

function translateStatementError(error: ServerError): Error {
  const found = TROUBLES.find(([codes]) => codes.test(error.code));
  if (found !== undefined) return unavailable(error, found[1]);
  if (!PASSING.has(error.code)) return error;
  return new RetryTransaction(error.code === '23503' ? error : unavailable(error, undefined));
}

/** @param error of connecting, or of a connection that broke */
export function unreachable(error: Error): Unavailable {
  return unavailable(error, 'unreachable');
}

function unavailable(cause: Error, trouble: DatabaseTrouble | undefined): Unavailable {
  const options = { retryAfterMs: 5000, cause, ...(trouble !== undefined && { trouble }) };
  return new Unavailable(`The database cannot be used now: ${cause.message}`, options);
}
