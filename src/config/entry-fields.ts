/** Settings that are lists of objects: which members an entry may have, and what is wrong with those that it has. */
import { findGuid } from '../lib/ids.ts';
import { findSimilar } from '../lib/suggest.ts';

export interface FieldRow {
  /** What its value looks like, after "must be". */
  readonly value: string;
  readonly description: string;
  readonly isRequired?: boolean;
  /** Never shown again, not even in an error. */
  readonly isSecret?: boolean;
  isValue(written: unknown): boolean;
}

export type FieldRows = Readonly<Record<string, FieldRow>>;

export type Entry = Readonly<Record<string, unknown>>;

/** A list, or one entry, as YAML or JSON hold it or as JSON text; `undefined` when it is neither. */
export function findEntries(written: unknown): readonly Entry[] | undefined {
  const value = typeof written === 'string' ? parse(written) : written;
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  return entries.every(isObject) ? entries : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sentences. */
export function listFieldProblems(entry: Entry, rows: FieldRows): readonly string[] {
  const known = Object.keys(rows);
  const unknown = Object.keys(entry).filter((name) => !known.includes(name));
  const wrong = Object.entries(rows).flatMap(([name, row]) => {
    // A null counts as not given, as everywhere in the file.
    const value = entry[name] ?? undefined;
    if (value === undefined) return row.isRequired === true ? [`${name} is missing: ${row.value}.`] : [];
    if (row.isValue(value)) return [];
    return [`${name} must be ${row.value}${row.isSecret === true ? '' : `, not ${JSON.stringify(value)}`}.`];
  });
  return [...unknown.map((name) => describeUnknown(name, known)), ...wrong];
}

function describeUnknown(name: string, known: readonly string[]): string {
  const similar = findSimilar(name, known);
  return `unknown member: ${name}. ${similar === undefined ? 'Remove it.' : `Did you mean ${similar}?`}`;
}

export function isText(written: unknown): written is string {
  return typeof written === 'string' && written !== '';
}

export function isGuid(written: unknown): boolean {
  return isText(written) && findGuid(written) !== undefined;
}

export function isObject(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
