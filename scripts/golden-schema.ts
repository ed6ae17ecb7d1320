// The schema of each database as its migrations make it, kept in the repository so that every change of it is seen.
import type { SqlConnection } from '../src/store/connection.ts';
import { openPostgresStore, openStore } from '../src/store/open-store.ts';
import { startPostgres } from '../test/support/postgres-server.ts';

const SQLITE_SCHEMA = {
  name: 'dumpSchema',
  sql: "select sql from sqlite_schema where sql is not null order by type = 'index', tbl_name, name",
};

/** As the catalogue tells it, as pg_dump has to be of the server's own release. */
const POSTGRES_SCHEMA = {
  name: 'dumpSchema',
  sql: `with one_table as (
  select oid, relname from pg_class where relkind = 'r' and relnamespace = to_regnamespace('public')
), part as (
  select t.relname, 0 as kind, a.attnum as place, a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || coalesce(' collate ' || quote_ident(c.collname), '') || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as text
  from one_table t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
  left join pg_collation c on c.oid = a.attcollation and c.collname <> 'default'
  union all
  select t.relname, 1, row_number() over (order by k.contype <> 'p', k.conname), pg_get_constraintdef(k.oid)
  from one_table t join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'f', 'c')
)
select 0 as kind, relname as name,
  'create table ' || relname || ' (' || chr(10) || string_agg('  ' || text, ',' || chr(10) order by kind, place) || chr(10) || ')' as sql
from part group by relname
union all
select 1, indexname, indexdef from pg_indexes
where schemaname = 'public' and indexname not in (select conname from pg_constraint)
order by 1, 2`,
};

/** The statements that make the tables and indexes, by table. */
export async function dumpSchema(connection: SqlConnection): Promise<string> {
  const rows = await connection.read(connection.dialect.name === 'sqlite' ? SQLITE_SCHEMA : POSTGRES_SCHEMA, {});
  return rows.map(({ sql }) => `${String(sql)};\n`).join('\n');
}

/** Texts by path from the root. */
export async function printSchemas(): Promise<ReadonlyMap<string, string>> {
  const limits = { maxWaitMs: 1000, slowStatementMs: 60_000, onSlowStatement: () => {} };
  await using sqlite = await openStore({ path: ':memory:', ...limits });
  await using server = await startPostgres({ isDurable: false });
  const address = { url: server.url, passwordFile: undefined, authorityFile: undefined };
  const postgresLimits = { ...limits, maxConnections: 2, connectionWaitMs: 10_000, statementTimeoutMs: 30_000 };
  await using postgres = await openPostgresStore({ address, ...postgresLimits }, 'migrate');
  return new Map([
    ['test/golden/schema.sqlite.sql', await dumpSchema(sqlite)],
    ['test/golden/schema.postgres.sql', await dumpSchema(postgres)],
  ]);
}
