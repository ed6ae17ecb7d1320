import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatDateTimeOffset, isDuration, parseDateTimeOffset } from './edm.ts';

describe('a DateTimeOffset is read as the instant that it names', () => {
  test.each([
    ['2021-05-11T22:57:17+00:00', '2021-05-11T22:57:17', 'as the pages, C#, PHP and Python write it'],
    ['2021-05-11T22:57:17Z', '2021-05-11T22:57:17', 'as Java writes it'],
    ['2021-05-11T22:57:17.000Z', '2021-05-11T22:57:17', 'as TypeScript writes it'],
    ['2022-09-22T16:05:00.0000000', '2022-09-22T16:05:00', 'as .NET writes it, without an offset'],
    ['2021-04-01T04:26:06.1995367Z', '2021-04-01T04:26:06.1995367', 'seven digits stay'],
    ['2021-04-01T04:26:06.1995367891Z', '2021-04-01T04:26:06.1995367', 'further digits go'],
    ['2021-04-01T04:26:06.10Z', '2021-04-01T04:26:06.1', 'zeros at the end go'],
    ['2018-01-01T00:00:00', '2018-01-01T00:00:00', 'no offset is UTC'],
    ['2022-07-16', '2022-07-16T00:00:00', 'a day is its first instant'],
    ['2022-07-16T09:30Z', '2022-07-16T09:30:00', 'seconds may be missing'],
    ['2022-07-16 09:30:01', '2022-07-16T09:30:01', 'a space may stand for T'],
    ['2022-07-16t09:30:01z', '2022-07-16T09:30:01', 'letters in either case'],
    ['2021-05-11T22:57:17+02:00', '2021-05-11T20:57:17', 'east of Greenwich'],
    ['2021-05-11T22:57:17-05:30', '2021-05-12T04:27:17', 'west of Greenwich, into the next day'],
    ['2021-05-11T22:57:17.5+14:00', '2021-05-11T08:57:17.5', 'the largest offset'],
    ['2020-02-29T00:00:00Z', '2020-02-29T00:00:00', 'a leap day'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00', 'the first instant'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.9999999', 'the last instant'],
  ])('%s -> %s: %s', (text, canonical) => {
    expect(parseDateTimeOffset(text)).toBe(canonical);
  });
});

test.each([
  [''],
  ['today'],
  ['2021'],
  ['2021-05'],
  ['21-05-11T00:00:00Z'],
  ['2021-5-11T00:00:00Z'],
  ['2021-13-01T00:00:00Z'],
  ['2021-00-01T00:00:00Z'],
  ['2021-02-29T00:00:00Z'],
  ['2021-04-31'],
  ['2021-05-00'],
  ['2021-05-11T24:00:00Z'],
  ['2021-05-11T22:60:00Z'],
  ['2021-05-11T22:57:60Z'],
  ['2021-05-11T22Z'],
  ['2021-05-11T22:57:17.Z'],
  ['2021-05-11T22:57:17,5Z'],
  ['2021-05-11T22:57:17.1234567890123Z'],
  ['2021-05-11T22:57:17+2'],
  ['2021-05-11T22:57:17+0200'],
  ['2021-05-11T22:57:17+14:01'],
  ['2021-05-11T22:57:17+01:60'],
  ['2021-05-11Z'],
  [' 2021-05-11T22:57:17Z'],
  ['2021-05-11T22:57:17Z\n'],
  ['2021-05-11T22:57:17Z and more'],
  ['0000-01-01T00:00:00Z'],
  ['0001-01-01T00:00:00+01:00'],
  ['9999-12-31T23:59:59-01:00'],
  ['-2021-05-11T22:57:17Z'],
  ['+12021-05-11T22:57:17Z'],
  ['٢٠٢١-05-11T22:57:17Z'],
])('%j names no instant', (text) => {
  expect(parseDateTimeOffset(text)).toBeUndefined();
});

describe('canonical texts', () => {
  const instant = fc.record({
    epochMs: fc.date({
      min: new Date('0001-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    }),
    ticks: fc.integer({ min: 0, max: 9_999_999 }),
    offsetMinutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
  });

  /** Wire text of the second that the instant lies in, with its ticks, seen at the offset. */
  const atOffset = (epochMs: Date, ticks: number, offsetMinutes: number): string => {
    const local = new Date(epochMs.getTime() + offsetMinutes * 60_000).toISOString().slice(0, 19);
    const absolute = Math.abs(offsetMinutes);
    const hours = String(Math.trunc(absolute / 60)).padStart(2, '0');
    const minutes = String(absolute % 60).padStart(2, '0');
    return `${local}.${String(ticks).padStart(7, '0')}${offsetMinutes < 0 ? '-' : '+'}${hours}:${minutes}`;
  };

  test('are the same whatever the offset was', () => {
    fc.assert(
      fc.property(instant, ({ epochMs, ticks, offsetMinutes }) => {
        const here = parseDateTimeOffset(atOffset(epochMs, ticks, offsetMinutes));
        expect(here).toBe(parseDateTimeOffset(atOffset(epochMs, ticks, 0)));
        expect(here?.slice(0, 19)).toBe(epochMs.toISOString().slice(0, 19));
      }),
    );
  });

  test('read as themselves, with either offset that answers carry', () => {
    fc.assert(
      fc.property(instant, ({ epochMs, ticks }) => {
        const canonical = parseDateTimeOffset(atOffset(epochMs, ticks, 0)) as string;
        expect(parseDateTimeOffset(formatDateTimeOffset(canonical, 'Z'))).toBe(canonical);
        expect(parseDateTimeOffset(formatDateTimeOffset(canonical, '+00:00'))).toBe(canonical);
      }),
    );
  });

  test('sort as their instants do', () => {
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        const [first, second] = [one, other].map(({ epochMs, ticks }) => atOffset(epochMs, ticks, 0));
        const [canonicalFirst, canonicalSecond] = [first, second].map((text) => parseDateTimeOffset(text as string));
        expect((canonicalFirst as string) < (canonicalSecond as string)).toBe((first as string) < (second as string));
      }),
    );
  });
});

test.each([
  ['PT20M', true],
  ['PT1H30M', true],
  ['P1D', true],
  ['P1DT2H3M4.5S', true],
  ['PT0S', true],
  ['PT0.123456789012S', true],
  ['-PT5M', true],
  ['P400D', true],
  ['PT90M', true],
  ['PDT1H', false],
  ['P1M', false],
  ['P1Y', false],
  ['P1W', false],
  ['P', false],
  ['PT', false],
  ['P1DT', false],
  ['PT1.5M', false],
  ['PT.5S', false],
  ['PT5.S', false],
  ['PT1M1H', false],
  ['pt20m', false],
  ['20', false],
  ['', false],
  ['PT20M ', false],
  ['+PT20M', false],
])('%s is a duration: %s', (text, isOne) => {
  expect(isDuration(text)).toBe(isOne);
});
