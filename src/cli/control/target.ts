/** Which server a command is about, and what opens it: what its data folder says, unless flags say otherwise. */
import { existsSync, readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { findDataFolder } from '../../base/data-folder.ts';
import { StartError } from '../../base/start-error.ts';
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
  /** What is trusted in place of the system's authorities, in PEM. */
  readonly ca: readonly string[] | undefined;
}

/** @throws UnreachableError when the folder knows of no server */
export function findTarget(dataDir: string, { url, caFile }: TargetFlags): Target {
  const folder = findDataFolder(dataDir);
  const baseUrl = url ?? folder.findBaseUrl();
  if (baseUrl === undefined) {
    const hint = 'Start one there, or name its folder with --data, or its address with --url.';
    throw new UnreachableError(`The data folder ${folder.path} knows of no server.`, { hint });
  }
  if (caFile !== undefined) return { baseUrl, ca: [readText(caFile, '--ca-file')] };
  if (!existsSync(folder.authority)) return { baseUrl, ca: undefined };
  return { baseUrl, ca: [...getCACertificates('default'), readText(folder.authority, '--ca-file')] };
}

/** @throws UnreachableError when the folder has no token */
export function findControlToken(dataDir: string, { tokenFile }: TargetFlags): string {
  const { path, controlToken } = findDataFolder(dataDir);
  if (tokenFile === undefined && !existsSync(controlToken)) {
    const hint = 'Start the server with --sandbox, or name a file that has the token with --token-file.';
    throw new UnreachableError(`The data folder ${path} has no control token.`, { hint });
  }
  return readText(tokenFile ?? controlToken, '--token-file').trim();
}

function readText(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(`${path} cannot be read (${code}).`, { hint: `Name another file with ${flag}.`, cause });
  }
}
