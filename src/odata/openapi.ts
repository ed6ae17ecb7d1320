/** The OpenAPI 3.1 document of one API version: our own addition, Microsoft Graph serves none. */
import type { Behaviour } from '../model/behaviour.ts';
import type { ErrorName } from '../model/errors.ts';
import { BATCH_ERRORS, errorsOf } from '../model/operation-facts.ts';
import type { Schema } from '../model/schema.ts';
import { BATCH_ID, BATCH_TAG, printBatchPath } from './openapi/batch.ts';
import { printErrorExamples, printErrorResponses } from './openapi/errors.ts';
import { printHeaders } from './openapi/headers.ts';
import { printPaths } from './openapi/operations.ts';
import { printParameters } from './openapi/parameters.ts';
import { printSchemas } from './openapi/schemas.ts';
import { printSecuritySchemes } from './openapi/security.ts';
import type { JsonObject } from './payload.ts';

const DESCRIPTION = [
  'Learning providers, their contents, and the course activities of learners, as in Microsoft Graph.',
  'The document shows the canonical form. Bodies are read more leniently: names and enumeration members in any casing,',
  'a text or timestamp for notes and dueDateTime.',
].join(' ');

/** Builds all that does not depend on the server's address once; the function that it returns adds the rest. */
export function createOpenApi(schema: Schema, behaviour: Behaviour): (origin: string) => JsonObject {
  const errorsById = new Map<string, readonly ErrorName[]>([
    ...schema.operations.map((operation) => [operation.id, errorsOf(operation)] as const),
    [BATCH_ID, BATCH_ERRORS],
  ]);
  const errors = printErrorResponses(errorsById);
  const info = {
    title: 'Employee learning API',
    version: schema.version,
    description: DESCRIPTION,
    license: { name: 'MIT', identifier: 'MIT' },
  };
  const entities = new Set(schema.operations.map(({ entity }) => entity));
  const tags = [...entities].map((name) => ({ name, description: `What can be done with a ${name}.` }));
  const paths = { ...printPaths(schema, errors), ...printBatchPath(errors) };
  const components = {
    schemas: printSchemas(schema, behaviour),
    parameters: printParameters(schema),
    headers: printHeaders(),
    responses: errors.components,
    examples: printErrorExamples(errorsById, behaviour),
  };
  return (origin) => ({
    openapi: '3.1.0',
    info,
    servers: [{ url: `${origin}/${schema.version}` }],
    tags: [...tags, BATCH_TAG],
    paths,
    components: { ...components, securitySchemes: printSecuritySchemes(schema, origin) },
  });
}
