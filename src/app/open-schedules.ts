/** What a server does at intervals for its record, as settings say: backups, and the end of what is old enough. */
import type { Clock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { RepeatedTask } from '../lib/repeated-task.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { backUpWhenDue } from './commands/backup-schedule.ts';
import { readRetentionRules, runRetention } from '../record/retention.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { createRetentionStore } from '../store/retention-store.ts';
import type { Events } from '../telemetry/events.ts';
import { backUpInThread } from './commands/backup-thread.ts';

export interface ScheduleParts {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  /** The real time: a sandbox can set its own. */
  readonly clock: Clock;
  readonly events: Events;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Between two looks at whether something is due. */
const LOOK_MS = 5_000;

/** @throws StartError, InputError for settings that contradict each other or are invalid */
export function openSchedules(parts: ScheduleParts): AsyncDisposable {
  const tasks = new AsyncDisposableStack();
  for (const [name, task] of Object.entries({ backup: backupTask(parts), retention: retentionTask(parts) })) {
    if (task === undefined) continue;
    const onFailure = (cause: unknown): void => parts.events.backgroundTaskFailed(name, cause);
    tasks.use(new RepeatedTask(task, { pauseMs: LOOK_MS, onFailure }));
  }
  return tasks;
}

type Task = () => Promise<void>;

function backupTask({ settings, folder, clock }: ScheduleParts): Task | undefined {
  const { backupFolder, backupEveryHours, backupKeep: keep } = settings;
  if (backupFolder === undefined) return undefined;
  if (settings.database === undefined && folder.database === ':memory:') {
    const hint = 'Start without --ephemeral, or without --backup-folder.';
    throw new StartError('A database in memory has no backups.', { hint });
  }
  const backUp = (file: string) => backUpInThread(settings, file);
  const schedule = { folder: backupFolder, everyMs: backupEveryHours * HOUR_MS, keep, clock, backUp };
  return async () => void (await backUpWhenDue(schedule));
}

function retentionTask({ settings, connection, directory, clock }: ScheduleParts): Task | undefined {
  const rules = readRetentionRules(settings.retentionRules);
  if (rules.length === 0) return undefined;
  const store = createRetentionStore(connection, () => ({ channel: 'server', operation: 'runRetention' }));
  let nextAt = -Infinity;
  return async () => {
    const now = clock.now();
    if (now < nextAt) return;
    for (const { tenant: name, days } of rules) {
      const tenant = await directory.findTenant(name);
      if (tenant === undefined) throw new Error(`retentionRule names ${name}, which is not a tenant`);
      await runRetention(store, { tenant, days, now, isDryRun: false });
    }
    nextAt = now + DAY_MS;
  };
}
