import { secondsText } from './calendar.ts';

/** `2026-01-02T03:04:05Z` for epoch milliseconds. */
export function formatUtcSeconds(epochMs: number): string {
  return `${secondsText(Math.floor(epochMs / 1000))}Z`;
}

/** `2026-01-02T03:04:05.678Z` for epoch milliseconds. */
export function formatUtcMilliseconds(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000);
  const milliseconds = Math.floor(epochMs - seconds * 1000);
  return `${secondsText(seconds)}.${String(milliseconds).padStart(3, '0')}Z`;
}

/** Canonical UTC text, as columns and rules have instants: no offset, a fraction without trailing zeros. */
export function formatInstant(epochMs: number): string {
  return formatUtcMilliseconds(epochMs).replace(/\.?0*Z$/, '');
}

/** The same day and time so many years later, as canonical UTC text; 29 February may become 1 March. */
export function addYears(instant: string, years: number): string {
  const date = new Date(`${instant}Z`);
  return formatInstant(date.setUTCFullYear(date.getUTCFullYear() + years));
}

/** `Fri, 02 Jan 2026 03:04:05 GMT` for epoch milliseconds: how HTTP writes dates. */
export function formatHttpDate(epochMs: number): string {
  return new Date(epochMs).toUTCString();
}
