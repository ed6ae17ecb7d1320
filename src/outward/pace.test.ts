import { describe, expect, test } from 'vitest';

import { createPace } from './pace.ts';
import type { Timer } from './pace.ts';

/** Time passes only while something waits. */
function fakeTimer(): Timer & { at: number } {
  const timer = {
    at: 0,
    now: () => timer.at,
    wait: (ms: number) => {
      timer.at += ms;
      return Promise.resolve();
    },
    random: () => 1,
  };
  return timer;
}

const { signal } = new AbortController();

describe('the pace of requests', () => {
  test('never has more in a minute than the budget', async () => {
    const timer = fakeTimer();
    const pace = createPace(60, timer);
    const sent: number[] = [];
    for (let index = 0; index < 300; index += 1) {
      await pace.take(index % 3 === 0 ? 20 : 1, signal);
      sent.push(...Array.from({ length: index % 3 === 0 ? 20 : 1 }, () => timer.at));
    }
    const busiest = Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length));
    expect(busiest).toBeLessThanOrEqual(60);
    expect(busiest).toBeGreaterThan(40);
  });

  test('waits as long as a 429 asks, and halves its rate', async () => {
    const timer = fakeTimer();
    const pace = createPace(1020, timer);
    timer.at = 10_000;
    pace.throttled(7000);
    expect(pace.rate()).toBe(500);
    await pace.take(1, signal);
    expect(timer.at).toBe(17_000);
  });

  test('counts 429s that come at once as one', () => {
    const timer = fakeTimer();
    const pace = createPace(1020, timer);
    for (let index = 0; index < 20; index += 1) pace.throttled(undefined);
    expect(pace.rate()).toBe(500);
  });

  test('backs off twice as long each time where a 429 does not say', async () => {
    const timer = fakeTimer();
    const pace = createPace(1020, timer);
    const waits: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      const from = timer.at;
      pace.throttled(undefined);
      await pace.take(1, signal);
      waits.push(timer.at - from);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('does not back off further while other requests go well', async () => {
    const timer = fakeTimer();
    const pace = createPace(1020, timer);
    for (let index = 0; index < 5; index += 1) {
      const from = timer.at;
      pace.throttled(undefined, false);
      await pace.take(1, signal);
      expect(timer.at - from).toBe(1000);
    }
  });

  test('finds its way back to the budget', async () => {
    const timer = fakeTimer();
    const pace = createPace(1020, timer);
    for (let index = 0; index < 12; index += 1) {
      pace.throttled(1000);
      await pace.take(1, signal);
    }
    expect(pace.rate()).toBe(12);
    for (let index = 0; index < 50; index += 1) pace.succeeded(20);
    expect(pace.rate()).toBe(1000);
  });

  test('leaves to others what is not its share, and takes it again', async () => {
    const timer = fakeTimer();
    const pace = createPace(1020, timer);
    pace.setShare(0.5);
    expect(pace.rate()).toBe(490);
    await pace.take(20, signal);
    await pace.take(20, signal);
    expect(timer.at).toBe(Math.ceil((20 / 490) * 60_000));
    pace.throttled(1000);
    pace.setShare(1);
    expect(pace.rate()).toBe(500);
  });

  test('ends a wait when it is told to stop', async () => {
    const pace = createPace(1020);
    pace.throttled(60_000);
    const stop = new AbortController();
    const taken = pace.take(1, stop.signal);
    stop.abort();
    await expect(taken).rejects.toThrow('aborted');
  });
});
