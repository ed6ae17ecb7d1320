/** A mapping to begin with, from the names of a file's columns and some of its rows. */
import { findGuid } from '../lib/ids.ts';
import { readDate } from './dates.ts';
import type { Mapping } from './mapping-schema.ts';
import type { RowValues } from './read-rows.ts';
import type { BulkFormat } from './records.ts';

export interface Suggestion {
  readonly mapping: Mapping;
  /** What to look at, a sentence each. */
  readonly hints: readonly string[];
}

export function suggestMapping(rows: readonly RowValues[], format: BulkFormat): Suggestion {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const sample = { names, valuesOf: (name: string) => textsOf(rows, name) };
  const kind = kindOf(names);
  if (kind !== undefined) {
    return { mapping: { kind, format, asIs: true }, hints: ['Its columns have the names of the documentation.'] };
  }
  const hints: string[] = [];
  const learner = suggestLearner(sample);
  const content = findName(sample, [
    /^(course|content|training|item|object|product).*(id|code|number|key)$/i,
    /course|content|training|title/i,
  ]);
  const title =
    findName(sample, [/(course|content|training).*(title|name)/i, /title/i, /^(course|content|training)$/i]) ?? content;
  if (learner === undefined) hints.push('No column tells who the learner is: name it in learner.');
  if (content === undefined) hints.push('No column tells what the content is: name it in content.');
  const identity = [learner?.from, content].filter((name) => typeof name === 'string');
  return {
    mapping: {
      kind: 'activities',
      format,
      type: 'learningSelfInitiatedCourse',
      ...(learner !== undefined && { learner }),
      ...(content !== undefined && {
        content: {
          externalId: content,
          create: {
            title: title ?? content,
            contentWebUrl: { value: 'https://lms.example/' },
            languageTag: { value: 'en-us' },
          },
        },
      }),
      properties: {
        ...(identity.length > 0 && { externalcourseActivityId: { digest: identity } }),
        ...suggestProperties(sample, hints),
      },
    },
    hints,
  };
}

interface Sample {
  readonly names: readonly string[];
  valuesOf(name: string): readonly string[];
}

function textsOf(rows: readonly RowValues[], name: string): readonly string[] {
  return rows.flatMap((row) => {
    const value = row[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : [];
  });
}

const GRAPH_NAMES: readonly (readonly [Mapping['kind'], readonly string[]])[] = [
  ['activities', ['externalcourseactivityid', 'learneruserid', 'learningcontentid']],
  ['contents', ['externalid', 'title', 'contentweburl']],
  ['users', ['userprincipalname', 'displayname']],
];

function kindOf(names: readonly string[]): Mapping['kind'] | undefined {
  const folded = new Set(names.map((name) => name.toLowerCase()));
  return GRAPH_NAMES.find(([, wanted]) => wanted.every((name) => folded.has(name)))?.[0];
}

function findName({ names }: Sample, patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = names.find((name) => pattern.test(name));
    if (found !== undefined) return found;
  }
  return undefined;
}

function suggestLearner(sample: Sample): NonNullable<Mapping['learner']> | undefined {
  const principal = findName(sample, [/principal|upn/i]);
  if (principal !== undefined) return { by: 'userPrincipalName', from: principal };
  const mail = findName(sample, [/e-?mail/i]) ?? sample.names.find((name) => areAll(sample.valuesOf(name), isMail));
  if (mail !== undefined) return { by: 'mail', from: mail };
  const id = findName(sample, [/(user|learner|person|employee|student|stud|staff).*(id|number|no)$/i, /^id number$/i]);
  if (id === undefined) return undefined;
  return { by: areAll(sample.valuesOf(id), (text) => findGuid(text) !== undefined) ? 'id' : 'employeeId', from: id };
}

function areAll(values: readonly string[], holds: (text: string) => boolean): boolean {
  return values.length > 0 && values.every(holds);
}

function isMail(text: string): boolean {
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text);
}

const DATES: readonly (readonly [property: string, pattern: RegExp])[] = [
  ['completedDateTime', /complet|compl_|finish|passed/i],
  ['startedDateTime', /start|begun|first/i],
];

function suggestProperties(sample: Sample, hints: string[]): NonNullable<Mapping['properties']> {
  const found: Record<string, NonNullable<Mapping['properties']>[string]> = {};
  for (const [property, pattern] of DATES) {
    const named = sample.names.filter((name) => pattern.test(name));
    for (const name of named) {
      const formats = findFormats(sample.valuesOf(name));
      if (formats === undefined || property in found) continue;
      found[property] = { column: name, dates: [...formats], timeZone: 'UTC' };
    }
  }
  const percent = sample.names.find(
    (name) => /progress|percent|%/i.test(name) && areAll(sample.valuesOf(name), isNumber),
  );
  if (percent !== undefined) {
    const isFraction = areAll(sample.valuesOf(percent), (text) => Number(text) <= 1);
    found['completionPercentage'] = { column: percent, number: isFraction ? 'fraction' : 'percent' };
  }
  found['status'] = suggestStatus(sample, found['completedDateTime'], hints);
  return found;
}

function suggestStatus(
  sample: Sample,
  completed: unknown,
  hints: string[],
): NonNullable<Mapping['properties']>[string] {
  const name = findName(sample, [/status|state/i, /^completed$/i]);
  if (name === undefined) {
    const { column = '' } = (completed ?? {}) as { readonly column?: string };
    if (column !== '') return [{ value: 'completed', when: { column, filled: true } }, { value: 'inProgress' }];
    hints.push('No column tells the status: it is completed for all.');
    return { value: 'completed' };
  }
  const values = [...new Set(sample.valuesOf(name))].slice(0, MAX_VALUES);
  return { column: name, values: Object.fromEntries(values.map((value) => [value, memberOf(value)])) };
}

const MAX_VALUES = 20;

function memberOf(value: string): string {
  if (/not|regist|assign|enrol|new|due/i.test(value) && !/progress/i.test(value)) return 'notStarted';
  if (/^(y|yes|true|1)$|complet|pass|finish|done/i.test(value) && !/incomplet/i.test(value)) return 'completed';
  return 'inProgress';
}

function isNumber(text: string): boolean {
  return /^-?\d+([.,]\d+)?\s*%?$/.test(text.trim());
}

const FORMATS = [
  'iso',
  ...['M/d/yyyy', 'M/d/yyyy h:mm a', 'M/d/yyyy H:mm', 'M/d/yyyy h:mm:ss a'],
  ...['d.M.yyyy', 'd.M.yyyy H:mm', 'd.M.yyyy H:mm:ss', 'd/M/yyyy', 'd/M/yyyy H:mm', 'd-M-yyyy'],
  ...['d MMM yyyy', 'd MMMM yyyy', 'd MMMM yyyy, h:mm a', 'EEEE, d MMMM yyyy, h:mm a', 'MMM d, yyyy'],
  ...['MMM-dd-yyyy HH:mm:ss z', 'MMM-dd-yyyy HH:mm:ss', 'dd-MMM-yyyy', 'yyyyMMdd', 'unix'],
];

/** The first format that all values have, or as few as read them all. */
function findFormats(values: readonly string[]): readonly string[] | undefined {
  if (values.length === 0) return undefined;
  const reads = (format: string, value: string) =>
    readDate(value.trim(), { formats: [format], zone: 'UTC', locale: 'en' }) !== undefined;
  const one = FORMATS.find((format) => values.every((value) => reads(format, value)));
  if (one !== undefined) return [one];
  let rest = values;
  const some = FORMATS.filter((format) => {
    const unread = rest.filter((value) => !reads(format, value));
    const isUseful = unread.length < rest.length;
    rest = unread;
    return isUseful;
  });
  return rest.length === 0 ? some : undefined;
}
