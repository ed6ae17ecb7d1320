/** An exchange on the wire, and what is known of it inside the server -> the entries that the journal keeps. */
import { formatUtcMilliseconds } from '../../lib/utc-text.ts';
import { ERRORS } from '../../model/errors.ts';
import type { ErrorRow } from '../../model/rows.ts';
import { findApiVersion } from '../../model/versions.ts';
import type { Deviation, GraphResponse, Refusal, RequestBody } from '../../odata/message.ts';
import type { RequestContext } from '../../graph/context.ts';
import { listLearners } from './call-facts.ts';
import type { CallFacts } from './call-facts.ts';
import type { JournalEntry, RecordedMessage, RecordedRefusal } from './entry.ts';
import { copyOf, recordBody } from './record-body.ts';
import type { BodyCopy, UnreadableWire, WireExchange } from './recorder.ts';
import { BYTES_OF_CHARACTER, ENTRY_BYTES } from './ring.ts';
import { redactHeader, redactTokens, redactUrl } from './redact.ts';

/** When it came, by the clock of the sandbox, and how long it took. */
export interface Timing {
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly durationMs: number;
}

/** One authenticated request that has run. */
export interface CallRecord extends Timing, Omit<CallFacts, 'body'> {
  readonly deviations: readonly Deviation[];
  /** Of a batch. */
  readonly items: readonly RequestContext[];
  /** `undefined` when an interceptor has refused the request. */
  readonly status: number | undefined;
  readonly refusal: Refusal | undefined;
  /** Remarks of the server and of the journal. */
  readonly notes: readonly string[];
  readonly nearMisses: readonly string[];
  readonly isReset: boolean;
  /** What the wire does not show. */
  readonly body: RequestBody | undefined;
  /** Whether the answer is about the learners, so that the body need not be looked at. */
  readonly saysLearner: boolean;
}

const ITEM_BODY = { kind: 'graph', contentType: 'application/json' } as const;
const COMPRESSED = /^(?!identity$)./i;
const FIRST_LINE_LENGTH = 500;
const UNPRINTABLE = /[^\x20-\x7e]/g;

/** What an entry is given. */
export interface EntryPlace extends Timing {
  readonly id: number;
  /** Bytes kept of each body. */
  readonly bodyCapBytes: number;
}

export function writeEntry(
  { id, bodyCapBytes, ...timing }: EntryPlace,
  wire: WireExchange,
  { record, nearPaths }: { readonly record: CallRecord | undefined; readonly nearPaths: readonly string[] },
): JournalEntry {
  const { kind, method, requestId, delivery } = wire;
  const clientRequestId = redactTokens(wire.clientRequestId);
  const { principal, match, deviations = [], notes = wire.notes } = record ?? {};
  const status = wire.response?.status ?? record?.status;
  return {
    ...{ id, kind, ...writeTiming(timing), requestId, clientRequestId, method },
    origin: wire.origin,
    url: redactUrl(wire.target),
    ...given('version', versionOf(wire)),
    ...given('operation', match?.operation.id ?? wire.operation),
    ...given('appId', principal?.appId ?? wire.appId),
    ...given('tenantId', principal?.tenantId ?? wire.tenantId),
    ...given('userId', principal?.kind === 'delegated' ? principal.userId : undefined),
    learners: record === undefined ? [] : learnersOf(record, bytesOf(wire.requestBody)),
    ...given('status', status),
    delivery,
    request: writeRequest(wire, record?.body, bodyCapBytes),
    ...given('response', wire.response && writeResponse(wire, wire.response)),
    ...given(
      'refusal',
      writeRefusal(wire.tokenRefusal, record?.refusal ?? wire.refusal, record?.nearMisses ?? nearPaths),
    ),
    deviations,
    notes,
  };
}

/** The entry of an item, out of that of its batch. */
export function writeItemEntry(
  { id, bodyCapBytes }: Pick<EntryPlace, 'id' | 'bodyCapBytes'>,
  batch: JournalEntry,
  { item, record }: { readonly item: RequestContext; readonly record: CallRecord | undefined },
): JournalEntry {
  const { method, path, queryText, version, match, body, headers } = item;
  // Every item of a batch that was answered has an answer of its own.
  const response = item.response as GraphResponse;
  const { receivedAt, requestId, clientRequestId, origin, delivery } = batch;
  const url = `/${version}${path}${queryText === '' ? '' : `?${queryText}`}`;
  const timing = record === undefined ? { receivedAt, durationMs: 0 } : writeTiming(record);
  return {
    ...{ id, kind: 'batchItem', ...timing, requestId, clientRequestId },
    batch: { entry: batch.id, item: item.itemId },
    ...{ method, origin, url: redactUrl(url), version },
    ...given('operation', match?.operation.id),
    ...given('appId', batch.appId),
    ...given('tenantId', batch.tenantId),
    ...given('userId', batch.userId),
    learners: record === undefined ? [] : learnersOf(record, undefined),
    ...{ status: response.status, delivery },
    request: writeItemMessage(headers, valueOf(body), bodyCapBytes),
    response: writeItemMessage(response.headers, response.body, bodyCapBytes),
    ...given('refusal', writeRefusal(undefined, response.refusal, record?.nearMisses)),
    deviations: item.deviations,
    notes: record?.notes ?? [],
  };
}

/** The entry of what was no request. */
export function writeUnreadableEntry(
  { id, ...timing }: Omit<EntryPlace, 'bodyCapBytes'>,
  { requestId, received, refusal, response }: UnreadableWire,
): JournalEntry {
  const [line = ''] = Buffer.from(received).toString('latin1').split(/\r?\n/, 1);
  const shown = redactUrl(line.slice(0, FIRST_LINE_LENGTH).replaceAll(UNPRINTABLE, '.'));
  return {
    ...{ id, kind: 'unreadable', ...writeTiming(timing), requestId, clientRequestId: requestId },
    ...{ method: '', origin: '', url: shown, learners: [], status: response.status, delivery: 'whole' },
    request: { httpVersion: '', headers: [] },
    response: writeResponse({ kind: 'graph' }, response),
    ...given('refusal', writeRefusal(undefined, refusal)),
    ...{ deviations: [], notes: [] },
  };
}

function learnersOf(record: CallRecord, sent: Uint8Array | undefined): readonly string[] {
  return listLearners({ ...record, body: record.saysLearner ? undefined : (record.body ?? sent) });
}

function bytesOf({ content }: BodyCopy): Uint8Array | undefined {
  return content instanceof Uint8Array ? content : undefined;
}

export function sizeOfItem({ path, queryText, body, response }: RequestContext): number {
  const bodies = [body instanceof Uint8Array ? undefined : body?.json, response?.body];
  const characters = bodies.reduce((sum: number, one) => sum + (one === undefined ? 0 : JSON.stringify(one).length), 0);
  return ENTRY_BYTES + BYTES_OF_CHARACTER * (path.length + queryText.length + characters);
}

function writeTiming({ receivedAt, durationMs }: Timing): Pick<JournalEntry, 'receivedAt' | 'durationMs'> {
  return { receivedAt: formatUtcMilliseconds(receivedAt), durationMs: Math.round(durationMs * 1000) / 1000 };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };
}

function versionOf({ kind, target }: WireExchange): string | undefined {
  return kind === 'graph' ? findApiVersion(/^\/*([^/?]*)/.exec(target)?.[1] ?? '') : undefined;
}

/** A compressed body is kept as the engine has read it. */
function writeRequest(wire: WireExchange, sent: RequestBody | undefined, bodyCapBytes: number): RecordedMessage {
  const headers = pairsOf(wire.requestHeaders === '' ? [] : wire.requestHeaders.split('\n'));
  const find = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  const isCompressed = COMPRESSED.test(find('content-encoding')?.trim() ?? '');
  const inflated = isCompressed && sent instanceof Uint8Array ? sent : undefined;
  const body = recordBody(inflated === undefined ? wire.requestBody : copyOf(inflated, bodyCapBytes), {
    kind: wire.kind,
    contentType: find('content-type') ?? '',
    isCompressed: isCompressed && inflated === undefined,
  });
  return { httpVersion: wire.httpVersion, headers: headers.map(redactPair), ...given('body', body) };
}

function writeResponse(
  { kind }: Pick<WireExchange, 'kind'>,
  { head, body }: NonNullable<WireExchange['response']>,
): RecordedMessage {
  const [statusLine = '', ...lines] = head.trimEnd().split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const httpVersion = /^HTTP\/(\S+)/.exec(statusLine)?.[1] ?? '';
  return { httpVersion, headers: headers.map(redactPair), ...given('body', recordBody(body, { kind, contentType })) };
}

/** Of an item, or of its answer. */
function writeItemMessage(headers: RequestContext['headers'], body: unknown, bodyCapBytes: number): RecordedMessage {
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const recorded = body === undefined ? undefined : recordBody(printBody(body, bodyCapBytes), ITEM_BODY);
  return { httpVersion: '', headers: pairs.map(redactPair), ...given('body', recorded) };
}

/** The value that an item has for a body; bytes when it had their base64. */
function valueOf(body: RequestBody | undefined): unknown {
  return body === undefined || body instanceof Uint8Array ? body : body.json;
}

function printBody(body: unknown, bodyCapBytes: number): BodyCopy {
  return copyOf(body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)), bodyCapBytes);
}

/** Names and values in turn, as pairs. */
function pairsOf(flat: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ''] as const] : []));
}

function redactPair([name, value]: readonly [string, string]): readonly [name: string, value: string] {
  return [name, redactHeader(name, value)];
}

function writeRefusal(
  tokenRefusal: WireExchange['tokenRefusal'],
  refusal: Refusal | undefined,
  nearMisses: readonly string[] = [],
): RecordedRefusal | undefined {
  if (tokenRefusal !== undefined) {
    const { row, message, cause } = tokenRefusal;
    const empty = { reasons: [], fields: [], explanation: {}, nearMisses: [] };
    return { row, message: redactTokens(message), ...given('cause', messageOf(cause)), ...empty };
  }
  if (refusal === undefined) return undefined;
  const { row, message, logDetail, cause, details = [], reasons = [], explanation = {} } = refusal;
  const { id, when }: ErrorRow = ERRORS[row];
  return {
    ...{ row, ...given('id', id), ...given('message', message && redactTokens(message)), when },
    ...given('detail', logDetail === undefined ? undefined : redactTokens(logDetail)),
    ...given('cause', messageOf(cause)),
    reasons: reasons.map(redactTokens),
    ...{ fields: details, explanation, nearMisses: nearMisses.map(redactTokens) },
  };
}

function messageOf(cause: unknown): string | undefined {
  return cause instanceof Error ? redactTokens(cause.message) : undefined;
}
