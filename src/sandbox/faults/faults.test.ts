import { describe, expect, test } from 'vitest';
import { contextOf } from '../../../test/support/context.ts';
import { ERRORS } from '../../model/errors.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { MAX_WAIT_MS } from './fault-bounds.ts';
import { deliveryOf } from '../call-marks.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import type { FaultState } from './fault.ts';
import type { FaultOrder } from './fault-rule.ts';

const stored: GraphResponse = { status: 201, headers: {}, body: { id: 'one' } };

interface Bench {
  readonly faults: Faults;
  /** What each call was made to wait. */
  readonly waits: number[];
  /** Ids of the faults that befell the call. */
  send(): Promise<string | undefined>;
}

/** Orders by id; what they wait for takes no time, unless time is asked for. */
function openBench(orders: Readonly<Record<string, FaultOrder>>, takesTime = false): Bench {
  const waits: number[] = [];
  const faults = createFaults({
    clock: { now: () => 0 },
    style: { clock: { now: () => 0 }, forbiddenCode: 'Forbidden' },
    findChallenge: () => 'Bearer',
    directory: { listTenants: nobody, listApps: nobody, listUsers: nobody, findUser: async () => undefined },
    openPast: () => Promise.reject(new Error('Nobody asked for it.')),
    ...(!takesTime && { sleep: async (ms) => void waits.push(ms) }),
  });
  faults.store.restore(
    Object.entries(orders).map(([id, order]): FaultState => ({
      id,
      order,
      callers: {},
      enabled: true,
      calls: 0,
      hits: 0,
    })),
  );
  const send = async () => (await faults.interceptor(contextOf(), async () => stored)).headers['x-vivarium-fault'];
  return { faults, waits, send };
}

async function nobody(): Promise<[]> {
  return [];
}

/** Which of so many calls the faults befell. */
async function hitsOf({ send }: Bench, count: number): Promise<readonly number[]> {
  const hits: number[] = [];
  for (let number = 1; number <= count; number += 1) if ((await send()) !== undefined) hits.push(number);
  return hits;
}

const half: FaultOrder = { probability: 0.5, effect: { kind: 'error', row: 'serviceUnavailable' } };
const never: FaultOrder = { probability: 0, effect: { kind: 'error', row: 'conflict' } };

describe('what is drawn', () => {
  test('is the same for the same rule and seed, whatever other rules there are', async () => {
    const alone = await hitsOf(openBench({ flaky: { ...half, seed: 7 } }), 60);
    expect(alone.length).toBeGreaterThan(15);
    expect(alone.length).toBeLessThan(45);
    expect(await hitsOf(openBench({ other: never, flaky: { ...half, seed: 7 } }), 60)).toEqual(alone);
    expect(await hitsOf(openBench({ flaky: { ...half, seed: 8 } }), 60)).not.toEqual(alone);
    expect(await hitsOf(openBench({ flakier: { ...half, seed: 7 } }), 60)).not.toEqual(alone);
  });

  test('goes on after a snapshot as it would have without', async () => {
    const whole = openBench({ flaky: half });
    const first = await hitsOf(whole, 20);
    const state = whole.faults.store.capture();
    const rest = await hitsOf(whole, 20);
    const restored = openBench({});
    restored.faults.store.restore(JSON.parse(JSON.stringify(state)));
    expect(await hitsOf(restored, 20)).toEqual(rest);
    expect(rest).not.toEqual(first);
  });

  test('comes as often as it is probable', async () => {
    const hits = await hitsOf(openBench({ flaky: { ...half, probability: 0.1 } }), 2000);
    expect(hits.length).toBeGreaterThan(150);
    expect(hits.length).toBeLessThan(250);
  });
});

describe('calls are chosen by their number', () => {
  test.each([
    [{ nth: 3 }, [3]],
    [{ every: 3 }, [3, 6, 9]],
    [{ first: 2 }, [1, 2]],
    [{ after: 7 }, [8, 9, 10]],
    [{ after: 2, first: 6, every: 2 }, [4, 6]],
  ])('%j', async (calls, expected) => {
    expect(await hitsOf(openBench({ one: { calls, effect: { kind: 'error', row: 'conflict' } } }), 10)).toEqual(
      expected,
    );
  });
});

describe('latency', () => {
  const waitsOf = async (latency: NonNullable<FaultOrder['latency']>, count: number): Promise<readonly number[]> => {
    const bench = openBench({ slow: { latency } });
    await hitsOf(bench, count);
    return bench.waits;
  };

  test('of a fixed time is that time', async () => {
    expect(await waitsOf({ kind: 'fixed', ms: 250 }, 3)).toEqual([250, 250, 250]);
  });

  test('of a uniform one lies between its bounds, all over', async () => {
    const waits = await waitsOf({ kind: 'uniform', minMs: 100, maxMs: 200 }, 500);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...waits)).toBeLessThanOrEqual(200);
    expect(new Set(waits.map((ms) => Math.min(9, Math.floor((ms - 100) / 10)))).size).toBe(10);
  });

  test('of a lognormal one has its median and its spread', async () => {
    const waits = (await waitsOf({ kind: 'lognormal', medianMs: 300, sigma: 0.5 }, 2000)).toSorted((a, b) => a - b);
    expect(waits[1000]).toBeGreaterThan(280);
    expect(waits[1000]).toBeLessThan(320);
    // A standard deviation above the median: 300 · e^0.5.
    expect(waits[1683]).toBeGreaterThan(460);
    expect(waits[1683]).toBeLessThan(530);
  });

  test('is never longer than ten minutes', async () => {
    const waits = await waitsOf({ kind: 'lognormal', medianMs: MAX_WAIT_MS, sigma: 5 }, 50);
    expect(Math.max(...waits)).toBe(MAX_WAIT_MS);
  });

  test('of several rules adds up', async () => {
    const bench = openBench({
      one: { latency: { kind: 'fixed', ms: 10 } },
      two: { latency: { kind: 'fixed', ms: 5 } },
    });
    expect(await bench.send()).toBe('one, two');
    expect(bench.waits).toEqual([15]);
  });

  test('ends when the client leaves, and the call is not run', async () => {
    const { faults } = openBench({ slow: { latency: { kind: 'fixed', ms: MAX_WAIT_MS } } }, true);
    const left = new AbortController();
    let runs = 0;
    const call = contextOf({ findSignal: () => left.signal });
    const answer = faults.interceptor(call, async () => {
      runs += 1;
      return stored;
    });
    left.abort();
    await answer;
    expect(deliveryOf(call)).toEqual({ kind: 'reset' });
    expect(runs).toBe(0);
  });
});

describe('of several effects', () => {
  test('the first acts, and the others have counted the call', async () => {
    const { faults, send } = openBench({
      first: { calls: { first: 1 }, effect: { kind: 'error', row: 'conflict' } },
      second: { effect: { kind: 'error', row: 'serviceUnavailable' } },
    });
    expect([await send(), await send()]).toEqual(['first', 'second']);
    expect(faults.store.capture()).toMatchObject([
      { id: 'first', calls: 2, hits: 1 },
      { id: 'second', calls: 2, hits: 1 },
    ]);
  });
});

test('every row of the catalogue can be answered with, all of its message filled in', async () => {
  for (const row of Object.keys(ERRORS)) {
    const { faults } = openBench({ [row]: { effect: { kind: 'error', row } } });
    const { body } = await faults.interceptor(contextOf(), async () => stored);
    const { message } = (body as { error: { message: string } }).error;
    expect(message, row).not.toMatch(/[{}]/);
  }
});
