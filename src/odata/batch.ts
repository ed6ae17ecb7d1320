/** JSON batches: the body of `POST {root}/$batch` -> items, and the items' answers -> the batch's. */
import type { DeviationName } from '../model/deviations.ts';
import { GraphError } from '../model/graph-error.ts';
import { findApiVersion } from '../model/versions.ts';
import { createDeviationNotes, describeDeviation } from './deviation-notes.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import type { GraphResponse, RequestBody } from './message.ts';
import { isJsonObject } from './payload.ts';
import type { JsonObject } from './payload.ts';

export interface BatchItem {
  readonly id: string;
  readonly method: string;
  /** As a request's of its own: below the version root, not decoded. */
  readonly path: string;
  readonly query: string;
  /** By lower-case name; those that the batch's own request decides are left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody | undefined;
  /** Lower-case ids. */
  readonly dependsOn: readonly string[];
}

const MAX_ITEMS = 20;

/** The items in their order. @throws batchTooLarge, batchInvalid: then none of them is run */
export function readBatch(body: JsonObject, notes: DeviationNotes = createDeviationNotes()): readonly BatchItem[] {
  const { requests } = body;
  if (!Array.isArray(requests)) throw batchInvalid('requests must be an array.');
  if (requests.length > MAX_ITEMS) throw new GraphError('batchTooLarge', { values: { maximum: MAX_ITEMS } });
  const items = requests.map((item, index) => readItem(item, index, notes));
  requireUniqueIds(items);
  return items;
}

function batchInvalid(reason: string): GraphError {
  return new GraphError('batchInvalid', { values: { reason } });
}

interface Form {
  readonly found: string;
  readonly expected: string;
}

/** What of an item json-batching has otherwise; @throws batchInvalid where the server is strict. */
function note(notes: DeviationNotes, name: DeviationName, form: Form): void {
  const deviation = { name, ...form };
  notes.addOrRefuse(deviation, { values: { reason: describeDeviation(deviation) } });
}

function readItem(item: unknown, index: number, notes: DeviationNotes): BatchItem {
  if (!isJsonObject(item)) throw batchInvalid(`requests[${index}] must be an object.`);
  const { method, url } = item;
  const id = typeof item['id'] === 'number' ? toText(item['id'], 'id', notes) : item['id'];
  if (typeof id !== 'string' || id === '') throw batchInvalid(`requests[${index}] needs an id.`);
  if (typeof method !== 'string' || method === '') throw batchInvalid(`The request ${id} needs a method.`);
  if (typeof url !== 'string' || url === '') throw batchInvalid(`The request ${id} needs a url.`);
  const headers = readHeaders(item['headers'], notes);
  const body = readBody(item['body']);
  if (body !== undefined && headers['content-type'] === undefined)
    note(notes, 'batchContentType', { found: '', expected: 'Content-Type' });
  return {
    id,
    method: readMethod(method, notes),
    ...splitUrl(url, notes),
    headers,
    body,
    dependsOn: readDependencies(item, id, notes),
  };
}

function readMethod(sent: string, notes: DeviationNotes): string {
  const method = sent.toUpperCase();
  if (method !== sent) note(notes, 'batchMethodCasing', { found: sent, expected: method });
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
  if (url !== expected && url !== expected.slice(1)) note(notes, 'batchUrl', { found: url, expected });
  return read;
}

/** The outer request says who is calling and what comes back; an item cannot say otherwise. */
const OUTER_HEADERS: ReadonlySet<string> = new Set(['authorization', 'host', 'client-request-id', 'content-length']);

function readHeaders(headers: unknown, notes: DeviationNotes): Record<string, string> {
  if (!isJsonObject(headers)) return {};
  const entries = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), toText(value, name, notes)] as const,
  );
  return Object.fromEntries(entries.filter(([name]) => !OUTER_HEADERS.has(name)));
}

/** A JSON value stands as it is; a text is the base64 of bytes, which are JSON however the item calls them. */
function readBody(body: unknown): RequestBody | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body !== 'string') return { json: body };
  const bytes = Buffer.from(body, 'base64');
  try {
    return { json: JSON.parse(bytes.toString('utf8')) };
  } catch {
    return bytes;
  }
}

/** Numbers and booleans are taken for what they read as. @throws batchInvalid */
function toText(value: unknown, what: string, notes: DeviationNotes): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' && typeof value !== 'boolean') throw batchInvalid(`${what} must be a text.`);
  note(notes, 'batchText', { found: String(value), expected: JSON.stringify(String(value)) });
  return String(value);
}

/** One SDK writes the name in its own language's way. */
function readDependencies(item: JsonObject, id: string, notes: DeviationNotes): readonly string[] {
  const { dependsOn, depends_on: other } = item;
  const value = dependsOn ?? other ?? undefined;
  if (value === undefined) return [];
  if (value !== dependsOn) note(notes, 'batchDependsOnSpelling', { found: 'depends_on', expected: 'dependsOn' });
  if (!Array.isArray(value)) throw batchInvalid(`dependsOn of the request ${id} must be an array.`);
  return value.map((name: unknown) => toText(name, `dependsOn of the request ${id}`, notes).toLowerCase());
}

function requireUniqueIds(items: readonly BatchItem[]): void {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id.toLowerCase())) throw batchInvalid(`The id ${id} is used more than once.`);
    seen.add(id.toLowerCase());
  }
}

/** Array order, but each item after those that it depends on. @throws batchInvalid for unknown ids and for cycles */
export function inRunningOrder(items: readonly BatchItem[]): readonly BatchItem[] {
  const ids = new Set(items.map(({ id }) => id.toLowerCase()));
  for (const { id, dependsOn } of items) {
    const unknown = dependsOn.find((name) => !ids.has(name));
    if (unknown !== undefined)
      throw batchInvalid(`The request ${id} depends on ${unknown}, which is not in the batch.`);
  }
  const ordered: BatchItem[] = [];
  const done = new Set<string>();
  while (ordered.length < items.length) {
    const next = items.find(
      ({ id, dependsOn }) => !done.has(id.toLowerCase()) && dependsOn.every((name) => done.has(name)),
    );
    if (next === undefined) throw batchInvalid('The requests depend on each other in a circle.');
    ordered.push(next);
    done.add(next.id.toLowerCase());
  }
  return ordered;
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

/** One entry of `responses`; without a body it has no `body` and no Content-Type. */
export function writeBatchItem(id: string, { status, headers, body }: GraphResponse): Record<string, unknown> {
  const named = Object.entries(headers).map(([name, value]) => [HEADER_NAMES[name] ?? name, value]);
  const value = body instanceof Uint8Array ? readBytes(body) : body;
  return { id, status, headers: Object.fromEntries(named), ...(value !== undefined && { body: value }) };
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
