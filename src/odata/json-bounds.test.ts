import { describe, expect, test } from 'vitest';

import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../model/limits.ts';
import { reason } from '../model/reasons.ts';
import { findExcess } from './json-bounds.ts';

const TOO_DEEP = reason('bodyTooDeep', { limit: 100 });
const TOO_RICH = reason('bodyTooRich', { limit: 10_000 });
const find = (text: string) => findExcess(Buffer.from(text));
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const many = (values: number) => `{${Array.from({ length: values - 1 }, (_, index) => `"a${index}":${index}`).join()}}`;

describe('a body', () => {
  test('may be as deep and hold as much as the bounds say, and no more', () => {
    expect(find(nested(MAX_JSON_DEPTH))).toBeUndefined();
    expect(find(nested(MAX_JSON_DEPTH + 1))).toEqual(TOO_DEEP);
    expect(find(many(MAX_JSON_VALUES))).toBeUndefined();
    expect(find(many(MAX_JSON_VALUES + 1))).toEqual(TOO_RICH);
  });

  test.each([
    ['brackets and commas in a text', JSON.stringify(['[{,'.repeat(MAX_JSON_VALUES)])],
    ['escaped quotes in a text', JSON.stringify(['",'.repeat(MAX_JSON_VALUES * 2), '\\'])],
    ['levels side by side', `[${'[],'.repeat(MAX_JSON_DEPTH * 2)}[]]`],
    ['bytes that are not UTF-8', `["${'\u{1F600},'.repeat(MAX_JSON_VALUES)}"]`],
  ])('with %s is within them', (_, text) => {
    expect(find(text)).toBeUndefined();
  });

  test('that is broken is judged by what it holds', () => {
    expect(find('['.repeat(1_000_000))).toEqual(TOO_DEEP);
    expect(find(','.repeat(1_000_000))).toEqual(TOO_RICH);
    expect(find('"'.repeat(1_000_000))).toBeUndefined();
  });
});
