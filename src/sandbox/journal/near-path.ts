/** For a path that names no operation: which one it resembles. */
import { findSimilar } from '../../lib/suggest.ts';
import type { Behaviour, SwitchName } from '../../model/behaviour.ts';
import type { ErrorName } from '../../model/errors.ts';
import { OPERATIONS } from '../../model/operations.ts';
import type { OperationRow } from '../../model/rows.ts';
import { API_VERSIONS, findApiVersion } from '../../model/versions.ts';

interface Template {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly segments: readonly string[];
  /** The setting without which the operation does not exist. */
  readonly onlyWith: SwitchName | undefined;
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

const PATH_REFUSALS: ReadonlySet<string> = new Set<ErrorName>([
  'segmentNotFound',
  'methodNotAllowed',
  'versionInvalid',
]);

/** Whether the refusal is one of the path or of its method. */
export function isPathRefusal(row: ErrorName): boolean {
  return PATH_REFUSALS.has(row);
}

/** Sentences about the operations that the path comes near to, and what is other; none when there is none. */
export function describeNearPaths(method: string, target: string, behaviour: Behaviour): readonly string[] {
  const [path = ''] = target.split('?');
  const segments = segmentsOf(decode(path));
  const hasVersion = findApiVersion(segments[0] ?? '') !== undefined;
  const own = hasVersion ? segments.slice(1) : segments;
  const matching = TEMPLATES.filter((template) => countMisspelt(own, template) === 0);
  const off = matching.find((template) => template.method === method && !isOn(template, behaviour));
  if (hasVersion && off !== undefined) return [`The setting ${off.onlyWith} switches ${off.operation} on.`];
  const templates = TEMPLATES.filter((template) => isOn(template, behaviour));
  const exact = templates.filter((template) => matching.includes(template));
  if (hasVersion && exact.length > 0) return describeMethods(method, exact);
  // A made-up version, or one that was forgotten.
  const other = hasVersion ? [] : templates.filter((template) => countMisspelt(segments.slice(1), template) === 0);
  const whole = [...exact, ...other];
  const named = whole.find((template) => template.method === method) ?? whole[0];
  if (named === undefined) return describeNearest(method, own, templates);
  return [`With /${API_VERSIONS.join(' or /')} before it, the path would be that of ${named.operation}.`];
}

function isOn({ onlyWith }: Template, behaviour: Behaviour): boolean {
  return onlyWith === undefined || behaviour[onlyWith];
}

/** The path exists, the method does not. */
function describeMethods(method: string, templates: readonly Template[]): readonly string[] {
  if (templates.some((template) => template.method === method)) return [];
  return templates.map((template) => `With ${template.method}, the path would match ${template.operation}.`);
}

function describeNearest(
  method: string,
  segments: readonly string[],
  templates: readonly Template[],
): readonly string[] {
  const near = templates
    .map((template) => ({ template, misspelt: countMisspelt(segments, template) }))
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
