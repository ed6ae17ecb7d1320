/** One property's wire value -> typed value, or what is wrong with it. */
import { findGuid } from '../lib/ids.ts';
import type { DeviationName } from '../model/deviations.ts';
import type { ProblemKind } from '../model/errors.ts';
import { expectationOf, LOCAL_DATE_TIME_EXPECTED, sendableMembers } from '../model/expectations.ts';
import { reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';
import type { ComplexType, EnumType, PropertyRow, PropertyType } from '../model/rows.ts';
import { COMPLEX_TYPES, ENUMS } from '../model/value-types.ts';
import type { ComplexMember, DateTimeTimeZone, ItemBody } from '../model/value-types.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import {
  formatDateTimeOffset,
  formatLocalDateTime,
  hasDateTimeForm,
  hasSpaceForT,
  isDateTimeOffset,
  isDuration,
  isLocalDateTime,
  parseDateTimeOffset,
} from './edm.ts';
import { isJsonObject } from './payload.ts';
import type { JsonObject } from './payload.ts';
import { isTimeZone } from './time-zone.ts';

/** What is wrong with a value, kept apart from every value that JSON can hold. */
export class Unfit {
  readonly kind: Exclude<ProblemKind, 'unknown'>;
  /** Its target is the property unless it names a part of it. */
  readonly reason: Reason;

  constructor(kind: Unfit['kind'], why: Reason) {
    this.kind = kind;
    this.reason = why;
  }
}

/** The value stands for "not sent": the sentinel of an enumeration in an update. */
export const ABSENT = Symbol('absent');

export interface ReadRules {
  readonly mode: 'create' | 'update';
  /** Accept enum members behind the sentinel; only fixtures may hold them. */
  readonly acceptsHiddenMembers: boolean;
  /** Collects deviations from the schema. */
  readonly notes?: DeviationNotes;
}

/** Of a text that is a member of an object; a limit of this server. */
const MAX_MEMBER_LENGTH = 65_536;

type Reader = (value: NonNullable<unknown>, row: PropertyRow, rules: ReadRules) => unknown;

type ReadType = Exclude<PropertyType, ComplexType | `Collection(graph.${string})`>;

const READERS: Readonly<Record<ReadType | 'graph.dateTimeTimeZone' | 'graph.itemBody', Reader>> = {
  'Edm.String': readString,
  'Edm.Boolean': (value, row, rules) => (typeof value === 'boolean' ? value : unfit(value, row, rules)),
  'Edm.Int32': readInt32,
  'Edm.DateTimeOffset': readDateTimeOffset,
  'Edm.Duration': (value, row, rules) =>
    typeof value === 'string' && isDuration(value) ? value : unfit(value, row, rules),
  'Edm.Guid': (value, row, rules) =>
    (typeof value === 'string' ? findGuid(value) : undefined) ?? unfit(value, row, rules),
  'Edm.Binary': (value, row, rules) =>
    typeof value === 'string' && BASE64.test(value) ? value : unfit(value, row, rules),
  'Collection(Edm.String)': (value, row, rules) => readItems(value, { ...row, type: 'Edm.String' }, rules),
  'Collection(Edm.Guid)': (value, row, rules) => readItems(value, { ...row, type: 'Edm.Guid' }, rules),
  'graph.assignmentType': readEnum,
  'graph.courseStatus': readEnum,
  'graph.level': readEnum,
  'graph.bodyType': readEnum,
  'graph.dateTimeTimeZone': readDateTimeTimeZone,
  'graph.itemBody': readItemBody,
};

/** In either alphabet, padded or not. */
const BASE64 = /^[\w+/-]*={0,2}$/;
const COMPLEX_ITEMS = /^Collection\((graph\.\w+)\)$/;

/** The typed value of a property that was sent with something other than null, {@link ABSENT}, or an {@link Unfit}. */
export function readValue(value: NonNullable<unknown>, row: PropertyRow, rules: ReadRules): unknown {
  if (row.type in READERS) return READERS[row.type as keyof typeof READERS](value, row, rules);
  const item = COMPLEX_ITEMS.exec(row.type)?.[1] as ComplexType | undefined;
  return item === undefined ? readComplex(value, row, rules) : readItems(value, { ...row, type: item }, rules);
}

function unfit(found: unknown, row: PropertyRow, { mode }: ReadRules): Unfit {
  return new Unfit('invalid', reason('unfit', { expected: expectationOf(row, mode), found }));
}

function readString(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  if (typeof value !== 'string') return unfit(value, row, rules);
  if (!isStorable(value)) return new Unfit('invalid', reason('notStorable'));
  if (value === '') return row.mayBeEmpty === true ? value : empty(row, rules);
  const { maxLength: limit, isUrl } = row;
  if (limit !== undefined && value.length > limit)
    return new Unfit('tooLong', reason('tooLong', { limit, length: value.length }));
  return isUrl === true && !isWebUrl(value) ? unfit(value, row, rules) : value;
}

function empty(row: PropertyRow, { mode }: ReadRules): Unfit {
  return new Unfit('empty', reason('empty', { expected: expectationOf(row, mode) }));
}

/** Not every database can store NUL and unpaired surrogates, so they are refused on all. */
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

function readDateTimeOffset(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  if (typeof value !== 'string') return unfit(value, row, rules);
  const canonical = parseDateTimeOffset(value);
  if (canonical === undefined) return findUnreal(value) ?? unfit(value, row, rules);
  if (!isDateTimeOffset(value)) {
    const name = hasSpaceForT(value) ? 'dateSpace' : 'dateForm';
    note(rules, name, { found: value, expected: formatDateTimeOffset(canonical, row.utcOffset ?? 'Z') });
  }
  return canonical;
}

/** For a text that has the form of a date and is none, such as 30 February. */
function findUnreal(found: string, target = {}): Unfit | undefined {
  return hasDateTimeForm(found) ? new Unfit('invalid', reason('dateUnreal', { found, ...target })) : undefined;
}

function readInt32(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  const isText = row.acceptsNumericText === true && typeof value === 'string' && /^-?\d{1,10}$/.test(value);
  const number = isText ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number)) return unfit(value, row, rules);
  const [minimum, maximum] = row.range ?? [-2_147_483_648, 2_147_483_647];
  if (isText) note(rules, 'textForNumber', { found: JSON.stringify(value), expected: String(number) });
  return number >= minimum && number <= maximum ? number : unfit(value, row, rules);
}

/** The items of an array, each by the row. */
function readItems(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  if (!Array.isArray(value)) return unfit(value, { ...row, type: `Collection(${row.type})` as PropertyType }, rules);
  const items = value.map((item: unknown) => (isSent(item) ? readValue(item, row, rules) : unfit(item, row, rules)));
  const index = items.findIndex((item) => item instanceof Unfit);
  return index === -1 ? items : within(items[index] as Unfit, `${row.name}[${index}]`);
}

function isSent(value: unknown): value is NonNullable<unknown> {
  return value !== null && value !== undefined;
}

/** Every member of the type: what was sent, else null or an empty list. */
function readComplex(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  if (!isJsonObject(value)) return unfit(value, row, rules);
  const members: readonly ComplexMember[] = COMPLEX_TYPES[row.type as ComplexType];
  const sent = readMembers(value, row, { names: members.map(({ name }) => name), rules });
  if (sent instanceof Unfit) return sent;
  const read: Record<string, unknown> = {};
  for (const member of members) {
    const found = sent[member.name];
    const memberRow: PropertyRow = {
      ...row,
      ...MEMBER,
      name: member.name,
      type: member.type,
      nullable: member.nullable,
    };
    const typed = isSent(found)
      ? readValue(found, memberRow, rules)
      : member.type.startsWith('Collection(')
        ? []
        : null;
    if (typed instanceof Unfit) return within(typed, `${row.name}/${member.name}`);
    read[member.name] = typed;
  }
  return read;
}

/** The only limit of a member is the length of a text. */
const MEMBER = { maxLength: MAX_MEMBER_LENGTH, mayBeEmpty: true, isUrl: false, isGuid: false } as const;

/** What is wrong with a part of a value. */
function within({ kind, reason: { name, values } }: Unfit, target: string): Unfit {
  return new Unfit(kind, reason(name, { target, ...values }));
}

function readEnum(value: unknown, row: PropertyRow, rules: ReadRules): unknown {
  if (value === '') return empty(row, rules);
  if (typeof value !== 'string') return unknownMember(value, row, rules);
  const folded = value.toLowerCase();
  const members = ENUMS[row.type as EnumType];
  const member =
    members.find(({ name }) => name === value) ?? members.find(({ name }) => name.toLowerCase() === folded);
  if (member === undefined) return unknownMember(value, row, rules);
  if ('isSentinel' in member) {
    if (rules.mode !== 'update') return unknownMember(value, row, rules);
    note(rules, 'sentinelSent', { found: value, expected: '' });
    return ABSENT;
  }
  if ('isHidden' in member && !rules.acceptsHiddenMembers) return unknownMember(value, row, rules);
  if (member.name !== value) note(rules, 'memberCasing', { found: value, expected: member.name });
  const isSettable = rules.mode === 'create' || row.updateMembers === undefined;
  return isSettable || row.updateMembers.includes(member.name) ? member.name : unknownMember(value, row, rules);
}

function unknownMember(found: unknown, row: PropertyRow, { mode }: ReadRules): Unfit {
  const known = sendableMembers({ ...row, type: row.type as EnumType }, mode);
  return new Unfit('invalid', reason('memberUnknown', { known, found }));
}

/** The documented object, or a timestamp as most tables say: then the time in UTC with seven digits. */
function readDateTimeTimeZone(value: unknown, row: PropertyRow, rules: ReadRules): DateTimeTimeZone | Unfit {
  if (typeof value === 'string') return readTimestamp(value, row, rules);
  if (!isJsonObject(value)) return unfit(value, row, rules);
  const members = readMembers(value, row, { names: ['dateTime', 'timeZone'], rules });
  if (members instanceof Unfit) return members;
  const { dateTime, timeZone = COMPLEX_TYPES['graph.dateTimeTimeZone'][1].default } = members;
  const canonical = typeof dateTime === 'string' ? parseDateTimeOffset(dateTime) : undefined;
  if (typeof dateTime !== 'string' || canonical === undefined) return unfitLocalDateTime(dateTime, row);
  if (typeof timeZone !== 'string' || !isTimeZone(timeZone)) {
    const target = `${row.name}/timeZone`;
    return new Unfit('invalid', reason('timeZoneUnknown', { target, found: timeZone }));
  }
  if (!isLocalDateTime(dateTime)) {
    const name = hasSpaceForT(dateTime) ? 'dateSpace' : 'localDateForm';
    note(rules, name, { found: dateTime, expected: formatLocalDateTime(canonical) });
  }
  return { dateTime, timeZone };
}

function unfitLocalDateTime(found: unknown, { name }: PropertyRow): Unfit {
  const target = `${name}/dateTime`;
  const unreal = typeof found === 'string' ? findUnreal(found, { target }) : undefined;
  if (unreal !== undefined) return unreal;
  if (found === undefined)
    return new Unfit('invalid', reason('missing', { target, expected: LOCAL_DATE_TIME_EXPECTED }));
  return new Unfit('invalid', reason('unfit', { target, expected: LOCAL_DATE_TIME_EXPECTED, found }));
}

function readTimestamp(text: string, row: PropertyRow, rules: ReadRules): DateTimeTimeZone | Unfit {
  const canonical = parseDateTimeOffset(text);
  if (canonical === undefined) return findUnreal(text) ?? unfit(text, row, rules);
  const read = { dateTime: formatLocalDateTime(canonical), timeZone: 'UTC' };
  const name = hasSpaceForT(text) ? 'dateSpace' : 'timestampForObject';
  note(rules, name, { found: text, expected: JSON.stringify(read) });
  return read;
}

/** The documented object, or a plain text as most tables say. */
function readItemBody(value: unknown, row: PropertyRow, rules: ReadRules): ItemBody | Unfit {
  if (typeof value !== 'string' && !isJsonObject(value)) return unfit(value, row, rules);
  const members =
    typeof value === 'string'
      ? { content: value }
      : readMembers(value, row, { names: ['contentType', 'content'], rules });
  if (members instanceof Unfit) return members;
  const { contentType = COMPLEX_TYPES['graph.itemBody'][0].default, content = null } = members;
  const type = readEnum(contentType, { ...row, type: 'graph.bodyType' }, rules);
  if (type instanceof Unfit) return new Unfit('invalid', within(type, `${row.name}/contentType`).reason);
  const text = content === null ? null : readString(content, { ...row, type: 'Edm.String', mayBeEmpty: true }, rules);
  if (text instanceof Unfit) return within(text, `${row.name}/content`);
  const read = { contentType: type as ItemBody['contentType'], content: text as string | null };
  if (typeof value === 'string') note(rules, 'textForObject', { found: value, expected: JSON.stringify(read) });
  return read;
}

interface MemberRules<Name> {
  readonly names: readonly Name[];
  readonly rules: ReadRules;
}

/** Members by name in any casing, null as not sent; unfit if a member is unknown or repeated. */
function readMembers<Name extends string>(
  value: JsonObject,
  { name: property }: PropertyRow,
  { names, rules }: MemberRules<Name>,
): Partial<Record<Name, unknown>> | Unfit {
  const members: Partial<Record<Name, unknown>> = {};
  for (const [key, member] of Object.entries(value)) {
    if (key.includes('@')) continue;
    const name =
      names.find((known) => known === key) ?? names.find((known) => known.toLowerCase() === key.toLowerCase());
    if (name === undefined) return new Unfit('invalid', reason('complexMemberUnknown', { found: key, known: names }));
    if (name in members) return new Unfit('invalid', reason('repeated', { target: `${property}/${name}` }));
    if (name !== key) note(rules, 'propertyCasing', { found: key, expected: name });
    members[name] = member ?? undefined;
  }
  return members;
}
