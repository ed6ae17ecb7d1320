/** Every row of every table on the databases of the project. */
import { afterAll, describe, expect, test } from 'vitest';

import { runRow } from '../../src/conformance/run-row.ts';
import { RULE_TABLES } from '../../src/conformance/tables/all.ts';
import { checkClaims } from './claims.ts';
import { PLACES } from './places.ts';
import { ServerPool } from './server-pool.ts';

describe.each(PLACES)('on $store.name', ({ store, version: usual }) => {
  const tables = RULE_TABLES.map(({ title, rows }) => ({
    title,
    runs: rows.flatMap((row) => (row.versions ?? [usual]).map((version) => ({ row, version }))),
  }));
  const pool = new ServerPool(
    tables.flatMap(({ runs }) => runs.map(({ row }) => row)),
    store,
  );
  afterAll(() => pool[Symbol.asyncDispose]());

  describe.each(tables)('$title', ({ runs }) => {
    test.each(runs)('$row.id in $version: $row.rule', async ({ row, version }) => {
      await using place = await pool.takePlace(row);
      const { breaks, exchanges } = await runRow(row, version, place);
      expect(breaks).toEqual([]);
      checkClaims(row, version, exchanges);
    });
  });
});
