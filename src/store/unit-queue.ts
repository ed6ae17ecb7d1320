/**
 * Admission of units of work to a database that runs several at once: so many run, the others wait in line.
 *
 * States of a unit. waiting: all places are taken; after `maxWaitMs` it is refused. running: it has a place, and keeps it
 * until its work settles.
 */
import { Unavailable } from '../lib/unavailable.ts';
import { refuseAsLate } from './write-limits.ts';
import type { WriteLimits } from './write-limits.ts';

export interface UnitQueueLimits extends WriteLimits {
  /** Units that run at once. */
  readonly maxRunning: number;
}

export interface UnitQueue {
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Units that wait for a place. */
  readonly length: number;
  /** Settles when everything that was admitted has settled. What comes later is refused as Unavailable. */
  close(): Promise<void>;
}

export function createUnitQueue(limits: UnitQueueLimits): UnitQueue {
  const line = new Set<() => void>();
  let running = 0;
  let isClosed = false;
  let onIdle: (() => void) | undefined;

  const takePlace = (): Promise<void> =>
    new Promise((resolve, reject) => {
      if (isClosed) return reject(new Unavailable('The store is closing.'));
      if (running < limits.maxRunning) {
        running += 1;
        return resolve();
      }
      const late = setTimeout(() => {
        line.delete(enter);
        refuseAsLate(reject, limits);
      }, limits.maxWaitMs);
      // The place is handed over by the unit that leaves it.
      const enter = (): void => {
        clearTimeout(late);
        resolve();
      };
      line.add(enter);
    });

  const leavePlace = (): void => {
    for (const next of line) {
      line.delete(next);
      return next();
    }
    running -= 1;
    if (running === 0) onIdle?.();
  };

  return {
    get length() {
      return line.size;
    },
    run: async (work) => {
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
