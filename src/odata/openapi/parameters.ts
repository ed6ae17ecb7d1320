/** Parameters: keys in paths, query options, request headers. */
import { keyNames, resultKind } from '../../model/operation-facts.ts';
import type { QueryOptionName } from '../../model/rows.ts';
import type { EntityName, OperationView, Schema } from '../../model/schema.ts';
import type { JsonObject } from '../payload.ts';
import { listPropertyPaths } from '../property-paths.ts';

const text = { type: 'string' } as const;
const size = { type: 'integer', minimum: 0 } as const;

const KEYS: Readonly<Record<string, { readonly description: string; readonly schema: JsonObject }>> = {
  registrationId: { description: 'Id of the learning provider, a GUID.', schema: text },
  learningContentId: { description: 'Id of the learning content, a GUID.', schema: text },
  learningCourseActivityId: { description: 'Id of the course activity, as it was answered.', schema: text },
  externalId: { description: "The provider's own id. A quote in it is doubled.", schema: text },
  userPrincipalName: { description: 'User principal name of the user.', schema: text },
  applicationId: { description: 'Object id of the application.', schema: text },
  appId: { description: 'Client id of the app.', schema: text },
  servicePrincipalId: { description: 'Object id of the service principal.', schema: text },
  appRoleAssignmentId: { description: 'Id of the assignment, as it was answered.', schema: text },
  oAuth2PermissionGrantId: { description: 'Id of the grant, as it was answered.', schema: text },
  subscriptionId: { description: 'Id of the subscription, as it was answered.', schema: text },
  userId: { description: 'Id or user principal name of the user.', schema: text },
};

/** Options that mean the same everywhere; the others depend on the properties of the type. */
const OPTIONS: Readonly<
  Partial<Record<QueryOptionName, { readonly description: string; readonly schema: JsonObject }>>
> = {
  format: { description: 'The format of the answer.', schema: { ...text, enum: ['json'] } },
  top: { description: 'Items on a page.', schema: size },
  skip: { description: 'Items to pass over.', schema: size },
  skiptoken: { description: 'Where a page begins; part of next links.', schema: text },
  deltatoken: { description: 'Where changes begin; part of delta links. latest: from now on.', schema: text },
  count: { description: 'Whether to count all that match.', schema: { type: 'boolean' } },
};

const HEADERS: readonly {
  readonly name: string;
  readonly description: string;
  readonly isFor: (operation: OperationView) => boolean;
}[] = [
  { name: 'client-request-id', description: 'An id of the client, answered and logged.', isFor: () => true },
  {
    name: 'Prefer',
    description: 'include-unknown-enum-members, return=representation, return=minimal or odata.maxpagesize.',
    isFor: () => true,
  },
  {
    name: 'If-Match',
    description: 'Change the item only if it still is in the version of this entity tag.',
    isFor: ({ method }) => method === 'PATCH' || method === 'DELETE',
  },
  {
    name: 'If-None-Match',
    description: 'Answer without the item if it still is in the version of this entity tag.',
    isFor: (operation) => operation.method === 'GET' && resultKind(operation) === 'entity',
  },
];

/** All parameters that the operations refer to. */
export function printParameters(schema: Schema): JsonObject {
  const used = schema.operations.flatMap((operation) => [
    ...keyNames(operation.path).map((name) => [name, printKey(name)] as const),
    ...(operation.options ?? []).map(
      (option) => [optionName(operation.entity, option), printOption(schema, operation.entity, option)] as const,
    ),
    ...HEADERS.filter(({ isFor }) => isFor(operation)).map(
      ({ name, description }) => [name, { name, in: 'header', description, schema: text }] as const,
    ),
  ]);
  return Object.fromEntries(used);
}

/** References to the parameters of the batch. */
export const BATCH_PARAMETERS: readonly JsonObject[] = [{ $ref: '#/components/parameters/client-request-id' }];

/** References to the parameters of the operation. */
export function parametersOf(operation: OperationView): readonly JsonObject[] {
  return [
    ...keyNames(operation.path),
    ...(operation.options ?? []).map((option) => optionName(operation.entity, option)),
    ...HEADERS.filter(({ isFor }) => isFor(operation)).map(({ name }) => name),
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function printKey(name: string): JsonObject {
  const key = KEYS[name];
  if (key === undefined) throw new Error(`The key ${name} has no description`);
  return { name, in: 'path', required: true, ...key };
}

function optionName(entity: EntityName, option: QueryOptionName): string {
  return OPTIONS[option] === undefined ? `${entity}.${option}` : option;
}

function printOption(schema: Schema, entity: EntityName, option: QueryOptionName): JsonObject {
  const shared = { name: `$${option}`, in: 'query' };
  if (option === 'select')
    return { ...shared, ...listOption('Properties to answer with.', selectable(schema, entity)) };
  if (option === 'orderby') return { ...shared, ...listOption('Properties to sort by.', sortOrders(schema, entity)) };
  if (option === 'filter') {
    const names = listPropertyPaths(schema, entity).flatMap(({ row }) => (row.isFilterable === true ? [row.name] : []));
    return { ...shared, description: `A condition on ${names.join(', ')}.`, schema: text };
  }
  return { ...shared, ...OPTIONS[option] };
}

function listOption(description: string, names: readonly string[]): JsonObject {
  // A type without properties has no names to choose from.
  const items = names.length === 0 ? text : { ...text, enum: names };
  const schema = { type: 'array', uniqueItems: true, items };
  return { description, style: 'form', explode: false, schema };
}

function selectable(schema: Schema, entity: EntityName): readonly string[] {
  return listPropertyPaths(schema, entity).flatMap(({ row }) => [
    row.name,
    ...(row.documentedName === undefined ? [] : [row.documentedName]),
  ]);
}

function sortOrders(schema: Schema, entity: EntityName): readonly string[] {
  const names = listPropertyPaths(schema, entity).flatMap(({ row }) => (row.isSortable === true ? [row.name] : []));
  return names.flatMap((name) => [name, `${name} desc`]);
}
