import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { createAdmission } from './admission.ts';
import type { Place, RequestKind } from './admission.ts';

const MAX_IN_FLIGHT = 16;
const WITH_BURST = 5 * MAX_IN_FLIGHT;
const IN_OVERLOAD = 2;
/** Without a request that exceeds the bound. */
const CALM_MS = 251;

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

function open() {
  const refusals: (readonly [kind: RequestKind, inFlight: number])[] = [];
  const onRefused = (...refusal: (typeof refusals)[number]): void => void refusals.push(refusal);
  const admission = createAdmission({ maxInFlight: MAX_IN_FLIGHT, onRefused });
  /** Those of so many that get a place. */
  const enter = (count: number, kind: RequestKind = 'read'): readonly Place[] =>
    Array.from({ length: count }, () => admission.enter(kind)).filter((place) => place !== undefined);
  return { admission, refusals, enter };
}

const leaveAll = (places: readonly Place[]): void => {
  for (const place of places) place.leave();
};

test('a burst may exceed the bound fivefold, and one more is refused', () => {
  const { admission, refusals, enter } = open();
  expect(enter(WITH_BURST)).toHaveLength(WITH_BURST);
  expect(admission.isOverloaded()).toBe(false);
  expect(enter(1)).toEqual([]);
  expect(refusals).toEqual([['read', WITH_BURST]]);
  expect(admission.isOverloaded()).toBe(true);
});

test('as many as the bound are admitted again and again', () => {
  const { refusals, enter } = open();
  for (let round = 0; round < 100; round += 1) leaveAll(enter(MAX_IN_FLIGHT));
  expect(refusals).toEqual([]);
});

test('when bursts follow one another, an eighth of the bound is admitted', () => {
  const { enter } = open();
  const admitted = Array.from({ length: 20 }, () => {
    const places = enter(2 * MAX_IN_FLIGHT);
    leaveAll(places);
    vi.advanceTimersByTime(20);
    return places.length;
  });
  expect(admitted.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 2 * MAX_IN_FLIGHT));
  // With the request that shows that the bursts do not end.
  expect(admitted[4]).toBe(MAX_IN_FLIGHT);
  expect(new Set(admitted.slice(5))).toEqual(new Set([IN_OVERLOAD]));
});

test('after a calm, there is a burst again', () => {
  const { admission, enter } = open();
  leaveAll(enter(WITH_BURST));
  leaveAll(enter(MAX_IN_FLIGHT + 1));
  const busy = enter(MAX_IN_FLIGHT);
  expect(busy).toHaveLength(IN_OVERLOAD);
  leaveAll(busy);
  vi.advanceTimersByTime(CALM_MS);
  expect(enter(2 * MAX_IN_FLIGHT)).toHaveLength(2 * MAX_IN_FLIGHT);
  vi.advanceTimersByTime(1000);
  expect(admission.isOverloaded()).toBe(false);
});

test('reads, writes and token requests are bounded apart', () => {
  const { refusals, enter } = open();
  expect(enter(WITH_BURST, 'token')).toHaveLength(WITH_BURST);
  enter(WITH_BURST + 1, 'write');
  expect(enter(WITH_BURST)).toHaveLength(WITH_BURST);
  expect(refusals).toEqual([['write', WITH_BURST]]);
});

test('what waits aside is not in flight, and all that have a place are bounded', async () => {
  const { enter } = open();
  const waits: PromiseWithResolvers<string>[] = [];
  const delay = (place: Place): Promise<string> => {
    const wait = Promise.withResolvers<string>();
    waits.push(wait);
    return place.waitAside(() => wait.promise);
  };
  const waiting = enter(MAX_IN_FLIGHT).map(delay);
  for (let round = 0; round < 10; round += 1) leaveAll(enter(MAX_IN_FLIGHT));
  waiting.push(...enter(WITH_BURST - MAX_IN_FLIGHT).map(delay));
  expect(enter(1)).toEqual([]);
  for (const wait of waits) wait.resolve('done');
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['done']));
});

test('requests of a batch that wait side by side have one place', async () => {
  const { enter } = open();
  const [batch] = enter(1) as [Place];
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const waits = [batch.waitAside(() => first.promise), batch.waitAside(() => second.promise)];
  first.resolve();
  await waits[0];
  leaveAll(enter(WITH_BURST - 1));
  // While the batch waits, the burst has room for one more.
  expect(enter(MAX_IN_FLIGHT + 2)).toHaveLength(MAX_IN_FLIGHT + 1);
  second.resolve();
  await waits[1];
});
