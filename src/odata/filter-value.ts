/** Values of a filter: token -> typed value of the field that it is compared with. */
import { findGuid } from '../lib/ids.ts';
import { NAMESPACE } from '../model/schema.ts';
import { ENUMS } from '../model/value-types.ts';
import type { EnumMember } from '../model/rows.ts';
import { clauseError, clauseReason } from './clause-error.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import {
  formatDateTimeOffset,
  formatLocalDateTime,
  hasTime,
  isDateTimeOffset,
  isDuration,
  parseDateTimeOffset,
} from './edm.ts';
import { enumTypeOf } from './field-path.ts';
import type { Field, ValueKind } from './field-path.ts';
import type { TextToken, WordToken } from './filter-lexer.ts';
import type { FilterValue } from './filter-types.ts';
import type { Deviation } from './message.ts';

export type ValueToken = WordToken | TextToken;

type ValueReader = (token: ValueToken) => FilterValue | undefined;

interface KindRow {
  /** What errors call a value of the kind. */
  readonly expected: string;
  readonly read: ValueReader;
}

const INT32 = 2 ** 31;

const KINDS: Readonly<Record<Exclude<ValueKind, 'enum'>, KindRow>> = {
  text: { expected: 'a string in single quotes', read: readText },
  guid: { expected: 'a GUID', read: (token) => findGuid(unquoted(token) ?? '') },
  boolean: { expected: 'true or false', read: (token) => findBoolean(token) },
  integer: { expected: 'a 32-bit integer', read: readInteger },
  dateTime: { expected: 'a date and time', read: (token) => parseDateTimeOffset(unquoted(token) ?? '') },
  localDateTime: { expected: 'a date and time', read: readLocalDateTime },
  duration: { expected: 'a duration', read: readDuration },
  collection: { expected: 'a collection', read: () => undefined },
};

/** Whether the word is an unquoted value rather than a path. */
export function isValueWord({ source }: WordToken): boolean {
  return /^([-+\d]|(null|true|false)$)/i.test(source) || findGuid(source) !== undefined;
}

export function isNullToken(token: ValueToken): boolean {
  return token.kind === 'word' && token.source.toLowerCase() === 'null';
}

/** `true` and `false` in any casing; `undefined` for all else. */
export function findBoolean({ kind, source }: { readonly kind: string; readonly source: string }): boolean | undefined {
  const word = kind === 'word' ? source.toLowerCase() : '';
  return word === 'true' || (word === 'false' ? false : undefined);
}

/** The comparison that a value stands in, as OData names its parts. */
export interface ValuePlace {
  readonly operatorKind: string;
  readonly isValueFirst: boolean;
}

export interface ValueRules {
  /** Whether enum members behind the sentinel are values. */
  readonly showsHiddenMembers: boolean;
  readonly notes: DeviationNotes;
  /** Absent in lists and functions. */
  readonly place?: ValuePlace;
}

/**
 * The values that the token stands for when compared with the field: one, but for the sentinel of an enumeration, which
 * stands for all members that the caller does not see. @throws filterInvalid
 */
export function readFilterValues(token: ValueToken, field: Field, rules: ValueRules): readonly FilterValue[] {
  if (field.kind === 'enum') return readMembers(token, field, rules);
  const { expected, read } = KINDS[field.kind];
  const value = read(token);
  if (value === undefined) throw valueUnfit(token, field, expected);
  const deviation = findDeviation(token, field, value);
  if (deviation !== undefined)
    rules.notes.addOrRefuse(deviation, { values: { reason: refusalReason(deviation, { token, field, rules }) } });
  return [value];
}

/** How the token differs from OData's literal for the value, if it does. */
function findDeviation(token: ValueToken, { kind }: Field, value: FilterValue): Deviation | undefined {
  const { source: found } = token;
  const isText = token.kind === 'text';
  if (kind === 'guid' || kind === 'text' || kind === 'localDateTime') {
    const name = kind === 'localDateTime' ? 'filterLocalDateUnquoted' : 'filterGuidUnquoted';
    return isText ? undefined : { name, found, expected: `'${value}'` };
  }
  if (kind !== 'dateTime' || (!isText && isDateTimeOffset(found))) return undefined;
  const expected = formatDateTimeOffset(String(value), 'Z');
  return { name: isText ? 'filterDateQuoted' : 'filterDateForm', found, expected };
}

interface Written {
  readonly token: ValueToken;
  readonly field: Field;
  readonly rules: ValueRules;
}

/** In the words of the service, where they are known. */
function refusalReason({ found, expected }: Deviation, { token, field, rules: { place } }: Written): string {
  const literal = literalType(token);
  if (literal === undefined) return clauseReason('dateTimeFormat', { value: found });
  if (place === undefined || field.kind === 'enum')
    return clauseReason('valueUnfit', { value: found, property: field.path, expected });
  const declared = field.kind === 'dateTime' ? 'Edm.DateTimeOffset' : 'Edm.String';
  const [left, right] = place.isValueFirst ? [literal, declared] : [declared, literal];
  return clauseReason('typesIncompatible', { left, right, operator: place.operatorKind });
}

/** The type that OData gives a literal; `undefined` for a date and time without offset, which has none. */
function literalType({ kind, source }: ValueToken): string | undefined {
  if (kind === 'text') return 'Edm.String';
  if (findGuid(source) !== undefined) return 'Edm.Guid';
  if (isDateTimeOffset(source)) return 'Edm.DateTimeOffset';
  return hasTime(source) ? undefined : 'Edm.Date';
}

function valueUnfit(token: ValueToken, { path }: Field, expected: string): Error {
  return clauseError('filterInvalid', 'valueUnfit', { value: token.source, property: path, expected });
}

function readMembers(token: ValueToken, field: Field, rules: ValueRules): readonly FilterValue[] {
  const { showsHiddenMembers, notes } = rules;
  const type = enumTypeOf(field);
  const members: readonly EnumMember[] = ENUMS[type];
  const prefixes = ['', type.replace('graph', NAMESPACE).toLowerCase()];
  const isPrefixed = token.kind === 'text' && prefixes.includes(token.prefix.toLowerCase());
  const name = isPrefixed ? token.value.toLowerCase() : '';
  const member = members.find((one) => one.name.toLowerCase() === name);
  if (member === undefined) {
    const shown = members.filter(({ isHidden }) => showsHiddenMembers || isHidden !== true);
    throw valueUnfit(token, field, `one of ${shown.map((one) => `'${one.name}'`).join(', ')}`);
  }
  if ((token as TextToken).value !== member.name) {
    const deviation = { name: 'filterMemberCasing', found: token.source, expected: `'${member.name}'` } as const;
    notes.addOrRefuse(deviation, { values: { reason: refusalReason(deviation, { token, field, rules }) } });
  }
  if (showsHiddenMembers) return member.isSentinel === true ? [] : [member.name];
  if (member.isHidden === true) throw clauseError('filterInvalid', 'memberHidden', { value: token.source });
  if (member.isSentinel !== true) return [member.name];
  return members.filter(({ isHidden }) => isHidden === true).map((one) => one.name);
}

/** The text of a quoted value without a prefix, or a word as it stands. */
function unquoted(token: ValueToken): string | undefined {
  if (token.kind === 'word') return token.source;
  return token.prefix === '' ? token.value : undefined;
}

/** A GUID may be unquoted even where the property is free text. */
function readText(token: ValueToken): string | undefined {
  if (token.kind === 'word') return findGuid(token.source) === undefined ? undefined : token.source;
  // Stored text has no NUL, so nothing could match.
  return token.prefix === '' && !token.value.includes('\u0000') ? token.value : undefined;
}

function readInteger(token: ValueToken): number | undefined {
  if (token.kind !== 'word' || !/^[-+]?\d{1,10}$/.test(token.source)) return undefined;
  const value = Number(token.source);
  return value >= -INT32 && value < INT32 ? value : undefined;
}

function readLocalDateTime(token: ValueToken): string | undefined {
  const canonical = parseDateTimeOffset(unquoted(token) ?? '');
  return canonical === undefined ? undefined : formatLocalDateTime(canonical);
}

function readDuration(token: ValueToken): string | undefined {
  const isPrefixed = token.kind === 'text' && ['', 'duration'].includes(token.prefix.toLowerCase());
  return isPrefixed && isDuration(token.value) ? token.value : undefined;
}
