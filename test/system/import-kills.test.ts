/** Shown at full size by `npm run bench:import`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { killImports } from '../support/import-kills.ts';

test('an import that is killed three times ends as one that is not, row for row and result for result', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-kills-'));
  try {
    const report = await killImports({ folder, rows: 12_000, wrong: 60, kills: 3 });
    expect(report).toMatchObject({ hasEqualRows: true, hasEqualResults: true });
    expect(report.counts).toMatchObject({ created: 11_940, refused: 60, unchanged: 0 });
    // Each kill came somewhere else, in the middle.
    expect(new Set(report.killedAt).size).toBe(3);
    for (const rows of report.killedAt) expect(rows).toSatisfy((count: number) => count > 0 && count < 11_940);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
