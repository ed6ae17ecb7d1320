/** The backups of a server, for the admin API. */
import { join } from 'node:path';

import type { AdminBackups } from '../admin/context.ts';
import { ControlError } from '../control/route.ts';
import { systemClock } from '../lib/clock.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { listBackups, makeBackup } from './commands/backup-schedule.ts';
import { backUpInThread, verifyInThread } from './commands/backup-thread.ts';

/** `undefined` where the settings name no folder for them. */
export function openBackups(settings: Settings): AdminBackups | undefined {
  const { backupFolder: folder, backupEveryHours: everyHours, backupKeep: keep } = settings;
  if (folder === undefined) return undefined;
  let isBusy = false;
  // Each reads or writes all data.
  const alone = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isBusy) throw new ControlError(409, 'A backup is being made or verified. Wait until that is done.');
    isBusy = true;
    try {
      return await work();
    } catch (cause) {
      throw cause instanceof StartError ? new ControlError(409, cause.message) : cause;
    } finally {
      isBusy = false;
    }
  };
  const find = (name: string) => listBackups(folder).find((file) => file.name === name);
  const getFile = (name: string): string => {
    if (find(name) === undefined) throw new ControlError(404, `There is no backup ${name}.`);
    return join(folder, name);
  };
  return {
    ...{ everyHours, keep },
    list: () => listBackups(folder).toReversed(),
    make: () =>
      alone(async () => {
        const backUp = (file: string) => backUpInThread(settings, file);
        await makeBackup({ folder, keep, clock: systemClock, backUp });
        return listBackups(folder).at(-1);
      }),
    verify: (name) => alone(() => verifyInThread(getFile(name))),
  };
}
