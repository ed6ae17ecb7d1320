/** JSON batches: the body of `POST {root}/$batch` -> items, and the items' answers -> the batch's. */
import { GraphError } from '../model/graph-error.ts';
import { findApiVersion } from '../model/versions.ts';
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
export function readBatch(body: JsonObject): readonly BatchItem[] {
  const { requests } = body;
  if (!Array.isArray(requests)) throw batchInvalid('requests must be an array.');
  if (requests.length > MAX_ITEMS) throw new GraphError('batchTooLarge', { values: { maximum: MAX_ITEMS } });
  const items = requests.map(readItem);
  requireUniqueIds(items);
  return items;
}

function batchInvalid(reason: string): GraphError {
  return new GraphError('batchInvalid', { values: { reason } });
}

function readItem(item: unknown, index: number): BatchItem {
  if (!isJsonObject(item)) throw batchInvalid(`requests[${index}] must be an object.`);
  const { method, url } = item;
  const id = typeof item['id'] === 'number' ? String(item['id']) : item['id'];
  if (typeof id !== 'string' || id === '') throw batchInvalid(`requests[${index}] needs an id.`);
  if (typeof method !== 'string' || method === '') throw batchInvalid(`The request ${id} needs a method.`);
  if (typeof url !== 'string' || url === '') throw batchInvalid(`The request ${id} needs a url.`);
  return {
    id,
    method: method.toUpperCase(),
    ...splitUrl(url),
    headers: readHeaders(item['headers']),
    body: readBody(item['body']),
    // One SDK writes the name in its own language's way.
    dependsOn: readDependencies(item['dependsOn'] ?? item['depends_on'], id),
  };
}

/**
 * Clients send the path from the version root with or without a slash, from the service root, or the whole URL; and
 * percent-encoded or wholly decoded, so that a lone `%` means itself.
 */
function splitUrl(url: string): { path: string; query: string } {
  const fromHost = url.replace(/^https?:\/\/[^/?]*/i, '');
  const [whole = '', ...rest] = fromHost.replace(/%(?![0-9a-f]{2})/gi, '%25').split('?');
  const segments = whole.split('/').filter((text, index) => text !== '' || index > 1);
  const path = findApiVersion(segments[0] ?? '') === undefined ? segments : segments.slice(1);
  return { path: `/${path.join('/')}`, query: rest.join('?') };
}

/** The outer request says who is calling and what comes back; an item cannot say otherwise. */
const OUTER_HEADERS: ReadonlySet<string> = new Set(['authorization', 'host', 'client-request-id', 'content-length']);

function readHeaders(headers: unknown): Record<string, string> {
  if (!isJsonObject(headers)) return {};
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), toText(value, name)] as const);
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
function toText(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw batchInvalid(`${what} must be a text.`);
}

function readDependencies(value: unknown, id: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw batchInvalid(`dependsOn of the request ${id} must be an array.`);
  return value.map((name: unknown) => toText(name, `dependsOn of the request ${id}`).toLowerCase());
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
  return { id, status, headers: Object.fromEntries(named), ...(body !== undefined && { body }) };
}
