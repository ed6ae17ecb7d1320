/** How long to wait: the message counts whole minutes, as documented; Retry-After seconds, as in HTTP. */

const MINUTE_MS = 60_000;

/** Values and headers for the refusals tooManyRequests and serviceUnavailable. */
export function retryAfter(waitMs: number): {
  readonly values: { readonly noOfMinutes: number };
  readonly headers: { readonly 'retry-after': string };
} {
  const noOfMinutes = Math.max(1, Math.ceil(waitMs / MINUTE_MS));
  return { values: { noOfMinutes }, headers: { 'retry-after': String(noOfMinutes * 60) } };
}
