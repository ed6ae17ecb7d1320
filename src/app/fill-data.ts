/** Fills an empty database from a seed. */
import type { DataFolder } from '../lib/data-folder.ts';
import { SHIPPED_SEEDS } from '../lib/shipped-seeds.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { V1 } from '../model/versions.ts';
import { createProtocol } from '../odata/protocol.ts';
import type { SeedTools } from '../seed/apply-seed.ts';
import { findCredentialsFile, readCredentials, writeCredentialsFile } from '../seed/credentials.ts';
import type { SandboxCredentials } from '../seed/credentials.ts';
import type { StartSeed } from '../seed/read-seed.ts';
import { createCredentialsStore } from '../store/credentials-store.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createDirectoryWrites } from '../store/directory-writes.ts';
import { createImportWrites } from '../store/import-writes.ts';
import { checkMayFill, describeDatabase } from './open-folder.ts';

/** How a seed that is no file is called; paths in it start at the working directory. */
const GIVEN_SEED = 'given by the program';

export interface FillTarget {
  /** What to fill an empty database with, in place of a seed file. */
  readonly seed?: unknown;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
}

/**
 * Fills an empty database from the seed; a filled one stays as it is. Of servers that start at once on a database they
 * share, one fills it. The database owns the sandbox credentials; the copy in the folder is renewed.
 * @throws StartError for a broken seed, and when the folder shows that the database has lost its data
 */
export async function fillEmpty(
  settings: Settings,
  target: FillTarget,
): Promise<{ credentials: SandboxCredentials; hasFilled: boolean; notices: readonly string[] }> {
  const { folder, connection, directory } = target;
  const isEmpty = async () => (await directory.countTenants()) === 0;
  const fillWhenEmpty = async () => (await isEmpty()) && (await fill(settings, target));
  if (await isEmpty()) {
    checkMayFill(settings, folder);
    checkHasSeed(settings);
  }
  const hasFilled = (await isEmpty()) && (await connection.exclusively(fillWhenEmpty));
  const credentials = await getCredentials(target);
  // A record has no readers of secrets: the database keeps what proves them.
  if (settings.isForRecord !== true) writeCredentialsFile(folder.credentials, credentials);
  folder.note({ filled: describeDatabase(settings, folder) });
  return { credentials, hasFilled, notices: hasFilled ? [] : listUnused(settings, folder) };
}

/** The default seed is of people who do not exist. */
function checkHasSeed({ isForRecord, seedFile }: Settings): void {
  if (isForRecord !== true || seedFile !== undefined) return;
  const hint = 'Name a file with its tenants, people and apps by --seed; vivarium init writes one to start from.';
  throw new StartError('The database is empty, and a record has no default seed.', { hint });
}

/** Fills an empty database from the seed of a start. @throws StartError for a broken seed */
export async function fill(
  settings: Settings,
  { connection, seed: given }: Pick<FillTarget, 'connection' | 'seed'>,
): Promise<true> {
  const { applySeed } = await import('../seed/apply-seed.ts');
  const { seed, path } = await readStartSeed(settings, given);
  await applySeed(seed, path, { connection, ...seedTools(settings, connection) });
  return true;
}

/** The seed of a start, and what it is called: the one given, else the file of the settings. @throws StartError */
export async function readStartSeed(settings: Settings, given?: unknown): Promise<StartSeed> {
  // Loaded when there is a seed to read, not at every start: its parsers take a quarter of a second.
  const { checkSeed, readSeed } = await import('../seed/read-seed.ts');
  if (given !== undefined) return { seed: checkSeed(given, GIVEN_SEED), path: GIVEN_SEED };
  const path = settings.seedFile ?? SHIPPED_SEEDS.default;
  return { seed: readSeed(path), path };
}

/** What makes writes of a seed. */
export function seedTools(settings: Settings, connection: SqlConnection): SeedTools {
  const { dialect } = connection;
  return {
    directory: createDirectoryWrites(dialect),
    learning: createImportWrites(dialect),
    protocol: createProtocol(V1, settings),
    storeCredentials: createCredentialsStore(connection).keep,
  };
}

/** Older folders have their credentials in a file only: import it. */
async function getCredentials({ folder, connection }: FillTarget): Promise<SandboxCredentials> {
  const credentials = createCredentialsStore(connection);
  const kept = await credentials.find();
  if (kept !== undefined) return readCredentials(kept);
  const file = findCredentialsFile(folder.credentials);
  if (file === undefined) {
    throw new StartError(`The database is filled, but neither it nor ${folder.path} has sandbox credentials.`);
  }
  await connection.write([credentials.keep(file)]);
  return readCredentials(file);
}

/** Settings that are for an empty database only. */
function listUnused({ database, seedFile, beginAnew }: Settings, { path }: DataFolder): readonly string[] {
  const isFile = database === undefined;
  const place = isFile ? path : 'The database';
  const hint = isFile ? ' Choose another folder with --data to start with it.' : '';
  return [
    ...(seedFile === undefined ? [] : [`${place} already holds data: the seed file was not read.${hint}`]),
    ...(beginAnew ? [`${place} already holds data: --begin-anew had no effect. Omit it from the next start.`] : []),
  ];
}
