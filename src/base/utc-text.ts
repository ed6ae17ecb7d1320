/** `2026-01-02T03:04:05Z` for epoch milliseconds. */
export function formatUtcSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** `2026-01-02T03:04:05.678Z` for epoch milliseconds. */
export function formatUtcMilliseconds(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** `Fri, 02 Jan 2026 03:04:05 GMT` for epoch milliseconds: how HTTP writes dates. */
export function formatHttpDate(epochMs: number): string {
  return new Date(epochMs).toUTCString();
}
