/** Runs every row of every table on the databases of the project. */
import { afterAll, describe, test } from 'vitest';

import { PLACES } from './places.ts';
import { runRow } from './run-row.ts';
import { ServerPool } from './server-pool.ts';
import { TABLES } from './tables/all.ts';

describe.each(PLACES)('on $store.name', ({ store, version: usual }) => {
  const tables = TABLES.map(({ capability, rows }) => ({
    capability,
    runs: rows.flatMap((row) => (row.versions ?? [usual]).map((version) => ({ row, version }))),
  }));
  const pool = new ServerPool(
    tables.flatMap(({ runs }) => runs.map(({ row }) => row)),
    store,
  );
  afterAll(() => pool[Symbol.asyncDispose]());

  describe.each(tables)('$capability', ({ runs }) => {
    test.each(runs)('$row.id in $version: $row.rule', async ({ row, version }) => {
      await using place = await pool.takePlace(row);
      await runRow(row, version, place);
    });
  });
});
