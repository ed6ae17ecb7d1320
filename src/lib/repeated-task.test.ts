import { expect, test } from 'vitest';

import { RepeatedTask } from './repeated-task.ts';

test('a task goes on after failures, and tells the first of a row', async () => {
  const failures: unknown[] = [];
  const outcomes = ['first', 'second', undefined, 'third', 'fourth', undefined];
  let runs = 0;
  const over = Promise.withResolvers<void>();
  await using _task = new RepeatedTask(
    async () => {
      const cause = outcomes[runs];
      runs += 1;
      if (runs === outcomes.length) over.resolve();
      if (cause !== undefined) throw new Error(cause);
    },
    { pauseMs: 1, onFailure: (cause) => failures.push((cause as Error).message) },
  );
  await over.promise;
  expect(failures).toEqual(['first', 'third']);
});

test('the end waits for the run that is under way, and no other comes after it', async () => {
  let runs = 0;
  let finish = () => {};
  const begun = Promise.withResolvers<void>();
  const task = new RepeatedTask(
    async () => {
      runs += 1;
      begun.resolve();
      await new Promise<void>((resolve) => (finish = resolve));
    },
    { pauseMs: 0, onFailure: () => {} },
  );
  await begun.promise;
  let isOver = false;
  const ending = task[Symbol.asyncDispose]().then(() => (isOver = true));
  await Promise.resolve();
  expect(isOver).toBe(false);
  finish();
  await ending;
  expect(runs).toBe(1);
});
