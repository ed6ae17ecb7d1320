/** What an API version says about itself. It needs no token, as in Microsoft Graph. */
import type { Behaviour } from '../model/behaviour.ts';
import { createSchema } from '../model/schema.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import { readFormat } from './format.ts';
import type { GraphResponse } from './message.ts';
import { printMetadata } from './metadata.ts';
import { createOpenApi } from './openapi.ts';
import { createServiceDocument } from './service-document.ts';

export interface Documents {
  /**
   * The document that a path below the version root names, in any casing, percent-encoded or not.
   * @param origin scheme, host and port under which the client reached the server
   */
  find(version: ApiVersion, path: string, origin: string): GraphResponse | undefined;
}

type Printer = (origin: string) => GraphResponse;

/** Paths below the version root, in lower case and without a slash before them. */
export const DOCUMENT_PATHS = { serviceDocument: '', metadata: '$metadata', openApi: 'openapi.json' } as const;

/** Builds each document when it is first asked for. */
export function createDocuments(behaviour: Behaviour): Documents {
  const printers = new Map(API_VERSIONS.map((version) => [version, createPrinters(version, behaviour)]));
  return {
    find: (version, path, origin) => {
      const name = findName(path);
      return name === undefined ? undefined : printers.get(version)?.get(name)?.(origin);
    },
  };
}

/** By lower-case path, without slashes around it. */
function createPrinters(version: ApiVersion, behaviour: Behaviour): ReadonlyMap<string, Printer> {
  const schema = createSchema(version, behaviour);
  // They are rarely asked for, and printing them takes a tenth of the startup.
  const metadata = once(() => printMetadata(schema));
  const printOpenApi = once(() => createOpenApi(schema, behaviour));
  const jsonHeaders = { ...ODATA_HEADERS, 'content-type': readFormat(undefined).contentType };
  const xmlHeaders = { ...ODATA_HEADERS, 'content-type': 'application/xml' };
  return new Map<string, Printer>([
    [DOCUMENT_PATHS.serviceDocument, (origin) => found(jsonHeaders, createServiceDocument(`${origin}/${version}`))],
    [DOCUMENT_PATHS.metadata, () => found(xmlHeaders, metadata())],
    [DOCUMENT_PATHS.openApi, (origin) => found({ 'content-type': 'application/json' }, printOpenApi()(origin))],
  ]);
}

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

const ODATA_HEADERS = { 'odata-version': '4.0' } as const;

function found(headers: GraphResponse['headers'], body: unknown): GraphResponse {
  return { status: 200, headers, body };
}

/** Names of documents have one segment, so that longer paths, nearly all, are ruled out quickly. */
function findName(path: string): string | undefined {
  let start = 0;
  while (path[start] === '/') start += 1;
  let end = path.length;
  while (end > start && path[end - 1] === '/') end -= 1;
  const slash = path.indexOf('/', start);
  if (slash !== -1 && slash < end) return undefined;
  return path.slice(start, end).replace(/^%24/, '$').toLowerCase();
}
