/**
 * What a failure of PostgreSQL means for the unit of work that met it.
 *
 * A statement outside a transaction is committed after the server has completed it, and COMMIT commits by itself. An
 * error that the server sends instead of completing either therefore says that nothing was stored. So does the end of the
 * connection before COMMIT was sent. When the connection ends after that, nobody knows.
 */
import { Unavailable } from '../base/unavailable.ts';

/** Nothing was stored and the same work may succeed now. */
export class TryAgain extends Error {
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

/** Lock and statement timeouts, exhausted resources, a server that takes no writes. */
const OVERLOADED = /^(55P03|57014|53...|25006)$/;

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

export function isNotUnique(error: unknown): boolean {
  if (!isServerError(error)) return false;
  const { code, message } = error;
  return code === UNIQUE_VIOLATION || (code === INTERNAL_ERROR && UNIQUE_MESSAGE.test(message));
}

/** Whether the statement failed because of a value that it was given. */
export function isOfValues(error: unknown): boolean {
  return isNotUnique(error) || (isServerError(error) && DATA_EXCEPTION.test(error.code));
}

/** Whether the connection can go on being used after this error. */
export function isOfStatement(error: unknown): boolean {
  return isServerError(error) && !DISCONNECTED.test(error.code);
}

/**
 * The error to throw: `TryAgain` or `Unavailable` only when nothing was stored.
 * @param mayBeStored whether the work would have been stored without another word from us, had the server not failed
 */
export function translateFailure(error: unknown, mayBeStored: boolean): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (isOfStatement(error)) return translateStatementError(error as ServerError);
  if (mayBeStored) {
    return new Error('The connection broke before the database said whether the write was stored.', { cause: error });
  }
  return new TryAgain(unavailable(error));
}

function translateStatementError(error: ServerError): Error {
  if (OVERLOADED.test(error.code)) return unavailable(error);
  if (!PASSING.has(error.code)) return error;
  return new TryAgain(error.code === '23503' ? error : unavailable(error));
}

/** @param error of connecting or of a database that was connected to */
export function unavailable(error: Error): Unavailable {
  return new Unavailable(`The database cannot be used now: ${error.message}`, { retryAfterMs: 5000, cause: error });
}
