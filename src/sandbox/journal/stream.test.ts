import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';

import type { JournalEntry } from './entry.ts';
import { streamEntries } from './stream.ts';
import type { StreamSource } from './stream.ts';

function openSource(): StreamSource & { add(id: number): void; drop(id: number): void; readonly reads: number } {
  const changes = new EventEmitter<{ change: [] }>();
  let entries: JournalEntry[] = [];
  let droppedId = 0;
  let reads = 0;
  return {
    changes,
    readAfter: (id) => {
      reads += 1;
      return entries.filter((entry) => entry.id > id);
    },
    write: async (some) => some.map(({ id }) => ({ id, json: `{"id":${id}}` })),
    get droppedId() {
      return droppedId;
    },
    get reads() {
      return reads;
    },
    add: (id) => {
      entries = [...entries, { id } as JournalEntry];
      changes.emit('change');
    },
    drop: (id) => {
      entries = entries.filter((entry) => entry.id > id);
      droppedId = id;
    },
  };
}

const eventOf = (id: number) => `id: ${id}\nevent: entry\ndata: {"id":${id}}\n\n`;

test('says that it is there when nothing happens', async () => {
  const stop = new AbortController();
  const stream = streamEntries(openSource(), { after: 0, heartbeatMs: 1, signal: stop.signal });
  expect((await stream.next()).value).toBe(': connected\n\n');
  expect((await stream.next()).value).toBe(': nothing new\n\n');
  expect((await stream.next()).value).toBe(': nothing new\n\n');
  stop.abort();
  expect((await stream.next()).done).toBe(true);
});

test('reads no further than its reader, who is told what has gone meanwhile', async () => {
  const source = openSource();
  const stop = new AbortController();
  const stream = streamEntries(source, { after: 0, heartbeatMs: 60_000, signal: stop.signal });
  await stream.next();
  source.add(1);
  expect((await stream.next()).value).toBe(eventOf(1));
  const { reads } = source;
  for (let id = 2; id < 1000; id += 1) source.add(id);
  source.drop(990);
  expect(source.reads).toBe(reads);
  expect((await stream.next()).value).toBe('event: gap\ndata: {"after":1,"until":990}\n\n');
  expect((await stream.next()).value).toBe(eventOf(991));
  stop.abort();
});

test('ends while it waits', async () => {
  const source = openSource();
  const stop = new AbortController();
  const stream = streamEntries(source, { after: 0, heartbeatMs: 60_000, signal: stop.signal });
  await stream.next();
  const end = stream.next();
  stop.abort();
  expect((await end).done).toBe(true);
  expect(source.changes.listenerCount('change')).toBe(0);
});
