/** Whether a resource passes a filter: RFC 7644, table 3. Texts are compared in any casing where their attribute is. */
import type { ScimAttributeRow } from '../model/scim.ts';
import { isMembers } from './assign.ts';
import { isExtension } from './attribute-path.ts';
import type { AttributePath } from './attribute-path.ts';
import type { ComparedValue, ScimFilter } from './parse-filter.ts';
import type { Members } from './resource.ts';

/** @param resource as `toResource` gives it */
export function matches(filter: ScimFilter, resource: Members): boolean {
  return passes(filter, (path) => findValues(resource, path));
}

/** @param element of a multi-valued attribute, by the filter within its brackets */
export function matchesElement(filter: ScimFilter, element: Members): boolean {
  return passes(filter, ({ sub, attribute }) => valuesOf(element[(sub ?? attribute).name]));
}

/** What an attribute has: nothing, one value, or those of its elements. */
export function findValues(resource: Members, { schema, attribute, sub }: AttributePath): readonly unknown[] {
  const members = (isExtension(schema) ? resource[schema.id] : resource) as Members | undefined;
  const values = valuesOf(members?.[attribute.name]);
  return sub === undefined ? values : values.flatMap((value) => valuesOf((value as Members)[sub.name]));
}

type FindValues = (path: AttributePath) => readonly unknown[];

function passes(filter: ScimFilter, find: FindValues): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => passes(part, find));
    case 'or':
      return filter.parts.some((part) => passes(part, find));
    case 'not':
      return !passes(filter.part, find);
    case 'present':
      return find(filter.path).length > 0;
    case 'element':
      return find(filter.path).some((element) => matchesElement(filter.filter, element as Members));
    case 'compare':
      return compares(filter, find);
    case 'noValue':
      return filter.passes;
    default:
      return filter satisfies never;
  }
}

function compares({ path, by, value }: Extract<ScimFilter, { kind: 'compare' }>, find: FindValues): boolean {
  const row = path.sub ?? path.attribute;
  const values = find(path);
  if (value === null) return (values.length === 0) === (by === 'eq');
  // Elements are compared by their value.
  const found = values.map((one) =>
    fold(isMembers(one) ? (one['value'] as ComparedValue) : (one as ComparedValue), row),
  );
  const wanted = fold(value, row);
  if (by === 'ne') return !found.includes(wanted);
  return found.some((one) => COMPARED[by](one, wanted));
}

const COMPARED = {
  eq: (one, other) => one === other,
  co: (one, other) => String(one).includes(String(other)),
  sw: (one, other) => String(one).startsWith(String(other)),
  ew: (one, other) => String(one).endsWith(String(other)),
  gt: (one, other) => isBefore(other, one),
  ge: (one, other) => !isBefore(one, other),
  lt: (one, other) => isBefore(one, other),
  le: (one, other) => !isBefore(other, one),
} as const satisfies Record<string, (one: ComparedValue, other: ComparedValue) => boolean>;

function isBefore(one: ComparedValue, other: ComparedValue): boolean {
  return String(one) < String(other);
}

/** Microsoft Entra writes booleans as texts. */
function fold(value: ComparedValue, { type, isCaseExact }: ScimAttributeRow): ComparedValue {
  if (typeof value !== 'string' || isCaseExact === true) return value;
  const folded = value.toLowerCase();
  return type === 'boolean' && (folded === 'true' || folded === 'false') ? folded === 'true' : folded;
}

function valuesOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
