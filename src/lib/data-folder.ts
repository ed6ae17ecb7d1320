/** The folder that holds everything a server keeps, and where in it what lies. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { readJsonFile } from './read-filled.ts';
import { StartError } from './start-error.ts';
import { writeWhole } from './write-whole.ts';

/** In the folder of certificates. */
export const CA_FILE = 'ca.pem';

export interface DataFolder extends Disposable {
  readonly path: string;
  /** A file, or `:memory:` when nothing is kept. */
  readonly database: string;
  readonly tls: string;
  /** The certificate that clients are to trust, unless the server has one of the user's own. */
  readonly authority: string;
  /** Names, ids and secrets of the sandbox. */
  readonly credentials: string;
  /** What opens the control API. */
  readonly controlToken: string;
  /** What opens the admin API. */
  readonly adminToken: string;
  /** Locked as long as a server uses the folder; `undefined` when no other could. */
  readonly lock: string | undefined;
  /** What servers have noted here. @throws StartError when the file cannot be read */
  readFacts(): ServerFacts;
  /** Changes what is given and leaves the rest; `undefined` removes. */
  note(facts: ServerFacts): void;
  /** Counts a start whose ids come from a seed; gives how many there were before. */
  countSeededStart(): number;
}

/** Makes the folder when it does not exist, for its owner only. @throws StartError when it cannot be used */
export function openDataFolder(dataDir: string): DataFolder {
  const path = resolve(dataDir);
  try {
    makeFolder(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const hint = 'Choose a folder that can be written with --data.';
    throw new StartError(`The data folder ${path} cannot be used: ${code}.`, { hint, cause });
  }
  return findDataFolder(path);
}

/** Where what lies in a folder that a server has, or had, or may get: nothing is made. */
export function findDataFolder(dataDir: string): DataFolder {
  const path = resolve(dataDir);
  return describe(path, { database: join(path, 'vivarium.db'), lock: join(path, 'lock') }, () => {});
}

/** Parents first, each for its owner only. One by one: where a parent cannot be made, `recursive` was seen to hang. */
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR' });
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** A folder that is removed with the server; the database is in memory. */
export function openEphemeralFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'vivarium-'));
  return describe(path, { database: ':memory:', lock: undefined }, () =>
    rmSync(path, { recursive: true, force: true }),
  );
}

type FolderFiles = Pick<DataFolder, 'database' | 'lock'>;

function describe(path: string, files: FolderFiles, dispose: () => void): DataFolder {
  const serverFile = join(path, 'server.json');
  const note = (facts: ServerFacts): void =>
    writeWhole(serverFile, `${JSON.stringify({ ...readFacts(serverFile), ...facts })}\n`, 0o644);
  return {
    path,
    ...files,
    tls: join(path, 'tls'),
    authority: join(path, 'tls', CA_FILE),
    credentials: join(path, 'sandbox.json'),
    controlToken: join(path, 'control-token'),
    adminToken: join(path, 'admin-token'),
    readFacts: () => readFacts(serverFile),
    note,
    countSeededStart: () => {
      const { seededStarts = 0 } = readFacts(serverFile);
      note({ seededStarts: seededStarts + 1 });
      return seededStarts;
    },
    [Symbol.dispose]: dispose,
  };
}

/** What servers note in their folder, as `server.json`. */
export interface ServerFacts {
  /** Of the last start. */
  readonly baseUrl?: string | undefined;
  readonly seededStarts?: number | undefined;
  /** The server that runs, or was killed; missing after a clean stop. */
  readonly server?: RunningServer | undefined;
  /** The database that was filled, as messages name it. */
  readonly filled?: string | undefined;
  /** What the last server sealed its audit trail with: a path. */
  readonly auditKeyFile?: string | undefined;
  /** The database file is open, or was when its server was killed: its log belongs beside it. */
  readonly isFileOpen?: boolean | undefined;
}

export interface RunningServer {
  /** Of this process and start alone; its health routes answer with it. */
  readonly instance: string;
  readonly pid: number;
  /** Process ids of other containers mean nothing here. */
  readonly host: string;
  /** `undefined` as long as it does not listen. */
  readonly url?: string;
}

const FACTS_FILE = {
  what: 'The server file',
  hint: 'Restore it from a copy, or let it hold {} if there is none.',
};

function readFacts(file: string): ServerFacts {
  if (!existsSync(file)) return {};
  const facts = readJsonFile(file, FACTS_FILE);
  if (isFacts(facts)) return facts;
  throw new StartError(`${FACTS_FILE.what} ${file} does not hold what a server notes.`, FACTS_FILE);
}

function isFacts(value: unknown): value is ServerFacts {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { baseUrl, server } = value as { readonly baseUrl?: unknown; readonly server?: unknown };
  return isText(baseUrl) && (server === undefined || isServer(server));
}

function isServer(value: unknown): boolean {
  const { instance, url } = Object(value) as { readonly instance?: unknown; readonly url?: unknown };
  return typeof instance === 'string' && isText(url);
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
