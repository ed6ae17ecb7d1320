/** Opens what a data folder holds: the database, filled when it is empty, and the keys that tokens are signed with. */
import { fileURLToPath } from 'node:url';

import type { Clock } from '../base/clock.ts';
import type { DataFolder } from '../base/data-folder.ts';
import { StartError } from '../base/start-error.ts';
import { Unavailable } from '../base/unavailable.ts';
import type { Settings } from '../config/settings.ts';
import { openRotatingKeys } from '../issuer/rotating-keys.ts';
import type { RotatingKeys } from '../issuer/rotating-keys.ts';
import { V1 } from '../model/versions.ts';
import { createProtocol } from '../odata/protocol.ts';
import { findCard, writeCard } from '../sandbox/card.ts';
import type { SandboxCard } from '../sandbox/card.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createDirectoryWrites } from '../store/directory-writes.ts';
import { createImportWrites } from '../store/import-writes.ts';
import { migratePostgres, openPostgresStore, openStore } from '../store/open-store.ts';
import { describePostgresUrl } from '../store/postgres-address.ts';
import type { PostgresOptions } from '../store/postgres.ts';
import type { SqliteOptions } from '../store/sqlite.ts';
import type { Events } from '../telemetry/events.ts';

const DAY_MS = 86_400_000;
const DEFAULT_SEED = fileURLToPath(new URL('../../seeds/default.yaml', import.meta.url));

/** The file of the data folder, or the PostgreSQL database of the settings. @throws StartError when it cannot be used */
export async function openDatabase(settings: Settings, folder: DataFolder, events: Events): Promise<SqlConnection> {
  const { database: url } = settings;
  const limits = limitsOf(settings, events);
  if (url !== undefined) {
    return blaming(url, () => openPostgresStore(postgresOptions(settings, url, limits), settings.migrateAtStart));
  }
  try {
    return await openStore({ path: folder.database, ...limits });
  } catch (cause) {
    const hint = 'Choose another folder with --data, or remove this one to begin anew.';
    throw new StartError(`The database ${folder.database} cannot be used: ${(cause as Error).message}.`, {
      hint,
      cause,
    });
  }
}

/** Brings PostgreSQL to the schema of this release. @returns the migrations that ran; @throws StartError */
export async function migrateDatabase(settings: Settings, events: Events): Promise<readonly string[]> {
  const { database: url } = settings;
  if (url === undefined) {
    const hint = 'Name a PostgreSQL database with --database.';
    throw new StartError('The database of a data folder is migrated whenever it is opened.', { hint });
  }
  return blaming(url, () => migratePostgres(postgresOptions(settings, url, limitsOf(settings, events))));
}

function limitsOf(settings: Settings, events: Events): Limits {
  return {
    maxQueued: settings.maxQueuedWrites,
    maxWaitMs: settings.lockWaitMs,
    slowStatementMs: settings.slowStatementMs,
    onSlowStatement: (statement, durationMs) => events.slowStatement(statement, durationMs),
  };
}

type Limits = Omit<SqliteOptions, 'path'>;

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
    const { message } = cause instanceof Unavailable ? (cause.cause as Error) : (cause as Error);
    throw new StartError(`The database ${describePostgresUrl(url)} cannot be used: ${message}.`, { cause });
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
  if (card === undefined) throw new StartError(`The database is filled, but ${folder.path} has no sandbox.json.`);
  const isSeedUnused = !isEmpty && settings.seedFile !== undefined;
  const notice = `${folder.path} holds data already: the seed file was not read. Remove the folder to begin with it.`;
  return { card, notices: isSeedUnused ? [notice] : [] };
}

export interface KeyOptions extends Pick<Settings, 'signingKeyDays' | 'tokenLifetimeSeconds'> {
  readonly clock: Clock;
}

/** The keys in the database, each used for the days of the setting; the first one is made when there is none. */
export function openKeys(directory: DirectoryStore, options: KeyOptions): Promise<RotatingKeys> {
  const { clock, signingKeyDays, tokenLifetimeSeconds } = options;
  return openRotatingKeys({ store: directory, clock, maxAgeMs: signingKeyDays * DAY_MS, tokenLifetimeSeconds });
}
