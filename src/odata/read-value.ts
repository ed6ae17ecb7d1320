/** One property's wire value -> typed value, or what is wrong with it. */
import type { DeviationName } from '../model/deviations.ts';
import type { PropertyRow, PropertyType } from '../model/rows.ts';
import { COMPLEX_TYPES, ENUMS } from '../model/value-types.ts';
import type { DateTimeTimeZone, ItemBody } from '../model/value-types.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import {
  formatDateTimeOffset,
  hasSpaceForT,
  isDateTimeOffset,
  isDuration,
  isLocalDateTime,
  parseDateTimeOffset,
} from './edm.ts';
import { isJsonObject } from './payload.ts';
import type { JsonObject } from './payload.ts';
import { isTimeZone } from './time-zone.ts';

/** Verdicts, kept apart from every value that JSON can hold. */
export const EMPTY = Symbol('empty');
export const INVALID = Symbol('invalid');
export const TOO_LONG = Symbol('too long');
/** The value stands for "not sent": the sentinel of an enumeration in an update. */
export const ABSENT = Symbol('absent');
export type Verdict = typeof EMPTY | typeof INVALID | typeof TOO_LONG | typeof ABSENT;

export interface ReadRules {
  readonly mode: 'create' | 'update';
  /** Accept enum members behind the sentinel; only fixtures may hold them. */
  readonly acceptsHiddenMembers: boolean;
  /** Are told of what the schema has otherwise. */
  readonly notes?: DeviationNotes;
}

type Reader = (value: NonNullable<unknown>, row: PropertyRow, rules: ReadRules) => unknown;

const READERS: Readonly<Record<PropertyType, Reader>> = {
  'Edm.String': readString,
  'Edm.Boolean': (value) => (typeof value === 'boolean' ? value : INVALID),
  'Edm.Int32': readInt32,
  'Edm.DateTimeOffset': readDateTimeOffset,
  'Edm.Duration': (value) => (typeof value === 'string' && isDuration(value) ? value : INVALID),
  'Collection(Edm.String)': readStrings,
  'graph.assignmentType': readEnum,
  'graph.courseStatus': readEnum,
  'graph.level': readEnum,
  'graph.bodyType': readEnum,
  'graph.dateTimeTimeZone': readDateTimeTimeZone,
  'graph.itemBody': readItemBody,
  'Edm.Guid': readNothing,
  'Collection(graph.servicePlanInfo)': readNothing,
  'graph.licenseUnitsDetail': readNothing,
  'graph.servicePlanInfo': readNothing,
};

/** Of types that answers have and no body. */
function readNothing(): Verdict {
  return INVALID;
}

/** The typed value of a property that was sent with something other than null, or a {@link Verdict}. */
export function readValue(value: NonNullable<unknown>, row: PropertyRow, rules: ReadRules): unknown {
  return READERS[row.type](value, row, rules);
}

function readString(value: unknown, row: PropertyRow): unknown {
  if (typeof value !== 'string' || !isStorable(value)) return INVALID;
  if (value === '') return row.mayBeEmpty === true ? value : EMPTY;
  if (row.maxLength !== undefined && value.length > row.maxLength) return TOO_LONG;
  return row.isUrl === true && !isWebUrl(value) ? INVALID : value;
}

/** NUL and unpaired surrogates cannot be kept by every database, so none takes them. */
function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function isWebUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

function note(
  { notes }: ReadRules,
  name: DeviationName,
  form: { readonly found: string; readonly expected: string },
): void {
  notes?.add({ name, ...form });
}

function readDateTimeOffset(value: unknown, { utcOffset = 'Z' }: PropertyRow, rules: ReadRules): unknown {
  const canonical = typeof value === 'string' ? parseDateTimeOffset(value) : undefined;
  if (typeof value !== 'string' || canonical === undefined) return INVALID;
  if (!isDateTimeOffset(value)) {
    const name = hasSpaceForT(value) ? 'dateSpace' : 'dateForm';
    note(rules, name, { found: value, expected: formatDateTimeOffset(canonical, utcOffset) });
  }
  return canonical;
}

function readInt32(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  const isText = row.acceptsNumericText === true && typeof value === 'string' && /^-?\d{1,10}$/.test(value);
  const number = isText ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return INVALID;
  const [minimum, maximum] = row.range ?? [-2_147_483_648, 2_147_483_647];
  if (isText) note(rules, 'textForNumber', { found: JSON.stringify(value), expected: String(number) });
  return number >= minimum && number <= maximum ? number : INVALID;
}

function readStrings(value: unknown, row: PropertyRow): unknown {
  if (!Array.isArray(value)) return INVALID;
  const items = value.map((item: unknown) => readString(item, row));
  return items.find((item) => typeof item === 'symbol') ?? items;
}

function readEnum(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  if (value === '') return EMPTY;
  if (typeof value !== 'string') return INVALID;
  const folded = value.toLowerCase();
  const members = ENUMS[row.type as keyof typeof ENUMS];
  const member =
    members.find(({ name }) => name === value) ?? members.find(({ name }) => name.toLowerCase() === folded);
  if (member === undefined) return INVALID;
  if ('isSentinel' in member) {
    if (rules.mode !== 'update') return INVALID;
    note(rules, 'sentinelSent', { found: value, expected: '' });
    return ABSENT;
  }
  if ('isHidden' in member && !rules.acceptsHiddenMembers) return INVALID;
  if (member.name !== value) note(rules, 'memberCasing', { found: value, expected: member.name });
  const isSettable = rules.mode === 'create' || row.updateMembers === undefined;
  return isSettable || row.updateMembers.includes(member.name) ? member.name : INVALID;
}

/** The documented object, or a timestamp as most tables say: then the time in UTC with seven digits. */
function readDateTimeTimeZone(value: unknown, _row: PropertyRow, rules: ReadRules): DateTimeTimeZone | Verdict {
  if (typeof value === 'string') return readTimestamp(value, rules);
  const members = isJsonObject(value) ? readMembers(value, ['dateTime', 'timeZone'], rules) : undefined;
  if (members === undefined) return INVALID;
  const { dateTime, timeZone = COMPLEX_TYPES['graph.dateTimeTimeZone'][1].default } = members;
  const isValid =
    typeof dateTime === 'string' &&
    parseDateTimeOffset(dateTime) !== undefined &&
    typeof timeZone === 'string' &&
    isTimeZone(timeZone);
  if (!isValid) return INVALID;
  if (!isLocalDateTime(dateTime)) {
    const name = hasSpaceForT(dateTime) ? 'dateSpace' : 'localDateForm';
    note(rules, name, { found: dateTime, expected: localDateTime(parseDateTimeOffset(dateTime) ?? '') });
  }
  return { dateTime, timeZone };
}

function readTimestamp(text: string, rules: ReadRules): DateTimeTimeZone | Verdict {
  const canonical = parseDateTimeOffset(text);
  if (canonical === undefined) return INVALID;
  const read = { dateTime: localDateTime(canonical), timeZone: 'UTC' };
  const name = hasSpaceForT(text) ? 'dateSpace' : 'timestampForObject';
  note(rules, name, { found: text, expected: JSON.stringify(read) });
  return read;
}

/** Seven fractional digits, as the service prints local dates. */
function localDateTime(canonical: string): string {
  const [seconds = '', fraction = ''] = canonical.split('.');
  return `${seconds}.${fraction.padEnd(7, '0')}`;
}

/** The documented object, or a plain text as most tables say. */
function readItemBody(value: unknown, row: PropertyRow, rules: ReadRules): ItemBody | Verdict {
  const members =
    typeof value === 'string'
      ? { content: value }
      : isJsonObject(value)
        ? readMembers(value, ['contentType', 'content'], rules)
        : undefined;
  if (members === undefined) return INVALID;
  const { contentType = COMPLEX_TYPES['graph.itemBody'][0].default, content = null } = members;
  const type = readEnum(contentType, { ...row, type: 'graph.bodyType' }, rules);
  if (typeof type !== 'string') return INVALID;
  const text = content === null ? null : readString(content, { ...row, mayBeEmpty: true });
  if (typeof text === 'symbol') return text as Verdict;
  const read = { contentType: type as ItemBody['contentType'], content: text as string | null };
  if (typeof value === 'string') note(rules, 'textForObject', { found: value, expected: JSON.stringify(read) });
  return read;
}

/** Members by name in any casing, nulls as not sent; `undefined` when there is another member or one twice. */
function readMembers<Name extends string>(
  value: JsonObject,
  names: readonly Name[],
  rules: ReadRules,
): Partial<Record<Name, unknown>> | undefined {
  const members: Partial<Record<Name, unknown>> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key.includes('@')) continue;
    const name = names.find((known) => known.toLowerCase() === key.toLowerCase());
    if (name === undefined || name in members) return undefined;
    if (name !== key) note(rules, 'propertyCasing', { found: key, expected: name });
    members[name] = member ?? undefined;
  }
  return members;
}
