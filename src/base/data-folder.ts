/** The folder that holds everything a server keeps, and where in it what lies. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { StartError } from './start-error.ts';
import { writeWhole } from './write-whole.ts';

/** In the folder of certificates. */
export const AUTHORITY_FILE = 'ca.pem';

export interface DataFolder extends Disposable {
  readonly path: string;
  /** A file, or `:memory:` when nothing is kept. */
  readonly database: string;
  readonly tls: string;
  /** The certificate that clients are to trust, unless the server has one of the user's own. */
  readonly authority: string;
  /** Names, ids and secrets of the sandbox. */
  readonly card: string;
  /** What opens the control API. */
  readonly controlToken: string;
  /** The base URL that the last server here had; `undefined` before the first start. */
  findBaseUrl(): string | undefined;
  keepBaseUrl(baseUrl: string): void;
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
  return describe(path, join(path, 'vivarium.db'), () => {});
}

/** Parents first, each for its owner only. One by one: where a parent cannot be made, `recursive` was seen to hang. */
function makeFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found !== undefined) throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** A folder that is removed with the server; the database is in memory. */
export function openEphemeralFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'vivarium-'));
  return describe(path, ':memory:', () => rmSync(path, { recursive: true, force: true }));
}

function describe(path: string, database: string, dispose: () => void): DataFolder {
  const serverFile = join(path, 'server.json');
  return {
    path,
    database,
    tls: join(path, 'tls'),
    authority: join(path, 'tls', AUTHORITY_FILE),
    card: join(path, 'sandbox.json'),
    controlToken: join(path, 'control-token'),
    findBaseUrl: () => readFacts(serverFile).baseUrl,
    keepBaseUrl: (baseUrl) => keepFacts(serverFile, { baseUrl }),
    countSeededStart: () => {
      const { seededStarts = 0 } = readFacts(serverFile);
      keepFacts(serverFile, { seededStarts: seededStarts + 1 });
      return seededStarts;
    },
    [Symbol.dispose]: dispose,
  };
}

/** What a server notes of itself. */
interface ServerFacts {
  readonly baseUrl?: string;
  readonly seededStarts?: number;
}

function readFacts(file: string): ServerFacts {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ServerFacts) : {};
}

function keepFacts(file: string, facts: ServerFacts): void {
  writeWhole(file, `${JSON.stringify({ ...readFacts(file), ...facts })}\n`, 0o644);
}
