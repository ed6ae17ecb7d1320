/** What keeps a database from its work; readiness answers it. */
export type DatabaseTrouble = 'locked' | 'full' | 'readOnly' | 'failing' | 'corrupt' | 'moved' | 'unreachable' | 'busy';

/** Of a database that works, and has more to do than it can. */
export const BUSY = { trouble: 'busy', retryAfterMs: 1000 } as const;

/** Thrown by a part that cannot work at the moment and has changed nothing: overloaded, locked out, closing. */
export class Unavailable extends Error {
  /** Milliseconds after which another try makes sense. */
  readonly retryAfterMs: number;
  /** `undefined` when it is not the database's. */
  readonly trouble: DatabaseTrouble | undefined;

  constructor(message: string, options: UnavailableOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'Unavailable';
    this.retryAfterMs = options.retryAfterMs ?? 60_000;
    this.trouble = options.trouble;
  }
}

interface UnavailableOptions {
  readonly retryAfterMs?: number;
  readonly trouble?: DatabaseTrouble;
  readonly cause?: unknown;
}

/** Thrown when the outcome of a write is unknown: the database failed before it confirmed the commit. */
export class WriteInDoubt extends Error {
  constructor(message: string, options: { readonly cause: unknown }) {
    super(message, options);
    this.name = 'WriteInDoubt';
  }
}
