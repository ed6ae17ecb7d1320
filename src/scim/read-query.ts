/** What a client asks for: in the query of a GET, or as the members of a search. RFC 7644, sections 3.4.2 and 3.4.3. */
import { SCIM_PAGE } from '../model/scim.ts';
import { findPath } from './attribute-path.ts';
import type { AttributePath, NamedPath } from './attribute-path.ts';
import { parseScimFilter } from './parse-filter.ts';
import type { ScimFilter } from './parse-filter.ts';
import type { Members, AttributeSelection } from './resource.ts';
import { ScimError } from './scim-error.ts';

/** By name in lower case; texts, or as JSON has them. */
export type QueryMembers = ReadonlyMap<string, unknown>;

export interface UserQuery {
  readonly filter: ScimFilter | undefined;
  readonly sort: { readonly by: AttributePath; readonly isDescending: boolean } | undefined;
  /** From 0 on. */
  readonly offset: number;
  readonly limit: number;
}

export function queryMembersOf(body: Members): QueryMembers {
  return new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}

/** @throws ScimError invalidFilter, invalidValue, invalidPath */
export function readUserQuery(parameters: QueryMembers): UserQuery {
  const filter = textOf(parameters, 'filter');
  // What is less than the least counts as the least.
  const startIndex = Math.max(1, integerOf(parameters, 'startIndex') ?? 1);
  const count = Math.max(0, integerOf(parameters, 'count') ?? SCIM_PAGE.usual);
  return {
    filter: filter === undefined ? undefined : parseScimFilter(filter),
    sort: readSort(parameters),
    offset: startIndex - 1,
    limit: Math.min(count, SCIM_PAGE.most),
  };
}

function readSort(parameters: QueryMembers): UserQuery['sort'] {
  const sortBy = textOf(parameters, 'sortBy');
  const order = (textOf(parameters, 'sortOrder') ?? 'ascending').toLowerCase();
  if (order !== 'ascending' && order !== 'descending')
    throw new ScimError('invalidValue', 'sortOrder must be ascending or descending.');
  if (sortBy === undefined) return undefined;
  const by = findPath(sortBy);
  if (by.kind === 'notKept') return undefined;
  if (by.kind === 'attribute') return { by, isDescending: order === 'descending' };
  throw new ScimError('invalidPath', `This server does not know the attribute ${sortBy}.`);
}

/** @throws ScimError invalidValue, invalidPath */
export function readSelection(parameters: QueryMembers): AttributeSelection {
  const only = readPaths(parameters, 'attributes');
  const without = readPaths(parameters, 'excludedAttributes');
  if (only !== undefined && without !== undefined)
    throw new ScimError('invalidValue', 'Give attributes or excludedAttributes, not both.');
  return { only, without };
}

/** Separated by commas, or an array. */
function readPaths(parameters: QueryMembers, name: string): readonly NamedPath[] | undefined {
  const value = valueOf(parameters, name);
  if (value === undefined) return undefined;
  const names = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(names) || !names.every((one) => typeof one === 'string'))
    throw new ScimError('invalidValue', `${name} must be names of attributes.`);
  const texts = names.map((one) => one.trim()).filter((one) => one !== '');
  const unknown = texts.filter((one) => findPath(one).kind === 'unknown');
  if (unknown.length > 0) throw new ScimError('invalidPath', `${name} has unknown attributes: ${unknown.join(', ')}.`);
  return texts.length === 0 ? undefined : texts.map(findPath);
}

function textOf(parameters: QueryMembers, name: string): string | undefined {
  const value = valueOf(parameters, name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new ScimError('invalidValue', `${name} must be a string.`);
  return value;
}

function integerOf(parameters: QueryMembers, name: string): number | undefined {
  const value = valueOf(parameters, name);
  if (value === undefined || value === '') return undefined;
  const number = typeof value === 'string' && /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw new ScimError('invalidValue', `${name} must be an integer.`);
  return number;
}

function valueOf(parameters: QueryMembers, name: string): unknown {
  return parameters.get(name.toLowerCase()) ?? undefined;
}
