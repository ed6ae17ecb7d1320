/** The data folder of a server: its own as long as it runs, for its user only, and with the database that it had. */
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { hostname } from 'node:os';

import { openDataFolder, openEphemeralFolder } from '../lib/data-folder.ts';
import type { DataFolder, RunningServer } from '../lib/data-folder.ts';
import { protectFolder } from '../lib/file-permissions.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { lockFile } from '../store/file-lock.ts';
import { describePostgresUrl } from '../store/postgres-address.ts';

export interface ServerFolder extends Disposable {
  readonly folder: DataFolder;
  /** Of this start, as health routes answer it. */
  readonly instance: string;
  /** Sentences for the person who started the server. */
  readonly notices: readonly string[];
  noteUrls(urls: { readonly baseUrl: string; readonly url: string }): void;
}

/** @throws StartError when another server uses the folder, or others can read what is secret and that cannot be changed */
export function openServerFolder(settings: Settings): ServerFolder {
  using opening = new DisposableStack();
  const folder = opening.use(settings.ephemeral ? openEphemeralFolder() : openDataFolder(settings.dataDir));
  const change = protectFolder(folder);
  if (folder.lock !== undefined) opening.use(lockFile(folder.lock) ?? refuseSecond(folder));
  const server: RunningServer = { instance: randomUUID(), pid: process.pid, host: hostname() };
  folder.note({ server });
  opening.defer(() => folder.note({ server: undefined }));
  const open = opening.move();
  return {
    folder,
    instance: server.instance,
    notices: change === undefined ? [] : [change],
    noteUrls: ({ baseUrl, url }) => folder.note({ baseUrl, server: { ...server, url } }),
    [Symbol.dispose]: () => open.dispose(),
  };
}

/** For a command that works on what a stopped server has left. @throws StartError when a server uses the folder */
export function lockForCommand(folder: DataFolder): Disposable {
  const { lock, readFacts } = folder;
  // Another command is about to end; a server is not.
  const waitMs = readFacts().server === undefined ? undefined : 0;
  return (lock === undefined ? undefined : lockFile(lock, waitMs)) ?? refuseSecond(folder);
}

function refuseSecond({ path, readFacts }: DataFolder): never {
  const { server } = readFacts();
  const hint = 'Stop it, or choose another folder with --data.';
  throw new StartError(`The data folder ${path} is in use by ${describeServer(server)}.`, { hint });
}

export function describeServer(server: RunningServer | undefined): string {
  if (server === undefined) return 'another process';
  const { pid, host, url } = server;
  const place = host === hostname() ? '' : ` on ${host}`;
  return `${url === undefined ? 'a server that is starting' : `the server at ${url}`} (process ${pid}${place})`;
}

/** The database of the settings, as messages name it. */
export function describeDatabase({ database }: Settings, folder: DataFolder): string {
  return database === undefined ? folder.database : describePostgresUrl(database);
}

/**
 * Whether the database may be filled when it is empty.
 * @throws StartError when the folder shows that it was filled before, unless the settings say that another is meant
 */
export function checkMayFill(settings: Settings, folder: DataFolder, evidence = findEvidence(folder)): void {
  if (evidence === undefined || settings.beginAnew) return;
  const database = describeDatabase(settings, folder);
  const hint = [
    'Nothing was changed. Restore the database,',
    'or choose another folder with --data,',
    'or start once with --begin-anew to create a new one, with new keys and secrets.',
  ].join(' ');
  throw new StartError(`The database ${database} is missing or empty, but ${evidence}.`, { hint });
}

/** What shows that there was data. */
function findEvidence({ credentials, readFacts }: DataFolder): string | undefined {
  const { filled } = readFacts();
  if (filled !== undefined) return `this data folder belongs to ${filled}, which was filled`;
  return existsSync(credentials) ? `${credentials}refers to one that was filled` : undefined;
}

/**
 * To be called before SQLite opens the file: it would make a missing one, and remove the log beside an empty one.
 * @throws StartError as {@link checkMayFill}
 * @returns a sentence when the log is missing that the last server must have left
 */
export function checkDatabaseFile(settings: Settings, folder: DataFolder): string | undefined {
  const { database } = folder;
  if (database === ':memory:') return undefined;
  if (sizeOf(database) === 0) {
    // SQLite makes no log before the file has its first page.
    const log = sizeOf(`${database}-wal`) > 0 ? `${database}-wal holds writes that belong to it` : undefined;
    checkMayFill(settings, folder, findEvidence(folder) ?? log);
    return undefined;
  }
  if (folder.readFacts().isFileOpen !== true || existsSync(`${database}-wal`)) return undefined;
  return `${database}-wal is missing: the last server here was killed and left its latest writes in it. Unless another program has moved them into ${database}, they are lost.`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
