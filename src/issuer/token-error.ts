/** The refusal of the embedded issuer: it names a row of the token error catalogue. */
import { fillTemplate } from '../lib/fill-template.ts';
import { formatUtcSeconds } from '../lib/utc-text.ts';
import { TOKEN_ERRORS } from '../model/token-errors.ts';
import type { TokenErrorName, TokenErrorRow } from '../model/token-errors.ts';

export interface TokenErrorOptions {
  /** Fill the `{name}`s of the row's message. */
  readonly values?: Readonly<Record<string, string>>;
  /** Response headers that belong to the refusal, such as Allow. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

export class TokenError extends Error {
  readonly row: TokenErrorName;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(row: TokenErrorName, options: TokenErrorOptions = {}) {
    super(fillTemplate(TOKEN_ERRORS[row].message, options.values ?? {}), { cause: options.cause });
    this.name = 'TokenError';
    this.row = row;
    this.status = TOKEN_ERRORS[row].status;
    this.headers = options.headers ?? {};
  }
}

/** The answer that reports a TokenError, property names and order as Microsoft Entra has them. */
export interface TokenErrorBody {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly number[];
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
  readonly suberror?: string;
}

export interface Occurrence {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The server's id of the request. */
  readonly traceId: string;
  /** The client's id of the request. */
  readonly correlationId: string;
}

export function tokenErrorBody(error: TokenError, { now, traceId, correlationId }: Occurrence): TokenErrorBody {
  const { error: code, number, suberror }: TokenErrorRow = TOKEN_ERRORS[error.row];
  const timestamp = formatUtcSeconds(now).replace('T', ' ');
  const trail = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  return {
    error: code,
    error_description: `AADSTS${number}: ${error.message} ${trail}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    // Entra's public page explains the numbers; nothing here calls it.
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
    ...(suberror !== undefined && { suberror }),
  };
}
