/** Opens a database and sees to it that it has this release's schema. */
import { distribute } from './citus.ts';
import type { Distribution } from './citus.ts';
import type { SqlConnection } from './connection.ts';
import { findSchemaProblem, migrate } from './migrations/migrate.ts';
import type { PostgresOptions } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { SqliteOptions } from './sqlite.ts';

/**
 * What becomes of the schema of a database that is opened. check: it has to be one that this release can work with.
 * leave: any will do. load: as migrate, also where a copy was not finished, for who is going to put that right.
 */
export type SchemaCare = 'migrate' | 'check' | 'leave' | 'load';

const CARES: Readonly<Record<SchemaCare, (connection: SqlConnection) => Promise<unknown>>> = {
  migrate,
  check: refuseToMigrate,
  leave: async () => {},
  load: (connection) => migrate(connection, { takesUnfinished: true }),
};

/** The embedded database. @throws when it cannot be used, or is of a later release that it is not compatible with */
export async function openStore(options: SqliteOptions, care: SchemaCare = 'migrate'): Promise<SqlConnection> {
  return keepWhen(openSqlite(options), CARES[care]);
}

/** A database that others may use as well. @throws as {@link openStore} */
export async function openPostgresStore(options: PostgresOptions, care: SchemaCare): Promise<SqlConnection> {
  return keepWhen(await connectPostgres(options), CARES[care]);
}

/** Brings a PostgreSQL database to this release's schema. @returns the migrations that ran; @throws as {@link openStore} */
export async function migratePostgres(options: PostgresOptions): Promise<readonly string[]> {
  await using connection = await connectPostgres(options);
  return await migrate(connection);
}

/** Shards a database of this release's schema by tenant, over a Citus cluster. @throws when it cannot be done */
export async function distributePostgres(options: PostgresOptions): Promise<Distribution> {
  await using connection = await connectPostgres(options);
  return await distribute(connection);
}

/** Loads the driver only where it is used. */
async function connectPostgres(options: PostgresOptions): Promise<SqlConnection> {
  const { openPostgres } = await import('./postgres.ts');
  return keepWhen(openPostgres(options), checkServer);
}

async function keepWhen(
  connection: SqlConnection,
  check: (connection: SqlConnection) => Promise<unknown>,
): Promise<SqlConnection> {
  try {
    await check(connection);
    return connection;
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

const OLDEST_VERSION = 150_000;

const SERVER = {
  name: 'describeServer',
  sql: `select cast(current_setting('server_version_num') as integer) as version, current_setting('server_encoding') as encoding,
  current_setting('synchronous_commit') as synchronous_commit`,
};

/** What is promised to clients rests on it: all texts can be kept, and what was answered is on disk. */
async function checkServer(connection: SqlConnection): Promise<void> {
  const [server] = await connection.read(SERVER, {});
  const { version, encoding, synchronous_commit: commit } = server ?? {};
  if (Number(version) < OLDEST_VERSION)
    throw new Error(`its version is ${String(version)}, and has to be 150000 (PostgreSQL 15) or newer`);
  if (encoding !== 'UTF8') throw new Error(`its encoding is ${String(encoding)}, and has to be UTF8`);
  if (commit === 'off') throw new Error('synchronous_commit is off, so that it could lose what was answered');
}

async function refuseToMigrate(connection: SqlConnection): Promise<void> {
  const problem = await findSchemaProblem(connection);
  if (problem !== undefined) throw new Error(problem);
}
