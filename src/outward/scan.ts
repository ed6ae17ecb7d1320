/**
 * A walk through everything: what is known to the target, then the contents and the activities of the provider. All of it
 * waits then; what is there already as it is to be is found so without a request. Each step's place is stored with what
 * the step found, so that a walk goes on where it was broken off.
 */
import type { Write } from '../store/connection.ts';
import type { OutwardActivityKey, ItemKey } from '../store/outward/outward-store.ts';
import type { OutwardParts } from './parts.ts';

type ScanPlace =
  | { readonly phase: 'items'; readonly after?: ItemKey }
  | { readonly phase: 'contents'; readonly after?: string }
  | { readonly phase: 'activities'; readonly after?: OutwardActivityKey };

const STEP_ROWS = 1000;

const format = (place: ScanPlace): string => JSON.stringify(place);
/** Where a walk begins. */
export const FIRST_SCAN = format({ phase: 'items' });

/** What is to be stored for the next step. */
export async function scanStep(parts: OutwardParts, text: string): Promise<readonly Write[]> {
  const place = JSON.parse(text) as ScanPlace;
  switch (place.phase) {
    case 'items':
      return scanItems(parts, place.after);
    case 'contents':
      return scanContents(parts, place.after);
    case 'activities':
      return scanActivities(parts, place.after);
    default:
      return place satisfies never;
  }
}

async function scanItems({ store, now }: OutwardParts, after: ItemKey | undefined): Promise<readonly Write[]> {
  const last = (await store.listPage(after, STEP_ROWS)).at(-1);
  if (last === undefined) return [store.writes.setScan(format({ phase: 'contents' }))];
  const place = { kind: last.kind, itemId: last.itemId };
  return [store.writes.wantRange(after, place, now()), store.writes.setScan(format({ phase: 'items', after: place }))];
}

async function scanContents(
  { store, target, now }: OutwardParts,
  after: string | undefined,
): Promise<readonly Write[]> {
  const ids = await store.listContents(target.provider, after, STEP_ROWS);
  const last = ids.at(-1);
  if (last === undefined) return [store.writes.setScan(format({ phase: 'activities' }))];
  const items = ids.map((itemId) => ({ kind: 'content', itemId }) as const);
  return [store.writes.want(items, now()), store.writes.setScan(format({ phase: 'contents', after: last }))];
}

async function scanActivities(
  { store, target, now }: OutwardParts,
  after: OutwardActivityKey | undefined,
): Promise<readonly Write[]> {
  const rows = await store.listActivities(target.provider, after, STEP_ROWS);
  const last = rows.at(-1);
  if (last === undefined) return [store.writes.setScan(undefined)];
  const items = rows
    .filter(({ isOwn }) => isOwn)
    .map(({ itemId, learnerUserId }) => ({ kind: 'activity', itemId, learnerUserId }) as const);
  const { learnerUserId, itemId } = last;
  return [
    ...(items.length === 0 ? [] : [store.writes.want(items, now())]),
    store.writes.setScan(format({ phase: 'activities', after: { learnerUserId, itemId } })),
  ];
}
