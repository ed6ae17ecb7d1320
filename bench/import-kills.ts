// A large file is imported, killed and imported again, ten times unless said otherwise, beside one import without kills:
//   npm run bench:import -- ROWS WRONG KILLS
// Prints what came of it, as docs/import.md states it. Takes some minutes; TMPDIR needs a gigabyte for a million rows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { killImports } from '../test/support/import-kills.ts';

const [rows = 1_000_000, wrong = 1000, kills = 10] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'vivarium-kills-'));
try {
  const report = await killImports({ folder, rows, wrong, kills });
  console.log(JSON.stringify({ rows, wrong, kills, ...report }, null, 2));
  process.exitCode = report.hasEqualRows && report.hasEqualResults ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
