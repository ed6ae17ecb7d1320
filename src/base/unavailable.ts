/** Thrown by a part that cannot work at the moment and has changed nothing: overloaded, locked out, closing. */
export class Unavailable extends Error {
  /** Milliseconds after which another try makes sense. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly retryAfterMs?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'Unavailable';
    this.retryAfterMs = options.retryAfterMs ?? 60_000;
  }
}
