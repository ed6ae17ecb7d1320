import { afterAll, describe, test } from 'vitest';
import { V1, BETA } from '../../src/model/versions.ts';
import type { ApiVersion } from '../../src/model/versions.ts';
import { runRow } from './run-row.ts';
import { ServerPool } from './server-pool.ts';
import { createTable } from './tables/create.ts';
describe.each([V1, BETA] as const)('%s', (version: ApiVersion) => {
  const rows = createTable.rows.filter((r) => r.versions === undefined || r.versions.includes(version));
  const pool = new ServerPool(rows);
  afterAll(() => pool[Symbol.asyncDispose]());
  test.each(rows)('$id $rule', async (row) => runRow(row, version, await pool.takePlace(row)));
});
