/** The one source of the current time. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds from a fixed point in the past, for durations: not touched when the time of day is set. */
export function monotonicMs(): number {
  return performance.now();
}
