/**
 * A clock that can be set, for everything that a client can see of time: tokens, grants, keys, throttles, dates of answers.
 *
 * States: real, where it shows what the clock under it shows; running, from the moment that it was given, so many times
 * as fast as the clock under it; frozen, where it shows one moment. Each step leads from any state into the one it
 * names; {@link SandboxClock.advance} makes a real clock a running one and leaves a frozen one frozen.
 *
 * It may jump, both ways. So whoever keeps something for a time compares with `now()` when it is used, and does not
 * take a time that lies ahead for one that has not passed long enough. What has been removed because its time was over
 * does not come back with the time.
 */
import type { Clock } from '../lib/clock.ts';
import { formatUtcMilliseconds } from '../lib/utc-text.ts';

/** The first moment that can be shown. */
const EARLIEST_MS = 0;
/** The last one: the end of the year 9999, up to which all formats of time hold. */
export const LATEST_MS = 253_402_300_799_999;
/** Eleven days in a second. */
export const MAX_FACTOR = 1_000_000;

export type ClockMode = 'real' | 'running' | 'frozen';

export interface ClockDescription {
  readonly mode: ClockMode;
  /** `2026-01-02T03:04:05.678Z` */
  readonly now: string;
  /** How many times as fast as the clock under it: 1 when real, 0 when frozen. */
  readonly factor: number;
  /** By how much it is ahead of the clock under it at this moment. */
  readonly offsetMs: number;
}

/** What to go on from, as plain JSON. `now` is epoch milliseconds. */
export type ClockState =
  | { readonly mode: 'real' }
  | { readonly mode: 'running'; readonly now: number; readonly factor: number }
  | { readonly mode: 'frozen'; readonly now: number };

export interface SandboxClock extends Clock {
  readonly isReal: boolean;
  /** Stands still at the moment, or where it is. @throws RangeError when it cannot show the moment */
  freeze(atMs?: number): void;
  /** Goes on from the moment, as fast as before; a frozen clock as fast as the one under it. @throws RangeError */
  set(atMs: number): void;
  /** Goes forward, or back by a negative duration. @throws RangeError */
  advance(durationMs: number): void;
  /** Goes on from where it is, so many times as fast as the clock under it. @throws RangeError */
  run(factor: number): void;
  /** Shows the time of the clock under it. */
  reset(): void;
  describe(): ClockDescription;
  capture(): ClockState;
  /** Goes on where the state was captured, however long ago that was. @throws RangeError */
  restore(state: ClockState): void;
}

/** Where it was when the clock under it showed `baseMs`. */
interface Running {
  readonly mode: 'running' | 'frozen';
  readonly shownMs: number;
  readonly baseMs: number;
  readonly factor: number;
}

export function createSandboxClock(base: Clock): SandboxClock {
  let running: Running | undefined;
  const shownAt = (baseMs: number): number => (running === undefined ? baseMs : timeOf(running, baseMs));
  const now = (): number => shownAt(base.now());
  const pace = (): number => running?.factor ?? 1;
  const start = (mode: Running['mode'], shownMs: number, factor: number): void => {
    checkTime(shownMs);
    running = { mode, shownMs: Math.trunc(shownMs), baseMs: base.now(), factor };
  };
  const reset = (): void => {
    running = undefined;
  };
  const freeze = (atMs = now()): void => start('frozen', atMs, 0);
  const runFrom = (atMs: number, factor: number): void => {
    checkFactor(factor);
    start('running', atMs, factor);
  };
  const restore = (state: ClockState): void => {
    if (state.mode === 'real') reset();
    else if (state.mode === 'frozen') freeze(state.now);
    else runFrom(state.now, state.factor);
  };
  return {
    now,
    get isReal() {
      return running === undefined && base.isReal === true;
    },
    freeze,
    set: (atMs) => runFrom(atMs, pace() === 0 ? 1 : pace()),
    advance: (durationMs) => start(pace() === 0 ? 'frozen' : 'running', now() + durationMs, pace()),
    run: (factor) => runFrom(now(), factor),
    reset,
    describe: () => {
      const baseMs = base.now();
      const shownMs = shownAt(baseMs);
      const mode = running?.mode ?? 'real';
      return { mode, now: formatUtcMilliseconds(shownMs), factor: pace(), offsetMs: shownMs - baseMs };
    },
    capture: () => {
      if (running === undefined) return { mode: 'real' };
      const { mode, factor } = running;
      return mode === 'frozen' ? { mode, now: now() } : { mode, now: now(), factor };
    },
    restore,
  };
}

/** A fast clock stops at the end of what it can show. */
function timeOf({ shownMs, baseMs, factor }: Running, baseNow: number): number {
  const shown = Math.trunc(shownMs + (baseNow - baseMs) * factor);
  return Math.min(Math.max(shown, EARLIEST_MS), LATEST_MS);
}

function checkFactor(factor: number): void {
  if (!(factor > 0 && factor <= MAX_FACTOR)) throw new RangeError(`The factor must be above 0, up to ${MAX_FACTOR}.`);
}

function checkTime(ms: number): void {
  if (!(ms >= EARLIEST_MS && ms <= LATEST_MS)) {
    throw new RangeError(
      `The time must be from ${formatUtcMilliseconds(EARLIEST_MS)} to ${formatUtcMilliseconds(LATEST_MS)}.`,
    );
  }
}
