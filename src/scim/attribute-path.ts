/** Names of attributes in filters, paths and queries -> rows of the table. In any casing, as RFC 7643, section 2.1, has it. */
import { SCIM_COMMON_ATTRIBUTES, SCIM_SCHEMAS, SCIM_USER } from '../model/scim.ts';
import type { ScimAttributeRow, ScimSchemaRow } from '../model/scim.ts';

export interface AttributePath {
  readonly kind: 'attribute';
  /** That of the core for attributes of every resource. */
  readonly schema: ScimSchemaRow;
  readonly attribute: ScimAttributeRow;
  readonly sub?: ScimAttributeRow;
}

/** What a name means. What is not kept has no values, and takes none. */
export type NamedPath =
  | AttributePath
  | { readonly kind: 'schema'; readonly schema: ScimSchemaRow }
  | { readonly kind: 'notKept' }
  | { readonly kind: 'unknown' };

const CORE = SCIM_SCHEMAS.find(({ id }) => id === SCIM_USER) as ScimSchemaRow;
const NOT_KEPT: NamedPath = { kind: 'notKept' };
const UNKNOWN: NamedPath = { kind: 'unknown' };

export function findPath(text: string): NamedPath {
  const name = text.toLowerCase();
  for (const schema of SCIM_SCHEMAS) {
    const id = schema.id.toLowerCase();
    if (name === id) return { kind: 'schema', schema };
    if (name.startsWith(`${id}:`)) return findWithin(schema, name.slice(id.length + 1));
  }
  return findWithin(CORE, name);
}

/** `type` in `emails[type eq "work"]`. */
export function findSub({ schema, attribute }: AttributePath, text: string): NamedPath {
  return findWithin(schema, `${attribute.name}.${text}`.toLowerCase());
}

/** Where the attribute's values are in a resource. */
export function isExtension({ id }: ScimSchemaRow): boolean {
  return id !== SCIM_USER;
}

/** With the attributes of every resource, where they belong. */
export function attributesOf(schema: ScimSchemaRow): readonly ScimAttributeRow[] {
  return isExtension(schema) ? schema.attributes : [...SCIM_COMMON_ATTRIBUTES, ...schema.attributes];
}

function findWithin(schema: ScimSchemaRow, name: string): NamedPath {
  const [first = '', second, ...more] = name.split('.');
  const isNotKept = schema.notKept.some((one) => [first, `${first}.${second}`].includes(one.toLowerCase()));
  if (isNotKept) return NOT_KEPT;
  const attribute = findNamed(attributesOf(schema), first);
  if (attribute === undefined || more.length > 0) return UNKNOWN;
  if (second === undefined) return { kind: 'attribute', schema, attribute };
  const sub = findNamed(attribute.subAttributes ?? [], second);
  return sub === undefined ? UNKNOWN : { kind: 'attribute', schema, attribute, sub };
}

function findNamed(rows: readonly ScimAttributeRow[], name: string): ScimAttributeRow | undefined {
  return rows.find((row) => row.name.toLowerCase() === name);
}
