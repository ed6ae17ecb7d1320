import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { openInput } from './open-input.ts';

test('a file whose middle was mended is not taken for the one that was interrupted', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-input-'));
  try {
    const file = join(folder, 'rows.csv');
    const write = (middle: string, seconds: number): string | undefined => {
      writeFileSync(file, `${'a'.repeat(100_000)}${middle}${'b'.repeat(100_000)}`);
      utimesSync(file, seconds, seconds);
      return openInput(file).source;
    };
    const source = write('wrong', 1);
    expect(openInput(file).source).toBe(source);
    expect(write('right', 2)).not.toBe(source);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
