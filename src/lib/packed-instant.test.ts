import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isInstant, packInstant, unpackInstant } from './packed-instant.ts';

const instants = fc
  .record({
    ms: fc.integer({ min: Date.parse('0001-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59Z') }),
    ticks: fc.oneof(fc.constant(0), fc.nat({ max: 9_999_999 })),
  })
  .map(({ ms, ticks }) => {
    const fraction = String(ticks).padStart(7, '0').replace(/0+$/, '');
    const seconds = new Date(ms).toISOString().slice(0, 19);
    return fraction === '' ? seconds : `${seconds}.${fraction}`;
  });

describe('packed instants', () => {
  test.each([
    '0001-01-01T00:00:00',
    '1970-01-01T00:00:00',
    '2021-05-11T22:57:17.1995367',
    '9999-12-31T23:59:59.9999999',
  ])('%s comes back', (text) => expect(unpackInstant(packInstant(text))).toBe(text));

  test('come back as they were, and sort as they did', () => {
    fc.assert(
      fc.property(instants, instants, (one, other) => {
        expect(unpackInstant(packInstant(one))).toBe(one);
        expect(Math.sign(compare(packInstant(one), packInstant(other)))).toBe(Math.sign(compare(one, other)));
      }),
    );
  });

  test('what is no instant is told apart', () => {
    const others = ['2021-13-01T00:00:00', '2021-02-30T00:00:00', '2021-05-11T25:00:00', '0000-12-31T00:00:00'];
    expect([...others, '2021-05-11', '2021-05-11T22:57:17Z', ''].filter(isInstant)).toEqual([]);
    expect(isInstant('2021-05-11T22:57:17.5')).toBe(true);
  });
});

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
