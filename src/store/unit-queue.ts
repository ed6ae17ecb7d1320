/**
 * Admission of units of work to a database that runs several at once: so many run, so many more wait in line.
 *
 * States of a unit. waiting: all places are taken. running: it has a place, and keeps it until its work settles. A unit
 * that has waited longer than `maxWaitMs` when its turn comes is refused, as its caller has given up by then.
 */
import { monotonicMs } from '../lib/clock.ts';
import { Unavailable } from '../lib/unavailable.ts';

export interface UnitQueueLimits {
  /** Units that run at once. */
  readonly maxRunning: number;
  /** Units that run or wait; one more is refused as Unavailable. */
  readonly maxQueued: number;
  readonly maxWaitMs: number;
}

export interface UnitQueue {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Settles when everything that was admitted has settled. What comes later is refused as Unavailable. */
  close(): Promise<void>;
}

export function createUnitQueue({ maxRunning, maxQueued, maxWaitMs }: UnitQueueLimits): UnitQueue {
  const line: (() => void)[] = [];
  let running = 0;
  let isClosed = false;
  let onIdle: (() => void) | undefined;

  async function takePlace(): Promise<void> {
    if (running < maxRunning) {
      running += 1;
      return;
    }
    const since = monotonicMs();
    // The place is handed over by the unit that leaves it.
    await new Promise<void>((resolve) => line.push(resolve));
    if (monotonicMs() - since <= maxWaitMs) return;
    leavePlace();
    throw new Unavailable('The write has waited too long for its turn.');
  }

  function leavePlace(): void {
    const next = line.shift();
    if (next !== undefined) return next();
    running -= 1;
    if (running === 0) onIdle?.();
  }

  return {
    run: async (work) => {
      if (isClosed) throw new Unavailable('The store is closing.');
      if (running + line.length >= maxQueued) throw new Unavailable('Too many writes are waiting.');
      await takePlace();
      try {
        return await work();
      } finally {
        leavePlace();
      }
    },
    close: () => {
      isClosed = true;
      return new Promise((resolve) => {
        if (running === 0) resolve();
        else onIdle = resolve;
      });
    },
  };
}
