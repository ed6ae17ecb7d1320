/** For a path that names no operation: which one it resembles. */
import { findSimilar } from '../../lib/suggest.ts';
import { OPERATIONS } from '../../model/operations.ts';
import type { OperationRow } from '../../model/rows.ts';
import { API_VERSIONS, findApiVersion } from '../../model/versions.ts';

interface Template {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
  /** The setting without which the operation does not exist. */
  readonly onlyWith: string | undefined;
}

const ROWS: readonly OperationRow[] = OPERATIONS;
const TEMPLATES: readonly Template[] = ROWS.map(({ id, method, path, onlyWith }) => ({
  operation: id,
  method,
  path,
  segments: segmentsOf(path),
  onlyWith,
}));

/** Of the literal segments, so many may be misspelt. */
const MAX_MISSPELT = 2;
const MAX_SHOWN = 4;

/** Sentences about the operations that the path comes near to, and what is other; none when there is none. */
export function describeNearPaths(method: string, target: string): readonly string[] {
  const [path = ''] = target.split('?');
  const segments = segmentsOf(decode(path));
  const hasVersion = findApiVersion(segments[0] ?? '') !== undefined;
  const own = hasVersion ? segments.slice(1) : segments;
  const exact = TEMPLATES.filter((template) => countMisspelt(own, template) === 0);
  if (exact.length > 0) return hasVersion ? describeMethods(method, exact) : describeVersionless(method, exact);
  // A made-up version, and one that was forgotten.
  const versionless = TEMPLATES.filter((template) => countMisspelt(segments.slice(1), template) === 0);
  if (!hasVersion && versionless.length > 0) return describeVersionless(method, versionless);
  return describeNearest(method, own);
}

function describeVersionless(method: string, templates: readonly Template[]): readonly string[] {
  const template = templates.find((one) => one.method === method) ?? templates[0];
  return [`With /${API_VERSIONS.join(' or /')} before it, the path would be that of ${template?.operation}.`];
}

/** The path exists, the method does not, or only with a setting. */
function describeMethods(method: string, templates: readonly Template[]): readonly string[] {
  const own = templates.find((template) => template.method === method);
  if (own?.onlyWith !== undefined) return [`The setting ${own.onlyWith} switches ${own.operation} on.`];
  if (own !== undefined) return [];
  return templates.map((template) => `With ${template.method}, the path would match ${template.operation}.`);
}

function describeNearest(method: string, segments: readonly string[]): readonly string[] {
  const near = TEMPLATES.map((template) => ({ template, misspelt: countMisspelt(segments, template) }))
    .filter(({ misspelt }) => misspelt <= MAX_MISSPELT)
    .toSorted((one, other) => one.misspelt - other.misspelt);
  const least = near[0]?.misspelt;
  const nearest = near.filter(({ misspelt }) => misspelt === least).map(({ template }) => template);
  const ofMethod = nearest.filter((template) => template.method === method);
  return (ofMethod.length > 0 ? ofMethod : nearest)
    .slice(0, MAX_SHOWN)
    .map((template) => `The path would match ${template.operation} as ${template.method} ${template.path}.`);
}

/** How many literals are other than the template's but similar; Infinity when the path is of another shape. */
function countMisspelt(segments: readonly string[], template: Template): number {
  if (segments.length !== template.segments.length) return Infinity;
  let misspelt = 0;
  for (const [index, wanted] of template.segments.entries()) {
    const written = segments[index] as string;
    // What begins with a dollar is never a key.
    const isKey = wanted.startsWith('{') && !written.startsWith('$');
    if (isKey || written.toLowerCase() === wanted.toLowerCase()) continue;
    if (findSimilar(written, [wanted]) === undefined) return Infinity;
    misspelt += 1;
  }
  return misspelt;
}

/** A key in parentheses is a segment of its own, with the name of its property in front when it has one. */
function segmentsOf(path: string): readonly string[] {
  return path.split('/').flatMap((segment) => {
    const parts = /^([^(]+)\((?:(\w+)=)?(.*)\)$/.exec(segment);
    if (parts === null) return segment === '' ? [] : [segment];
    const [, collection = '', property, key = ''] = parts;
    return property === undefined || property.toLowerCase() === 'id' ? [collection, key] : [collection, property, key];
  });
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
