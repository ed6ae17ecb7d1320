import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSkipToken, encodeSkipToken } from './skip-token.ts';
import type { SkipTokenValue, TokenScope } from './skip-token.ts';

const scope: TokenScope = { collection: 'activities of one', filter: "status eq 'completed'", orderBy: 'status desc' };
const values: readonly SkipTokenValue[] = ['completed', null, 'a0000000-0000-4000-8000-00000000000f'];
const token = encodeSkipToken(scope, values);
const refusal = expect.objectContaining({ row: 'skipTokenInvalid', status: 400 });

const anyValue = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.maxSafeInteger().map((number) => number + 0),
  fc.boolean(),
  fc.constant(null),
);
const anyScope = fc.record({ collection: fc.string(), filter: fc.string(), orderBy: fc.string() });

describe('a skip token', () => {
  test('gives back the values it was made of, in characters that a URL holds as they are', () => {
    fc.assert(
      fc.property(anyScope, fc.array(anyValue), (made, places) => {
        const text = encodeSkipToken(made, places);
        expect(text).toMatch(/^[\w-]+$/);
        expect(decodeSkipToken(text, made)).toEqual(places);
      }),
    );
  });

  test('is of no use for another list', () => {
    fc.assert(
      fc.property(anyScope, anyScope, (made, other) => {
        fc.pre(JSON.stringify(Object.values(made)) !== JSON.stringify(Object.values(other)));
        expect(() => decodeSkipToken(encodeSkipToken(made, values), other)).toThrow(refusal);
      }),
    );
  });

  test.each(['collection', 'filter', 'orderBy'] as const)('is of no use for another %s', (part) => {
    expect(() => decodeSkipToken(token, { ...scope, [part]: 'another' })).toThrow(refusal);
  });

  test('that was changed is refused', () => {
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', ' ', 'é', '%'),
        (index, character) => {
          fc.pre(token[index] !== character);
          const changed = token.slice(0, index) + character + token.slice(index + 1);
          expect(() => decodeSkipToken(changed, scope)).toThrow(refusal);
        },
      ),
    );
  });

  test.each([
    ['nothing', ''],
    ['a number', '10'],
    ['no JSON', encode('x')],
    ['no array', encode('{"version":1}')],
    ['an empty array', encode('[]')],
    ['no digest', encode('[2]')],
    ['the version of the release before', encode(decode(token).replace('[2,', '[1,'))],
    ['another version', encode(decode(token).replace('[2,', '[3,'))],
    ['values that are no values', encode('[2,"x",{}]')],
    ['a cut token', token.slice(0, -1)],
    ['a long text', token + 'A'.repeat(9000)],
  ])('with %s is refused', (_, text) => {
    expect(() => decodeSkipToken(text, scope)).toThrow(refusal);
  });
});

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}
