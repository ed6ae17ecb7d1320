/**
 * How fast requests may go out. A bucket holds what one batch takes and fills at a rate, so that no minute has more requests
 * than the budget. The rate adapts as TCP does (additive increase, multiplicative decrease): a 429 halves it, each request
 * that goes well raises it a little, up to the budget. After a 429 or 503 all wait: as long as the answer asks for, and
 * where it does not say, twice as long each time, with jitter.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { monotonicMs } from '../lib/clock.ts';
import { MAX_BATCH } from '../model/sync-target.ts';

export interface Timer {
  /** Milliseconds from a fixed point in the past. */
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
}

const systemTimer: Timer = {
  now: monotonicMs,
  wait: (ms, signal) => pause(ms, undefined, { signal }),
  random: Math.random,
};

export interface Pace {
  /** Waits until so many requests, at most those of a batch, may go out. @throws when the signal is aborted */
  take(requests: number, signal: AbortSignal): Promise<void>;
  succeeded(requests: number): void;
  /**
   * @param retryAfterMs as the answer asks; `undefined` where it does not say
   * @param isAlone whether nothing else of the batch went well
   */
  throttled(retryAfterMs: number | undefined, isAlone?: boolean): void;
  /** Of the budget: less than 1 while others have the rest. */
  setShare(share: number): void;
  /** Requests a minute, at present. */
  rate(): number;
}

/** What a comparison or a pull has of the budget, and what is left to the sender meanwhile. */
export const WALK_SHARE = 0.5;
export const SENDER_SHARE = 1 - WALK_SHARE;

const MINUTE_MS = 60_000;
/** Far below what any tenant allows: from there it finds its way up again. */
const MIN_PER_MINUTE = 12;
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 60_000;
/** More than an hour is a mistake of the other side, or of a test of it. */
const MAX_RETRY_AFTER_MS = 3_600_000;
/** A hundred requests that go well undo a tenth of the budget. */
const INCREASE = 0.001;

export function createPace(requestsPerMinute: number, timer: Timer = systemTimer): Pace {
  const { now, wait, random } = timer;
  // What the full bucket adds to a minute is taken off the rate.
  const highestOf = (share: number): number => Math.max(1, requestsPerMinute * share - MAX_BATCH);
  let highest = highestOf(1);
  let rate = highest;
  let filled = MAX_BATCH;
  let filledAt = now();
  let blockedUntil = -Infinity;
  let throttledAt = -Infinity;
  let inRow = 0;
  const fill = (): void => {
    const at = now();
    filled = Math.min(MAX_BATCH, filled + ((at - filledAt) * rate) / MINUTE_MS);
    filledAt = at;
  };
  return {
    take: async (requests, signal) => {
      for (;;) {
        signal.throwIfAborted();
        fill();
        const missing = requests - filled;
        const untilFilled = missing <= 1e-6 ? 0 : (missing / rate) * MINUTE_MS;
        const waitMs = Math.max(untilFilled, blockedUntil - now());
        if (waitMs <= 0) break;
        await wait(Math.ceil(waitMs), signal);
      }
      filled -= requests;
    },
    succeeded: (requests) => {
      fill();
      inRow = 0;
      rate = Math.min(highest, rate + requests * highest * INCREASE);
    },
    throttled: (retryAfterMs, isAlone = true) => {
      fill();
      const at = now();
      // Answers to what was sent before the rate was halved say nothing about the new rate.
      if (at >= blockedUntil && at - throttledAt >= FIRST_BACKOFF_MS / 2) {
        rate = Math.max(Math.min(MIN_PER_MINUTE, highest), rate / 2);
        inRow = isAlone ? inRow + 1 : 1;
        throttledAt = at;
      }
      const backoff = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (inRow - 1));
      const asked =
        retryAfterMs === undefined ? backoff * (0.5 + random() / 2) : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS);
      blockedUntil = Math.max(blockedUntil, at + asked);
    },
    setShare: (share) => {
      const next = highestOf(share);
      if (next === highest) return;
      fill();
      rate *= next / highest;
      highest = next;
    },
    rate: () => Math.round(rate),
  };
}
