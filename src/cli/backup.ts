/** `vivarium backup`, `vivarium backup verify`, `vivarium restore` and `vivarium copy` */
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { backUp } from '../app/commands/backup-database.ts';
import { copyDatabase } from '../app/commands/copy-database.ts';
import { restoreBackup, verifyBackup } from '../app/commands/restore-backup.ts';
import type { Settings } from '../config/settings.ts';
import { systemClock } from '../lib/clock.ts';
import { backUpWhenDue, findWaitMs } from '../app/commands/backup-schedule.ts';
import { formatTable } from './print-table.ts';
import { STOP_SIGNALS } from './stop-signals.ts';
import { createProgress } from './progress.ts';

/** Writes the file and prints what is in it. @throws StartError */
export async function printBackup(settings: Settings, file: string): Promise<void> {
  const made = await withProgress('Backing up', (show) => backUp(settings, resolve(file), show));
  print(settings, made, [
    `Wrote ${made.file}: ${countRows(made.rows)}, ${Math.ceil(made.sizeBytes / 1024).toLocaleString('en')} KB.`,
    'It holds keys and secrets: keep it as you keep the database.',
  ]);
}

export interface ScheduleFlags {
  readonly everyMs: number;
  readonly keep: number;
}

/** Takes backups at intervals, until a signal ends it, and prints each. The first failure ends it as well. @throws StartError */
export async function printScheduledBackups(
  settings: Settings,
  folder: string,
  { everyMs, keep }: ScheduleFlags,
): Promise<void> {
  const stopping = new AbortController();
  for (const signal of STOP_SIGNALS) process.once(signal, () => stopping.abort());
  const times = { folder: resolve(folder), everyMs, clock: systemClock };
  while (!stopping.signal.aborted) {
    await backUpWhenDue({ ...times, keep, backUp: (file) => printBackup(settings, file) });
    await pause(Math.max(findWaitMs(times), 1), undefined, { signal: stopping.signal }).catch(() => {});
  }
}

/** Prints what the file holds, after all of it was tried out. @throws StartError */
export async function printVerification(settings: Settings, file: string): Promise<void> {
  const checked = await withProgress('Verifying', (show) => verifyBackup(resolve(file), show));
  const { createdAt, release, schema, rows } = checked;
  print(settings, checked, [
    `${checked.file} is whole and can be restored: ${countRows(rows)} of ${createdAt}, schema ${schema}, written by release ${release}.`,
  ]);
}

/** Puts the file in the place of the database. @throws StartError */
export async function printRestore(settings: Settings, file: string, isReplacing: boolean): Promise<void> {
  const restored = await withProgress('Restoring', (onProgress) =>
    restoreBackup(settings, { file: resolve(file), isReplacing, onProgress }),
  );
  const { into, rows, createdAt, hasStaleSecrets } = restored;
  print(settings, restored, [
    `Restored ${into} to ${createdAt}: ${countRows(rows)}.`,
    ...(hasStaleSecrets
      ? ['Secrets and passwords printed before no longer hold. The next start prints those of the backup.']
      : []),
  ]);
}

export interface CopyFlags {
  readonly from: string;
  readonly to: string;
  readonly replace: boolean;
}

/** Copies one database to another and prints what both hold. @throws StartError */
export async function printCopy(settings: Settings, { from, to, replace: isReplacing }: CopyFlags): Promise<void> {
  using copying = createProgress('Copying');
  using comparing = createProgress('Comparing');
  const order = { from, to, isReplacing, onCopied: copying.show, onCompared: comparing.show };
  const copied = await copyDatabase(settings, order);
  copying[Symbol.dispose]();
  const rows = Object.entries(copied.tables).map(([name, { rows: count, sha256 }]) => [name, String(count), sha256]);
  print(settings, copied, [
    ...formatTable([['TABLE', 'ROWS', 'CHECKSUM, THE SAME IN BOTH'], ...rows]),
    `Copied ${countRows(copied.rows)} from ${copied.from} to ${copied.to}${copied.isContinued ? ', continuing an earlier copy' : ''}.`,
  ]);
}

async function withProgress<Result>(
  what: string,
  work: (show: (done: number, all: number) => void) => Promise<Result>,
): Promise<Result> {
  using progress = createProgress(what);
  return await work(progress.show);
}

function print({ output }: Settings, json: unknown, lines: readonly string[]): void {
  console.log(output === 'json' ? JSON.stringify(json) : lines.join('\n'));
}

function countRows(rows: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}`;
}
