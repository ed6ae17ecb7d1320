/** Backups at intervals, the newest of which are kept in a folder of their own. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
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
  const { folder, keep, clock, backUp } = schedule;
  if (findWaitMs(schedule) > 0) return undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, nameOf(clock.now()));
  await backUp(file);
  for (const name of listNames(folder).slice(0, -keep)) rmSync(join(folder, name));
  return file;
}

/** Milliseconds until the next is due; 0 when it is. */
export function findWaitMs({ folder, everyMs, clock }: Omit<BackupSchedule, 'keep' | 'backUp'>): number {
  const [, date, hours, minutes, seconds] = NAME.exec(listNames(folder).at(-1) ?? '') ?? [];
  if (date === undefined) return 0;
  return Math.max(0, Date.parse(`${date}${hours}:${minutes}:${seconds}`) + everyMs - clock.now());
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
