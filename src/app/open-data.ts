/** Opens what a data folder holds: the database, filled when it is empty, and the keys that tokens are signed with. */
import { fileURLToPath } from 'node:url';

import { generateSigningKey, openSigningKeys } from '../auth/signing-keys.ts';
import type { SigningKeys } from '../auth/signing-keys.ts';
import { systemClock } from '../base/clock.ts';
import type { DataFolder } from '../base/data-folder.ts';
import { StartError } from '../base/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { V1 } from '../model/versions.ts';
import { createProtocol } from '../odata/protocol.ts';
import { findCard, writeCard } from '../sandbox/card.ts';
import type { SandboxCard } from '../sandbox/card.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createDirectoryWrites } from '../store/directory-writes.ts';
import { createImportWrites } from '../store/import-writes.ts';
import { openStore } from '../store/open-store.ts';
import type { Events } from '../telemetry/events.ts';

const DEFAULT_SEED = fileURLToPath(new URL('../../seeds/default.yaml', import.meta.url));

/** @throws StartError when the file cannot be used */
export async function openDatabase(settings: Settings, folder: DataFolder, events: Events): Promise<SqlConnection> {
  try {
    return await openStore({
      path: folder.database,
      maxQueued: settings.maxQueuedWrites,
      maxWaitMs: settings.lockWaitMs,
      slowStatementMs: settings.slowStatementMs,
      onSlowStatement: (statement, durationMs) => events.slowStatement(statement, durationMs),
    });
  } catch (cause) {
    const hint = 'Choose another folder with --data, or remove this one to begin anew.';
    throw new StartError(`The database ${folder.database} cannot be used: ${(cause as Error).message}.`, {
      hint,
      cause,
    });
  }
}

export interface FillTarget {
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
}

/** Fills an empty database from the seed; a filled one stays as it is. @throws StartError for a broken seed */
export async function fillEmpty(
  settings: Settings,
  { folder, connection, directory }: FillTarget,
): Promise<{ card: SandboxCard; notices: readonly string[] }> {
  const isEmpty = (await directory.countTenants()) === 0;
  if (isEmpty) {
    // Loaded when there is a seed to read, not at every start: its parsers take a quarter of a second.
    const { readSeed } = await import('../sandbox/read-seed.ts');
    const { applySeed } = await import('../sandbox/apply-seed.ts');
    const path = settings.seedFile ?? DEFAULT_SEED;
    await applySeed(readSeed(path), path, {
      connection,
      directory: createDirectoryWrites(connection.dialect),
      learning: createImportWrites(connection.dialect),
      protocol: createProtocol(V1, settings),
      keepCard: (card) => writeCard(folder.card, card),
    });
  }
  const card = findCard(folder.card);
  if (card === undefined) throw new StartError(`The data folder ${folder.path} has a database, but no sandbox.json.`);
  const isSeedUnused = !isEmpty && settings.seedFile !== undefined;
  const notice = `${folder.path} holds data already: the seed file was not read. Remove the folder to begin with it.`;
  return { card, notices: isSeedUnused ? [notice] : [] };
}

/** The keys in the database; the first one is made when there is none. */
export async function openKeys(directory: DirectoryStore): Promise<SigningKeys> {
  const stored = await directory.listSigningKeys();
  if (stored.length > 0) return openSigningKeys(stored);
  const first = await generateSigningKey(systemClock.now());
  await directory.addSigningKey(first);
  return openSigningKeys([first]);
}
