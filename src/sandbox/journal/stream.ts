/**
 * Entries as server-sent events, as they come. The reader pulls: what it has not read yet stays in the journal and nowhere
 * else, so that a slow one costs nothing, and gets a gap event when entries were evicted before it read them.
 */
import type { EventEmitter } from 'node:events';

import type { JournalEntry } from './entry.ts';

export interface StreamSource {
  /** Kept entries that come after the one with this id, oldest first. */
  readAfter(id: number): readonly JournalEntry[];
  /** The newest evicted entry. */
  readonly droppedId: number;
  /** Emits `change` when there is a new entry. */
  readonly changes: EventEmitter<{ change: [] }>;
  /** The entries that the reader asked for, as JSON; in the same order. */
  write(entries: readonly JournalEntry[]): Promise<readonly { readonly id: number; readonly json: string }[]>;
}

export interface StreamOptions {
  /** The newest entry that the reader has. */
  readonly after: number;
  /** How often something is sent when nothing happens, so that proxies keep the connection. */
  readonly heartbeatMs: number;
  /** Settles when the reader has gone or the server stops. */
  readonly signal: AbortSignal;
}

/** Read from the journal at a time. */
const CHUNK_ENTRIES = 50;
const HEARTBEAT = ': nothing new\n\n';

export async function* streamEntries(
  source: StreamSource,
  { after, heartbeatMs, signal }: StreamOptions,
): AsyncGenerator<string> {
  let last = after;
  // At once, so that the reader knows that it is connected.
  yield ': connected\n\n';
  while (!signal.aborted) {
    if (source.droppedId > last) {
      yield `event: gap\ndata: ${JSON.stringify({ after: last, until: source.droppedId })}\n\n`;
      last = source.droppedId;
    }
    const entries = source.readAfter(last).slice(0, CHUNK_ENTRIES);
    if (entries.length === 0) {
      // Nothing may come between the look and the wait for more.
      const hasChanged = await changed(source.changes, heartbeatMs, signal);
      if (!hasChanged && !signal.aborted) yield HEARTBEAT;
      continue;
    }
    for (const { id, json } of await source.write(entries)) yield `id: ${id}\nevent: entry\ndata: ${json}\n\n`;
    last = entries.at(-1)?.id ?? last;
  }
}

/** Whether something has changed before the time was over or the signal came. */
function changed(changes: StreamSource['changes'], timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (hasChanged: boolean) => (): void => {
      clearTimeout(timer);
      changes.off('change', onChange);
      signal.removeEventListener('abort', onAbort);
      resolve(hasChanged);
    };
    const onChange = settle(true);
    const onAbort = settle(false);
    const timer = setTimeout(settle(false), timeoutMs);
    changes.once('change', onChange);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
