/** Prints a refusal as the error envelope of Microsoft Graph. */
import type { Clock } from '../lib/clock.ts';
import { formatUtcSeconds } from '../lib/utc-text.ts';
import { GraphError } from '../model/graph-error.ts';
import { describeReason } from '../model/reasons.ts';
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import type { GraphResponse, RequestIds } from './message.ts';
import { retryAfter, retryAfterExactly } from './retry-after.ts';

/** The settings that change how errors read. */
export interface ErrorStyle {
  readonly clock: Clock;
  /** The pages print `Forbidden`, the live service was seen to send `forbidden`. */
  readonly forbiddenCode: string;
  /** Whether `innerError` says more of a refusal than the published text does. */
  readonly explainRefusals?: boolean;
}

/**
 * Any thrown value as a response. Whatever is neither a {@link GraphError} nor a failure of the database is a bug: the
 * client reads `internalServerError` and nothing else; the value itself goes to the log as `refusal.cause`.
 */
export function errorResponse(thrown: unknown, ids: RequestIds, style: ErrorStyle): GraphResponse {
  const error = translate(thrown);
  const reasons = error.reasons.map(describeReason);
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', ...error.headers },
    body: errorBody(error, ids, { ...style, reasons }),
    refusal: {
      row: error.row,
      message: error.message,
      logDetail: error.logDetail,
      cause: error.cause,
      details: error.details,
      reasons,
      explanation: error.explanation,
    },
  };
}

function translate(thrown: unknown): GraphError {
  if (thrown instanceof GraphError) return thrown;
  if (thrown instanceof WriteInDoubt) {
    return new GraphError('writeInDoubt', { logDetail: thrown.message, cause: thrown });
  }
  if (!(thrown instanceof Unavailable)) return new GraphError('internalServerError', { cause: thrown });
  const { message: logDetail, retryAfterMs, trouble } = thrown;
  // A busy database is soon free again; for any other trouble the header repeats the minutes of the message.
  const waiting = trouble === 'busy' ? retryAfterExactly(retryAfterMs) : retryAfter(retryAfterMs);
  return new GraphError('serviceUnavailable', { ...waiting, logDetail, cause: thrown });
}

/** The refusal with more members of `innerError`; those that are empty lists are left out. */
export function explainMore(
  response: GraphResponse,
  members: Readonly<Record<string, readonly string[]>>,
): GraphResponse {
  const added = Object.entries(members).filter(([, sentences]) => sentences.length > 0);
  if (added.length === 0) return response;
  const { error } = response.body as ErrorEnvelope;
  const innerError = { ...error.innerError, ...Object.fromEntries(added) };
  return { ...response, body: { error: { ...error, innerError } } };
}

interface ErrorEnvelope {
  readonly error: Readonly<Record<string, unknown>> & { readonly innerError: object };
}

function errorBody(
  error: GraphError,
  ids: RequestIds,
  { clock, forbiddenCode, explainRefusals, reasons }: ErrorStyle & { readonly reasons: readonly string[] },
): ErrorEnvelope {
  const explanation = { ...(reasons.length > 0 && { reasons }), ...error.explanation };
  return {
    error: {
      code: error.status === 403 ? forbiddenCode : error.code,
      message: error.message,
      ...(error.details.length > 0 && { details: error.details }),
      innerError: {
        date: formatUtcSeconds(clock.now()),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
        ...(explainRefusals === true && explanation),
      },
    },
  };
}
