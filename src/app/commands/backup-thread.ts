/** Work on backups in a thread beside the server, whose own thread answers requests; this file is for both. */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import type { Settings } from '../../config/settings.ts';
import { StartError } from '../../lib/start-error.ts';
import { backUp } from './backup-database.ts';
import { verifyBackup } from './restore-backup.ts';
import type { BackupChecked } from './restore-backup.ts';

type ThreadOrder =
  | { readonly kind: 'backUp'; readonly settings: Settings; readonly file: string }
  | { readonly kind: 'verify'; readonly file: string };

type Outcome = { readonly checked?: BackupChecked } | { readonly problem: string; readonly hint: string | undefined };

/** @throws StartError as `backUp` */
export async function backUpInThread(settings: Settings, file: string): Promise<void> {
  await runInThread({ kind: 'backUp', settings, file });
}

/** @throws StartError as `verifyBackup` */
export async function verifyInThread(file: string): Promise<BackupChecked> {
  const { checked } = await runInThread({ kind: 'verify', file });
  if (checked === undefined) throw new Error('The thread has not said what it found.');
  return checked;
}

async function runInThread(threadOrder: ThreadOrder): Promise<{ readonly checked?: BackupChecked }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { threadOrder } });
  let outcome: Outcome | undefined;
  worker.once('message', (message: Outcome) => (outcome = message));
  const [code] = (await once(worker, 'exit')) as [number];
  if (code !== 0 || outcome === undefined) throw new Error(`The thread of the backup ended with ${code}.`);
  if (!('problem' in outcome)) return outcome;
  throw new StartError(outcome.problem, outcome.hint === undefined ? {} : { hint: outcome.hint });
}

async function work(order: ThreadOrder): Promise<Outcome> {
  try {
    if (order.kind === 'verify') return { checked: await verifyBackup(order.file, () => {}) };
    await backUp(order.settings, order.file, () => {});
    return {};
  } catch (cause) {
    if (cause instanceof StartError) return { problem: cause.message, hint: cause.hint };
    throw cause;
  }
}

const { threadOrder } = Object(workerData) as { readonly threadOrder?: ThreadOrder };
if (!isMainThread && threadOrder !== undefined) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(await work(threadOrder));
}
