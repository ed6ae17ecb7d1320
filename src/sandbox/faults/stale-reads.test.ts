import { describe, expect, test } from 'vitest';
import { contextOf, PRESENT } from '../../../test/support/context.ts';
import type { RequestContext } from '../../graph/context.ts';
import type { GraphResponse } from '../../odata/message.ts';
import type { LearningStore } from '../../store/learning-store.ts';
import { createStaleReads } from './stale-reads.ts';

const stored: GraphResponse = { status: 201, headers: {} };
const refused: GraphResponse = { status: 409, headers: {} };
const shown: GraphResponse = { status: 200, headers: {} };

function callOf(method: 'GET' | 'POST', tenant: number): RequestContext {
  return contextOf({ method }, tenant);
}

const LAG_MS = 60_000;
const BY_ONE_WRITE = { writes: 1, ms: 0 };
const BY_TIME = { writes: 0, ms: LAG_MS };

/** Counts the states of the database that are open. */
function openBench() {
  let [now, open] = [0, 0];
  /** What a read of a state waits for. */
  let reading = Promise.resolve();
  const openPast = async () => {
    open += 1;
    return {
      store: {} as LearningStore,
      [Symbol.asyncDispose]: async () => void (open -= 1),
    };
  };
  const staleReads = createStaleReads(openPast, { now: () => now });
  return {
    staleReads,
    countOpen: () => open,
    pass: (ms: number) => void (now += ms),
    holdReads: (until: Promise<void>) => void (reading = until),
    write: async (lag = BY_ONE_WRITE, { tenant = 1, answer = stored, times = 1 } = {}) => {
      for (let count = 0; count < times; count += 1) {
        await staleReads.keepWrite(callOf('POST', tenant), lag, async () => answer);
      }
    },
    read: (lag = BY_ONE_WRITE, tenant = 1) => {
      const call = callOf('GET', tenant);
      return staleReads.read(call, lag, async () => {
        if (call.store === PRESENT) return stored;
        await reading;
        return shown;
      });
    },
  };
}

describe('a state of the database that is past is closed', () => {
  test('when no read lags so many writes behind', async () => {
    const { write, countOpen } = openBench();
    await write(BY_ONE_WRITE, { times: 5 });
    expect(countOpen()).toBe(1);
    await write({ writes: 3, ms: 0 }, { times: 5 });
    expect(countOpen()).toBe(3);
  });

  test('when no read lags so far behind in time', async () => {
    const { write, countOpen, pass } = openBench();
    await write(BY_TIME, { times: 5 });
    expect(countOpen()).toBe(5);
    pass(LAG_MS);
    await write(BY_TIME);
    expect(countOpen()).toBe(1);
  });

  test.each([
    ['when its write was refused', async () => refused],
    ['when its write failed', () => Promise.reject(new Error('The database is away.'))],
  ])('%s', async (_, run) => {
    const { staleReads, countOpen } = openBench();
    await staleReads.keepWrite(callOf('POST', 1), BY_TIME, run).catch(() => {});
    expect(countOpen()).toBe(0);
  });

  test('when its tenant has ten others', async () => {
    const { write, countOpen } = openBench();
    await write(BY_TIME, { times: 12 });
    expect(countOpen()).toBe(10);
  });

  test('when all tenants have thirty others', async () => {
    const { write, countOpen, read } = openBench();
    for (const tenant of [1, 2, 3, 4]) await write(BY_TIME, { tenant, times: 10 });
    expect(countOpen()).toBe(30);
    // The oldest of them went: the first tenant reads the present.
    expect(await read(BY_TIME, 1)).toBe(stored);
    expect(await read(BY_TIME, 4)).toBe(shown);
  });

  test('when it is asked for, of one tenant or of all', async () => {
    const { staleReads, write, countOpen } = openBench();
    for (const tenant of [1, 2]) await write(BY_TIME, { tenant, times: 2 });
    staleReads.clear(callOf('GET', 1).principal.tenantId);
    expect(countOpen()).toBe(2);
    staleReads.clear();
    expect(countOpen()).toBe(0);
  });

  test('when the server stops', async () => {
    const { staleReads, write, countOpen } = openBench();
    await write(BY_TIME, { times: 2 });
    await staleReads[Symbol.asyncDispose]();
    expect(countOpen()).toBe(0);
  });

  test('after the reads that run on it, and once', async () => {
    const { staleReads, write, read, countOpen, holdReads } = openBench();
    const { promise, resolve } = Promise.withResolvers<void>();
    holdReads(promise);
    await write();
    const reads = [read(), read()];
    staleReads.clear();
    expect(countOpen()).toBe(1);
    resolve();
    expect(await Promise.all(reads)).toEqual([shown, shown]);
    expect(countOpen()).toBe(0);
  });
});
