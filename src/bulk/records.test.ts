import { expect, test } from 'vitest';

import { cutParts, textOfPart } from './cut-parts.ts';
import { scanAll } from './records.ts';
import type { BulkFormat } from './records.ts';

const PIECE = 'x'.repeat(1_048_576);
const LONG = PIECE.repeat(5);

/** A file in pieces, as parts that are sent and read again. */
async function sent(format: BulkFormat, pieces: readonly string[]) {
  const texts = (async function* texts() {
    yield* pieces;
  })();
  const found = [];
  for await (const part of cutParts(texts, { format, skipLines: 0 })) {
    const { text, line } = textOfPart(format, part);
    const [header, ...rows] = scanAll(text, { format, delimiter: ',', line: format === 'csv' ? line - 1 : line });
    const read = header === undefined || format === 'csv' ? rows : [header, ...rows];
    expect(read).toHaveLength(part.records.length);
    found.push(...part.records.map(({ line: at, text: own, problem }) => [at, own.length, problem !== undefined]));
  }
  return found;
}

test.each([
  ['csv', ['a,b\n1,2\n', PIECE, LONG, '\n3,4\n']],
  ['csv', ['a,b\n1,2\n', '"3', `\n${PIECE}`, LONG, '\n5,6\n']],
  ['ndjson', ['{}\n', PIECE, LONG, '\n{}\n']],
] as const)(
  'a line of %s that is too long is one record, and the next ones have their lines',
  async (format, pieces) => {
    const found = await sent(format, pieces);
    expect(found.slice(-2)).toEqual([
      [found.length + (format === 'csv' ? 0 : -1), 1, true],
      [found.length + (format === 'csv' ? 1 : 0), format === 'csv' ? 3 : 2, false],
    ]);
  },
);

test('an element of JSON that is too long is one record whose text is not kept', async () => {
  const found = await sent('json', ['[{},\n"', PIECE, LONG, '",\n{}]']);
  expect(found).toEqual([
    [1, 2, false],
    [2, 1, true],
    [3, 2, false],
  ]);
});
