/** Which server a command is about, and what opens it: what its data folder says, unless flags say otherwise. */
import { existsSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { findDataFolder } from '../../base/data-folder.ts';
import type { DataFolder } from '../../base/data-folder.ts';
import { readFilled, readWord } from '../../base/read-filled.ts';
import { UnreachableError } from './unreachable-error.ts';

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
  /** What is trusted in place of the system's authorities, in PEM. */
  readonly ca: readonly string[] | undefined;
}

/** @throws UnreachableError when the folder knows of no server */
export function findTarget(dataDir: string, { url, caFile }: TargetFlags): Target {
  const folder = findDataFolder(dataDir);
  const address = url === undefined ? findServer(folder) : { baseUrl: url, instance: undefined };
  if (caFile !== undefined) return { ...address, ca: [readAuthority(caFile)] };
  if (!existsSync(folder.authority)) return { ...address, ca: undefined };
  return { ...address, ca: [...getCACertificates('default'), readAuthority(folder.authority)] };
}

/** The server that runs on the folder, as it has noted itself. @throws UnreachableError when there is none */
function findServer(folder: DataFolder): Pick<Target, 'baseUrl' | 'instance'> {
  const { baseUrl, server } = folder.readFacts();
  if (server?.url === undefined || baseUrl === undefined) throw noServer(folder);
  return { baseUrl, instance: server.instance };
}

export function noServer({ path, readFacts }: DataFolder): UnreachableError {
  const { baseUrl } = readFacts();
  const problem = baseUrl === undefined ? 'knows of no server' : `has no running server; the last one was ${baseUrl}`;
  const hint = 'Start one there, or name its folder with --data, or its address with --url.';
  return new UnreachableError(`The data folder ${path} ${problem}.`, { hint });
}

/** @throws UnreachableError when the folder has no token */
export function findControlToken(dataDir: string, { tokenFile }: TargetFlags): string {
  const { path, controlToken } = findDataFolder(dataDir);
  if (tokenFile === undefined && !existsSync(controlToken)) {
    const hint = 'Start the server with --sandbox, or name a file that has the token with --token-file.';
    throw new UnreachableError(`The data folder ${path} has no control token.`, { hint });
  }
  const hint = 'Name another file with --token-file.';
  return readWord(tokenFile ?? controlToken, { what: 'The control token', hint });
}

function readAuthority(path: string): string {
  return readFilled(path, { what: 'The CA file', hint: 'Name another file with --ca-file.' });
}
