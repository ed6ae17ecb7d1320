/** How far faults go at most. */

/** The longest that a call is kept waiting: ten minutes. */
export const MAX_WAIT_MS = 600_000;

/** Writes that a stale read lags behind. */
export const MAX_STALE_WRITES = 10;
