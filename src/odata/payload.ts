/** Request bodies: bytes and Content-Type -> JSON object. */
import { GraphError } from '../model/graph-error.ts';
import { describeReason, reason } from '../model/reasons.ts';
import { findExcess } from './json-bounds.ts';
import type { RequestBody } from './message.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const JSON_TYPE = 'application/json';
const JSON_MEDIA_TYPE = /^\s*application\/json\s*(;|$)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

interface SentBody {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: RequestBody | undefined;
  /** What the body holds, once it has been read. */
  json: unknown;
}

/**
 * The JSON object that the request carries.
 * @throws contentTypeMissing, contentTypeUnsupported, payloadEmpty, payloadUnreadable
 */
export function readJsonObject(sent: SentBody): JsonObject {
  const { headers, body } = sent;
  const value = body instanceof Uint8Array || body === undefined ? parse(headers['content-type'], body) : body.json;
  sent.json = value;
  if (!isJsonObject(value)) {
    const reasons = [reason('bodyNotObject', { found: value })];
    throw new GraphError('payloadUnreadable', { logDetail: 'The body is not an object.', reasons });
  }
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(contentType: string | undefined, bytes: Uint8Array | undefined): unknown {
  if (contentType === undefined) throw new GraphError('contentTypeMissing');
  if (!JSON_MEDIA_TYPE.test(contentType)) {
    const reasons = [reason('unfit', { target: 'Content-Type', expected: JSON_TYPE, found: contentType })];
    throw new GraphError('contentTypeUnsupported', { logDetail: contentType, reasons });
  }
  if (bytes === undefined || bytes.length === 0) throw new GraphError('payloadEmpty');
  return parseJson(bytes);
}

/** @throws payloadUnreadable, also for JSON beyond the bounds of {@link findExcess} */
export function parseJson(bytes: Uint8Array): unknown {
  const excess = findExcess(bytes);
  if (excess !== undefined)
    throw new GraphError('payloadUnreadable', { logDetail: describeReason(excess), reasons: [excess] });
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    const reasons = [reason('bodyNotJson', { problem: (cause as Error).message })];
    // The cause quotes the body, so it is not for the log.
    throw new GraphError('payloadUnreadable', { cause, reasons });
  }
}
