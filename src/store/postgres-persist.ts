/** Repeats work of which nothing was stored and that may succeed now. */
import { setTimeout as pause } from 'node:timers/promises';

import { Unavailable } from '../lib/unavailable.ts';
import { RetryTransaction } from './postgres-failure.ts';

const MAX_ATTEMPTS = 5;
const RETRY_MS = 10;

/** Runs the work again as long as it says that it may succeed. @param onTrouble told why it did not in the end */
export async function persist<Result>(
  work: () => Promise<Result>,
  onTrouble: ((cause: Unavailable) => void) | undefined,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (thrown) {
      const error = thrown instanceof RetryTransaction && attempt === MAX_ATTEMPTS ? thrown.error : thrown;
      if (error instanceof Unavailable) onTrouble?.(error);
      if (!(error instanceof RetryTransaction)) throw error;
    }
    // Those who met each other should not meet again.
    await pause(RETRY_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }
}
