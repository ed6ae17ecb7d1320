/** A user as a SCIM resource, and the part of it that a client asks for. */
import type { DirectoryUser } from '../model/directory.ts';
import { SCIM_MAIL_TYPE, SCIM_ROOT, SCIM_SCHEMAS } from '../model/scim.ts';
import type { ScimAttributeRow, ScimSchemaRow } from '../model/scim.ts';
import { etagOf } from '../odata/etag.ts';
import { attributesOf, isExtension } from './attribute-path.ts';
import type { NamedPath } from './attribute-path.ts';

export type Members = Readonly<Record<string, unknown>>;

/** All that can be filtered by, also what is returned on request alone. @param origin such as `https://localhost:8443` */
export function toResource(user: DirectoryUser, origin: string): Members {
  const parts = SCIM_SCHEMAS.map((schema) => ({ schema, members: describeAttributes(schema.attributes, user) }));
  const own = parts.filter(({ schema, members }) => !isExtension(schema) || Object.keys(members).length > 0);
  return {
    schemas: own.map(({ schema }) => schema.id),
    id: user.id,
    ...(user.externalId !== null && { externalId: user.externalId }),
    ...Object.assign(
      {},
      ...own.map(({ schema, members }) => (isExtension(schema) ? { [schema.id]: members } : members)),
    ),
    meta: { resourceType: 'User', location: locationOf(user, origin), version: etagOf(user.rowVersion) },
  };
}

export function locationOf({ id }: Pick<DirectoryUser, 'id'>, origin: string): string {
  return `${origin}${SCIM_ROOT}/Users/${id}`;
}

/** Those without a value are left out. */
function describeAttributes(rows: readonly ScimAttributeRow[], user: DirectoryUser): Members {
  const entries = rows.map((row) => [row.name, describeAttribute(row, user)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function describeAttribute({ property, subAttributes, isMultiValued }: ScimAttributeRow, user: DirectoryUser): unknown {
  if (isMultiValued === true) {
    return user.mail === null ? undefined : [{ value: user.mail, type: SCIM_MAIL_TYPE, primary: true }];
  }
  if (subAttributes !== undefined) {
    const members = describeAttributes(subAttributes, user);
    return Object.keys(members).length === 0 ? undefined : members;
  }
  if (property === undefined || property === 'password') return undefined;
  const value = user[property];
  return value === null || value === 'none' ? undefined : value;
}

/** `attributes` and `excludedAttributes` of RFC 7644, section 3.9. */
export interface AttributeSelection {
  readonly only?: readonly NamedPath[] | undefined;
  readonly without?: readonly NamedPath[] | undefined;
}

/** @param resource as `toResource` gives it */
export function selectAttributes(resource: Members, selection: AttributeSelection): Members {
  const parts = SCIM_SCHEMAS.map((schema) => {
    const members = isExtension(schema) ? resource[schema.id] : resource;
    const kept = pick((members ?? {}) as Members, attributesOf(schema), (row, sub) =>
      isReturned({ schema, row, sub }, selection),
    );
    if (!isExtension(schema)) return kept;
    return Object.keys(kept).length === 0 ? {} : { [schema.id]: kept };
  });
  return Object.assign({}, ...parts) as Members;
}

type Keep = (row: ScimAttributeRow, sub?: ScimAttributeRow) => boolean;

function pick(members: Members, rows: readonly ScimAttributeRow[], keep: Keep): Members {
  const entries = rows.map((row) => [row.name, pickValue(members[row.name], row, keep)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function pickValue(value: unknown, row: ScimAttributeRow, keep: Keep): unknown {
  const { subAttributes } = row;
  if (value === undefined) return undefined;
  if (subAttributes === undefined) return keep(row) ? value : undefined;
  const pickSubs = (element: unknown) => pick(element as Members, subAttributes, (sub) => keep(row, sub));
  const elements = (Array.isArray(value) ? value : [value]).map(pickSubs);
  if (elements.every((element) => Object.keys(element).length === 0)) return undefined;
  return row.isMultiValued === true ? elements : elements[0];
}

interface Place {
  readonly schema: ScimSchemaRow;
  readonly row: ScimAttributeRow;
  readonly sub: ScimAttributeRow | undefined;
}

function isReturned(place: Place, { only, without = [] }: AttributeSelection): boolean {
  const { returned } = place.sub ?? place.row;
  if (returned === 'always') return true;
  if (returned === 'never') return false;
  // What is returned on request is requested by its own name alone.
  if (only !== undefined) return only.some((path) => covers(path, place, returned === 'request'));
  return returned !== 'request' && !without.some((path) => covers(path, place));
}

function covers(path: NamedPath, { schema, row, sub }: Place, isByOwnName = false): boolean {
  if (path.kind === 'schema') return !isByOwnName && path.schema === schema;
  if (path.kind !== 'attribute' || path.schema !== schema || path.attribute !== row) return false;
  return path.sub === undefined ? !isByOwnName : path.sub === sub;
}
