/** How far faults go at most, and unless they say otherwise. */

/** The longest that a call is kept waiting: ten minutes. */
export const MAX_WAIT_MS = 600_000;

/** Writes that a stale read lags behind. */
export const MAX_STALE_WRITES = 10;
/** The age at which every write shows: 31 days. */
export const MAX_STALE_MS = 2_678_400_000;

/** Retry-After of a fault that names no other: clients with a retry handler get through it within a test. */
export const DEFAULT_RETRY_AFTER_SECONDS = 1;
