/** Sends again what was changed since a time, as when the other side was restored to what it was then. */
import type { ReadableRecord } from '../store/changes/record.ts';
import type { WantedItem } from '../store/outward/outward-store.ts';
import type { OutwardParts } from './parts.ts';
import { wantedItemOf } from './relay.ts';

/** @returns how many items wait for it */
export async function replaySince(parts: OutwardParts, since: number): Promise<number> {
  const { changes, store, now } = parts;
  const replayed = new Set<string>();
  for await (const records of changes.readSince(since)) {
    const items = new Map<string, WantedItem>();
    for (const record of records) {
      const item = await findReplayed(parts, record);
      if (item !== undefined) items.set(item.itemId, item);
    }
    if (items.size > 0) await store.write(store.writes.resend([...items.values()], now()));
    for (const itemId of items.keys()) replayed.add(itemId);
  }
  return replayed.size;
}

/** What is known to the target, and what was the provider's and is forgotten since it was deleted. */
async function findReplayed({ store, target }: OutwardParts, record: ReadableRecord): Promise<WantedItem | undefined> {
  const item = wantedItemOf(record);
  if (item === undefined) return undefined;
  if ((await store.findItem(item)) !== undefined) return item;
  const image = record.after ?? record.before;
  if (record.action === 'updated' || image?.['learningProviderId'] !== target.provider) return undefined;
  const externalId = image[item.kind === 'content' ? 'externalId' : 'externalcourseActivityId'];
  return { ...item, externalId: typeof externalId === 'string' ? externalId : item.itemId };
}
