/** The one source of the current time. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Whether it shows the time of day, as all the world does at present. One that does not say shows what it likes. */
  readonly isReal?: boolean;
}

export const systemClock: Clock = { now: () => Date.now(), isReal: true };

/** Milliseconds from a fixed point in the past, for durations: not touched when the time of day is set. */
export function monotonicMs(): number {
  return performance.now();
}
