import { describe, expect, test } from 'vitest';

import { RawLog } from './raw-log.ts';

const appendTexts = (log: RawLog, ...parts: readonly string[]) => log.append({ numbers: [], parts });
const readTexts = (log: RawLog, start: number, parts = 1) => log.read(start, { numbers: 0, parts }).parts.map(String);

describe('data', () => {
  test('comes back as it was written: numbers, texts and bytes', () => {
    const log = new RawLog(1000);
    const first = log.append({ numbers: [1.5, -1, 1e15], parts: ['GET /', '', 'Grüße, 世界 🌍'] });
    const second = log.append({ numbers: [], parts: [Buffer.from([0xff, 0x00]), 'end'] });
    const read = log.read(first, { numbers: 3, parts: 3 });
    expect(read.numbers).toEqual([1.5, -1, 1e15]);
    expect(read.parts.map(String)).toEqual(['GET /', '', 'Grüße, 世界 🌍']);
    expect(log.read(second, { numbers: 0, parts: 2 }).parts[0]).toEqual(Buffer.from([0xff, 0x00]));
  });

  test('that was written over is not read', () => {
    const log = new RawLog(100);
    const starts = Array.from({ length: 10 }, (_, index) => appendTexts(log, `${index}`.repeat(8)));
    expect(() => readTexts(log, starts[0] as number)).toThrow('not kept');
    const kept = starts.flatMap((start, index) => (log.end - start <= 100 ? [{ start, index }] : []));
    expect(kept.length).toBeGreaterThan(4);
    for (const { start, index } of kept) expect(readTexts(log, start)).toEqual([`${index}`.repeat(8)]);
  });

  test('larger than all of it is refused', () => {
    expect(() => appendTexts(new RawLog(10), 'x'.repeat(11))).toThrow(RangeError);
  });
});
