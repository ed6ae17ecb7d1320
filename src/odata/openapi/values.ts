/** JSON Schemas of property values. */
import type { ComplexType, EnumMember, EnumType, PropertyRow, PropertyType } from '../../model/rows.ts';
import { COMPLEX_TYPES, ENUMS } from '../../model/value-types.ts';
import type { ComplexMember } from '../../model/value-types.ts';
import type { JsonObject } from '../payload.ts';
import { typeReference } from './reference.ts';

/** What a schema describes: an object in an answer, or the body of a create or an update. */
export type Use = 'answer' | 'create' | 'update';

export interface PropertyUse {
  readonly use: Use;
  readonly isRequired: boolean;
}

/**
 * The published type of the property, and what the pages say of it. What only this server asks for is a description: a client
 * that is generated from the schema would enforce it against the service as well.
 */
export function propertySchema(row: PropertyRow, { use, isRequired }: PropertyUse): JsonObject {
  const value = printValue(row, use);
  const isNullable = row.nullable || (use === 'answer' && !isCollection(row) && row.isNullableInSchema === true);
  // The type's schema may allow null for a property that a body must give a value.
  const printed = isNullable && !isRequired ? orNull(value) : value;
  const notes = notesOn(row, use).join(' ');
  return {
    ...printed,
    ...(use === 'create' && row.default !== undefined && { default: row.default }),
    ...(notes !== '' && { description: notes }),
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

function notesOn(row: PropertyRow, use: Use): readonly string[] {
  const { type, isGuid, isUrl, maxLength, range, isRangeDocumented, onUpdate } = row;
  if (use === 'answer') return isGuid === true ? ['A GUID.'] : [];
  const subject = isCollection(row) ? 'Each item: at' : type in COMPLEX_TYPES ? 'The content: at' : 'At';
  const isLimited = maxLength !== undefined && isGuid !== true;
  return [
    ...(use === 'update' ? (UPDATE_NOTES[onUpdate] ?? []) : []),
    ...(isGuid === true ? ['A GUID.'] : []),
    ...(isUrl === true ? ['An absolute http or https URL.'] : []),
    ...(isLimited ? [`${subject} most ${maxLength} UTF-16 code units on this server.`] : []),
    ...(range === undefined || isRangeDocumented === true ? [] : [`${range.join(' to ')} on this server.`]),
  ];
}

const UPDATE_NOTES: Readonly<Partial<Record<PropertyRow['onUpdate'], readonly string[]>>> = {
  fixed: ['Fixed: takes no other value than it has.'],
  setOnce: ['Takes a value while it has none; after that no other.'],
};

const guid = { type: 'string', format: 'uuid' } as const;
const int32 = { type: 'integer', format: 'int32' } as const;

type Printer = (row: PropertyRow, use: Use) => JsonObject;

type Plain = Exclude<PropertyType, ComplexType | `Collection(graph.${string})`>;

const PRINTERS: Readonly<Record<Plain, Printer>> = {
  'Edm.String': printText,
  'Edm.Boolean': () => ({ type: 'boolean' }),
  'Edm.Int32': ({ range = [], isRangeDocumented = false }) => ({
    ...int32,
    ...(isRangeDocumented && { minimum: range[0], maximum: range[1] }),
  }),
  'Edm.DateTimeOffset': () => ({ type: 'string', format: 'date-time' }),
  'Edm.Duration': () => ({ type: 'string', format: 'duration' }),
  'Edm.Guid': () => guid,
  'Edm.Binary': () => ({ type: 'string', format: 'byte' }),
  'Collection(Edm.String)': ({ isNullableInSchema }, use) => ({
    type: 'array',
    items: use === 'answer' && isNullableInSchema === true ? orNull({ type: 'string' }) : { type: 'string' },
  }),
  'Collection(Edm.Guid)': () => ({ type: 'array', items: guid }),
  'graph.assignmentType': printEnum,
  'graph.courseStatus': printEnum,
  'graph.level': printEnum,
  'graph.bodyType': printEnum,
};

const COMPLEX_ITEMS = /^Collection\((graph\.\w+)\)$/;

function printValue(row: PropertyRow, use: Use): JsonObject {
  if (row.type in PRINTERS) return PRINTERS[row.type as Plain](row, use);
  const item = COMPLEX_ITEMS.exec(row.type)?.[1];
  return item === undefined ? typeReference(row.type) : { type: 'array', items: typeReference(item) };
}

/** The errors of the pages say that required texts may not be empty. */
function printText({ nullable, mayBeEmpty = false }: PropertyRow, use: Use): JsonObject {
  return { type: 'string', ...(use !== 'answer' && !nullable && !mayBeEmpty && { minLength: 1 }) };
}

/** A body may set fewer members than an answer may hold. */
function printEnum({ type, updateMembers }: PropertyRow, use: Use): JsonObject {
  if (use === 'answer') return typeReference(type);
  const members: readonly EnumMember[] = ENUMS[type as EnumType];
  const settable = members.filter(({ isHidden = false, isSentinel = false }) => !isHidden && !isSentinel);
  const names = settable.map(({ name }) => name);
  const allowed = use === 'update' && updateMembers !== undefined ? updateMembers : names;
  return { type: 'string', enum: names.filter((name) => allowed.includes(name)) };
}

const MEMBER = { onCreate: 'optional', onUpdate: 'optional', mayBeEmpty: true, source: '' } as const;

function printMember({ name, type, nullable, default: value }: ComplexMember): JsonObject {
  const printed = type in ENUMS ? typeReference(type) : printValue({ ...MEMBER, name, type, nullable: true }, 'answer');
  return {
    ...(nullable ? orNull(printed) : printed),
    ...(value !== undefined && { description: `${value} on this server if left out.` }),
  };
}

function isCollection({ type }: PropertyRow): boolean {
  return type.startsWith('Collection(');
}

function orNull(value: JsonObject): JsonObject {
  if (typeof value['type'] !== 'string') return { anyOf: [value, { type: 'null' }] };
  const members = value['enum'] as readonly unknown[] | undefined;
  return { ...value, type: [value['type'], 'null'], ...(members !== undefined && { enum: [...members, null] }) };
}
