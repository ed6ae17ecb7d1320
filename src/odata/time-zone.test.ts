import { expect, test } from 'vitest';

import { isTimeZone } from './time-zone.ts';

test.each([
  ['UTC', true],
  ['Pacific Standard Time', true],
  ['W. Europe Standard Time', true],
  ['Central European Standard Time', true],
  ['Dateline Standard Time', true],
  ['Europe/Berlin', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Etc/GMT+5', true],
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
