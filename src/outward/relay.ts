/**
 * From the change log to items that wait: changes say which items, and what is sent is what they are by then. The place in
 * the log is stored with the items, in one transaction, so that no change is passed over, and none counts twice.
 */
import type { OperationId } from '../model/operations.ts';
import type { ReadableRecord } from '../store/changes/record.ts';
import type { Write } from '../store/connection.ts';
import type { WantedItem } from '../store/outward/outward-store.ts';
import type { OutwardParts } from './parts.ts';
import { FIRST_SCAN } from './scan.ts';

/** What is to be stored for the changes since the last time. */
export interface Relayed {
  readonly writes: readonly Write[];
  readonly hasMore: boolean;
}

/** @param cursor `undefined` when the target has never been started: then everything is walked through */
export async function relayChanges(parts: OutwardParts, cursor: string | undefined): Promise<Relayed> {
  const { changes, store, now } = parts;
  const page = cursor === undefined ? undefined : await changes.read(cursor);
  if (page === undefined) {
    const begun = await changes.begin();
    return { writes: [store.writes.setFeed(begun), store.writes.setScan(FIRST_SCAN)], hasMore: false };
  }
  if (page.next === cursor) return { writes: [], hasMore: page.hasMore };
  const wanted = new Map<string, WantedItem>();
  const known = new Map<string, WantedItem>();
  const others: Write[] = [];
  for (const record of page.records) {
    if (record.kind === 'sandbox') others.push(store.writes.setScan(FIRST_SCAN));
    if (isProviderRemoved(parts, record)) others.push(store.writes.setScan(FIRST_SCAN), store.writes.stop(REMOVED));
    const item = wantedItemOf(record);
    if (item === undefined) continue;
    const provider = record.after?.['learningProviderId'];
    if (record.action !== 'created') known.set(item.itemId, item);
    else if (provider === parts.target.provider) wanted.set(item.itemId, item);
  }
  for (const itemId of wanted.keys()) known.delete(itemId);
  return {
    writes: [
      ...(wanted.size === 0 ? [] : [store.writes.want([...wanted.values()], now())]),
      ...(known.size === 0 ? [] : [store.writes.wantKnown([...known.values()], now())]),
      ...others,
      store.writes.setFeed(page.next),
    ],
    hasMore: page.hasMore,
  };
}

const REMOVED =
  'The provider was removed here, and all of its contents and activities with it. Nothing is deleted there until the target is started again.';

/** Or what goes with it, of which there may be pages before its own record. */
function isProviderRemoved({ target }: OutwardParts, record: ReadableRecord): boolean {
  const { kind, action, itemId, operation, before } = record;
  if (action !== 'deleted') return false;
  if (kind === 'learningProvider') return itemId === target.provider;
  return operation === REMOVAL && before?.['learningProviderId'] === target.provider;
}

const REMOVAL: OperationId = 'deleteLearningProvider';

/** Of contents and activities; one whose values were erased is gone, and was the learner's. */
export function wantedItemOf({ kind, itemId, before, after }: ReadableRecord): WantedItem | undefined {
  if (itemId === undefined) return undefined;
  if (kind === 'learningContent') return { kind: 'content', itemId };
  if (kind !== 'learningCourseActivity') return undefined;
  const learnerUserId = (after ?? before)?.['learnerUserId'];
  return { kind: 'activity', itemId, learnerUserId: typeof learnerUserId === 'string' ? learnerUserId : undefined };
}
