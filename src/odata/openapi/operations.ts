/** Paths: one entry for each operation, under its id. */
import { EXAMPLES } from '../../model/examples.ts';
import { resultKind, takesBody } from '../../model/operation-facts.ts';
import { getEntity } from '../../model/schema.ts';
import type { OperationView, Schema } from '../../model/schema.ts';
import type { JsonObject } from '../payload.ts';
import type { ErrorResponses } from './errors.ts';
import { headersOf } from './headers.ts';
import { parametersOf } from './parameters.ts';
import { typeReference } from './reference.ts';
import { bodyEntity, bodyUse, collectionReference, entityReference } from './schemas.ts';
import { securityOf } from './security.ts';

const DOCUMENTATION = 'https://learn.microsoft.com/graph/';

const ADDITION = 'An addition of this server: Microsoft Graph has nothing like it for this resource.';

/** All paths, with an object for each method. */
export function printPaths(schema: Schema, errors: ErrorResponses): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of schema.operations) {
    const { path, otherPath, method } = operation;
    (paths[urlTemplate(path)] ??= {})[method.toLowerCase()] = printOperation(schema, operation, errors);
    if (otherPath === undefined) continue;
    (paths[urlTemplate(otherPath)] ??= {})[method.toLowerCase()] = {
      ...printOperation(schema, operation, errors),
      operationId: `${operation.id}Reference`,
      summary: `${sentence(operation.id)}, as some pages write it`,
    };
  }
  return paths;
}

/** Alternate keys are quoted in URLs; templates leave the quotes to the reader. */
function urlTemplate(path: string): string {
  return path.replaceAll(/=(\{\w+\})/g, "='$1'");
}

function printOperation(schema: Schema, operation: OperationView, errors: ErrorResponses): JsonObject {
  const documentation = documentationOf(schema, operation);
  return {
    operationId: operation.id,
    summary: sentence(operation.id),
    ...(operation.isAddition === true && { description: ADDITION, 'x-addition': true }),
    tags: [operation.entity],
    ...(documentation !== undefined && { externalDocs: { url: documentation } }),
    security: securityOf(operation),
    parameters: parametersOf(operation),
    ...(takesBody(operation) && { requestBody: printBody(schema, operation) }),
    responses: { ...printSuccess(schema, operation), ...errors.of(operation.id) },
  };
}

/** The page of the reference, where the operation has one. */
function documentationOf({ version }: Schema, { source }: OperationView): string | undefined {
  const page = /^api\/[\w-]+$/.exec(source)?.[0];
  return page === undefined ? undefined : `${DOCUMENTATION}${page}?view=graph-rest-${version.replace(/^v/, '')}`;
}

/** `getLearningProvider` -> `Get learning provider`. */
function sentence(id: string): string {
  const words = id.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function printBody({ version }: Schema, operation: OperationView): JsonObject {
  const rows = EXAMPLES.filter(
    ({ operations, versions }) => operations.includes(operation.id) && (versions?.includes(version) ?? true),
  );
  const examples = rows.map(({ name, summary, body }) => [name, { summary, value: body }] as const);
  const schema = entityReference(bodyEntity(operation), bodyUse(operation));
  return {
    required: true,
    content: {
      'application/json': { schema, ...(examples.length > 0 && { examples: Object.fromEntries(examples) }) },
    },
  };
}

function printSuccess(schema: Schema, operation: OperationView): JsonObject {
  const { entity, method, success } = operation;
  // The directory answers with no entity tags.
  const isVersioned =
    getEntity(schema, entity).row.isOfDirectory !== true &&
    schema.operations.some((other) => other.entity === entity && other.method === 'PATCH');
  const ofItem = headersOf(success, isVersioned ? ['ETag', 'Preference-Applied'] : []);
  const answer = operation.returns === undefined ? entityReference(entity, 'answer') : typeReference(operation.returns);
  const item = { headers: ofItem, content: json(answer) };
  switch (resultKind(operation)) {
    case 'nothing': {
      const done = { [success]: { description: 'Done.', headers: method === 'PATCH' ? ofItem : headersOf(success) } };
      const represented = { description: 'Done: the item, as return=representation asks.', ...item };
      return method === 'PATCH' ? { 200: represented, ...done } : done;
    }
    case 'count': {
      const content = { 'text/plain': { schema: { type: 'integer' } } };
      return { [success]: { description: 'How many match.', headers: headersOf(success), content } };
    }
    case 'collection': {
      const headers = headersOf(success, ['Preference-Applied']);
      return { [success]: { description: 'One page.', headers, content: json(collectionReference(entity)) } };
    }
    case 'entity': {
      const unchanged = { description: 'The client has this version.', headers: headersOf(304, ['ETag']) };
      const isRead = method === 'GET' && isVersioned;
      return { [success]: { description: 'The item.', ...item }, ...(isRead && { 304: unchanged }) };
    }
  }
}

function json(schema: JsonObject): JsonObject {
  return { 'application/json': { schema } };
}
