/** Sandbox credentials, in the database, so that all its servers print the same ones. */
import type { SqlConnection, Write } from './connection.ts';
import { statements } from './statements.ts';

export interface CredentialsStore {
  /** Plain JSON, as it was kept; `undefined` when none was. */
  find(): Promise<unknown>;
  /** Keeps it, in place of another. */
  keep(credentials: unknown): Write;
}

export function createCredentialsStore(connection: SqlConnection): CredentialsStore {
  const { json } = connection.dialect.columns;
  return {
    find: async () => {
      const [row] = await connection.read(statements.findCredentials, {});
      return row === undefined ? undefined : json.decode(row['card'] ?? null);
    },
    keep: (credentials) => ({
      statement: statements.storeCredentials,
      params: { card: json.encode(credentials) },
    }),
  };
}
