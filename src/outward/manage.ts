/** What administrators do to a target and to what waits for it. */
import { findCourseActivityKey } from '../lib/ids.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import type { OutwardParts } from './parts.ts';
import { relayChanges } from './relay.ts';
import { describeTarget } from './status.ts';
import type { TargetStatus } from './status.ts';

/** A target that is new reads the record from now on, also one that is paused: what it would send can be seen then. */
export async function startTarget({ store, ...parts }: OutwardParts, isStarted: boolean): Promise<TargetStatus> {
  await store.addTarget();
  const isNew = (await store.findTarget())?.feedCursor === undefined;
  const begun = isNew ? (await relayChanges({ store, ...parts }, undefined)).writes : [];
  await store.write(store.writes.setStarted(isStarted), ...begun);
  return describeTarget({ store, ...parts });
}

/** By the id here: of a content, of an activity, or the GUID of one. */
export async function findOutwardItem({ store }: OutwardParts, id: string): Promise<OutwardItem | undefined> {
  const itemId = findCourseActivityKey(id)?.activityGuid;
  if (itemId === undefined) return undefined;
  return (await store.findItem({ kind: 'activity', itemId })) ?? store.findItem({ kind: 'content', itemId });
}

export async function retryItem({ store, now }: OutwardParts, item: OutwardItem): Promise<void> {
  await store.write(store.writes.retryOne(item, now()));
}

/** All that will not be sent, or what has this reason. */
export async function retryDead({ store, now }: OutwardParts, reason: string | undefined): Promise<number> {
  const count = async (): Promise<number> =>
    (await store.count()).filter(({ state }) => state === 'dead').reduce((sum, { items }) => sum + items, 0);
  const before = await count();
  await store.write(store.writes.retry(reason, now()));
  return before - (await count());
}

/** It is not sent until it changes again. */
export async function skipItem({ store }: OutwardParts, item: OutwardItem): Promise<void> {
  await store.write(store.writes.skip(item));
}
