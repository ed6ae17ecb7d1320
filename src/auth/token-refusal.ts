/** Why a token is not accepted; the authenticator makes a 401 of it. */
import type { ErrorName } from '../model/errors.ts';

/** Claims can be as long as the token, and its sender chooses them. */
const SHOWN_LENGTH = 200;

export interface TokenRefusalOptions {
  /** The sentence of `authenticationInvalid` for the client. */
  readonly reason?: string;
  readonly cause?: unknown;
}

/** The message says what exactly was wrong: for the log, and for the client where refusals are explained. */
export class TokenRefusal extends Error {
  readonly row: Extract<ErrorName, `authentication${string}`>;
  readonly reason: string | undefined;

  constructor(row: TokenRefusal['row'], message: string, options: TokenRefusalOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'TokenRefusal';
    this.row = row;
    this.reason = options.reason;
  }
}

/** A claim, or another part of the token, is not accepted. */
export function invalid(reason: string, message: string, cause?: unknown): TokenRefusal {
  return new TokenRefusal('authenticationInvalid', message, { reason, cause });
}

/** The token cannot be read. */
export function malformed(message: string, cause?: unknown): TokenRefusal {
  return new TokenRefusal('authenticationMalformed', message, { cause });
}

/** What a token says, as it can be repeated in one line. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'missing');
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
