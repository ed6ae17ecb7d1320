import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { createSetQueue } from './set-queue.ts';

/** `kind key`, as in `insert a`. */
type Unit = string;

const keyOf = (unit: Unit): string => unit.split(' ')[1] ?? '';

/** A queue whose groups end when they are told to; units with a `!` are left undone. */
function openBench({ maxWaitMs = 60_000 } = {}) {
  const groups: (readonly Unit[])[] = [];
  const alone: Unit[] = [];
  const ends: PromiseWithResolvers<void>[] = [];
  const queue = createSetQueue<Unit, string>({
    kindOf: (unit) => unit.split(' ')[0] ?? '',
    keyOf,
    runGroup: async (units) => {
      groups.push(units);
      const end = Promise.withResolvers<void>();
      ends.push(end);
      await end.promise;
      return new Set(units.filter((unit) => !unit.includes('!')).map(keyOf));
    },
    runAlone: async (unit) => {
      alone.push(unit);
      return 'done alone';
    },
    done: 'done',
    limits: { maxWaitMs },
  });
  return { ...queue, groups, alone, endGroup: (index: number) => ends[index]?.resolve(), ends };
}

describe('units of one turn', () => {
  test('are one group for each kind', async () => {
    const { run, groups, endGroup } = openBench();
    const results = ['insert a', 'update a', 'insert b', 'update b'].map(run);
    await nextTurn();
    expect(groups).toEqual([
      ['insert a', 'insert b'],
      ['update a', 'update b'],
    ]);
    endGroup(0);
    endGroup(1);
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done', 'done']);
  });

  test('with the same key are in different groups', async () => {
    const { run, groups } = openBench();
    for (const unit of ['insert a', 'insert b', 'insert a', 'insert b']) void run(unit);
    await nextTurn();
    expect(groups).toEqual([
      ['insert a', 'insert b'],
      ['insert a', 'insert b'],
    ]);
  });

  test('are no more than 500 in a group', async () => {
    const { run, groups } = openBench();
    for (let key = 0; key < 502; key += 1) void run(`insert ${key}`);
    await nextTurn();
    expect(groups.map((group) => group.length)).toEqual([500, 2]);
  });

  test('that wait for two groups of their kind are the next', async () => {
    const { run, groups, endGroup } = openBench();
    for (const pair of ['ab', 'cd', 'ef', 'gh']) {
      for (const key of pair) void run(`insert ${key}`);
      await nextTurn();
    }
    expect(groups).toHaveLength(2);
    endGroup(1);
    await nextTurn();
    expect(groups[2]).toEqual(['insert e', 'insert f', 'insert g', 'insert h']);
  });
});

describe('a unit', () => {
  test('that its group leaves undone is run alone', async () => {
    const { run, alone, endGroup } = openBench();
    const results = [run('insert a'), run('insert b!')];
    await nextTurn();
    endGroup(0);
    expect(await Promise.all(results)).toEqual(['done', 'done alone']);
    expect(alone).toEqual(['insert b!']);
  });

  test('of a group that fails fails', async () => {
    const { run, ends } = openBench();
    const results = Promise.allSettled([run('insert a'), run('insert b')]);
    await nextTurn();
    ends[0]?.reject(new Error('The database is away.'));
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('that waits too long for its group is refused, and the line goes on without it', async () => {
    const { run, groups, endGroup } = openBench({ maxWaitMs: 10 });
    for (const pair of ['ab', 'cd']) {
      for (const key of pair) void run(`insert ${key}`);
      await nextTurn();
    }
    const late = run('insert late');
    await expect(late).rejects.toThrow('waited too long');
    await expect(late).rejects.toMatchObject({ trouble: 'busy', retryAfterMs: 1000 });
    const results = [run('insert e'), run('insert f')];
    endGroup(0);
    await nextTurn();
    expect(groups[2]).toEqual(['insert e', 'insert f']);
    endGroup(2);
    expect(await Promise.all(results)).toEqual(['done', 'done']);
  });
});
