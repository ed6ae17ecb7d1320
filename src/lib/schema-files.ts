/** The JSON Schemas of the files that people write, for their editors. */
import { fileURLToPath } from 'node:url';

export const SCHEMA_NAMES = ['seed', 'settings', 'mapping', 'fault'] as const;

export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** Where a server answers with them. */
export const SCHEMAS_ROOT = '/schemas';

/** In the package, and in a checkout. */
export const SCHEMAS_FOLDER = fileURLToPath(new URL('../../schemas', import.meta.url));

/** The `$id`, where the schema of the newest release is too. */
export function schemaIdOf(name: SchemaName): string {
  return `https://raw.githubusercontent.com/vivarium/vivarium/main/schemas/${name}.json`;
}
