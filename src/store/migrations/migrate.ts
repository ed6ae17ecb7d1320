/** Brings a database to this release's schema. Each migration and its record are one transaction. */
import type { SqlConnection, Statement } from '../connection.ts';
import type { ColumnKind } from '../dialect.ts';
import { initial } from './0001-initial.ts';
import { signIn } from './0002-sign-in.ts';
import type { Migration } from './migration.ts';

/** In order. A released migration is never edited. */
const MIGRATIONS: readonly Migration[] = [initial, signIn];

const APPLIED: Statement = { name: 'appliedMigrations', sql: 'select name from schema_migration order by name' };

/** Runs what has not run yet. @returns the names that ran; @throws when the database is of a later release */
export async function migrate(connection: SqlConnection): Promise<readonly string[]> {
  // Looked at first, as most starts find nothing to do and need neither a lock nor the right to change the schema.
  if ((await listPending(connection)).length === 0) return [];
  return connection.exclusively(() => runPending(connection));
}

/** Names of the migrations that have not run. @throws when the database is of a later release */
export async function listPending(connection: SqlConnection): Promise<readonly string[]> {
  const [found] = await connection.read(
    { name: 'findTable', sql: connection.dialect.findTable },
    { table_name: 'schema_migration' },
  );
  const applied = found === undefined ? [] : await appliedNames(connection);
  refuseLaterSchema(applied);
  return MIGRATIONS.map(({ name }) => name).filter((name) => !applied.includes(name));
}

async function runPending(connection: SqlConnection): Promise<readonly string[]> {
  const { text } = connection.dialect.columns;
  await connection.script(`create table if not exists schema_migration (name ${text.sql} not null primary key)`);
  // Loaded when there is something to run, not at every start: 100 ms.
  const { Umzug } = await import('umzug');
  const umzug = new Umzug({
    migrations: MIGRATIONS.map((migration) => ({ name: migration.name, up: () => apply(connection, migration) })),
    storage: {
      executed: () => appliedNames(connection),
      // The record is written by `apply`, in the migration's own transaction.
      logMigration: async () => {},
      unlogMigration: () => Promise.reject(new Error('Migrations are not undone.')),
    },
    logger: undefined,
  });
  return (await umzug.up()).map(({ name }) => name);
}

async function appliedNames(connection: SqlConnection): Promise<string[]> {
  const rows = await connection.read(APPLIED, {});
  return rows.map(({ name }) => String(name));
}

function refuseLaterSchema(applied: readonly string[]): void {
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const unknown = applied.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new Error(
      `The database is of a later release: it has the migration ${unknown}, which this one does not know.`,
    );
  }
}

async function apply(connection: SqlConnection, migration: Migration): Promise<void> {
  const kinds = Object.entries(connection.dialect.columns).map(([kind, { sql }]) => [kind, sql] as const);
  const types = Object.fromEntries(kinds) as Record<ColumnKind, string>;
  const record = `insert into schema_migration (name) values ('${migration.name}')`;
  await connection.script(`${migration.sql(types)}; ${record}`);
}
