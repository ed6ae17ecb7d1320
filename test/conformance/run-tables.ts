/** Runs every row of every table in one version. */
import { afterAll, describe, test } from 'vitest';

import type { ApiVersion } from '../../src/model/versions.ts';
import { runRow } from './run-row.ts';
import { ServerPool } from './server-pool.ts';
import { TABLES } from './tables/all.ts';

export function runTables(version: ApiVersion): void {
  const tables = TABLES.map(({ capability, rows }) => ({
    capability,
    rows: rows.filter(({ versions }) => versions?.includes(version) ?? true),
  }));
  const pool = new ServerPool(tables.flatMap(({ rows }) => rows));
  afterAll(() => pool[Symbol.asyncDispose]());
  describe.each(tables)('$capability', ({ rows }) => {
    test.each(rows.map((row) => [`${row.id}: ${row.rule}`, row] as const))('%s', async (_name, row) => {
      await runRow(row, version, await pool.takePlace(row));
    });
  });
}
