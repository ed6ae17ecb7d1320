/** Values as people read them, in the language and time zone of the browser. */
import { texts } from '../texts.ts';

const instants = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const numbers = new Intl.NumberFormat();
const percents = new Intl.NumberFormat(undefined, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

export function formatInstant(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : instants.format(time);
}

/** Without the date where that is today. */
export function formatRecent(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return text;
  return dates.format(time) === dates.format(Date.now()) ? times.format(time) : instants.format(time);
}

/** To the minute: for what people plan by, where seconds would only be in the way. */
export function formatMoment(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : moments.format(time);
}

export function formatDate(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : dates.format(time);
}

export function formatNumber(value: number): string {
  return numbers.format(value);
}

export function formatShare(share: number): string {
  return percents.format(share);
}

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** JSON as people read it; any other text as it is. */
export function formatJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** The lines of a text that hold something. */
export function readLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

export function formatBytes(bytes: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1);
  const value = bytes / 1000 ** step;
  return `${formatNumber(Math.round(value * 10) / 10)} ${BYTE_UNITS[step]}`;
}

/** "in 3 days", "2 minutes ago". */
export function formatDistance(time: number, now: number): string {
  const distance = time - now;
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? (['second', 1_000] as const);
  return relative.format(Math.round(distance / size), unit);
}

/** "3 min 20 s": the two largest units. */
export function formatDuration(ms: number): string {
  const parts = DURATION_UNITS.map(([unit, size], index) => {
    const larger = DURATION_UNITS[index - 1]?.[1];
    const rest = larger === undefined ? ms : ms % larger;
    return [unit, Math.floor(rest / size)] as const;
  });
  const first = parts.findIndex(([, value]) => value > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([, value]) => value > 0);
  return shown.map(([unit, value]) => `${formatNumber(value)} ${unit}`).join(' ');
}

const DURATION_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A dateTimeTimeZone whose zone is UTC, or whose zone the browser does not know, as it stands; times of UTC in local time. */
export function formatZoned({ dateTime, timeZone }: { readonly dateTime: string; readonly timeZone: string }): string {
  return timeZone === 'UTC'
    ? formatMoment(`${dateTime.slice(0, 23)}Z`)
    : `${dateTime.slice(0, 16).replace('T', ' ')} (${timeZone})`;
}

/** `completionPercentage` as "Completion percentage", unless people call it otherwise. */
export function toLabel(name: string): string {
  const known = texts.names[name];
  if (known !== undefined) return known;
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/ Date Time$/, '')
    .split(' ');
  const text = words.map((word) => (word === word.toUpperCase() ? word : word.toLowerCase())).join(' ');
  return (text.charAt(0).toUpperCase() + text.slice(1)).replaceAll(/\b(id|url)\b/gi, (word) => word.toUpperCase());
}
