// The golden files: what the server says about itself, kept in the repository so that every change of it is seen.
import { createSchema } from '../src/model/schema.ts';
import { API_VERSIONS } from '../src/model/versions.ts';
import { printMetadata } from '../src/odata/metadata.ts';
import { createOpenApi } from '../src/odata/openapi.ts';
import { DEFAULT_BEHAVIOUR } from './default-behaviour.ts';

/** Where the server of the golden files stands. */
const ORIGIN = 'https://graph.vivarium.test';

/** Texts by path from the root. */
export function printGolden(): ReadonlyMap<string, string> {
  const files = API_VERSIONS.flatMap((version) => {
    const schema = createSchema(version, DEFAULT_BEHAVIOUR);
    const openApi = createOpenApi(schema, DEFAULT_BEHAVIOUR)(ORIGIN);
    return [
      [`test/golden/metadata.${version}.xml`, printMetadata(schema)] as const,
      [`test/golden/openapi.${version}.json`, `${JSON.stringify(openApi, null, 2)}\n`] as const,
    ];
  });
  return new Map(files);
}
