/**
 * Instants by days and seconds, as text and as numbers. What day a date is, and what date a day has, is remembered: to work
 * it out takes longer than all the rest of an instant's text.
 */
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

/**
 * Seconds since 1970 of a date `YYYY-MM-DD` and a second of that day; `undefined` where there is no such second, or the
 * calendar does not have the date, as 30 February.
 */
export function findSeconds(date: string, second: number | undefined): number | undefined {
  const day = days.get(date) ?? remember(days, date, Date.parse(`${date}T00:00:00Z`) / DAY_MS);
  // A date that the calendar does not have is taken for a later one.
  const isKnown = second !== undefined && !Number.isNaN(day) && dateOf(day) === date;
  return isKnown ? day * DAY_SECONDS + second : undefined;
}

/** `undefined` for 25 o'clock. */
export function findSecondOfDay(hour: number, minute: number, second: number): number | undefined {
  return hour <= 23 && minute <= 59 && second <= 59 ? (hour * 60 + minute) * 60 + second : undefined;
}

/** `YYYY-MM-DDTHH:mm:ss` of whole seconds from 1970. @throws RangeError when `Date` does not reach so far */
export function secondsText(epochSeconds: number): string {
  const day = Math.floor(epochSeconds / DAY_SECONDS);
  const second = epochSeconds - day * DAY_SECONDS;
  const minute = Math.floor(second / 60);
  return `${dateOf(day)}T${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}:${twoDigits(second % 60)}`;
}

function twoDigits(number: number): string {
  return TWO_DIGITS[number] as string;
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): Value {
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(key, value);
  return value;
}
