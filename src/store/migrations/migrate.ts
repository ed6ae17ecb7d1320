/** Brings a database to this release's schema. Each migration and its record are one transaction. */
import type { SqlConnection, Statement } from '../connection.ts';
import type { ColumnKind } from '../dialect.ts';
import { initial } from './0001-initial.ts';
import type { Migration } from './migration.ts';

/** In order. A released migration is never edited. */
const MIGRATIONS: readonly Migration[] = [initial];

const APPLIED: Statement = { name: 'appliedMigrations', sql: 'select name from schema_migration order by name' };

/** Runs what has not run yet. @returns the names that ran; @throws when the database is of a later release */
export async function migrate(connection: SqlConnection): Promise<readonly string[]> {
  await connection.script('create table if not exists schema_migration (name text not null primary key)');
  const applied = await appliedNames(connection);
  refuseLaterSchema(applied);
  if (applied.length === MIGRATIONS.length) return [];
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
