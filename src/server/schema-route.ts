/** The JSON Schemas of the files that people write: `/schemas/seed.json` and others. They need no token. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

import { SCHEMA_NAMES, SCHEMAS_FOLDER, SCHEMAS_ROOT } from '../lib/schema-files.ts';

/** Not recorded: the journal is for requests of API clients. */
const unrecorded = { config: { observedAs: 'nothing' } } as const;

/** To be given to `app.register`. */
export function registerSchemas(app: FastifyInstance): void {
  for (const name of SCHEMA_NAMES) {
    const file = `${name}.json`;
    app.get(`${SCHEMAS_ROOT}/${file}`, unrecorded, async (_request, reply) => {
      const headers = { 'content-type': 'application/schema+json', 'cache-control': 'no-cache' };
      // Editors in a browser ask from another origin.
      return reply
        .headers({ ...headers, 'access-control-allow-origin': '*' })
        .send(await readFile(join(SCHEMAS_FOLDER, file)));
    });
  }
}
