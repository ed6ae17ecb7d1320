/**
 * Instants by days and seconds, as text and as numbers. What day a date is, and what date a day has, is remembered: to work
 * it out takes longer than all the rest of an instant's text.
 */

/** Of the years 1 to 9999, which instants are of, since 1970. */
export const FIRST_SECOND = -62_135_596_800;
export const LAST_SECOND = 253_402_300_799;

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;
const MAX_REMEMBERED = 4096;
const dates = new Map<number, string>();
const days = new Map<string, number>();
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** `YYYY-MM-DD` of a day counted from 1970; as `Date` writes it outside of the years 0 to 9999. @throws RangeError */
function dateOf(day: number): string {
  return (
    dates.get(day) ?? remember(dates, day, new Date(day * DAY_MS).toISOString().slice(0, -'T00:00:00.000Z'.length))
  );
}

/** NaN for a date that the calendar does not have: `Date` takes it for a later one. */
function readDay(date: string): number {
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
  return Number.isNaN(day) || dateOf(day) !== date ? Number.NaN : day;
}

/**
 * Seconds since 1970 of a date `YYYY-MM-DD` and a time of that day; `undefined` where calendar or clock do not have them,
 * as 30 February or 25 o'clock, and in the year 0.
 */
export function findSeconds(
  date: string,
  [hour, minute, second]: readonly [hour: number, minute: number, second: number],
): number | undefined {
  const day = days.get(date) ?? remember(days, date, readDay(date));
  const seconds = day * DAY_SECONDS + (hour * 60 + minute) * 60 + second;
  // What is NaN is no such second either.
  return hour <= 23 && minute <= 59 && second <= 59 && seconds >= FIRST_SECOND ? seconds : undefined;
}

/** `YYYY-MM-DDTHH:mm:ss` of whole seconds from 1970. @throws RangeError when `Date` does not reach so far */
export function secondsText(epochSeconds: number): string {
  const day = Math.floor(epochSeconds / DAY_SECONDS);
  const second = epochSeconds - day * DAY_SECONDS;
  const minute = Math.floor(second / 60);
  return `${dateOf(day)}T${TWO_DIGITS[Math.floor(minute / 60)]}:${TWO_DIGITS[minute % 60]}:${TWO_DIGITS[second % 60]}`;
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): Value {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(key, value);
  return value;
}
