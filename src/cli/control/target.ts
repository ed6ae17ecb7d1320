/** Which server a command is about, and what opens it: what its ready file or its data folder says, unless flags say otherwise. */
import { existsSync } from 'node:fs';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import { findDataFolder } from '../../lib/data-folder.ts';
import type { DataFolder } from '../../lib/data-folder.ts';
import { readFilled, readWord } from '../../lib/read-filled.ts';
import type { Settings } from '../../config/settings.ts';
import { findReady } from '../ready-file.ts';
import type { ReadyContent } from '../ready-file.ts';
import { UnreachableError } from './unreachable-error.ts';

/** Where a server has noted itself: the ready file when one is named. */
export type ServerPlace = Pick<Settings, 'dataDir' | 'readyFile'>;

export interface TargetFlags {
  /** The base URL of the server. */
  readonly url?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
}

export interface Target {
  /** Scheme, host and port. */
  readonly baseUrl: string;
  /** What the server must answer as before it gets a secret; `undefined` when a person has named its URL. */
  readonly instance: string | undefined;
  /** What is trusted in place of the system's authorities; made once for all requests, as it holds hundreds of those. */
  readonly trust: SecureContext | undefined;
}

/** @throws UnreachableError when no server has noted itself in the place */
export function findTarget(place: ServerPlace, { url, caFile }: TargetFlags): Target {
  const address = url === undefined ? findServer(place) : { baseUrl: url, instance: undefined };
  if (caFile !== undefined) return { ...address, trust: createSecureContext({ ca: readAuthority(caFile) }) };
  const authority = findAuthority(place);
  if (authority === undefined) return { ...address, trust: undefined };
  const ca = [...getCACertificates('default'), readAuthority(authority)];
  return { ...address, trust: createSecureContext({ ca }) };
}

/** What the server has written. @throws UnreachableError when there is no such file */
export function getReady(readyFile: string): ReadyContent {
  const ready = findReady(readyFile);
  if (ready !== undefined) return ready;
  const hint = `Start it with --ready-file, and wait until it has written the file.`;
  throw new UnreachableError(`Ready file ${readyFile} not found: its server is not running.`, { hint });
}

/** The server that runs, as it has noted itself. @throws UnreachableError when there is none */
function findServer({ dataDir, readyFile }: ServerPlace): Pick<Target, 'baseUrl' | 'instance'> {
  if (readyFile !== undefined) return getReady(readyFile);
  const folder = findDataFolder(dataDir);
  const { baseUrl, server } = folder.readFacts();
  if (server?.url === undefined || baseUrl === undefined) throw noServer(folder);
  return { baseUrl, instance: server.instance };
}

export function noServer({ path, readFacts }: DataFolder): UnreachableError {
  const { baseUrl } = readFacts();
  const problem = baseUrl === undefined ? 'knows of no server' : `has no running server; the last one was ${baseUrl}`;
  const hint =
    'Start one there, or name its ready file with --ready-file, its folder with --data, or its address with --url.';
  return new UnreachableError(`The data folder ${path} ${problem}.`, { hint });
}

/** @throws UnreachableError when the place has no token */
export function findControlToken({ dataDir, readyFile }: ServerPlace, { tokenFile }: TargetFlags): string {
  if (tokenFile !== undefined) return readControlToken(tokenFile);
  const hint = 'Start the server with --sandbox, or name a file that has the token with --token-file.';
  if (readyFile !== undefined) {
    const { controlToken } = getReady(readyFile);
    if (controlToken === null) throw new UnreachableError('The server has no control API.', { hint });
    return controlToken;
  }
  const { path, controlToken } = findDataFolder(dataDir);
  if (!existsSync(controlToken)) {
    throw new UnreachableError(`The data folder ${path} has no control token.`, { hint });
  }
  return readControlToken(controlToken);
}

function readControlToken(path: string): string {
  return readWord(path, { what: 'The control token', hint: 'Name another file with --token-file.' });
}

/** The file of what signed the server's certificate; `undefined` when that is the user's own. */
function findAuthority({ dataDir, readyFile }: ServerPlace): string | undefined {
  if (readyFile !== undefined) return findReady(readyFile)?.caFile ?? undefined;
  const { authority } = findDataFolder(dataDir);
  return existsSync(authority) ? authority : undefined;
}

function readAuthority(path: string): string {
  return readFilled(path, { what: 'The CA file', hint: 'Name another file with --ca-file.' });
}
