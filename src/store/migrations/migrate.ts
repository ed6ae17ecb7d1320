/**
 * Brings a database to this release's schema. Each migration and its record are one transaction.
 *
 * Servers of two neighbouring releases work on one database during an upgrade: each migration is recorded with the
 * migration that a server must know to go on working, so that an older server can tell whether a later schema suits it.
 */
import type { SqlConnection, Statement } from '../connection.ts';
import type { ColumnKind } from '../dialect.ts';
import { initial } from './0001-initial.ts';
import { signIn } from './0002-sign-in.ts';
import { severalNodes } from './0003-several-nodes.ts';
import { externalIdClaims } from './0004-external-id-claims.ts';
import { employeeId } from './0005-employee-id.ts';
import { narrowActivities } from './0006-narrow-activities.ts';
import { syncHealth } from './0007-sync-health.ts';
import { directory } from './0008-directory.ts';
import { changeLog } from './0009-change-log.ts';
import { imports } from './0010-imports.ts';
import { outward } from './0011-outward.ts';
import { scim } from './0012-scim.ts';
import { changeFeed } from './0013-change-feed.ts';
import { tenants } from './0014-tenants.ts';
import { notifications } from './0015-notifications.ts';
import { outwardLearners } from './0016-outward-learners.ts';
import { webhooks } from './0017-webhooks.ts';
import type { Migration } from './migration.ts';

/** In order. A released migration is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  initial,
  signIn,
  severalNodes,
  externalIdClaims,
  employeeId,
  narrowActivities,
  syncHealth,
  directory,
  changeLog,
  imports,
  outward,
  scim,
  changeFeed,
  tenants,
  notifications,
  outwardLearners,
  webhooks,
];

const APPLIED: Statement = { name: 'appliedMigrations', sql: 'select name from schema_migration order by name' };
const COMPATIBLE: Statement = {
  name: 'compatibleMigrations',
  sql: 'select name, compatible_since from schema_compatibility',
};

/** As recorded. */
interface Applied {
  readonly name: string;
  /** The migration that a server must know; its own name when only those that know it can go on. */
  readonly compatibleSince: string;
}

/** Recorded as a migration that no release knows: as long as a copy is not finished, no server takes the database for whole. */
const UNFINISHED = 'unfinished-copy';

export const unfinishedCopy = {
  begin: {
    name: 'beginCopy',
    sql: `insert into schema_migration (name) values ('${UNFINISHED}') on conflict do nothing`,
  },
  end: { name: 'endCopy', sql: `delete from schema_migration where name = '${UNFINISHED}'` },
  /** Gives a row while there is one. */
  find: { name: 'findUnfinishedCopy', sql: `select name from schema_migration where name = '${UNFINISHED}'` },
} as const satisfies Readonly<Record<string, Statement>>;

export interface MigrateOptions {
  /** The last migration to run; all of them when not given. */
  readonly to?: string;
  /** Whether a database that a copy has left unfinished is taken. */
  readonly takesUnfinished?: boolean;
}

/** Runs what has not run yet. @returns the names that ran; @throws when the database is of an incompatible later release */
export async function migrate(
  connection: SqlConnection,
  { to, takesUnfinished = false }: MigrateOptions = {},
): Promise<readonly string[]> {
  // Looked at first, as most starts find nothing to do and need neither a lock nor the right to change the schema.
  if ((await listPending(connection, takesUnfinished)).length === 0) return [];
  return connection.exclusively(() => runPending(connection, to));
}

export const NO_SCHEMA = 'none';

/** The last migration of the database. */
export async function findSchemaName(connection: Pick<SqlConnection, 'dialect' | 'read'>): Promise<string> {
  return (await listApplied(connection)).findLast(({ name }) => name !== UNFINISHED)?.name ?? NO_SCHEMA;
}

/** Whether this release has the migration. */
export function isKnownSchema(name: string): boolean {
  return MIGRATIONS.some((migration) => migration.name === name);
}

/**
 * Why a release with these migrations, this one's by default, cannot work with the schema as it is, in a sentence without
 * its end; `undefined` when it can.
 */
export async function findSchemaProblem(connection: SqlConnection, known = MIGRATIONS): Promise<string | undefined> {
  const applied = await listApplied(connection);
  const pending = pendingOf(applied, known);
  if (pending.length > 0) return `it lacks ${pending.join(', ')}: run vivarium migrate`;
  return findIncompatibility(applied, known);
}

async function listPending(connection: SqlConnection, takesUnfinished: boolean): Promise<readonly string[]> {
  const applied = await listApplied(connection);
  const problem = findIncompatibility(takesUnfinished ? applied.filter(({ name }) => name !== UNFINISHED) : applied);
  if (problem !== undefined) throw new Error(problem);
  return pendingOf(applied);
}

async function listApplied(connection: Pick<SqlConnection, 'dialect' | 'read'>): Promise<readonly Applied[]> {
  if (!(await hasTable(connection, 'schema_migration'))) return [];
  const applied = (await connection.read(APPLIED, {})).map(({ name }) => String(name));
  const isCompatibilityKept = await hasTable(connection, 'schema_compatibility');
  const rows = isCompatibilityKept ? await connection.read(COMPATIBLE, {}) : [];
  const known = new Map(rows.map((row) => [String(row['name']), String(row['compatible_since'])]));
  return applied.map((name) => ({ name, compatibleSince: known.get(name) ?? name }));
}

async function hasTable(connection: Pick<SqlConnection, 'dialect' | 'read'>, table: string): Promise<boolean> {
  const statement = { name: 'findTable', sql: connection.dialect.findTable };
  return (await connection.read(statement, { table_name: table })).length > 0;
}

function pendingOf(applied: readonly Applied[], migrations = MIGRATIONS): readonly string[] {
  const names = new Set(applied.map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !names.has(name));
}

function findIncompatibility(applied: readonly Applied[], migrations = MIGRATIONS): string | undefined {
  const known = new Set(migrations.map(({ name }) => name));
  const breaking = applied.find(({ name, compatibleSince }) => !known.has(name) && !known.has(compatibleSince));
  if (breaking === undefined) return undefined;
  const { name, compatibleSince } = breaking;
  if (name === UNFINISHED) return 'a copy into it was not finished: run vivarium copy again';
  const newest = migrations.at(-1)?.name;
  return `it is of a later release: since ${name}, servers have to know ${compatibleSince}, and this one knows no later than ${newest}`;
}

async function runPending(connection: SqlConnection, to: string | undefined): Promise<readonly string[]> {
  const { text } = connection.dialect.columns;
  await connection.script(`create table if not exists schema_migration (name ${text.sql} not null primary key)`);
  // Loaded when there is something to run, not at every start: 100 ms.
  const { Umzug } = await import('umzug');
  const umzug = new Umzug({
    migrations: MIGRATIONS.map((migration) => ({ name: migration.name, up: () => apply(connection, migration) })),
    storage: {
      executed: async () => (await listApplied(connection)).map(({ name }) => name),
      // The record is written by `apply`, in the migration's own transaction.
      logMigration: async () => {},
      unlogMigration: () => Promise.reject(new Error('Migrations are not undone.')),
    },
    logger: undefined,
  });
  return (await (to === undefined ? umzug.up() : umzug.up({ to }))).map(({ name }) => name);
}

async function apply(connection: SqlConnection, migration: Migration): Promise<void> {
  const kinds = Object.entries(connection.dialect.columns).map(([kind, { sql }]) => [kind, sql] as const);
  const types = Object.fromEntries(kinds) as Record<ColumnKind, string>;
  await connection.script(`${migration.sql(types, connection.dialect.name)}; ${recordOf(migration)}`);
}

function recordOf({ name, compatibleSince }: Migration): string {
  const record = `insert into schema_migration (name) values ('${name}')`;
  if (compatibleSince === undefined) return record;
  return `${record}; insert into schema_compatibility (name, compatible_since) values ('${name}', '${compatibleSince}')`;
}
