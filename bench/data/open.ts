/** The database of a data folder, opened by the store itself while no server runs on it. */
import { join } from 'node:path';

import type { Tenant } from '../../src/model/directory.ts';
import type { SqlConnection } from '../../src/store/connection.ts';
import { createDirectoryStore } from '../../src/store/directory-store.ts';
import { openPostgresStore, openStore } from '../../src/store/open-store.ts';
import type { VivariumOptions } from '../servers/vivarium.ts';

const LIMITS = {
  maxWaitMs: 600_000,
  slowStatementMs: 600_000,
  onSlowStatement: () => {},
};

export function openData({ dataDir, database }: VivariumOptions): Promise<SqlConnection> {
  if (database === undefined) return openStore({ path: join(dataDir, 'vivarium.db'), ...LIMITS });
  const address = { url: database, passwordFile: undefined, authorityFile: undefined };
  const times = { connectionWaitMs: 60_000, statementTimeoutMs: 600_000 };
  return openPostgresStore({ address, ...LIMITS, ...times, maxConnections: 8 }, 'check');
}

/** The first one, which the seed has made. */
export async function getTenant(connection: SqlConnection): Promise<Tenant> {
  const [tenant] = await createDirectoryStore(connection).listTenants();
  if (tenant === undefined) throw new Error('The database is empty: start a server on it first.');
  return tenant;
}
