/** `2026-01-02T03:04:05Z` for epoch milliseconds. */
export function formatUtcSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
