/** JSON Schemas of property values. */
import type { ComplexType, EnumMember, EnumType, PropertyRow, PropertyType } from '../../model/rows.ts';
import { NAMESPACE } from '../../model/schema.ts';
import { COMPLEX_TYPES, ENUMS } from '../../model/value-types.ts';
import type { ComplexMember } from '../../model/value-types.ts';
import type { JsonObject } from '../payload.ts';

/** What a schema describes: an object in an answer, or the body of a create or an update. */
export type Use = 'answer' | 'create' | 'update';

export interface PropertyUse {
  readonly use: Use;
  readonly isRequired: boolean;
}

export function propertySchema(row: PropertyRow, { use, isRequired }: PropertyUse): JsonObject {
  const value = PRINTERS[row.type](row, use);
  // A required property may be null in the schema of the type; a body may not give it so.
  const printed = row.nullable && !isRequired ? orNull(value) : value;
  return {
    ...printed,
    ...(use === 'create' && row.default !== undefined && { default: row.default }),
    ...(use === 'update' && UPDATE_NOTES[row.onUpdate] !== undefined && { description: UPDATE_NOTES[row.onUpdate] }),
  };
}

/** The enumeration as answers have it. */
export function enumSchema(type: EnumType): JsonObject {
  return { type: 'string', enum: ENUMS[type].map(({ name }) => name) };
}

export function complexSchema(type: ComplexType): JsonObject {
  const members: readonly ComplexMember[] = COMPLEX_TYPES[type];
  const required = members.filter(({ nullable }) => !nullable).map(({ name }) => name);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(members.map((member) => [member.name, printMember(member)])),
  };
}

const UPDATE_NOTES: Readonly<Partial<Record<PropertyRow['onUpdate'], string>>> = {
  fixed: 'Fixed: takes no other value than it has.',
  setOnce: 'Takes a value while it has none; after that no other.',
};

type Printer = (row: PropertyRow, use: Use) => JsonObject;

const PRINTERS: Readonly<Record<PropertyType, Printer>> = {
  'Edm.String': printText,
  'Edm.Boolean': () => ({ type: 'boolean' }),
  'Edm.Int32': ({ range = [] }) => ({
    type: 'integer',
    format: 'int32',
    ...(range.length > 0 && { minimum: range[0], maximum: range[1] }),
  }),
  'Edm.DateTimeOffset': () => ({ type: 'string', format: 'date-time' }),
  'Edm.Duration': () => ({ type: 'string', format: 'duration' }),
  'Collection(Edm.String)': (row, use) => ({ type: 'array', items: printText(row, use) }),
  'graph.assignmentType': printEnum,
  'graph.courseStatus': printEnum,
  'graph.level': printEnum,
  'graph.bodyType': printEnum,
  'graph.dateTimeTimeZone': printComplex,
  'graph.itemBody': printComplex,
};

/** Limits hold for what is sent: what is stored may be older than they. */
function printText({ isUrl, isGuid, mayBeEmpty = false, maxLength }: PropertyRow, use: Use): JsonObject {
  const format = isGuid === true ? 'uuid' : isUrl === true && !mayBeEmpty ? 'uri' : undefined;
  return {
    type: 'string',
    ...(format !== undefined && { format }),
    ...(use !== 'answer' && !mayBeEmpty && { minLength: 1 }),
    ...(use !== 'answer' && maxLength !== undefined && { maxLength }),
  };
}

/** A body may set fewer members than an answer may hold. */
function printEnum({ type, updateMembers }: PropertyRow, use: Use): JsonObject {
  if (use === 'answer') return reference(type);
  const members: readonly EnumMember[] = ENUMS[type as EnumType];
  const settable = members.filter(({ isHidden = false, isSentinel = false }) => !isHidden && !isSentinel);
  const names = settable.map(({ name }) => name);
  const allowed = use === 'update' && updateMembers !== undefined ? updateMembers : names;
  return { type: 'string', enum: names.filter((name) => allowed.includes(name)) };
}

function printComplex({ type, maxLength }: PropertyRow, use: Use): JsonObject {
  const isLimited = use !== 'answer' && maxLength !== undefined;
  return { ...reference(type), ...(isLimited && { properties: { content: { maxLength } } }) };
}

function printMember({ type, nullable, default: value }: ComplexMember): JsonObject {
  const printed = type === 'Edm.String' ? { type: 'string' } : reference(type);
  return { ...(nullable ? orNull(printed) : printed), ...(value !== undefined && { default: value }) };
}

function orNull(value: JsonObject): JsonObject {
  if (typeof value['type'] !== 'string') return { anyOf: [value, { type: 'null' }] };
  const members = value['enum'] as readonly unknown[] | undefined;
  return { ...value, type: [value['type'], 'null'], ...(members !== undefined && { enum: [...members, null] }) };
}

/** `graph.level`, as the tables write it -> the schema of the full name. */
function reference(type: string): JsonObject {
  return { $ref: `#/components/schemas/${NAMESPACE}.${type.slice(type.indexOf('.') + 1)}` };
}
