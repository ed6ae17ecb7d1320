/** Counts what becomes of the writes of providers, and adds it to the database in the background. */
import { RepeatedTask } from '../lib/repeated-task.ts';
import { createSyncStore } from '../store/sync-store.ts';
import { createSyncCounter } from '../sync/sync-counter.ts';
import type { SyncCounter } from '../sync/sync-counter.ts';
import type { Parts } from './parts.ts';

const FLUSH_MS = 5000;

export interface OpenSync extends AsyncDisposable {
  readonly sync: SyncCounter;
}

/** To be disposed of after the server, and before the database: then what is left is added. */
export function openSync({ connection, clock, events }: Pick<Parts, 'connection' | 'clock' | 'events'>): OpenSync {
  const sync = createSyncCounter(createSyncStore(connection), clock);
  const onFailure = (cause: unknown): void => events.backgroundTaskFailed('syncCounts', cause);
  const task = new RepeatedTask(() => sync.flush(), { pauseMs: FLUSH_MS, onFailure });
  return {
    sync,
    [Symbol.asyncDispose]: async () => {
      await task[Symbol.asyncDispose]();
      await sync.flush().catch(onFailure);
    },
  };
}
