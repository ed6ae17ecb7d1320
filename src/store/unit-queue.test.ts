import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';

import type { Unavailable } from '../lib/unavailable.ts';
import { createUnitQueue } from './unit-queue.ts';

/** A queue with one place, which a unit holds until it is told to leave. */
function openBench({ maxWaitMs = 60_000 } = {}) {
  const troubles: Unavailable[] = [];
  const queue = createUnitQueue({ maxRunning: 1, maxWaitMs, onTrouble: (cause) => troubles.push(cause) });
  const { promise, resolve: leave } = Promise.withResolvers<void>();
  const held = queue.run(() => promise);
  return { ...queue, leave, held, troubles };
}

/** What the promise has come to by the end of this turn. */
const nowOf = <Value>(promise: Promise<Value>) => Promise.race([promise, nextTurn('waiting')]);

test('a unit waits for a place, and units take their turn', async () => {
  const { run, leave } = openBench();
  const ended: number[] = [];
  const others = [1, 2, 3].map((number) => run(async () => ended.push(number)));
  expect(await nowOf(Promise.all(others))).toBe('waiting');
  leave();
  await Promise.all(others);
  expect(ended).toEqual([1, 2, 3]);
});

test('a unit that fails leaves its place', async () => {
  const { run, leave } = openBench();
  leave();
  await expect(run(() => Promise.reject(new Error('The database is away.')))).rejects.toThrow('away');
  expect(await nowOf(run(async () => 'done'))).toBe('done');
});

test('a unit that has waited too long is refused, while the one before it goes on', async () => {
  const { run, leave, held, troubles } = openBench({ maxWaitMs: 10 });
  const late = run(async () => 'done');
  await expect(late).rejects.toThrow('waited too long');
  await expect(late).rejects.toMatchObject({ trouble: 'busy', retryAfterMs: 1000 });
  expect(troubles).toMatchObject([{ trouble: 'busy' }]);
  expect(await nowOf(held)).toBe('waiting');
  leave();
  expect(await nowOf(run(async () => 'done'))).toBe('done');
});

test('the queue is closed when all that it admitted has ended, and takes nothing more', async () => {
  const { run, leave, close } = openBench();
  const waiting = run(async () => 'done');
  const closed = close();
  expect(await nowOf(closed)).toBe('waiting');
  await expect(run(async () => 'done')).rejects.toThrow('The store is closing.');
  leave();
  await closed;
  expect(await nowOf(waiting)).toBe('done');
});
