/** Edm primitives: text of the wire <-> value of a rule. Dates are carried as canonical UTC text that sorts as text. */
import { FIRST_SECOND, findSeconds, LAST_SECOND, secondsText } from '../lib/calendar.ts';

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|z|[+-]\d{2}:\d{2})?)?$/;
const DURATION = /^-?P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,12})?S)?)?$/;
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * The instant that an Edm.DateTimeOffset names, as canonical text `YYYY-MM-DDTHH:mm:ss[.f]` in UTC: no offset, fraction
 * of up to 7 digits without trailing zeros. Accepted beside the standard form: no offset (UTC), no seconds, date only, a
 * space for T, more digits (cut). `undefined` when it names no instant of the years 1 to 9999.
 */
export function parseDateTimeOffset(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, date = '', hour = '0', minute = '0', second = '0', fraction = '', offset = 'Z'] = match;
  const local = findSeconds(date, [Number(hour), Number(minute), Number(second)]);
  const offsetMinutes = parseOffset(offset);
  if (local === undefined || offsetMinutes === undefined) return undefined;
  const seconds = local - offsetMinutes * 60;
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND) return undefined;
  const digits = fraction.slice(0, 7).replace(/0+$/, '');
  return secondsText(seconds) + (digits === '' ? '' : `.${digits}`);
}

/** Whether the text is written as {@link parseDateTimeOffset} takes it, though perhaps no such instant exists. */
export function hasDateTimeForm(text: string): boolean {
  return DATE_TIME.test(text);
}

/** Whether a text that can be parsed is an Edm.DateTimeOffset as it is defined: with `T` and an offset. */
export function isDateTimeOffset(text: string): boolean {
  return hasTime(text) && hasOffset(text);
}

/** Whether a text that can be parsed is a date and time without offset, as in graph.dateTimeTimeZone. */
export function isLocalDateTime(text: string): boolean {
  return hasTime(text) && !hasOffset(text);
}

/** Whether a text that can be parsed separates date and time by a space. */
export function hasSpaceForT(text: string): boolean {
  return text[10] === ' ';
}

/** Whether a date is followed by a `T`, as it is defined. */
export function hasTime(text: string): boolean {
  return text[10] === 'T' || text[10] === 't';
}

/** `Z`, or the sign of `+00:00`. */
function hasOffset(text: string): boolean {
  const [last, sign] = [text.at(-1), text.at(-6)];
  return last === 'Z' || last === 'z' || sign === '+' || sign === '-';
}

/** Canonical text -> wire text. */
export function formatDateTimeOffset(canonical: string, utcOffset: '+00:00' | 'Z'): string {
  return canonical + utcOffset;
}

/** Canonical text -> a local date and time with seven fractional digits, as the service prints it. */
export function formatLocalDateTime(canonical: string): string {
  const [seconds = '', fraction = ''] = canonical.split('.');
  return `${seconds}.${fraction.padEnd(7, '0')}`;
}

/** Whether the text is an Edm.Duration (xs:dayTimeDuration): `PT20M` is, `PDT1H` and `P1M` are not. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  const total = hours * 60 + minutes;
  if (minutes > 59 || total > MAX_OFFSET_MINUTES) return undefined;
  return text.startsWith('-') ? -total : total;
}
