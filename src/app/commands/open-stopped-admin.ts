/** The routes of the admin API on a data folder, or a database, without a server. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';

import type { AppApi } from '../../app.ts';
import type { Settings } from '../../config/settings.ts';
import { controlToken } from '../../control/token.ts';
import { systemClock } from '../../lib/clock.ts';
import { findDataFolder } from '../../lib/data-folder.ts';
import type { DataFolder } from '../../lib/data-folder.ts';
import { systemIds } from '../../lib/id-source.ts';
import { StartError } from '../../lib/start-error.ts';
import type { SqlConnection } from '../../store/connection.ts';
import { createDirectoryStore } from '../../store/directory-store.ts';
import { createEvents } from '../../telemetry/events.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createAdminApi } from '../open-admin.ts';
import { asServerAudits, openHeadNotes } from '../open-change-log.ts';
import { openDatabase, openOwnDatabase, UNREPORTED } from '../open-data.ts';
import { checkDatabaseFile, lockForCommand } from '../open-folder.ts';
import { openPeople } from '../open-people.ts';

export type StoppedAdmin = Pick<AppApi, 'token' | 'findApi'> & AsyncDisposable;

/**
 * Opens the database of the settings, or the file of the data folder, which no server may use meanwhile.
 * @throws StartError when there is no data, or a server uses the folder
 */
export async function openStoppedAdmin(given: Settings): Promise<StoppedAdmin> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(findDataFolder(given.dataDir));
  if (given.database === undefined) opening.use(lockOwn(given, folder));
  const { connection, settings } = await openAudited(given, folder);
  opening.use(connection);
  const directory = createDirectoryStore(connection);
  if ((await directory.countTenants()) === 0) throw nothingThere(settings, folder);
  const { logLevel: level } = settings;
  const events = createEvents(createLogger({ level, isTerminal: false, hasColour: false }));
  opening.use(openHeadNotes({ settings, connection, events: { ...events, changeLogNoted: () => undefined } }));
  const clock = systemClock;
  const ids = systemIds(clock);
  const people = openPeople({ settings, connection, clock, ids });
  const data = { settings, folder, connection, directory, people, clock, ids, events };
  const token = randomUUID();
  const api = createAdminApi({ ...data, server: undefined, sandbox: undefined }, [
    controlToken(token, findLoginName()),
  ]);
  const open = opening.move();
  return { token, findApi: () => api, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

/** Of the person behind the command, as the machine knows them: a container may know no name. */
function findLoginName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** @throws StartError when the folder has no data of its own, or has lost it */
function lockOwn(settings: Settings, folder: DataFolder): Disposable {
  if (!existsSync(folder.path)) throw nothingThere(settings, folder);
  const lock = lockForCommand(folder);
  const problem = checkDatabaseFile(settings, folder);
  if (problem === undefined && existsSync(folder.database)) return lock;
  lock[Symbol.dispose]();
  throw problem === undefined ? nothingThere(settings, folder) : new StartError(problem);
}

/** As the server that is stopped opens it, whose trail has what the command changes. */
async function openAudited(given: Settings, folder: DataFolder) {
  const connection = await openConnection(given, folder);
  await using closing = new AsyncDisposableStack();
  closing.use(connection);
  const settings = await asServerAudits(given, { folder, connection });
  if (settings.audit === given.audit && settings.auditKeyFile === given.auditKeyFile) {
    closing.move();
    return { settings, connection };
  }
  await closing.disposeAsync();
  return { settings, connection: await openConnection(settings, folder) };
}

async function openConnection(settings: Settings, folder: DataFolder): Promise<SqlConnection> {
  if (settings.database !== undefined) return openDatabase(settings, folder, UNREPORTED);
  return (await openOwnDatabase(settings, folder, UNREPORTED)).connection;
}

function nothingThere({ database }: Settings, { path }: DataFolder): StartError {
  const place = database === undefined ? `The data folder ${path}` : 'The database';
  const hint = 'Start the server once, or name another with --data or --database.';
  return new StartError(`${place} holds no data yet.`, { hint });
}
