/** Opens the database of a data folder and brings it to this release's schema. */
import { openSqlite } from './sqlite.ts';
import type { SqliteOptions } from './sqlite.ts';
import type { SqlConnection } from './connection.ts';
import { migrate } from './migrations/migrate.ts';

/** @throws when the file cannot be opened, is no database, or is of a later release */
export async function openStore(options: SqliteOptions): Promise<SqlConnection> {
  const connection = openSqlite(options);
  try {
    await migrate(connection);
    return connection;
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}
