import { expect, test, vi } from 'vitest';

import { instantOf, isTimeZone } from './time-zone.ts';

test.each([
  ['UTC', true],
  ['Pacific Standard Time', true],
  ['W. Europe Standard Time', true],
  ['Central European Standard Time', true],
  ['Dateline Standard Time', true],
  ['Europe/Berlin', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Etc/GMT+5', true],
  ['america/new_york', true],
  ['Asia/Calcutta', true],
  ['US/Pacific', true],
  ['Eastern Standard Time', true],
  ['China Standard Time', true],
  ['UTC-11', true],
  ['Mars/Olympus Mons', false],
  ['Pacific', false],
  ['+01:00', false],
  ['-05:00', false],
  ['Z', false],
  ['', false],
  [' UTC', false],
  ['toString', false],
  ['__proto__', false],
  ['Europe/Berlin\u0000', false],
])('%j is a time zone: %s, asked once and again', (name, isOne) => {
  expect([isTimeZone(name), isTimeZone(name)]).toEqual([isOne, isOne]);
});

test.each([
  'EST',
  'MST',
  'HST',
  'UTC',
  'GMT',
  'CET',
  'EET',
  'MET',
  'WET',
  'UCT',
  'PRC',
  'ROC',
  'ROK',
  'EST5EDT',
  'PST8PDT',
])('%s is a name of the IANA database', (name) => {
  expect(isTimeZone(name)).toBe(true);
});

/** All that ICU has beside the IANA database (its file `icuzones`). */
const OF_ICU =
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST SystemV/AST4 SystemV/PST8PDT US/Pacific-New Canada/East-Saskatchewan';

test.each(OF_ICU.split(' '))('%s is known to ICU alone, and no time zone', (name) => {
  expect(() => new Intl.DateTimeFormat('en', { timeZone: name })).not.toThrow();
  expect([isTimeZone(name), isTimeZone(name.toLowerCase())]).toEqual([false, false]);
});

test('every name that Intl lists is one', () => {
  expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZone(name))).toEqual([]);
});

test('a text that is too long for a name is not given to Intl', () => {
  const format = vi.spyOn(Intl, 'DateTimeFormat');
  expect(isTimeZone(`Europe/${'Berlin'.repeat(10)}`)).toBe(false);
  expect(format).not.toHaveBeenCalled();
  format.mockRestore();
});

test.each([
  ['2026-07-01T12:00:00.0000000', 'UTC', '2026-07-01T12:00:00.000Z'],
  ['2026-07-01T12:00:00.1234567', 'UTC', '2026-07-01T12:00:00.123Z'],
  ['2026-07-01T12:00:00', 'Europe/Berlin', '2026-07-01T10:00:00.000Z'],
  ['2026-12-01T12:00:00', 'W. Europe Standard Time', '2026-12-01T11:00:00.000Z'],
  ['2026-03-29T01:59:59', 'Europe/Berlin', '2026-03-29T00:59:59.000Z'],
  ['2026-03-29T03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-07-01T12:00:00', 'India Standard Time', '2026-07-01T06:30:00.000Z'],
])('%s in %s is %s', (dateTime, timeZone, expected) => {
  expect(new Date(instantOf({ dateTime, timeZone })).toISOString()).toBe(expected);
});
