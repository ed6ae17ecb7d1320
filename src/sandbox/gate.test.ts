import { expect, test } from 'vitest';

import { createGate } from './gate.ts';

/** Work that ends when it is told to. */
function createWork(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = async (): Promise<string> => {
    log.push(`${name} begins`);
    await promise;
    log.push(`${name} ends`);
    return name;
  };
  return { run, end: resolve };
}

test('works pass side by side; what is exclusive waits for them, and they for it', async () => {
  const log: string[] = [];
  const gate = createGate();
  const [one, two, reset, next, late] = ['one', 'two', 'reset', 'next', 'late'].map((name) => createWork(name, log));
  const results = [
    gate.pass(one!.run),
    gate.pass(two!.run),
    gate.exclusively(reset!.run),
    gate.exclusively(next!.run),
    gate.pass(late!.run),
  ];
  two!.end();
  one!.end();
  reset!.end();
  next!.end();
  late!.end();
  expect(await Promise.all(results)).toEqual(['one', 'two', 'reset', 'next', 'late']);
  expect(log.slice(0, 2)).toEqual(['one begins', 'two begins']);
  const at = (entry: string) => log.indexOf(entry);
  expect(at('reset begins')).toBeGreaterThan(Math.max(at('one ends'), at('two ends')));
  for (const name of ['reset', 'next', 'late']) expect(at(`${name} ends`)).toBe(at(`${name} begins`) + 1);
  expect(at('late begins')).toBeGreaterThan(at('reset ends'));
});

test('what does not end in time is not waited for, and nothing is done', async () => {
  const log: string[] = [];
  const gate = createGate(1);
  const stuck = createWork('stuck', log);
  const passing = gate.pass(stuck.run);
  await expect(gate.exclusively(createWork('reset', log).run)).rejects.toMatchObject({ status: 503 });
  expect(log).toEqual(['stuck begins']);
  stuck.end();
  await passing;
  expect(await gate.exclusively(async () => 'done')).toBe('done');
});

test('a failure leaves the gate as it was', async () => {
  const gate = createGate();
  const fail = () => Promise.reject(new Error('broken'));
  await expect(gate.pass(fail)).rejects.toThrow('broken');
  await expect(gate.exclusively(fail)).rejects.toThrow('broken');
  expect(await gate.exclusively(() => Promise.resolve('done'))).toBe('done');
  expect(await gate.pass(() => Promise.resolve('done'))).toBe('done');
});
