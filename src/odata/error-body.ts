/** Prints a refusal as the error envelope of Microsoft Graph. */
import type { Clock } from '../lib/clock.ts';
import { formatUtcSeconds } from '../lib/utc-text.ts';
import { GraphError } from '../model/graph-error.ts';
import type { GraphResponse, RequestIds } from './message.ts';

/** The settings that change how errors read. */
export interface ErrorStyle {
  readonly clock: Clock;
  /** The pages print `Forbidden`, the live service was seen to send `forbidden`. */
  readonly forbiddenCode: string;
  /** Whether `innerError` tells what a refusal knows beside the published text. */
  readonly explainRefusals?: boolean;
}

/**
 * Any thrown value as a response. What is no {@link GraphError} is a fault of the server: the client reads
 * `internalServerError` and nothing else; the value itself goes to the log as `refusal.cause`.
 */
export function errorResponse(thrown: unknown, ids: RequestIds, style: ErrorStyle): GraphResponse {
  const error = thrown instanceof GraphError ? thrown : new GraphError('internalServerError', { cause: thrown });
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', ...error.headers },
    body: errorBody(error, ids, style),
    refusal: {
      row: error.row,
      message: error.message,
      logDetail: error.logDetail,
      cause: error.cause,
      details: error.details,
      explanation: error.explanation,
    },
  };
}

function errorBody(error: GraphError, ids: RequestIds, style: ErrorStyle): unknown {
  return {
    error: {
      code: error.status === 403 ? style.forbiddenCode : error.code,
      message: error.message,
      ...(error.details.length > 0 && { details: error.details }),
      innerError: {
        date: formatUtcSeconds(style.clock.now()),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
        ...(style.explainRefusals === true && error.explanation),
      },
    },
  };
}
