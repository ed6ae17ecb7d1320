import { describe, expect, test } from 'vitest';

import { Unavailable } from '../lib/unavailable.ts';
import { writeJudged } from './optimistic.ts';

/** Attempts of which so many are overtaken by another write, each of which makes a new version. No database is asked. */
function write(overtaken: number, headers: Readonly<Record<string, string>> = {}) {
  const judged: number[] = [];
  const find = function* () {
    yield* [];
    return { rowVersion: judged.length + 1 };
  };
  const attempt = function* ({ rowVersion }: { readonly rowVersion: number }) {
    yield* [];
    judged.push(rowVersion);
    return judged.length > overtaken ? 'written' : undefined;
  };
  return { result: writeJudged({ headers }, find, attempt).next().value, judged };
}

describe('a write that others overtake', () => {
  test('is judged again by what they have written, up to five times', () => {
    expect(write(0)).toEqual({ result: 'written', judged: [1] });
    expect(write(4)).toEqual({ result: 'written', judged: [1, 2, 3, 4, 5] });
    expect(() => write(5)).toThrow(Unavailable);
  });

  test('is held against If-Match each time', () => {
    expect(write(0, { 'if-match': 'W/"1"' })).toMatchObject({ result: 'written' });
    const refusal = expect.objectContaining({ row: 'preconditionFailed' });
    expect(() => write(1, { 'if-match': 'W/"1"' })).toThrow(refusal);
  });
});
