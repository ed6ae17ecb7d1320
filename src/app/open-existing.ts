/** The database of the settings for a command that works beside a server, or without one. */
import { existsSync } from 'node:fs';

import type { Settings } from '../config/settings.ts';
import { openDataFolder } from '../lib/data-folder.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { StartError } from '../lib/start-error.ts';
import type { SqlConnection } from '../store/connection.ts';
import { lockFile } from '../store/file-lock.ts';
import type { SchemaCare } from '../store/open-store.ts';
import { openDatabase, openOwnDatabase, UNREPORTED } from './open-data.ts';
import { checkDatabaseFile } from './open-folder.ts';

export interface ExistingDatabase {
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
}

/**
 * Opens what is there, whether or not a server runs on it; makes nothing. It is closed with the stack.
 * @throws StartError when there is no data, or it cannot be used
 */
export async function openExisting(
  settings: Settings,
  opening: AsyncDisposableStack,
  care?: SchemaCare,
): Promise<ExistingDatabase> {
  if (settings.database === undefined && !existsSync(settings.dataDir)) throw noData(settings.dataDir);
  const folder = opening.use(openDataFolder(settings.dataDir));
  const isFile = settings.database === undefined;
  const problem = isFile ? checkDatabaseFile(settings, folder) : undefined;
  if (isFile && !existsSync(folder.database)) throw noData(folder.path);
  // Without a server this connection is the last one, which moves the log into the file.
  const lock = folder.lock === undefined ? undefined : lockFile(folder.lock, findWaitMs(folder));
  if (lock !== undefined) opening.use(lock);
  const isLast = lock !== undefined && problem === undefined;
  const connection = opening.use(
    isLast
      ? (await openOwnDatabase(settings, folder, UNREPORTED, care)).connection
      : await openDatabase(settings, folder, UNREPORTED, care),
  );
  return { folder, connection };
}

/** Another command is about to end; a server is not. */
function findWaitMs({ readFacts }: DataFolder): number | undefined {
  return readFacts().server === undefined ? undefined : 0;
}

export function noData(path: string): StartError {
  const hint = 'Start the server once, or name its folder with --data.';
  return new StartError(`The data folder ${path} holds no data yet.`, { hint });
}
