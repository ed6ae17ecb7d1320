/** Backups at intervals, the newest of which are kept in a folder of their own. */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Clock } from '../../lib/clock.ts';
import { formatUtcSeconds } from '../../lib/utc-text.ts';

export interface BackupSchedule {
  /** Made when it is missing, for its owner only. */
  readonly folder: string;
  readonly everyMs: number;
  /** How many files are kept. */
  readonly keep: number;
  readonly clock: Clock;
  /** Writes a backup to the file. */
  backUp(file: string): Promise<unknown>;
}

const NAME = /^vivarium-(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\dZ)\.backup$/;

/**
 * Makes a backup when the newest is old enough, whoever made it, and removes those beyond the number that is kept.
 * @returns the file, when one was made; @throws what making it throws, and then nothing is removed
 */
export async function backUpWhenDue(schedule: BackupSchedule): Promise<string | undefined> {
  if (findWaitMs(schedule) > 0) return undefined;
  return makeBackup(schedule);
}

/** Makes one now, and removes those beyond the number that is kept. @returns the file; @throws what making it throws */
export async function makeBackup({ folder, keep, clock, backUp }: Omit<BackupSchedule, 'everyMs'>): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, nameOf(clock.now()));
  await backUp(file);
  for (const name of listNames(folder).slice(0, -keep)) rmSync(join(folder, name));
  return file;
}

/** Milliseconds until the next is due; 0 when it is. */
export function findWaitMs({ folder, everyMs, clock }: Omit<BackupSchedule, 'keep' | 'backUp'>): number {
  const newest = listBackups(folder).at(-1);
  return newest === undefined ? 0 : Math.max(0, newest.createdAt + everyMs - clock.now());
}

export interface BackupFile {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly sizeBytes: number;
}

/** Oldest first. */
export function listBackups(folder: string): readonly BackupFile[] {
  return listNames(folder).flatMap((name) => {
    const [, date, hours, minutes, seconds] = NAME.exec(name) ?? [];
    const sizeBytes = statSync(join(folder, name), { throwIfNoEntry: false })?.size;
    if (sizeBytes === undefined) return [];
    return [{ name, createdAt: Date.parse(`${date}${hours}:${minutes}:${seconds}`), sizeBytes }];
  });
}

/** In file names, colons are not for all systems. */
function nameOf(epochMs: number): string {
  return `vivarium-${formatUtcSeconds(epochMs).replaceAll(':', '-')}.backup`;
}

/** Oldest first. */
function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => NAME.test(name))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
