/** Runs every row of every table in one version, on every database. */
import { afterAll, describe, test } from 'vitest';

import type { ApiVersion } from '../../src/model/versions.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import { runRow } from './run-row.ts';
import { ServerPool } from './server-pool.ts';
import { TABLES } from './tables/all.ts';

export function runTables(version: ApiVersion): void {
  const tables = TABLES.map(({ capability, rows }) => ({
    capability,
    rows: rows.filter(({ versions }) => versions?.includes(version) ?? true),
  }));
  describe.each(STORE_DRIVERS)('$name', (store) => {
    const pool = new ServerPool(
      tables.flatMap(({ rows }) => rows),
      store,
    );
    afterAll(() => pool[Symbol.asyncDispose]());
    describe.each(tables)('$capability', ({ rows }) => {
      test.each(rows.map((row) => [`${row.id}: ${row.rule}`, row] as const))('%s', async (_name, row) => {
        await using place = await pool.takePlace(row);
        await runRow(row, version, place);
      });
    });
  });
}
