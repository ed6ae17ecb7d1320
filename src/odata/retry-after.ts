/** How long to wait: the message counts whole minutes, as documented; Retry-After seconds, as in HTTP. */

const MINUTE_MS = 60_000;

interface RetryAfter {
  readonly values: { readonly noOfMinutes: number };
  readonly headers: { readonly 'retry-after': string };
}

/** Values and headers for the refusals tooManyRequests and serviceUnavailable. */
export function retryAfter(waitMs: number): RetryAfter {
  return retryAfterExactly(minutesOf(waitMs) * MINUTE_MS);
}

/** As {@link retryAfter}, where minutes are too coarse: the header has the seconds, rounded up. */
export function retryAfterExactly(waitMs: number): RetryAfter {
  const values = { noOfMinutes: minutesOf(waitMs) };
  return { values, headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } };
}

function minutesOf(waitMs: number): number {
  return Math.max(1, Math.ceil(waitMs / MINUTE_MS));
}
