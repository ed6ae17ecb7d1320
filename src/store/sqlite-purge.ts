/**
 * Rewrites a SQLite file without anything of deleted rows, in a thread of its own, which it is for as well: the statements
 * take a second for some hundred megabytes, and would stop the process.
 *
 * VACUUM copies what there is and nothing else. It writes it into the log, so that the log has to be moved into the file,
 * and emptied, before what was there is gone.
 */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** For the locks of writers, and for readers to end. */
const WAIT_MS = 60_000;
const RETRY_MS = 50;

interface PurgeOrder {
  readonly purgedFile: string;
}

/** @throws the error of SQLite */
export async function purgeFile(path: string): Promise<void> {
  const order: PurgeOrder = { purgedFile: path };
  const worker = new Worker(new URL(import.meta.url), { workerData: order });
  const [code] = (await once(worker, 'exit')) as [number];
  if (code !== 0) throw new Error(`The database file was not rewritten; its thread ended with ${code}.`);
}

async function purge(path: string): Promise<void> {
  const database = new DatabaseSync(path, { timeout: WAIT_MS });
  try {
    database.exec('vacuum');
    // A reader needs the log as long as it reads.
    for (let waitedMs = 0; !isLogEmpty(database); waitedMs += RETRY_MS) {
      if (waitedMs >= WAIT_MS) throw new Error('The log of the database is in use by a reader.');
      await pause(RETRY_MS);
    }
  } finally {
    database.close();
  }
}

function isLogEmpty(database: DatabaseSync): boolean {
  return database.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] === 0;
}

const { purgedFile } = Object(workerData) as Partial<PurgeOrder>;
if (!isMainThread && purgedFile !== undefined) await purge(purgedFile);
