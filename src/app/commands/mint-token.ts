/** Access tokens from the keys of a data folder. */
import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

import { generateSigningKey } from '../../auth/signing-keys.ts';
import type { Settings } from '../../config/settings.ts';
import { systemClock } from '../../lib/clock.ts';
import { openDataFolder } from '../../lib/data-folder.ts';
import type { DataFolder } from '../../lib/data-folder.ts';
import { StartError } from '../../lib/start-error.ts';
import { createDirectoryStore } from '../../store/directory-store.ts';
import { lockFile } from '../../store/file-lock.ts';
import { openDatabase, openKeys, openOwnDatabase, UNREPORTED } from '../open-data.ts';
import { checkDatabaseFile } from '../open-folder.ts';
import { signFor } from '../sign-token.ts';
import type { TokenHolder } from '../sign-token.ts';

/**
 * Signs an access token with the keys of a data folder, whether or not a server runs on it.
 * @throws StartError when the folder holds no data or the name is unknown
 */
export async function mintToken(settings: Settings, holder: TokenHolder): Promise<string> {
  if (settings.database === undefined && !existsSync(settings.dataDir)) throw nothingThere(settings.dataDir);
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(openDataFolder(settings.dataDir));
  const isFile = settings.database === undefined;
  const problem = isFile ? checkDatabaseFile(settings, folder) : undefined;
  if (isFile && !existsSync(folder.database)) throw nothingThere(folder.path);
  // Without a server this connection is the last one, which moves the log into the file.
  const lock = folder.lock === undefined ? undefined : lockFile(folder.lock, findWaitMs(folder));
  if (lock !== undefined) opening.use(lock);
  const isLast = lock !== undefined && problem === undefined;
  const connection = opening.use(
    isLast
      ? (await openOwnDatabase(settings, folder, UNREPORTED)).connection
      : await openDatabase(settings, folder, UNREPORTED),
  );
  const directory = createDirectoryStore(connection);
  if ((await directory.listSigningKeys()).length === 0) throw nothingThere(folder.path);
  // A key made here would be unknown to a server that runs on the folder.
  const keys = await openKeys(directory, {
    ...settings,
    clock: systemClock,
    signingKeyDays: Infinity,
    makers: { signingKey: generateSigningKey },
  });
  const origin = settings.publicUrl ?? folder.readFacts().baseUrl ?? `https://${settings.host}:${settings.port}`;
  const ids = { newId: () => randomUUID() };
  return await signFor(holder, { settings, clock: systemClock, ids, directory, keys, origin });
}

/** Another command is about to end; a server is not. */
function findWaitMs({ readFacts }: DataFolder): number | undefined {
  return readFacts().server === undefined ? undefined : 0;
}

function nothingThere(path: string): StartError {
  const hint = 'Start the server once, or name its folder with --data.';
  return new StartError(`The data folder ${path} holds no data yet.`, { hint });
}
