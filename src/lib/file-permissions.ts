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
  const changed = listOpen(folder);
  for (const { path, forbidden } of changed) takeAway(path, forbidden);
  if (changed.length === 0) return undefined;
  return `Other users could read or write ${nameAll(folder, changed)}. They no longer can.`;
}

/** What {@link protectFolder} would change, as a sentence; `undefined` when there is nothing. */
export function describeOpen(folder: DataFolder): string | undefined {
  const open = listOpen(folder);
  return open.length === 0 ? undefined : `Other users can read or write ${nameAll(folder, open)}.`;
}

interface OpenPath {
  readonly path: string;
  /** Bits of its mode. */
  readonly forbidden: number;
}

function listOpen(folder: DataFolder): readonly OpenPath[] {
  // Modes mean nothing there.
  if (process.platform === 'win32') return [];
  const all = [
    { path: folder.path, forbidden: forbiddenOf(statSync(folder.path)) },
    ...listSecretFiles(folder).map((path) => ({ path, forbidden: ANYTHING })),
    ...listPublicFiles(folder).map((path) => ({ path, forbidden: WRITE })),
  ];
  return all.filter(({ path, forbidden }) => (modeOf(path) & forbidden) !== 0);
}

function nameAll(folder: DataFolder, paths: readonly OpenPath[]): string {
  return paths.map(({ path }) => relative(folder.path, path) || folder.path).join(', ');
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

/** @throws StartError */
function takeAway(path: string, forbidden: number): void {
  try {
    chmodSync(path, modeOf(path) & ~forbidden & 0o7777);
  } catch (cause) {
    throw unprotected(path, cause);
  }
  // Some file systems take the change and do nothing.
  if ((modeOf(path) & forbidden) !== 0) throw unprotected(path);
}

function modeOf(path: string): number {
  return statSync(path).mode;
}

function unprotected(path: string, cause?: unknown): StartError {
  const hint = `Take the permissions of others away (chmod go-rwx), or choose another folder with --data.`;
  return new StartError(`Other users can read or write ${path}, and this user cannot change that.`, { hint, cause });
}
