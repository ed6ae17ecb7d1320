/**
 * Shards a PostgreSQL database by tenant, with the extension Citus: rows of one tenant are in one shard, the tables of no
 * tenant on every node. Tables that pass stay on the coordinator, which servers connect to.
 *
 * All tables that have no place yet get theirs in one transaction: a run that breaks off changes nothing, and the next one,
 * or one after a migration that added tables, does what is missing.
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

const FOREIGN_KEYS: Statement = {
  name: 'listForeignKeys',
  sql: `
select c.relname as name, r.relname as referenced, k.conname as key, pg_get_constraintdef(k.oid) as definition
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
where k.contype = 'f' and k.connamespace = to_regnamespace(current_schema())`,
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
  // A cluster refuses to distribute a table while a local one refers to it, and to let a distributed one refer to a local
  // one. So foreign keys between tables of tenants are dropped first and added last.
  const keys = await listKeysBetween(connection, distributed);
  const steps = [
    ...keys.map(({ name, key }) => `alter table ${name} drop constraint ${key}`),
    ...reference.map((table) => `select create_reference_table('${table}')`),
    ...distributed.map(distributeSql),
    ...keys.map(({ name, key, definition }) => `alter table ${name} add constraint ${key} ${definition}`),
  ];
  if (steps.length > 0) await connection.script(steps.join(';\n'));
  return { distributed, reference };
}

/** The foreign keys of these tables that name a table of tenants. */
async function listKeysBetween(connection: SqlConnection, tables: readonly string[]) {
  const isOfTenants = (table: unknown) => (TENANT_TABLES as readonly unknown[]).includes(table);
  const keys = await connection.read(FOREIGN_KEYS, {});
  return keys
    .filter(({ name, referenced }) => tables.includes(String(name)) && isOfTenants(referenced))
    .map(({ name, key, definition }) => ({ name: String(name), key: String(key), definition: String(definition) }));
}

/** The first table begins a group of its own, apart from what else the cluster has; the others are beside it. */
function distributeSql(table: string): string {
  const [first] = TENANT_TABLES;
  return `select create_distributed_table('${table}', 'tenant_id', colocate_with => '${table === first ? 'none' : first}')`;
}
