/** Who else may read or write what lies in a data folder. */
import { chmodSync, existsSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join, relative } from 'node:path';

import type { DataFolder } from './data-folder.ts';
import { StartError } from './start-error.ts';

/** Bits of a mode that let others do anything, and those that let them write. */
const ANYTHING = 0o077;
const WRITE = 0o022;
/** Without the group: volumes are given to one by an owner who is not this user. */
const WORLD_WRITE = 0o002;
/** Others may add files, but not replace ours, as in /tmp. */
const STICKY = 0o1000;

/**
 * Takes permissions of others away: to read secrets and data, and to write anything.
 * @returns a sentence about what was changed; @throws StartError when it cannot be changed
 */
export function protectFolder(folder: DataFolder): string | undefined {
  // Modes mean nothing there.
  if (process.platform === 'win32') return undefined;
  const changed = [
    ...[folder.path].filter((path) => takeAway(path, forbiddenOf(statSync(path)))),
    ...listSecretFiles(folder).filter((path) => takeAway(path, ANYTHING)),
    ...listPublicFiles(folder).filter((path) => takeAway(path, WRITE)),
  ];
  if (changed.length === 0) return undefined;
  const names = changed.map((path) => relative(folder.path, path) || folder.path);
  return `Other users could read or write ${names.join(', ')}. They no longer can.`;
}

function forbiddenOf({ mode, uid }: Stats): number {
  if ((mode & STICKY) !== 0) return 0;
  return uid === process.getuid?.() ? WRITE : WORLD_WRITE;
}

function listSecretFiles({ database, tls, credentials, controlToken, adminToken }: DataFolder): readonly string[] {
  const databaseFiles = ['', '-wal', '-shm', '-journal'].map((ending) => `${database}${ending}`);
  const keys = ['ca-key.pem', 'server-key.pem'].map((name) => join(tls, name));
  return [...databaseFiles, ...keys, credentials, controlToken, adminToken].filter((path) => existsSync(path));
}

/** Other users who can write them could redirect clients and commands to another server. */
function listPublicFiles({ path, tls }: DataFolder): readonly string[] {
  const certificates = ['ca.pem', 'ca-issuer.pem', 'server.pem'].map((name) => join(tls, name));
  return [tls, ...certificates, join(path, 'server.json')].filter((each) => existsSync(each));
}

/** Whether there was something to take away. @throws StartError */
function takeAway(path: string, forbidden: number): boolean {
  const mode = modeOf(path);
  if ((mode & forbidden) === 0) return false;
  try {
    chmodSync(path, mode & ~forbidden & 0o7777);
  } catch (cause) {
    throw unprotected(path, cause);
  }
  // Some file systems take the change and do nothing.
  if ((modeOf(path) & forbidden) !== 0) throw unprotected(path);
  return true;
}

function modeOf(path: string): number {
  return statSync(path).mode;
}

function unprotected(path: string, cause?: unknown): StartError {
  const hint = `Take the permissions of others away (chmod go-rwx), or choose another folder with --data.`;
  return new StartError(`Other users can read or write ${path}, and this user cannot change that.`, { hint, cause });
}
