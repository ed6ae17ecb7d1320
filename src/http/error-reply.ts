/** Any throw as the error envelope of Microsoft Graph: of ours, of the framework, of a body parser. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Unavailable } from '../base/unavailable.ts';
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import { isBroken } from './body.ts';
import { EXCHANGE_HEADERS } from './exchange.ts';
import { sendAndClose, sendGraphResponse } from './reply.ts';
import { retryAfter } from '../odata/retry-after.ts';

export interface ErrorReplySettings {
  readonly style: ErrorStyle;
  /** The body limit, as the refusal names it. */
  readonly bodyLimitBytes: number;
}

/** Takes what was thrown and answers with it. */
export type ErrorReplier = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => void;

const SHOWN_URL_LENGTH = 200;

/** What the framework refuses, by its error code. What is not here is a fault of ours. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ErrorName>> = {
  FST_ERR_BAD_URL: 'urlMalformed',
  FST_ERR_MAX_PARAM_LENGTH: 'requestMalformed',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payloadTooLarge',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'payloadEmpty',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bodyAborted',
  FST_ERR_CTP_INVALID_JSON_BODY: 'payloadUnreadable',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'contentTypeUnsupported',
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: 'contentTypeMissing',
};

const EXCHANGE_HEADER_NAMES: ReadonlySet<string> = new Set(EXCHANGE_HEADERS);

export function createErrorReplier({ style, bodyLimitBytes }: ErrorReplySettings): ErrorReplier {
  return (thrown, request, reply) => {
    dropHeaders(reply);
    const values = { maximumBytes: bodyLimitBytes, part: (request.originalUrl ?? '').slice(0, SHOWN_URL_LENGTH) };
    const error = translate(thrown, values);
    const response = errorResponse(error, request.exchange, style);
    if (isBroken(request.raw)) reply.raw.shouldKeepAlive = false;
    const isStillSending = error instanceof GraphError && error.row === 'payloadTooLarge' && !request.raw.complete;
    if (isStillSending) sendAndClose(reply, response);
    else sendGraphResponse(reply, response);
  };
}

function translate(thrown: unknown, values: Readonly<Record<string, string | number>>): unknown {
  if (thrown instanceof GraphError || !(thrown instanceof Error)) return thrown;
  if (thrown instanceof Unavailable) {
    const waiting = retryAfter(thrown.retryAfterMs);
    return new GraphError('serviceUnavailable', { ...waiting, logDetail: thrown.message, cause: thrown });
  }
  const { code, statusCode } = thrown as Error & { code?: unknown; statusCode?: unknown };
  const row = typeof code === 'string' ? FRAMEWORK_ERRORS[code] : undefined;
  if (row !== undefined) return new GraphError(row, { values, cause: thrown });
  const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isRefusal ? new GraphError('requestMalformed', { cause: thrown }) : thrown;
}

/** Takes back the headers of an answer that was begun; one of them may be why it could not be sent. */
function dropHeaders(reply: FastifyReply): void {
  for (const name of Object.keys(reply.getHeaders())) {
    if (!EXCHANGE_HEADER_NAMES.has(name)) reply.removeHeader(name);
  }
}
