/** One value of a mapping: from the columns of a row to what a property is sent as. */
import { hash } from 'node:crypto';

import type { PropertyType } from '../model/rows.ts';
import { findDateProblem, readDate } from './dates.ts';
import type { DateRules } from './dates.ts';
import type { Condition, MappedSource, MappedValue } from './mapping-schema.ts';
import { RowRefusal } from './outcome.ts';
import type { RowValues } from './read-rows.ts';

/** `undefined`: nothing is sent. @throws RowRefusal */
export type ReadMapped = (values: RowValues) => unknown;

/** Where a mapping says something that cannot be followed. */
export type ReportMapping = (problem: string) => void;

/** @param type of the property; a text by default */
export function compileValue(value: MappedValue, type: PropertyType, report: ReportMapping): ReadMapped {
  if (typeof value === 'string') return compileSource({ column: value }, type, report);
  if (!Array.isArray(value)) return compileSource(value, type, report);
  const reads = value.map((source) => compileSource(source, type, report));
  return (row) => {
    for (const read of reads) {
      const found = read(row);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function compileSource(source: MappedSource, type: PropertyType, report: ReportMapping): ReadMapped {
  const ways = [source.column, source.template, source.digest, source.value].filter((way) => way !== undefined);
  if (ways.length !== 1) report('a value takes one of column, template, digest and value');
  const { when, values, otherwise } = source;
  const read = compileReading(source, report);
  const column = source.column ?? 'value';
  const known = values && new Map(Object.entries(values).map(([from, to]) => [from.trim().toLowerCase(), to]));
  const convert = compileConversion(source, type, report);
  const holds = when === undefined ? () => true : compileCondition(when);
  return (row) => {
    if (!holds(row)) return undefined;
    const found = read(row);
    if (found === undefined || found === null) return undefined;
    if (known === undefined) return convert(found, column);
    const key = textOfValue(found).trim().toLowerCase();
    if (known.has(key)) return known.get(key) ?? undefined;
    if (otherwise === undefined)
      throw new RowRefusal('valueUnmapped', {
        column,
        found: shown(found),
        known: Object.keys(values ?? {}).join(', '),
      });
    return otherwise ?? undefined;
  };
}

export function compileCondition({ column, in: allowed, filled }: Condition): (row: RowValues) => boolean {
  const known = allowed && new Set(allowed.map((text) => text.toLowerCase()));
  return (row) => {
    const text = textOfColumn(row, column);
    if (filled !== undefined && filled !== (text !== undefined)) return false;
    return known === undefined || known.has(text?.toLowerCase() ?? '');
  };
}

/** The column of this name; of JSON also what a path leads to. */
function findColumn(row: RowValues, name: string): unknown {
  if (name in row) return row[name];
  let found: unknown = row;
  let rest = name;
  while (rest !== '') {
    if (typeof found !== 'object' || found === null) return undefined;
    const members = found as RowValues;
    if (rest in members) return members[rest];
    // Names of members may have dots themselves, as IRIs do: the shortest that there is is taken.
    const key = startsOf(rest).find((start) => start in members);
    if (key === undefined) return undefined;
    found = members[key];
    rest = rest.slice(key.length + 1);
  }
  return found;
}

function startsOf(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('.'));
}

function textOfColumn(row: RowValues, name: string): string | undefined {
  const found = findColumn(row, name);
  if (typeof found === 'string') return found === '' ? undefined : found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : undefined;
}

const BRACES = /\{([^{}]+)\}/g;

/** Columns that the value needs: without one of them it says nothing. */
export function columnsOfValue(value: MappedValue): readonly string[] {
  if (typeof value === 'string') return [value];
  // Where there are several ways, none of them is needed.
  if (Array.isArray(value)) return [];
  const { column, template, digest } = value;
  if (column !== undefined) return [column];
  return digest ?? [...(template ?? '').matchAll(BRACES)].map(([, name = '']) => name);
}

function compileReading(source: MappedSource, report: ReportMapping): ReadMapped {
  const read = compileColumns(source);
  if (source.match === undefined) return read;
  const pattern = findPattern(source.match, report);
  return (row) => {
    const found = read(row);
    if (found === undefined || found === null) return undefined;
    const match = pattern.exec(textOfValue(found));
    return match === null ? undefined : (match[1] ?? match[0]);
  };
}

function findPattern(text: string, report: ReportMapping): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (cause) {
    report(`match is not a regular expression: ${(cause as Error).message}`);
    return /$^/;
  }
}

function compileColumns({ column, template, digest, value }: MappedSource): ReadMapped {
  if (column !== undefined) {
    return (row) => {
      const found = findColumn(row, column);
      return found === '' ? undefined : found;
    };
  }
  if (template !== undefined) {
    const names = columnsOfValue({ template });
    return (row) => {
      const found = new Map(names.map((name) => [name, textOfColumn(row, name)] as const));
      if ([...found.values()].includes(undefined)) return undefined;
      return template.replaceAll(BRACES, (_, name: string) => found.get(name) ?? '');
    };
  }
  if (digest !== undefined) {
    return (row) => {
      const found = digest.map((name) => textOfColumn(row, name));
      return found.includes(undefined) ? undefined : hash('sha256', JSON.stringify(found), 'base64url');
    };
  }
  return () => value;
}

type Convert = (found: unknown, column: string) => unknown;

function compileConversion(source: MappedSource, type: PropertyType, report: ReportMapping): Convert {
  const { dates, timeZone: zone = 'UTC', locale = 'en', number } = source;
  const isDate = type === 'Edm.DateTimeOffset' || type === 'graph.dateTimeTimeZone';
  const formats = dates ?? (isDate && source.timeZone !== undefined ? ['iso'] : undefined);
  if (formats !== undefined) return compileDate({ formats, zone, locale }, type, report);
  if (number !== undefined) return (found, column) => readNumber(found, number, column);
  return (found) => (typeof found === 'string' ? typedText(found, type) : found);
}

function compileDate(rules: DateRules, type: PropertyType, report: ReportMapping): Convert {
  const problem = findDateProblem(rules);
  if (problem !== undefined) report(problem);
  return (found, column) => {
    const text = textOfValue(found).trim();
    const instant = readDate(text, rules);
    if (instant === undefined)
      throw new RowRefusal('valueUnfit', {
        column,
        expected: `a date as ${rules.formats.join(' or ')}`,
        found: shown(text),
      });
    if (type !== 'graph.dateTimeTimeZone') return instant;
    return { dateTime: `${instant.slice(0, 'yyyy-MM-ddTHH:mm:ss'.length)}.0000000`, timeZone: 'UTC' };
  };
}

const WHOLE = 100;

function readNumber(found: unknown, number: NonNullable<MappedSource['number']>, column: string): number {
  const text = textOfValue(found).replace('%', '').replace(',', '.').trim();
  const read = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(read)) throw new RowRefusal('valueUnfit', { column, expected: 'a number', found: shown(found) });
  if (number === 'integer') return Math.round(read);
  const percent = number === 'fraction' ? read * WHOLE : read;
  // What is not all is not 100.
  return percent > WHOLE - 1 && percent < WHOLE ? WHOLE - 1 : Math.round(percent);
}

const TRUE = /^(true|yes|1)$/i;
const FALSE = /^(false|no|0)$/i;

/** A text as the property's type is written in JSON; as it is where it does not fit, for the rules to refuse it. */
export function typedText(text: string, type: PropertyType): unknown {
  switch (type) {
    case 'Edm.Int32':
      return /^-?\d{1,10}$/.test(text) ? Number(text) : text;
    case 'Edm.Boolean':
      return TRUE.test(text) ? true : FALSE.test(text) ? false : text;
    case 'Collection(Edm.String)':
      return text.split(';').map((item) => item.trim());
    case 'graph.itemBody':
      return { contentType: 'text', content: text };
    case 'graph.dateTimeTimeZone':
      return { dateTime: text, timeZone: 'UTC' };
    default:
      return text;
  }
}

/** Of an object, its JSON. */
function textOfValue(found: unknown): string {
  return typeof found === 'string' ? found : (JSON.stringify(found) ?? '');
}

const SHOWN_CHARACTERS = 100;

function shown(found: unknown): string {
  const text = typeof found === 'object' ? 'an object' : textOfValue(found);
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…` : text);
}
