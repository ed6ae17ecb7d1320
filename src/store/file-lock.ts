/**
 * A lock between processes: that of SQLite on a file that stays empty. The operating system holds it, and releases it
 * when the process ends, however it ends. So it also holds between containers that share a folder, where process ids
 * mean nothing.
 */
import { DatabaseSync } from 'node:sqlite';

import { isBusy } from './sqlite-failure.ts';
import { makePrivate } from './sqlite.ts';

/** Long enough for a command that is about to end. */
const WAIT_MS = 1000;

/** @returns `undefined` when another process, or another part of this one, has the lock; @throws the errors of SQLite */
export function lockFile(path: string, waitMs = WAIT_MS): Disposable | undefined {
  makePrivate(path);
  const database = new DatabaseSync(path, { timeout: waitMs });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}
