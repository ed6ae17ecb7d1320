import { expect, test } from 'vitest';

import { SlowEndpoints } from './slow-endpoints.ts';

const FAST = 20;
const SLOW = 2901;

/** @returns what is judged of an endpoint after so many requests, the slow ones first */
function judged(requests: number, slow: number): string | undefined {
  const endpoints = new SlowEndpoints();
  for (let index = 0; index < requests; index += 1)
    endpoints.note('a', { tookMs: index < slow ? SLOW : FAST, now: index });
  expect(endpoints.judge('b', requests)).toBeUndefined();
  return endpoints.judge('a', requests)?.kind;
}

test.each([
  [99, 99, undefined],
  [100, 9, undefined],
  [100, 10, 'later'],
  [100, 14, 'later'],
  [100, 15, 'dropped'],
  [1000, 149, 'later'],
])('of %d requests, %d slow: %s', (requests, slow, expected) => {
  expect(judged(requests, slow)).toBe(expected);
});

test('counts begin anew after ten minutes', () => {
  const endpoints = new SlowEndpoints();
  for (let index = 0; index < 100; index += 1) endpoints.note('a', { tookMs: SLOW, now: 0 });
  expect(endpoints.judge('a', 599_999)?.kind).toBe('dropped');
  expect(endpoints.judge('a', 600_000)).toBeUndefined();
});
