// The schema of each database as its migrations make it, kept in the repository so that every change of it is seen.
import type { SqlConnection } from '../src/store/connection.ts';
import { openStore } from '../src/store/open-store.ts';

const SCHEMA = {
  name: 'dumpSchema',
  sql: "select sql from sqlite_schema where sql is not null order by type = 'index', tbl_name, name",
};

/** The statements that make the tables and indexes, by table. */
export async function dumpSchema(connection: SqlConnection): Promise<string> {
  const rows = await connection.read(SCHEMA, {});
  return rows.map(({ sql }) => `${String(sql)};\n`).join('\n');
}

/** Texts by path from the root. */
export async function printSchemas(): Promise<ReadonlyMap<string, string>> {
  const limits = { maxQueued: 1, maxWaitMs: 0, slowStatementMs: 60_000, onSlowStatement: () => {} };
  await using connection = await openStore({ path: ':memory:', ...limits });
  return new Map([['test/golden/schema.sqlite.sql', await dumpSchema(connection)]]);
}
