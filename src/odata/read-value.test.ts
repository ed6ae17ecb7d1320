import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { PropertyRow, PropertyType } from '../model/rows.ts';
import { ABSENT, readValue, Unfit } from './read-value.ts';

const row: PropertyRow = {
  name: 'property',
  type: 'Edm.String',
  nullable: true,
  onCreate: 'optional',
  onUpdate: 'optional',
  source: 'test',
};

interface Reading {
  readonly mode?: 'create' | 'update';
  readonly acceptsHiddenMembers?: boolean;
}

const [EMPTY, INVALID, TOO_LONG] = [Symbol('empty'), Symbol('invalid'), Symbol('tooLong')];
const VERDICTS: Partial<Record<Unfit['kind'], symbol>> = { empty: EMPTY, invalid: INVALID, tooLong: TOO_LONG };

function read(type: PropertyType, value: NonNullable<unknown>, own: Partial<PropertyRow> & Reading = {}): unknown {
  const { mode = 'create', acceptsHiddenMembers = false, ...others } = own;
  const result = readValue(value, { ...row, ...others, type }, { mode, acceptsHiddenMembers });
  return result instanceof Unfit ? VERDICTS[result.kind] : result;
}

const AS_SENT = Symbol('as sent');
const verdict = (sent: unknown, expected: unknown): unknown => (expected === AS_SENT ? sent : expected);

describe('texts', () => {
  test.each([
    ['a text', {}, AS_SENT],
    [' ', {}, AS_SENT],
    ['', {}, EMPTY],
    ['', { mayBeEmpty: true }, ''],
    ['', { mayBeEmpty: true, isUrl: true }, ''],
    ['12345', { maxLength: 5 }, AS_SENT],
    ['123456', { maxLength: 5 }, TOO_LONG],
    ['😀😀', { maxLength: 4 }, AS_SENT],
    ['😀😀', { maxLength: 3 }, TOO_LONG],
    ['with \u0000 in it', {}, INVALID],
    ['half a pair \ud800', {}, INVALID],
    ['😀', {}, AS_SENT],
    [7, {}, INVALID],
    [true, {}, INVALID],
    [{}, {}, INVALID],
    [['a'], {}, INVALID],
    ['https://a.example/b?c=d', { isUrl: true }, AS_SENT],
    ['HTTP://a.example', { isUrl: true }, AS_SENT],
    ['a.example', { isUrl: true }, INVALID],
    ['/b', { isUrl: true }, INVALID],
    ['ftp://a.example/', { isUrl: true }, INVALID],
    ['javascript:alert(1)', { isUrl: true }, INVALID],
    ['https://', { isUrl: true }, INVALID],
  ])('%j with %j', (value, own, expected) => {
    expect(read('Edm.String', value, own)).toBe(verdict(value, expected));
  });

  test.each([
    [['a', 'b'], AS_SENT],
    [[], AS_SENT],
    [['a', ''], EMPTY],
    [['a', '12345'], TOO_LONG],
    [['a', 7], INVALID],
    [['a', null], INVALID],
    ['a', INVALID],
    [{ 0: 'a' }, INVALID],
  ])('a list %j', (value, expected) => {
    const read4 = read('Collection(Edm.String)', value, { maxLength: 4 });
    expect(read4).toEqual(verdict(value, expected));
  });
});

describe('numbers and booleans', () => {
  test.each([
    [0, { range: [0, 100] }, 0],
    [100, { range: [0, 100] }, 100],
    [-1, { range: [0, 100] }, INVALID],
    [101, { range: [0, 100] }, INVALID],
    [20.5, {}, INVALID],
    [20.0, {}, 20],
    [2_147_483_647, {}, 2_147_483_647],
    [2_147_483_648, {}, INVALID],
    [1e300, {}, INVALID],
    ['20', {}, INVALID],
    ['1', { acceptsNumericText: true }, 1],
    ['-1', { acceptsNumericText: true }, -1],
    ['', { acceptsNumericText: true }, INVALID],
    ['1.0', { acceptsNumericText: true }, INVALID],
    ['0x10', { acceptsNumericText: true }, INVALID],
    ['99999999999', { acceptsNumericText: true }, INVALID],
    [true, {}, INVALID],
    [[1], {}, INVALID],
    [{}, {}, INVALID],
  ] as const)('the number %j with %j', (value, own, expected) => {
    expect(read('Edm.Int32', value, own)).toBe(expected);
  });

  test.each([
    [true, true],
    [false, false],
    ['true', INVALID],
    [1, INVALID],
    [0, INVALID],
  ])('the boolean %j', (value, expected) => {
    expect(read('Edm.Boolean', value)).toBe(expected);
  });
});

describe('dates and durations', () => {
  test.each([
    ['Edm.DateTimeOffset', '2021-05-11T22:57:17+02:00', '2021-05-11T20:57:17'],
    ['Edm.DateTimeOffset', 'yesterday', INVALID],
    ['Edm.DateTimeOffset', '', INVALID],
    ['Edm.DateTimeOffset', 1_620_773_837_000, INVALID],
    ['Edm.DateTimeOffset', {}, INVALID],
    ['Edm.Duration', 'PT20M', 'PT20M'],
    ['Edm.Duration', 'PDT1H', INVALID],
    ['Edm.Duration', 20, INVALID],
  ] as const)('%s %j', (type, value, expected) => {
    expect(read(type, value)).toBe(expected);
  });
});

describe('members of enumerations', () => {
  test.each<[type: PropertyType, value: NonNullable<unknown>, own: Partial<PropertyRow> & Reading, expected: unknown]>([
    ['graph.courseStatus', 'notStarted', {}, 'notStarted'],
    ['graph.courseStatus', 'NOTSTARTED', {}, 'notStarted'],
    ['graph.courseStatus', 'done', {}, INVALID],
    ['graph.courseStatus', '', {}, EMPTY],
    ['graph.courseStatus', 1, {}, INVALID],
    ['graph.courseStatus', 'toString', {}, INVALID],
    ['graph.courseStatus', 'unknownFutureValue', {}, INVALID],
    ['graph.courseStatus', 'unknownFutureValue', { mode: 'update' }, ABSENT],
    ['graph.courseStatus', 'notStarted', { mode: 'update', updateMembers: ['completed'] }, INVALID],
    ['graph.courseStatus', 'completed', { mode: 'update', updateMembers: ['completed'] }, 'completed'],
    ['graph.courseStatus', 'notStarted', { updateMembers: ['completed'] }, 'notStarted'],
    ['graph.assignmentType', 'peerRecommended', {}, INVALID],
    ['graph.assignmentType', 'peerRecommended', { mode: 'update' }, INVALID],
    ['graph.assignmentType', 'peerRecommended', { acceptsHiddenMembers: true }, 'peerRecommended'],
    ['graph.level', 'Beginner', {}, 'beginner'],
  ])('%s %j with %j', (...[type, value, own, expected]) => {
    expect(read(type, value, own)).toBe(expected);
  });
});

describe('a due date', () => {
  const dateTime = '2022-09-22T16:05:00.0000000';

  test.each([
    [
      { dateTime, timeZone: 'UTC' },
      { dateTime, timeZone: 'UTC' },
    ],
    [
      { timeZone: 'UTC', dateTime },
      { dateTime, timeZone: 'UTC' },
    ],
    [{ dateTime }, { dateTime, timeZone: 'UTC' }],
    [
      { dateTime, timeZone: null },
      { dateTime, timeZone: 'UTC' },
    ],
    [
      { DateTime: dateTime, TIMEZONE: 'UTC' },
      { dateTime, timeZone: 'UTC' },
    ],
    [
      { dateTime, '@odata.type': '#microsoft.graph.dateTimeTimeZone' },
      { dateTime, timeZone: 'UTC' },
    ],
    [
      { dateTime, timeZone: 'W. Europe Standard Time' },
      { dateTime, timeZone: 'W. Europe Standard Time' },
    ],
    [
      { dateTime, timeZone: 'Europe/Berlin' },
      { dateTime, timeZone: 'Europe/Berlin' },
    ],
    [
      { dateTime: '2022-09-22T16:05:00', timeZone: 'UTC' },
      { dateTime: '2022-09-22T16:05:00', timeZone: 'UTC' },
    ],
    ['2022-09-22T16:05:00Z', { dateTime, timeZone: 'UTC' }],
    ['2022-09-22T18:05:00+02:00', { dateTime, timeZone: 'UTC' }],
    ['2022-09-22T16:05:00.1234567', { dateTime: '2022-09-22T16:05:00.1234567', timeZone: 'UTC' }],
    ['2022-09-22', { dateTime: '2022-09-22T00:00:00.0000000', timeZone: 'UTC' }],
  ])('%j is %j', (value, expected) => {
    expect(read('graph.dateTimeTimeZone', value)).toEqual(expected);
  });

  test.each([
    [{}],
    [{ timeZone: 'UTC' }],
    [{ dateTime: null, timeZone: 'UTC' }],
    [{ dateTime: 'soon', timeZone: 'UTC' }],
    [{ dateTime: 7, timeZone: 'UTC' }],
    [{ dateTime, timeZone: 'Mars/Olympus' }],
    [{ dateTime, timeZone: 7 }],
    [{ dateTime, timeZone: '' }],
    [{ dateTime, timeZone: 'UTC', more: 1 }],
    [{ dateTime, DATETIME: dateTime }],
    ['soon'],
    [''],
    [7],
    [[dateTime, 'UTC']],
    [true],
  ])('%j is none', (value) => {
    expect(read('graph.dateTimeTimeZone', value)).toBe(INVALID);
  });
});

describe('notes', () => {
  test.each<[value: NonNullable<unknown>, expected: unknown]>([
    [
      { contentType: 'text', content: 'a' },
      { contentType: 'text', content: 'a' },
    ],
    [
      { content: '<br>', contentType: 'HTML' },
      { contentType: 'html', content: '<br>' },
    ],
    [{ content: 'a' }, { contentType: 'text', content: 'a' }],
    [
      { contentType: null, content: null },
      { contentType: 'text', content: null },
    ],
    [{}, { contentType: 'text', content: null }],
    [
      { content: '', contentType: 'text' },
      { contentType: 'text', content: '' },
    ],
    ['a', { contentType: 'text', content: 'a' }],
    ['', { contentType: 'text', content: '' }],
    [{ content: '12345' }, { contentType: 'text', content: '12345' }],
    [{ content: '123456' }, TOO_LONG],
    ['123456', TOO_LONG],
    [{ contentType: 'markdown', content: 'a' }, INVALID],
    [{ contentType: 7, content: 'a' }, INVALID],
    [{ content: 7 }, INVALID],
    [{ content: { content: 'a' } }, INVALID],
    [{ content: 'a', colour: 'red' }, INVALID],
    [{ content: 'a', Content: 'b' }, INVALID],
    [{ content: 'a \u0000' }, INVALID],
    [7, INVALID],
    [['a'], INVALID],
  ])('%j', (value, expected) => {
    expect(read('graph.itemBody', value, { maxLength: 5 })).toEqual(expected);
  });
});

test('every JSON value of every type gets a value or a verdict, never an error', () => {
  const types: readonly PropertyType[] = [
    'Edm.String',
    'Edm.Boolean',
    'Edm.Int32',
    'Edm.DateTimeOffset',
    'Edm.Duration',
    'Collection(Edm.String)',
    'graph.assignmentType',
    'graph.courseStatus',
    'graph.level',
    'graph.bodyType',
    'graph.dateTimeTimeZone',
    'graph.itemBody',
  ];
  const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => value !== null && value !== undefined);
  fc.assert(
    fc.property(fc.constantFrom(...types), json, fc.constantFrom('create', 'update'), (type, value, mode) => {
      expect(read(type, value as NonNullable<unknown>, { mode, isUrl: true, maxLength: 9 })).toBeDefined();
    }),
  );
});
