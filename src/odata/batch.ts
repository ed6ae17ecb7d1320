/** JSON batches: the body of `POST {root}/$batch` -> items, and the items' answers -> the batch's. */
import { fillTemplate } from '../lib/fill-template.ts';
import { BATCH_REASONS } from '../model/errors.ts';
import type { BatchReason } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import {
  MAX_ITEM_HEADERS,
  MAX_ITEM_HEADERS_LENGTH,
  MAX_ITEM_PATH_LENGTH,
  MAX_ITEM_QUERY_LENGTH,
  MAX_ITEM_QUERY_OPTIONS,
} from '../model/limits.ts';
import { reason } from '../model/reasons.ts';
import { findApiVersion } from '../model/versions.ts';
import { createDeviationNotes, describeDeviation } from './deviation-notes.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import { JsonText } from './message.ts';
import type { Deviation, GraphResponse, RequestBody } from './message.ts';
import { isJsonObject, parseJson } from './payload.ts';
import type { JsonObject } from './payload.ts';

export interface BatchItem {
  readonly id: string;
  readonly method: string;
  /** As in a request by itself: below the version root, not decoded. */
  readonly path: string;
  readonly query: string;
  /** By lower-case name; those that the batch's own request decides are left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody | undefined;
  /** Lower-case ids, all of earlier items. */
  readonly dependsOn: readonly string[];
}

const MAX_ITEMS = 20;

/** The items in their order. @throws batchTooLarge, batchInvalid: then none of them is run */
export function readBatch(body: JsonObject, notes: DeviationNotes = createDeviationNotes()): readonly BatchItem[] {
  const { requests } = body;
  if (!Array.isArray(requests)) throw payloadInvalid('requests must be an array.');
  if (requests.length > MAX_ITEMS) throw new GraphError('batchTooLarge', { values: { maximum: MAX_ITEMS } });
  if (requests.length === 0)
    note(notes, { name: 'batchEmpty', found: '[]', expected: 'requests' }, BATCH_REASONS.payloadInvalid);
  const items = requests.map((item, index) => readItem(item, index, notes));
  requireUniqueIds(items);
  checkDependencies(items, notes);
  return items;
}

function batchInvalid(reason: BatchReason, values: Readonly<Record<string, string>> = {}): GraphError {
  return new GraphError('batchInvalid', { values: { reason: fillTemplate(BATCH_REASONS[reason], values) } });
}

/** The message is the service's and does not say what is wrong, so `innerError` does. */
function payloadInvalid(problem: string): GraphError {
  const reasons = [reason('batchUnfit', { problem })];
  return new GraphError('batchInvalid', { values: { reason: BATCH_REASONS.payloadInvalid }, reasons });
}

/** Notes a difference from json-batching. @throws batchInvalid where the server refuses it */
function note(notes: DeviationNotes, deviation: Deviation, reason: string = describeDeviation(deviation)): void {
  notes.addOrRefuse(deviation, { values: { reason } });
}

function readItem(item: unknown, index: number, notes: DeviationNotes): BatchItem {
  if (!isJsonObject(item)) throw payloadInvalid(`requests[${index}] must be an object.`);
  const { method: sentMethod, url } = item;
  const id = typeof item['id'] === 'number' ? toText(item['id'], 'id', notes) : item['id'];
  if (typeof id !== 'string' || id === '') throw payloadInvalid(`requests[${index}] needs an id.`);
  if (typeof sentMethod !== 'string' || sentMethod === '') throw payloadInvalid(`The request ${id} needs a method.`);
  if (typeof url !== 'string' || url === '') throw payloadInvalid(`The request ${id} needs a url.`);
  requireBounds(id, url, item['headers']);
  const method = readMethod(sentMethod, notes);
  const headers = readHeaders(item['headers'], notes);
  const body = readBody(item['body']);
  requireBody({ id, method, headers, body }, notes);
  return { id, method, ...splitUrl(url, notes), headers, body, dependsOn: readDependencies(item, id, notes) };
}

/** An item costs no more than a request by itself, for which the HTTP parser has limits. @throws batchInvalid */
function requireBounds(id: string, url: string, headers: unknown): void {
  const [path = ''] = url.split('?', 1);
  const query = url.slice(path.length + 1);
  const lines = isJsonObject(headers) ? Object.entries(headers) : [];
  const headersLength = lines
    .flat()
    .reduce<number>((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0);
  const excess = [
    ['characters in the path of its url', path.length, MAX_ITEM_PATH_LENGTH],
    ['characters in the query of its url', query.length, MAX_ITEM_QUERY_LENGTH],
    ['query options', query.split('&', MAX_ITEM_QUERY_OPTIONS + 1).length, MAX_ITEM_QUERY_OPTIONS],
    ['headers', lines.length, MAX_ITEM_HEADERS],
    ['characters in its headers', headersLength, MAX_ITEM_HEADERS_LENGTH],
  ] as const;
  const found = excess.find(([, count, maximum]) => count > maximum);
  if (found !== undefined) throw payloadInvalid(`The request ${id} has more than ${found[2]} ${found[0]}.`);
}

/** Those that have a body, as opposed to GET and DELETE. */
const WRITES: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT']);

/** A write has a body, if only `{}`, and a body has a Content-Type. @throws batchInvalid where the server refuses others */
function requireBody(
  { id, method, headers, body }: Pick<BatchItem, 'id' | 'method' | 'headers' | 'body'>,
  notes: DeviationNotes,
): void {
  if (body === undefined) {
    if (!WRITES.has(method)) return;
    const reason = fillTemplate(BATCH_REASONS.bodyMissing, { id });
    note(notes, { name: 'batchBodyLeftOut', found: '', expected: 'body' }, reason);
  } else if (headers['content-type'] === undefined) {
    const reason = fillTemplate(BATCH_REASONS.contentTypeMissing, { id });
    note(notes, { name: 'batchContentType', found: '', expected: 'Content-Type' }, reason);
  }
}

function readMethod(sent: string, notes: DeviationNotes): string {
  const method = sent.toUpperCase();
  if (method !== sent) note(notes, { name: 'batchMethodCasing', found: sent, expected: method });
  return method;
}

const LONE_PERCENT = /%(?![0-9a-f]{2})/gi;

/**
 * Clients send the path from the version root with or without a slash, from the service root, or the whole URL; and
 * percent-encoded or wholly decoded. A path with a `%` that encodes nothing is decoded, so each of its `%` means itself.
 */
function splitUrl(url: string, notes: DeviationNotes): { path: string; query: string } {
  const [whole = '', ...rest] = url.replace(/^https?:\/\/[^/?]*/i, '').split('?');
  const encoded = whole.search(LONE_PERCENT) === -1 ? whole : whole.replaceAll('%', '%25');
  const segments = encoded.split('/').filter((text, index) => text !== '' || index > 1);
  const path = findApiVersion(segments[0] ?? '') === undefined ? segments : segments.slice(1);
  const read = { path: `/${path.join('/')}`, query: rest.join('?').replace(LONE_PERCENT, '%25') };
  const expected = read.query === '' ? read.path : `${read.path}?${read.query}`;
  if (url !== expected && url !== expected.slice(1)) note(notes, { name: 'batchUrl', found: url, expected });
  return read;
}

/** The outer request decides these; an item cannot override them. */
const OUTER_HEADERS: ReadonlySet<string> = new Set(['authorization', 'host', 'client-request-id', 'content-length']);

function readHeaders(headers: unknown, notes: DeviationNotes): Record<string, string> {
  if (!isJsonObject(headers)) return {};
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), toText(value, name, notes)] as const,
  );
  return Object.fromEntries(entries.filter(([name]) => !OUTER_HEADERS.has(name)));
}

/** A JSON value is taken as it is. A string is bytes in base64, read as JSON if they are, whatever the Content-Type. */
function readBody(body: unknown): RequestBody | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body !== 'string') return { json: body };
  const bytes = Buffer.from(body, 'base64');
  try {
    return { json: parseJson(bytes) };
  } catch {
    return bytes;
  }
}

/** Numbers and booleans count as their text. @throws batchInvalid */
function toText(value: unknown, what: string, notes: DeviationNotes): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'boolean') throw payloadInvalid(`${what} must be a text.`);
  note(notes, { name: 'batchText', found: String(value), expected: JSON.stringify(String(value)) });
  return String(value);
}

/** One SDK writes `depends_on`, which the service ignores, and so does this server. */
function readDependencies(item: JsonObject, id: string, notes: DeviationNotes): readonly string[] {
  const { dependsOn, depends_on: other } = item;
  if (other !== undefined) note(notes, { name: 'batchDependsOnSpelling', found: 'depends_on', expected: 'dependsOn' });
  if (dependsOn === undefined || dependsOn === null) return [];
  if (!Array.isArray(dependsOn)) throw payloadInvalid(`dependsOn of the request ${id} must be an array.`);
  return dependsOn.map((name: unknown) => toText(name, `dependsOn of the request ${id}`, notes).toLowerCase());
}

function requireUniqueIds(items: readonly BatchItem[]): void {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id.toLowerCase())) throw batchInvalid('idRepeated', { id });
    seen.add(id.toLowerCase());
  }
}

/**
 * Items depend on earlier ones only, and if one depends on another, all but the first do. Sources disagree whether
 * more is required: a chain, or one item that all others depend on.
 * @throws batchInvalid
 */
function checkDependencies(items: readonly BatchItem[], notes: DeviationNotes): void {
  const earlier = new Set<string>();
  for (const { id, dependsOn } of items) {
    const dependency = dependsOn.find((name) => !earlier.has(name));
    if (dependency !== undefined) throw batchInvalid('dependencyInvalid', { id, dependency });
    earlier.add(id.toLowerCase());
  }
  const [first, ...rest] = items;
  const free = rest.filter(({ dependsOn }) => dependsOn.length === 0);
  if (free.length === rest.length) return;
  const isChain = rest.every(({ dependsOn }, index) => isOnly(dependsOn, items[index]));
  const isStar = rest.every(({ dependsOn }) => isOnly(dependsOn, first));
  if (isChain || isStar) return;
  const name = free.length > 0 ? 'batchMixed' : 'batchDependencies';
  const found = items.map(({ id, dependsOn }) => [id, ...dependsOn]);
  const chain = items.map(({ id }, index) => (index === 0 ? [id] : [id, items[index - 1]?.id]));
  note(notes, { name, found: JSON.stringify(found), expected: JSON.stringify(chain) }, BATCH_REASONS.mixed);
}

function isOnly(dependsOn: readonly string[], item: BatchItem | undefined): boolean {
  return dependsOn.length === 1 && dependsOn[0] === item?.id.toLowerCase();
}

/** Names that clients look up in exactly this casing. */
const HEADER_NAMES: Readonly<Record<string, string>> = {
  'content-type': 'Content-Type',
  'odata-version': 'OData-Version',
  'preference-applied': 'Preference-Applied',
  'retry-after': 'Retry-After',
  'www-authenticate': 'WWW-Authenticate',
  allow: 'Allow',
  etag: 'ETag',
  location: 'Location',
};

/** The body of the batch's answer: the answers of its items, in their order. */
export function printBatch(items: readonly BatchItem[], answers: readonly GraphResponse[]): JsonText {
  const printed = answers.map((answer, index) => printBatchItem((items[index] as BatchItem).id, answer));
  return new JsonText(`{"responses":[${printed.join(',')}]}`);
}

/** One entry of `responses`; without a body it has no `body` and no Content-Type. */
export function printBatchItem(id: string, { status, headers, body }: GraphResponse): string {
  const named: Record<string, string> = {};
  for (const name in headers) named[HEADER_NAMES[name] ?? name] = headers[name] as string;
  const head = JSON.stringify({ id, status, headers: named });
  if (body === undefined) return head;
  const text =
    body instanceof JsonText ? body.text : JSON.stringify(body instanceof Uint8Array ? readBytes(body) : body);
  return `${head.slice(0, -1)},"body":${text}}`;
}

/** A body that would be sent as given, as the JSON value that an item needs: a text where it is not JSON. */
function readBytes(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
