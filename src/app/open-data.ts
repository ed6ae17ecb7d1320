/** Opens what a data folder holds: the database, and the keys that tokens are signed with. */
import type { Clock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { StartError } from '../lib/start-error.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { Settings } from '../config/settings.ts';
import { openRotatingKeys } from '../issuer/rotating-keys.ts';
import type { RotatingKeys } from '../issuer/rotating-keys.ts';
import type { Distribution } from '../store/citus.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { StoreObserver } from '../store/observer.ts';
import { distributePostgres, migratePostgres, openPostgresStore, openStore } from '../store/open-store.ts';
import type { SchemaCare } from '../store/open-store.ts';
import { describePostgresUrl } from '../store/postgres-address.ts';
import type { PostgresOptions } from '../store/postgres.ts';
import type { SqliteOptions } from '../store/sqlite.ts';
import type { Events } from '../telemetry/events.ts';
import type { KeyMakers } from './key-makers.ts';
import { changeLogOf } from './open-change-log.ts';
import { checkDatabaseFile } from './open-folder.ts';

const DAY_MS = 86_400_000;

/** What a database reports. */
export interface DatabaseEvents extends Pick<Events, 'slowStatement' | 'databaseTroubled'> {
  readonly observer?: StoreObserver | undefined;
}

/** For a command, which shows its user what it throws. */
export const UNREPORTED: DatabaseEvents = { slowStatement: () => {}, databaseTroubled: () => {} };

/** The file of the data folder, or the PostgreSQL database of the settings. @throws StartError when it cannot be used */
export async function openDatabase(
  settings: Settings,
  folder: DataFolder,
  events: DatabaseEvents,
  care?: SchemaCare,
): Promise<SqlConnection> {
  const { database: url } = settings;
  const limits = limitsOf(settings, events);
  if (url !== undefined) {
    const careOfOthers = care ?? (settings.migrateAtStart ? 'migrate' : 'check');
    return blaming(url, () => openPostgresStore(postgresOptions(settings, url, limits), careOfOthers));
  }
  return openFile(folder, limits, care);
}

/**
 * As {@link openDatabase}, for who is alone on the folder: the folder notes whether its database file is open.
 * @returns notices for who starts a server; @throws StartError when the folder shows that the file has lost its data
 */
export async function openOwnDatabase(
  settings: Settings,
  folder: DataFolder,
  events: DatabaseEvents,
  care?: SchemaCare,
): Promise<OwnDatabase> {
  if (settings.database !== undefined) {
    return { connection: await openDatabase(settings, folder, events, care), notices: [] };
  }
  const problem = checkDatabaseFile(settings, folder);
  const onCheckpointed = (): void => folder.note({ isFileOpen: undefined });
  const connection = await openFile(folder, { ...limitsOf(settings, events), onCheckpointed }, care);
  folder.note({ isFileOpen: true });
  return { connection, notices: problem === undefined ? [] : [problem] };
}

export interface OwnDatabase {
  readonly connection: SqlConnection;
  readonly notices: readonly string[];
}

async function openFile(
  folder: DataFolder,
  options: Omit<SqliteOptions, 'path'>,
  care?: SchemaCare,
): Promise<SqlConnection> {
  try {
    return await openStore({ path: folder.database, ...options }, care);
  } catch (cause) {
    const hint = 'Restore it from a copy, or choose another folder with --data.';
    const { message } = cause as Error;
    throw new StartError(`The database ${folder.database} cannot be used: ${message}.`, { hint, cause });
  }
}

/** Brings PostgreSQL to the schema of this release. @returns the migrations that ran; @throws StartError */
export async function migrateDatabase(settings: Settings, events: DatabaseEvents): Promise<readonly string[]> {
  const url = getUrl(settings);
  return blaming(url, () => migratePostgres(postgresOptions(settings, url, limitsOf(settings, events))));
}

/** Shards PostgreSQL by tenant, with Citus. @throws StartError */
export async function distributeDatabase(settings: Settings, events: DatabaseEvents): Promise<Distribution> {
  const url = getUrl(settings);
  return blaming(url, () => distributePostgres(postgresOptions(settings, url, limitsOf(settings, events))));
}

function getUrl({ database }: Settings): string {
  if (database !== undefined) return database;
  const hint = 'Name a PostgreSQL database with --database.';
  throw new StartError('The database of a data folder is migrated whenever it is opened.', { hint });
}

function limitsOf(settings: Settings, events: DatabaseEvents): Limits {
  return {
    changeLog: changeLogOf(settings),
    maxWaitMs: settings.writeWaitMs,
    slowStatementMs: settings.slowStatementMs,
    onSlowStatement: (statement, durationMs) => events.slowStatement(statement, durationMs),
    onTrouble: (cause) => events.databaseTroubled(cause.trouble, cause),
    observer: events.observer,
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
