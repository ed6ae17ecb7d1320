/**
 * Shards a PostgreSQL database by tenant, with the extension Citus: rows of one tenant are in one shard, the tables of no
 * tenant on every node. What passes stays on the coordinator, which servers connect to.
 *
 * Each table is a step of its own, which the cluster takes whole or not at all, and steps that were taken are passed over:
 * so a run that broke off is ended by the next one, and so is one after a migration that brought new tables.
 * https://docs.citusdata.com/en/v13.0/develop/reference_ddl.html
 */
import type { SqlConnection, Statement } from './connection.ts';
import { SHARED_TABLES, TENANT_TABLES } from './tables.ts';

/** The tables that were given their place now. */
export interface Distribution {
  readonly distributed: readonly string[];
  readonly reference: readonly string[];
}

const EXTENSION: Statement = {
  name: 'findCitus',
  sql: "select extversion as version from pg_extension where extname = 'citus'",
};

/** partmethod: h is distributed by hash; n with repmodel t is a reference table, and with another is managed locally. */
const PLACED: Statement = {
  name: 'listPlacedTables',
  sql: `
select c.relname as name from pg_dist_partition p join pg_class c on c.oid = p.logicalrelid
where c.relnamespace = to_regnamespace(current_schema()) and (p.partmethod = 'h' or p.repmodel = 't')`,
};

/** Gives every table its place. @throws a plain `Error` when the extension is not there, and the cluster's own errors */
export async function distribute(connection: SqlConnection): Promise<Distribution> {
  const [extension] = await connection.read(EXTENSION, {});
  if (extension === undefined) {
    throw new Error('it lacks the extension citus: install Citus, and run create extension citus in the database');
  }
  return connection.exclusively(() => placeTables(connection));
}

async function placeTables(connection: SqlConnection): Promise<Distribution> {
  const placed = new Set((await connection.read(PLACED, {})).map(({ name }) => String(name)));
  const isNew = (table: string) => !placed.has(table);
  const [reference, distributed] = [SHARED_TABLES.filter(isNew), TENANT_TABLES.filter(isNew)];
  // Foreign keys lead from distributed tables to them: they have to be there first.
  for (const table of reference) await connection.script(`select create_reference_table('${table}')`);
  for (const table of distributed) await connection.script(distributeSql(table));
  return { distributed, reference };
}

/** The first table begins a group of its own, apart from what else the cluster has; the others are beside it. */
function distributeSql(table: string): string {
  const [first] = TENANT_TABLES;
  return `select create_distributed_table('${table}', 'tenant_id', colocate_with => '${table === first ? 'none' : first}')`;
}
