/**
 * What a cluster that is sharded by tenant asks of the schema and of every statement, checked on a PostgreSQL without one:
 * the extension is stood in for, with its rules. That a cluster takes all this is not shown here.
 */
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { PARAMETER_KINDS } from '../../src/store/columns.ts';
import type { SqlConnection, Statement } from '../../src/store/connection.ts';
import { compile, postgresDialect } from '../../src/store/dialect.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { COPY_FORMS } from '../../src/store/postgres-copy.ts';
import { SET_STATEMENTS } from '../../src/store/postgres-sets.ts';
import { statements } from '../../src/store/statements.ts';
import { PASSING_TABLES, SHARED_TABLES, TENANT_TABLES } from '../../src/store/tables.ts';
import { recordLists } from '../support/list-requests.ts';
import { startPostgres } from '../support/postgres-server.ts';
import type { PostgresServer } from '../support/postgres-server.ts';
import { createOwnDatabase, postgresOptions } from '../support/postgres.ts';
import type { OwnDatabase } from '../support/postgres.ts';
import { tenantOfScans } from '../support/plans.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'vivarium.js');
/** With those that do for many rows what one of the same name does for one. */
const GUARDS = [...COPY_FORMS.values()].map(({ guard }) => guard);
const ALL_STATEMENTS = [...Object.values(statements), ...SET_STATEMENTS.values(), ...GUARDS];
const LIMITS = { maxWaitMs: 10_000 };

let server: PostgresServer;
/** Where the server finds the extension. */
let share: string;

beforeAll(async () => {
  server = await startPostgres({ isDurable: false });
  share = mkdtempSync(join(tmpdir(), 'vivarium-citus-'));
  cpSync(join(import.meta.dirname, '..', 'support', 'citus'), join(share, 'extension'), { recursive: true });
  for (const folder of [share, join(share, 'extension')]) chmodSync(folder, 0o755);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(share, { recursive: true, force: true });
});

type Rows = readonly Readonly<Record<string, unknown>>[];

async function runSql({ url }: OwnDatabase, ...texts: readonly string[]): Promise<Rows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Rows = [];
    for (const text of texts) rows = (await client.query<Record<string, unknown>>(text)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const createExtension = (database: OwnDatabase) =>
  runSql(database, `set extension_control_path = '${share}:$system'`, 'create extension citus');

async function migrateForCitus({
  url,
}: OwnDatabase): Promise<{ migrations: string[]; distributed: string[]; reference: string[] }> {
  const flags = ['migrate', '--citus', '--output', 'json', '--database', url];
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...flags]);
  return JSON.parse(stdout);
}

describe('vivarium migrate --citus', () => {
  let database: OwnDatabase;

  beforeEach(async () => {
    database = await createOwnDatabase(server.url);
    return () => database[Symbol.asyncDispose]();
  });

  const listPlaces = () =>
    runSql(
      database,
      'select logicalrelid::text as table, partmethod as method, partkey as key, colocationid as group from pg_dist_partition order by 1',
    );

  test('says so when the extension is not there, and has migrated by then', async () => {
    const failure = migrateForCitus(database);
    await expect(failure).rejects.toThrow(/lacks the extension citus: install Citus, and run create extension citus/);
    expect(await runSql(database, 'select name from schema_migration')).not.toEqual([]);
  });

  test('shards all tables of tenants by tenant, side by side, and gives the others to every node', async () => {
    await createExtension(database);
    const { migrations, distributed, reference } = await migrateForCitus(database);
    expect(migrations).toContain('0001-initial');
    expect(distributed).toEqual(TENANT_TABLES);
    expect(reference).toEqual(SHARED_TABLES);
    const places = await listPlaces();
    const ofTenants = places.filter(({ method }) => method === 'h');
    expect(ofTenants.map(({ table }) => table)).toEqual(TENANT_TABLES.toSorted());
    expect(new Set(ofTenants.map(({ key, group }) => `${String(key)} ${String(group)}`)).size).toBe(1);
    expect(places.filter(({ method }) => method === 'n').map(({ table }) => table)).toEqual(SHARED_TABLES.toSorted());
  });

  test('drops foreign keys between tables of tenants only while it works', async () => {
    await createExtension(database);
    const listKeys = () =>
      runSql(
        database,
        "select conrelid::regclass::text as table, pg_get_constraintdef(oid) as key from pg_constraint where contype = 'f' order by 1, 2",
      );
    await promisify(execFile)(process.execPath, [BIN, 'migrate', '--database', database.url]);
    const keys = await listKeys();
    await migrateForCitus(database);
    expect(await listKeys()).toEqual(keys);
  });

  test('changes nothing when it breaks off', async () => {
    await createExtension(database);
    await runSql(
      database,
      `create function fail() returns event_trigger language plpgsql as $$ begin
        if exists (select from pg_dist_partition where logicalrelid = 'learning_course_activity'::regclass) then raise 'broken off'; end if;
      end $$`,
      "create event trigger fail on ddl_command_end when tag in ('ALTER TABLE') execute function fail()",
    );
    await expect(migrateForCitus(database)).rejects.toThrow('broken off');
    expect(await listPlaces()).toEqual([]);
    await runSql(database, 'drop event trigger fail');
    const { distributed } = await migrateForCitus(database);
    expect(distributed).toEqual(TENANT_TABLES);
  });

  test('does nothing the second time, and what is missing after a migration that adds tables', async () => {
    await createExtension(database);
    await migrateForCitus(database);
    const places = await listPlaces();
    expect(await migrateForCitus(database)).toEqual({ migrations: [], distributed: [], reference: [] });
    await runSql(
      database,
      "delete from pg_dist_partition where logicalrelid in ('issuer_grant'::regclass, 'sandbox_card'::regclass)",
    );
    const { distributed, reference } = await migrateForCitus(database);
    expect([distributed, reference]).toEqual([['issuer_grant'], ['sandbox_card']]);
    expect(await listPlaces()).toEqual(places);
  });

  test.each([
    ['a key without the tenant', 'create table odd (tenant_id bigint, id bigint primary key)', 'UNIQUE'],
    [
      'a unique index without the tenant',
      'create table odd (tenant_id bigint, id bigint); create unique index on odd (id)',
      'UNIQUE',
    ],
    [
      'a foreign key to a table of one node',
      'create table here (id bigint primary key); create table odd (tenant_id bigint, id bigint references here)',
      'must be a distributed table',
    ],
    [
      'a table that a local one refers to',
      'create table odd (tenant_id bigint primary key); create table here (tenant_id bigint references odd)',
      'from reference tables and local tables to distributed tables are not supported',
    ],
    [
      'a foreign key that leaves the tenant out',
      'create table odd (tenant_id bigint, other bigint, id uuid, foreign key (other, id) references directory_user)',
      'same ordinal',
    ],
    ['numbers from a sequence', 'create table odd (tenant_id bigint, id bigserial)', 'sequence'],
  ])('would be refused: %s', async (_, sql, reason) => {
    await createExtension(database);
    await migrateForCitus(database);
    const distributing = runSql(
      database,
      sql,
      "select create_distributed_table('odd', 'tenant_id', colocate_with => 'directory_user')",
    );
    await expect(distributing).rejects.toThrow(reason);
  });
});

describe('on a database of one node', () => {
  let database: OwnDatabase;
  let connection: SqlConnection;

  beforeAll(async () => {
    database = await createOwnDatabase(server.url);
    connection = openPostgres(postgresOptions(database.url, LIMITS));
    await migrate(connection);
  });
  afterAll(async () => {
    await connection[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  test('every table is of tenants, of the whole server, or passes', async () => {
    const rows = await runSql(database, "select tablename as name from pg_tables where schemaname = 'public'");
    const names = rows.map(({ name }) => String(name));
    expect(names.toSorted()).toEqual([...TENANT_TABLES, ...SHARED_TABLES, ...PASSING_TABLES].toSorted());
  });

  test('every key, unique index and foreign key of a tenant table begins with the tenant on both sides', async () => {
    const rows = await runSql(
      database,
      `select c.relname as in_table, a.attname as first_column, 'index' as kind
      from pg_index x join pg_class c on c.oid = x.indrelid
      join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]
      where x.indisunique and c.relnamespace = 'public'::regnamespace
      union all
      select c.relname, a.attname || '/' || r.attname, 'foreign key'
      from pg_constraint k join pg_class c on c.oid = k.conrelid
      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      join pg_attribute r on r.attrelid = k.confrelid and r.attnum = k.confkey[1]
      where k.contype = 'f' and c.relnamespace = 'public'::regnamespace`,
    );
    const tables: readonly string[] = TENANT_TABLES;
    const ofTenants = rows.filter(({ in_table: table }) => tables.includes(String(table)));
    expect(ofTenants.filter(({ kind }) => kind === 'foreign key').length).toBeGreaterThan(3);
    const odd = ofTenants.filter(
      ({ first_column: column }) => !['tenant_id', 'tenant_id/tenant_id'].includes(String(column)),
    );
    expect(odd).toEqual([]);
    const leaving = await runSql(
      database,
      `select conname from pg_constraint where contype = 'f' and conrelid::regclass::text = any ('{${[...SHARED_TABLES, ...PASSING_TABLES].join(',')}}')`,
    );
    expect(leaving).toEqual([]);
  });

  /**
   * The tables of tenants that are read, each with the parameter that its tenant is, as the planner of PostgreSQL
   * concludes it from conditions and joins; Citus goes by the same conclusions.
   */
  const scansOf = async ({ sql }: Statement) => {
    const { sql: text, order } = compile(sql, postgresDialect, PARAMETER_KINDS);
    const [row] = await runSql(database, 'set enable_seqscan = off', `explain (generic_plan, format json) ${text}`);
    const scans = tenantOfScans(row?.['QUERY PLAN'], TENANT_TABLES);
    return scans.map(({ table, tenant }) => ({ table, tenant: tenant && order[tenant - 1] }));
  };

  const isOfTenants = ({ sql }: Statement) =>
    TENANT_TABLES.some((table) => new RegExp(String.raw`\b${table}\b`).test(sql));

  test.each(ALL_STATEMENTS.filter(isOfTenants))('$name keeps to one tenant', async (statement) => {
    const scans = await scansOf(statement);
    // What only writes a row has no other guard than the key that it gives the row.
    if (scans.length === 0) expect(statement.sql).toMatch(/^insert into \w+ \(tenant_id,/);
    expect(scans.filter(({ tenant }) => tenant !== 'tenant_id')).toEqual([]);
  });

  test('every statement that lists are made of keeps to one tenant', async () => {
    const asked = await recordLists(connection);
    expect(asked.length).toBeGreaterThan(30);
    for (const statement of asked) {
      const scans = await scansOf(statement);
      expect({ sql: statement.sql, isRead: scans.length > 0 }).toEqual({ sql: statement.sql, isRead: true });
      expect(scans.filter(({ tenant }) => tenant !== 'tenant_id')).toEqual([]);
    }
  });

  /** With null for another parameter, a cluster concludes nothing from a join any more. */
  const unboundTables = ({ sql }: Statement) =>
    [...sql.matchAll(/\b(?:from|join|update)\s+(\w+)(?:\s+(?!on\b|where\b|set\b|order\b|limit\b)(\w+))?/g)]
      .filter(([, table = '']) => (TENANT_TABLES as readonly string[]).includes(table))
      .map(([, table = '', alias = table]) => alias)
      .filter((name) => !new RegExp(String.raw`(?:\b${name}\.|[^.\w])tenant_id = :tenant_id\b`).test(sql));

  test.each(ALL_STATEMENTS.filter(isOfTenants))('$name binds each table to the tenant by itself', (statement) => {
    expect(unboundTables(statement)).toEqual([]);
  });

  test('every statement that lists are made of binds each table to the tenant by itself', async () => {
    for (const statement of await recordLists(connection)) expect(unboundTables(statement)).toEqual([]);
  });

  test.each(ALL_STATEMENTS)('$name needs nothing that a cluster refuses', ({ sql }) => {
    expect(sql).not.toMatch(/\bfor\s+(no\s+key\s+)?(update|share)\b/i);
    expect(sql).not.toMatch(/\b(nextval|currval|lastval|random|now|clock_timestamp|gen_random_uuid)\s*\(/i);
    expect(sql).not.toMatch(/\b(with\s+recursive|grouping\s+sets|tablesample)\b/i);
    // A row stays in its shard.
    expect(sql).not.toMatch(/\bset\b[^]*\btenant_id\s*=\s*:(?!tenant_id)/i);
  });
});
