import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { createUnitQueue } from './unit-queue.ts';

/** A queue with one place, which a unit holds until it is told to leave. */
function openBench({ maxQueued = 10, maxWaitMs = 60_000 } = {}) {
  const queue = createUnitQueue({ maxRunning: 1, maxQueued, maxWaitMs });
  const { promise, resolve: leave } = Promise.withResolvers<void>();
  const held = queue.run(() => promise);
  return { ...queue, leave, held };
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

test('a unit that has waited too long is refused, and leaves its place', async () => {
  const { run, leave } = openBench({ maxWaitMs: 0 });
  const late = run(async () => 'done');
  await nextTurn();
  leave();
  await expect(late).rejects.toThrow('waited too long');
  expect(await nowOf(run(async () => 'done'))).toBe('done');
});

test('one unit too many is refused', async () => {
  const { run, leave } = openBench({ maxQueued: 2 });
  const waiting = run(async () => 'done');
  await expect(run(async () => 'done')).rejects.toThrow('Too many writes are waiting.');
  leave();
  expect(await waiting).toBe('done');
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
