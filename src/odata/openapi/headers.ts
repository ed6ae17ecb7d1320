/** Headers of answers. */
import type { JsonObject } from '../payload.ts';

const text = { type: 'string' } as const;

interface HeaderRow {
  readonly description: string;
  readonly schema: JsonObject;
  /** The statuses that come with it; all when not given. */
  readonly statuses?: readonly number[];
}

const HEADERS = {
  'request-id': { description: "The server's id of the request.", schema: { ...text, format: 'uuid' } },
  'client-request-id': { description: 'The id that the client sent, or the request id.', schema: text },
  Location: { description: 'Where the created item stands.', schema: { ...text, format: 'uri' }, statuses: [201] },
  ETag: { description: 'The version of the item, for If-Match and If-None-Match.', schema: text, statuses: [] },
  'Preference-Applied': { description: 'The preferences that were honoured.', schema: text, statuses: [] },
  'WWW-Authenticate': { description: 'Where tokens are to be had.', schema: text, statuses: [401] },
  Allow: { description: 'The methods that the path takes.', schema: text, statuses: [405] },
  'Retry-After': {
    description: 'Seconds to wait before the request is sent again.',
    schema: { type: 'integer' },
    statuses: [429, 503],
  },
} as const satisfies Readonly<Record<string, HeaderRow>>;

type HeaderName = keyof typeof HEADERS;

/** All headers, for the components of the document. */
export function printHeaders(): JsonObject {
  const rows: readonly (readonly [string, HeaderRow])[] = Object.entries(HEADERS);
  return Object.fromEntries(rows.map(([name, { description, schema }]) => [name, { description, schema }]));
}

/** References to the headers that come with the status, and to others. */
export function headersOf(status: number, others: readonly HeaderName[] = []): JsonObject {
  const rows: readonly (readonly [string, HeaderRow])[] = Object.entries(HEADERS);
  const usual = rows.filter(([, { statuses }]) => statuses?.includes(status) ?? true).map(([name]) => name);
  return Object.fromEntries([...usual, ...others].map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
