import { describe, expect, test } from 'vitest';

import {
  ANY_TEXT,
  ANYTHING,
  containing,
  findDifference,
  findMissing,
  having,
  including,
  matching,
  not,
  rewriteTexts,
} from './match.ts';

describe('a difference is told by its place, with both sides', () => {
  test.each([
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, { path: 'a[0].b', expected: '2', got: '1' }],
    [{ a: 1, b: 2 }, { a: 1 }, { path: 'b', expected: 'no such property', got: '2' }],
    [{ a: 1 }, { a: 1, b: undefined }, undefined],
    [{ a: null }, {}, { path: 'a', expected: 'no such property', got: 'null' }],
    [{}, { a: null }, { path: 'a', expected: 'null', got: 'nothing' }],
    [[1], [1, 2], { path: '', expected: '[1,2]', got: '[1]' }],
    [{ length: 0 }, [], { path: '', expected: '[]', got: '{"length":0}' }],
    ['1', 1, { path: '', expected: '1', got: '"1"' }],
    [0, -0, { path: '', expected: '0', got: '0' }],
    [{ a: 'x' }, { a: matching(/y/) }, { path: 'a', expected: 'a text that matches /y/', got: '"x"' }],
  ])('%j and %j', (got, expected, difference) => {
    expect(findDifference(got, expected)).toEqual(difference);
  });
});

test('a part may leave out properties, at every depth, but no items of lists', () => {
  const got = { a: [{ b: 1, c: 2 }], d: 3 };
  expect(findMissing(got, { a: [{ b: 1 }] })).toBeUndefined();
  expect(findMissing(got, { a: [] })).toEqual({ path: 'a', expected: '[]', got: '[{"b":1,"c":2}]' });
  expect(findMissing(got, { a: [{ b: 2 }] })).toEqual({ path: 'a[0].b', expected: '2', got: '1' });
  expect(findMissing('text', { a: 1 })).toEqual({ path: '', expected: '{"a":1}', got: '"text"' });
});

describe('a pattern', () => {
  test.each([
    [ANY_TEXT, '', 1],
    [ANYTHING, 0, null],
    [matching(/^a/i), 'Abc', 'bc'],
    [containing('b'), 'abc', 'ac'],
    [having({ a: 1 }), { a: 1, b: 2 }, { a: 2 }],
    [having({ a: { b: 1 } }), { a: { b: 1 } }, { a: { b: 1, c: 2 } }],
    [including([1, { a: 1 }]), [{ a: 1 }, 2, 1], [1, { a: 1, b: 2 }]],
    [not(containing('b')), 'ac', 'abc'],
  ])('%o accepts %j and not %j', (pattern, accepted, refused) => {
    expect([pattern.accepts(accepted), pattern.accepts(refused)]).toEqual([true, false]);
  });

  test('is rewritten with the data around it, while bytes stay', () => {
    const bytes = new Uint8Array([1]);
    const rewritten = rewriteTexts({ a: ['x', matching(/^x$/), not(having({ b: 'x' }))], bytes }, (text) =>
      text.replaceAll('x', 'y'),
    );
    expect(rewritten.bytes).toBe(bytes);
    expect(findDifference({ a: ['y', 'y', { b: 'x' }], bytes: {} }, { ...rewritten, bytes: {} })).toBeUndefined();
    expect(findDifference({ b: 'y' }, rewritten.a[2])).toBeDefined();
  });
});
