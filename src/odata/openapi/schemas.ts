/** JSON Schemas of what operations take and give, from the property tables. */
import type { Behaviour } from '../../model/behaviour.ts';
import { resultKind, takesBody } from '../../model/operation-facts.ts';
import type { PropertyRow } from '../../model/rows.ts';
import { getEntity, NAMESPACE, withoutAlias } from '../../model/schema.ts';
import type { EntityName, EntityView, OperationView, Schema } from '../../model/schema.ts';
import { COMPLEX_TYPES, ENUMS } from '../../model/value-types.ts';
import type { JsonObject } from '../payload.ts';
import { BATCH_SCHEMAS } from './batch.ts';
import { ERROR_SCHEMAS } from './errors.ts';
import { schemaReference } from './reference.ts';
import { complexSchema, enumSchema, propertySchema } from './values.ts';
import type { Use } from './values.ts';

const SUFFIXES: Readonly<Record<Use, string>> = { answer: '', create: 'Create', update: 'Update' };
const text = { type: 'string' } as const;
/** Control information; the level that Accept asks for decides which of it is there. */
const ITEM_ANNOTATIONS = {
  '@odata.context': text,
  '@odata.id': text,
  '@odata.editLink': text,
  '@odata.etag': text,
  '@odata.type': text,
} as const;
const COLLECTION_ANNOTATIONS = {
  '@odata.context': text,
  '@odata.count': { type: 'integer', format: 'int32', description: 'All that match; with $count=true.' },
  '@odata.nextLink': { type: 'string', format: 'uri', description: 'The next page; absent on the last one.' },
} as const;

const DELTA_ANNOTATION = {
  '@odata.deltaLink': { type: 'string', format: 'uri', description: 'What changes from now on; of delta queries.' },
} as const;

/** A reference to the schema of an entity as it is answered, created or updated. */
export function entityReference(name: EntityName, use: Use): JsonObject {
  return schemaReference(`${name}${SUFFIXES[use]}`);
}

/** A reference to the schema of one page of a collection. */
export function collectionReference(name: EntityName): JsonObject {
  return schemaReference(`${name}CollectionResponse`);
}

/** Every schema that the operations of the version refer to. */
export function printSchemas(schema: Schema, behaviour: Behaviour): JsonObject {
  const { operations } = schema;
  const used = (['answer', 'create', 'update'] as const).flatMap((use) =>
    entitiesOf(operations, use).map((name) => ({ name, use })),
  );
  const collections = operations.filter((operation) => resultKind(operation) === 'collection');
  const schemas = [
    ...used.flatMap(({ name, use }) => entitySchemas(schema, name, { use, behaviour })),
    ...entitiesOf(collections, 'answer').map((name) => collectionSchema(name, isTracked(operations, name))),
    ...Object.keys(ENUMS).map((name) => [withoutAlias(name), enumSchema(name as keyof typeof ENUMS)] as const),
    ...Object.keys(COMPLEX_TYPES).map(
      (name) => [withoutAlias(name), complexSchema(name as keyof typeof COMPLEX_TYPES)] as const,
    ),
    ...Object.entries(ERROR_SCHEMAS),
    ...Object.entries(BATCH_SCHEMAS),
  ];
  return Object.fromEntries(schemas.map(([name, value]) => [`${NAMESPACE}.${name}`, value]));
}

/** How a body is read that the operation takes. */
export function bodyUse({ method }: OperationView): Use {
  return method === 'POST' ? 'create' : 'update';
}

/** What the body of the operation is: an entity, or the parameters of an action. */
export function bodyEntity({ entity, action }: OperationView): EntityName {
  return (action as EntityName | undefined) ?? entity;
}

function uses(operation: OperationView, use: Use): boolean {
  return use === 'answer' ? operation.method === 'GET' : takesBody(operation) && bodyUse(operation) === use;
}

function entitiesOf(operations: readonly OperationView[], use: Use): readonly EntityName[] {
  const users = operations.filter((operation) => uses(operation, use));
  return [...new Set(users.map((operation) => (use === 'answer' ? operation.entity : bodyEntity(operation))))];
}

interface SchemaRules {
  readonly use: Use;
  readonly behaviour: Behaviour;
}

type NamedSchema = readonly [name: string, schema: JsonObject];

/** One schema, or for a type with derived ones: one for each of them and one that lists them. */
function entitySchemas(schema: Schema, name: EntityName, rules: SchemaRules): readonly NamedSchema[] {
  const { concreteTypes } = getEntity(schema, name);
  const objects = concreteTypes.map(
    (type) => [`${type}${SUFFIXES[rules.use]}`, objectSchema(getEntity(schema, type), rules)] as const,
  );
  if (concreteTypes.length === 1) return objects;
  const mapping = concreteTypes.map((type) => [odataType(type), entityReference(type, rules.use)['$ref']] as const);
  const union = {
    oneOf: concreteTypes.map((type) => entityReference(type, rules.use)),
    discriminator: { propertyName: '@odata.type', mapping: Object.fromEntries(mapping) },
  };
  return [[`${name}${SUFFIXES[rules.use]}`, union], ...objects];
}

function objectSchema({ name, row, properties }: EntityView, rules: SchemaRules): JsonObject {
  const isDerived = row.base !== undefined;
  const rows = properties.filter(({ onCreate }) => rules.use !== 'create' || onCreate !== 'ignored');
  const required = rows.filter((property) => isRequired(property, rules)).map((property) => property.name);
  const named = rows.flatMap((property) => printProperty(property, rules));
  return {
    type: 'object',
    ...((isDerived || required.length > 0) && { required: isDerived ? ['@odata.type', ...required] : required }),
    properties: {
      ...(rules.use === 'answer' && ITEM_ANNOTATIONS),
      ...(isDerived && { '@odata.type': { ...text, const: odataType(name) } }),
      ...Object.fromEntries(named),
    },
  };
}

/** The property, and once more by the name of the examples where that differs. */
function printProperty(row: PropertyRow, rules: SchemaRules): readonly NamedSchema[] {
  const printed = propertySchema(row, { use: rules.use, isRequired: isRequired(row, rules) });
  if (row.documentedName === undefined) return [[row.name, printed]];
  const description = `The same as ${row.name}, as pages and examples spell it. An object has one of the two.`;
  return [
    [row.name, printed],
    [row.documentedName, { ...printed, description }],
  ];
}

function isRequired({ onCreate, onUpdate }: PropertyRow, { use, behaviour }: SchemaRules): boolean {
  if (use === 'create') return onCreate === 'required';
  return use === 'update' && onUpdate === 'required' && !behaviour.lenientPatch;
}

function isTracked(operations: readonly OperationView[], name: EntityName): boolean {
  return operations.some(({ entity, options }) => entity === name && options?.includes('deltatoken') === true);
}

function collectionSchema(name: EntityName, hasDelta: boolean): NamedSchema {
  const value = { type: 'array', items: entityReference(name, 'answer') };
  const properties = { ...COLLECTION_ANNOTATIONS, ...(hasDelta && DELTA_ANNOTATION), value };
  return [`${name}CollectionResponse`, { type: 'object', required: ['value'], properties }];
}

function odataType(name: string): string {
  return `#${NAMESPACE}.${name}`;
}
