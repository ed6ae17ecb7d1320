/** Opens what a data folder holds: the database, filled when it is empty, and the keys that tokens are signed with. */
import { fileURLToPath } from 'node:url';

import type { Clock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { StartError } from '../lib/start-error.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { Settings } from '../config/settings.ts';
import { openRotatingKeys } from '../issuer/rotating-keys.ts';
import type { RotatingKeys } from '../issuer/rotating-keys.ts';
import { V1 } from '../model/versions.ts';
import { createProtocol } from '../odata/protocol.ts';
import type { SeedTools } from '../seed/apply-seed.ts';
import { findCredentialsFile, readCredentials, writeCredentialsFile } from '../seed/credentials.ts';
import type { SandboxCredentials } from '../seed/credentials.ts';
import type { StartSeed } from '../sandbox/snapshots/seed-reader.ts';
import { createCredentialsStore } from '../store/credentials-store.ts';
import type { Distribution } from '../store/citus.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createDirectoryWrites } from '../store/directory-writes.ts';
import { createImportWrites } from '../store/import-writes.ts';
import { distributePostgres, migratePostgres, openPostgresStore, openStore } from '../store/open-store.ts';
import { describePostgresUrl } from '../store/postgres-address.ts';
import type { PostgresOptions } from '../store/postgres.ts';
import type { SqliteOptions } from '../store/sqlite.ts';
import type { Events } from '../telemetry/events.ts';
import type { KeyMakers } from './key-makers.ts';
import { checkDatabaseFile, checkMayFill, describeDatabase } from './open-folder.ts';

const DAY_MS = 86_400_000;
/** How a seed that is no file is called; paths in it start at the working directory. */
const GIVEN_SEED = 'given by the program';
const DEFAULT_SEED = fileURLToPath(new URL('../../seeds/default.yaml', import.meta.url));

/** The file of the data folder, or the PostgreSQL database of the settings. @throws StartError when it cannot be used */
export async function openDatabase(settings: Settings, folder: DataFolder, events: Events): Promise<SqlConnection> {
  const { database: url } = settings;
  const limits = limitsOf(settings, events);
  if (url !== undefined) {
    return blaming(url, () => openPostgresStore(postgresOptions(settings, url, limits), settings.migrateAtStart));
  }
  return openFile(folder, limits);
}

/**
 * As {@link openDatabase}, for who is alone on the folder: the folder notes whether its database file is open.
 * @returns notices for who starts a server; @throws StartError when the folder shows that the file has lost its data
 */
export async function openOwnDatabase(settings: Settings, folder: DataFolder, events: Events): Promise<OwnDatabase> {
  if (settings.database !== undefined) return { connection: await openDatabase(settings, folder, events), notices: [] };
  const problem = checkDatabaseFile(settings, folder);
  const onCheckpointed = (): void => folder.note({ isFileOpen: undefined });
  const connection = await openFile(folder, { ...limitsOf(settings, events), onCheckpointed });
  folder.note({ isFileOpen: true });
  return { connection, notices: problem === undefined ? [] : [problem] };
}

export interface OwnDatabase {
  readonly connection: SqlConnection;
  readonly notices: readonly string[];
}

async function openFile(folder: DataFolder, options: Omit<SqliteOptions, 'path'>): Promise<SqlConnection> {
  try {
    return await openStore({ path: folder.database, ...options });
  } catch (cause) {
    const hint = 'Restore it from a copy, or choose another folder with --data.';
    const { message } = cause as Error;
    throw new StartError(`The database ${folder.database} cannot be used: ${message}.`, { hint, cause });
  }
}

/** Brings PostgreSQL to the schema of this release. @returns the migrations that ran; @throws StartError */
export async function migrateDatabase(settings: Settings, events: Events): Promise<readonly string[]> {
  const url = getUrl(settings);
  return blaming(url, () => migratePostgres(postgresOptions(settings, url, limitsOf(settings, events))));
}

/** Shards PostgreSQL by tenant, with Citus. @throws StartError */
export async function distributeDatabase(settings: Settings, events: Events): Promise<Distribution> {
  const url = getUrl(settings);
  return blaming(url, () => distributePostgres(postgresOptions(settings, url, limitsOf(settings, events))));
}

function getUrl({ database }: Settings): string {
  if (database !== undefined) return database;
  const hint = 'Name a PostgreSQL database with --database.';
  throw new StartError('The database of a data folder is migrated whenever it is opened.', { hint });
}

function limitsOf(settings: Settings, events: Events): Limits {
  return {
    maxQueued: settings.maxQueuedWrites,
    maxWaitMs: settings.lockWaitMs,
    slowStatementMs: settings.slowStatementMs,
    onSlowStatement: (statement, durationMs) => events.slowStatement(statement, durationMs),
    onTrouble: (cause) => events.databaseTroubled(cause.trouble, cause),
  };
}

type Limits = Omit<SqliteOptions, 'path' | 'onCheckpointed'>;

function postgresOptions(settings: Settings, url: string, limits: Limits): PostgresOptions {
  const { databasePasswordFile: passwordFile, databaseAuthorityFile: authorityFile } = settings;
  return {
    address: { url, passwordFile, authorityFile },
    ...limits,
    maxConnections: settings.databaseConnections,
    connectionWaitMs: settings.databaseWaitMs,
    statementTimeoutMs: settings.statementTimeoutMs,
  };
}

/** Gives errors the name of the database, without its password. */
async function blaming<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    const { message } = cause instanceof Unavailable ? (cause.cause as Error) : (cause as Error);
    throw new StartError(`The database ${describePostgresUrl(url)} cannot be used: ${message}.`, { cause });
  }
}

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
  if (await isEmpty()) checkMayFill(settings, folder);
  const hasFilled = (await isEmpty()) && (await connection.exclusively(fillWhenEmpty));
  const credentials = await getCredentials(target);
  writeCredentialsFile(folder.credentials, credentials);
  folder.note({ filled: describeDatabase(settings, folder) });
  return { credentials, hasFilled, notices: hasFilled ? [] : listUnused(settings, folder) };
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
  const path = settings.seedFile ?? DEFAULT_SEED;
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
    ...(seedFile === undefined ? [] : [`${place} holds data already: the seed file was not read.${hint}`]),
    ...(beginAnew ? [`${place} holds data already: --begin-anew did nothing. Leave it out of the next start.`] : []),
  ];
}

export interface KeyOptions extends Pick<Settings, 'signingKeyDays' | 'tokenLifetimeSeconds'> {
  readonly clock: Clock;
  readonly makers: Pick<KeyMakers, 'signingKey'>;
}

/** The keys in the database, each used for the days of the setting; the first one is made when there is none. */
export function openKeys(directory: DirectoryStore, options: KeyOptions): Promise<RotatingKeys> {
  const { clock, signingKeyDays, tokenLifetimeSeconds, makers } = options;
  const maxAgeMs = signingKeyDays * DAY_MS;
  return openRotatingKeys({ store: directory, clock, maxAgeMs, tokenLifetimeSeconds, makeKey: makers.signingKey });
}
