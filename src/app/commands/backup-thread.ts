/** A backup in a thread beside the server, whose own thread answers requests; this file is for both. */
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

import type { Settings } from '../../config/settings.ts';
import { backUp } from './backup-database.ts';

interface BackupOrder {
  readonly backedUp: { readonly settings: Settings; readonly file: string };
}

/** @throws StartError as `backUp` */
export async function backUpInThread(settings: Settings, file: string): Promise<void> {
  const order: BackupOrder = { backedUp: { settings, file } };
  const worker = new Worker(new URL(import.meta.url), { workerData: order });
  const [code] = (await once(worker, 'exit')) as [number];
  if (code !== 0) throw new Error(`The thread of the backup ended with ${code}.`);
}

const { backedUp } = Object(workerData) as Partial<BackupOrder>;
if (!isMainThread && backedUp !== undefined) await backUp(backedUp.settings, backedUp.file, () => {});
