/** The database of the settings for a command that replaces all of its data. */
import type { Settings } from '../config/settings.ts';
import { findDataFolder, openDataFolder } from '../lib/data-folder.ts';
import { StartError } from '../lib/start-error.ts';
import { createDirectoryStore } from '../store/directory-store.ts';
import { openOwnDatabase, UNREPORTED } from './open-data.ts';
import type { ExistingDatabase } from './open-existing.ts';
import { describeDatabase, lockForCommand } from './open-folder.ts';

/**
 * Opens it at the schema of this release, made when it is missing. It is closed with the stack.
 * @throws StartError when a server uses the data folder, or the database cannot be used
 */
export async function openTarget(settings: Settings, opening: AsyncDisposableStack): Promise<ExistingDatabase> {
  const isFile = settings.database === undefined;
  const folder = opening.use(isFile ? openDataFolder(settings.dataDir) : findDataFolder(settings.dataDir));
  if (isFile) opening.use(lockForCommand(folder));
  // Filling it is what helps where it has lost its data.
  const { connection } = await openOwnDatabase({ ...settings, beginAnew: true }, folder, UNREPORTED, 'load');
  return { folder, connection: opening.use(connection) };
}

/** @throws StartError when there is data that nobody has said to replace */
export async function refuseData(settings: Settings, { connection, folder }: ExistingDatabase): Promise<void> {
  if ((await createDirectoryStore(connection).countTenants()) === 0) return;
  const hint = 'Name another one, or replace all of it with --replace.';
  throw new StartError(`The database ${describeDatabase(settings, folder)} holds data, and nothing was changed.`, {
    hint,
  });
}
