/** Whatever is thrown, by us, the framework or a body parser, as the error envelope of Microsoft Graph. */
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { Exchange } from './exchange.ts';
import type { GraphReplier } from './reply.ts';

export interface ErrorReplySettings {
  readonly style: ErrorStyle;
  /** The body limit, as the refusal names it. */
  readonly bodyLimitBytes: number;
  readonly replier: GraphReplier;
}

/** Takes what was thrown and answers with it. */
export type ErrorReplier = (thrown: unknown, exchange: Exchange) => void;

const SHOWN_URL_LENGTH = 200;

/** What the framework refuses, by its error code. */
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

export function createErrorReplier({ style, bodyLimitBytes, replier }: ErrorReplySettings): ErrorReplier {
  return (thrown, exchange) => {
    const values = { maximumBytes: bodyLimitBytes, part: exchange.target.slice(0, SHOWN_URL_LENGTH) };
    replier.send(exchange, errorResponse(translate(thrown, values), exchange, style));
  };
}

function translate(thrown: unknown, values: Readonly<Record<string, string | number>>): unknown {
  if (thrown instanceof GraphError || !(thrown instanceof Error)) return thrown;
  const { code, statusCode } = thrown as Error & { code?: unknown; statusCode?: unknown };
  const row = typeof code === 'string' ? FRAMEWORK_ERRORS[code] : undefined;
  if (row !== undefined) return new GraphError(row, { values, cause: thrown });
  const isRefusal = typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500;
  return isRefusal ? new GraphError('requestMalformed', { cause: thrown }) : thrown;
}
