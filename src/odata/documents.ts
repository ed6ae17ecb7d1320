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

/** Builds the documents of all versions once. */
export function createDocuments(behaviour: Behaviour): Documents {
  const printers = new Map(API_VERSIONS.map((version) => [version, createPrinters(version, behaviour)]));
  return { find: (version, path, origin) => printers.get(version)?.get(normalize(path))?.(origin) };
}

/** By lower-case path, without slashes around it. */
function createPrinters(version: ApiVersion, behaviour: Behaviour): ReadonlyMap<string, Printer> {
  const schema = createSchema(version, behaviour);
  const metadata = printMetadata(schema);
  const printOpenApi = createOpenApi(schema, behaviour);
  const { contentType } = readFormat(undefined);
  return new Map<string, Printer>([
    ['', (origin) => found(contentType, createServiceDocument(`${origin}/${version}`))],
    ['$metadata', () => found('application/xml', metadata)],
    ['openapi.json', (origin) => found('application/json', printOpenApi(origin))],
  ]);
}

function found(contentType: string, body: unknown): GraphResponse {
  return { status: 200, headers: { 'content-type': contentType, 'odata-version': '4.0' }, body };
}

function normalize(path: string): string {
  return path
    .replaceAll(/^\/+|\/+$/g, '')
    .replace(/^%24/, '$')
    .toLowerCase();
}
