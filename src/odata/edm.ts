/** Edm primitives: text of the wire <-> value of a rule. Dates are carried as canonical UTC text that sorts as text. */

const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|z|[+-]\d{2}:\d{2})?)?$/;
const DURATION = /^-?P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,12})?S)?)?$/;
const MINUTE_MS = 60_000;
const MAX_OFFSET_MINUTES = 14 * 60;

/**
 * The instant that an Edm.DateTimeOffset names, as canonical text `YYYY-MM-DDTHH:mm:ss[.f]` in UTC: no offset, fraction
 * of up to 7 digits without trailing zeros. Accepted beside the standard form: no offset (UTC), no seconds, date only, a
 * space for T, more digits (cut). `undefined` when it names no instant of the years 1 to 9999.
 */
export function parseDateTimeOffset(text: string): string | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset = 'Z'] = match;
  const local = utcMilliseconds([year, month, day, hour, minute, second].map(Number));
  const offsetMinutes = parseOffset(offset);
  if (local === undefined || offsetMinutes === undefined) return undefined;
  const digits = fraction.slice(0, 7).replace(/0+$/, '');
  return canonicalText(local - offsetMinutes * MINUTE_MS, digits);
}

/** Whether a text that can be parsed is an Edm.DateTimeOffset as it is defined: with `T` and an offset. */
export function isDateTimeOffset(text: string): boolean {
  return hasTime(text) && hasOffset(text);
}

/** Whether a text that can be parsed is a date and time without offset, as in graph.dateTimeTimeZone. */
export function isLocalDateTime(text: string): boolean {
  return hasTime(text) && !hasOffset(text);
}

/** After the date: a `T`, as it is defined. */
function hasTime(text: string): boolean {
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

/** Epoch milliseconds of a date and time that the calendar has; `undefined` for 30 February or 25 o'clock. */
function utcMilliseconds(parts: readonly number[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isCalendarDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0;
  if (!isCalendarDay || hour > 23 || minute > 59 || second > 59) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

function canonicalText(epochMs: number, fraction: string): string | undefined {
  const text = new Date(epochMs).toISOString();
  // Years outside 1 to 9999 print with a sign or as 0000.
  if (text.length !== 24 || text.startsWith('0000')) return undefined;
  return text.slice(0, 19) + (fraction === '' ? '' : `.${fraction}`);
}
