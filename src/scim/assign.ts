/** Values of a request -> what they set of a user. Every problem is collected, to be refused in one answer. */
import type { DirectoryUser } from '../model/directory.ts';
import { SCIM_COMMON_ATTRIBUTES, SCIM_MAIL_TYPE, SCIM_SCHEMAS, SCIM_VIVARIUM_USER } from '../model/scim.ts';
import type { ScimAttributeRow, ScimErrorType, ScimProperty, ScimSchemaRow } from '../model/scim.ts';
import { findPath, findSub } from './attribute-path.ts';
import type { AttributePath, NamedPath } from './attribute-path.ts';
import type { Members } from './resource.ts';
import { ScimError } from './scim-error.ts';

/** Null removes. */
export type ScimValue = string | boolean | null;

export interface Assignment {
  /** Of the user as it is stored; `undefined` for a new one. */
  readonly stored: DirectoryUser | undefined;
  readonly values: Map<ScimProperty, ScimValue>;
  readonly refusals: ScimError[];
  /** Of a whole resource: what a user must have stays as it is when it is left out. */
  readonly isWhole: boolean;
}

/** Of a patch. */
export function beginChange(stored: DirectoryUser): Assignment {
  return { stored, isWhole: false, values: new Map(), refusals: [] };
}

/** Of a whole resource: what it leaves out is removed. */
export function beginResource(stored?: DirectoryUser): Assignment {
  return { stored, isWhole: true, values: new Map(LEFT_OUT), refusals: [] };
}

/** A client that knows nothing of licences leaves them as they are, and no client is shown passwords. */
const LEFT_OUT: readonly (readonly [ScimProperty, ScimValue])[] = [
  ...SCIM_COMMON_ATTRIBUTES,
  ...SCIM_SCHEMAS.filter(({ id }) => id !== SCIM_VIVARIUM_USER).flatMap(({ attributes }) => attributes),
]
  .flatMap(removableOf)
  .map((property) => [property, null]);

function removableOf({ subAttributes = [], property, isRequired, mutability }: ScimAttributeRow): ScimProperty[] {
  if (property === undefined) return subAttributes.flatMap(removableOf);
  return isRequired === true || mutability !== undefined ? [] : [property];
}

/** @throws ScimError of the first problem, with all of them in its detail */
export function endAssignment({ refusals }: Assignment): void {
  const [first] = refusals;
  if (first === undefined) return;
  const details = [...new Set(refusals.map(({ message }) => message))];
  throw new ScimError(first.scimType ?? { status: first.status }, details.join(' '));
}

export function noteRefusal({ refusals }: Assignment, type: ScimErrorType, detail: string): void {
  refusals.push(new ScimError(type, detail));
}

/** Members of a resource, or of a patch without a path. @param find what a name means */
export function assignMembers(to: Assignment, members: Members, find: (name: string) => NamedPath = findPath): void {
  for (const [name, value] of Object.entries(members)) {
    const path = find(name);
    if (path.kind === 'unknown') noteRefusal(to, 'invalidValue', `This server does not know the attribute ${name}.`);
    else if (path.kind === 'schema') assignSchema(to, path.schema, value);
    else if (path.kind === 'attribute') assign(to, path, value);
  }
}

export function assignSchema(to: Assignment, schema: ScimSchemaRow, value: unknown): void {
  if (value === null) removeSchema(to, schema);
  else if (isMembers(value)) {
    // Some clients name the schema in its part as well.
    const { schemas: _named, ...members } = value;
    assignMembers(to, members, (name) => findPath(`${schema.id}:${name}`));
  } else noteRefusal(to, 'invalidValue', `${schema.id} must be an object.`);
}

/** What the server alone sets is passed over. */
export function assign(to: Assignment, path: AttributePath, value: unknown): void {
  const row = path.sub ?? path.attribute;
  if (row.mutability === 'readOnly') return;
  if (isNothing(value)) remove(to, path);
  else if (row.isMultiValued === true) assignElements(to, path, value);
  else if (row.type === 'complex') assignParts(to, path, value);
  else if (row.property !== undefined) assignValue(to, path, value);
}

export function remove(to: Assignment, path: AttributePath): void {
  const { sub, attribute } = path;
  const { property, isRequired } = sub ?? attribute;
  if (isRequired === true) {
    if (to.isWhole) return;
    noteRefusal(to, 'mutability', `${nameOf(path)} cannot be removed.`);
  } else if (property !== undefined) to.values.set(property, property === 'licence' ? 'none' : null);
  else if (sub === undefined)
    for (const part of attribute.subAttributes ?? [])
      if (part.mutability !== 'readOnly') remove(to, { ...path, sub: part });
}

export function removeSchema(to: Assignment, schema: ScimSchemaRow): void {
  for (const attribute of schema.attributes) remove(to, { kind: 'attribute', schema, attribute });
}

function assignParts(to: Assignment, path: AttributePath, value: unknown): void {
  if (!isMembers(value)) return noteRefusal(to, 'invalidValue', `${nameOf(path)} must be an object.`);
  assignMembers(to, value, (name) => findSub(path, name));
}

/** There is one place for a mail address. */
function assignElements(to: Assignment, path: AttributePath, value: unknown): void {
  const elements = (Array.isArray(value) ? value : [value]).filter((element) => !isNothing(element));
  if (!elements.every(isMembers))
    return noteRefusal(to, 'invalidValue', `${nameOf(path)} must be an array of objects.`);
  const [kept] = elements.toSorted((one, other) => rankOf(one) - rankOf(other));
  if (kept !== undefined) assignParts(to, path, kept);
}

function rankOf(element: Members): number {
  const named = Object.fromEntries(Object.entries(element).map(([name, value]) => [name.toLowerCase(), value]));
  if (/^true$/i.test(String(named['primary']))) return 0;
  if (String(named['type']).toLowerCase() === SCIM_MAIL_TYPE) return 1;
  return named['type'] === undefined ? 2 : 3;
}

function assignValue(to: Assignment, path: AttributePath, value: unknown): void {
  const row = path.sub ?? path.attribute;
  const read = readValue(row, value);
  if (read.problem !== undefined) noteRefusal(to, 'invalidValue', `${nameOf(path)} must ${read.problem}.`);
  else if (row.property !== undefined) to.values.set(row.property, read.value);
}

type ReadValue = { readonly problem: string } | { readonly problem?: undefined; readonly value: ScimValue };

/** Microsoft Entra sends booleans as texts, such as "False". */
function readValue({ type, maxLength, form, canonicalValues }: ScimAttributeRow, value: unknown): ReadValue {
  if (type === 'boolean') {
    const text = String(value).toLowerCase();
    return text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: 'be true or false' };
  }
  if (typeof value !== 'string') return { problem: 'be a string' };
  if (maxLength !== undefined && value.length > maxLength) return { problem: `have at most ${maxLength} characters` };
  if (form?.pattern.test(value) === false) return { problem: `be ${form.expected}` };
  if (canonicalValues === undefined) return { value };
  const known = ['none', ...canonicalValues];
  const found = known.find((one) => one === value.toLowerCase());
  return found === undefined ? { problem: `be one of ${known.join(', ')}` } : { value: found };
}

/** Unassigned, by RFC 7643, section 2.5; and as some clients write it, an empty text. */
function isNothing(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function nameOf({ attribute, sub }: AttributePath): string {
  return sub === undefined ? attribute.name : `${attribute.name}.${sub.name}`;
}
