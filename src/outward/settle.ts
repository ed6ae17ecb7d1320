/** What is stored of an item after the answer to its request. */
import type { Write } from '../store/connection.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import type { SendOutcome } from './outcome.ts';
import type { OutwardParts } from './parts.ts';
import type { ItemPlanner } from './plan.ts';
import type { OutwardRequest } from './step.ts';

export interface Settled {
  readonly writes: readonly Write[];
  /** `undefined`: there is more to do at once. */
  readonly result: 'sent' | 'failed' | 'dead' | undefined;
}

interface Answered {
  readonly item: OutwardItem;
  readonly step: OutwardRequest;
  readonly outcome: SendOutcome;
}

const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 300_000;

export async function settle(
  parts: OutwardParts & { readonly planner: ItemPlanner },
  { item, step, outcome }: Answered,
): Promise<Settled> {
  const { store, planner, record } = parts;
  const now = parts.now();
  const { writes } = store;
  // What was to be looked for still is.
  const isLook = step.kind === 'look' || step.kind === 'search';
  planner.note(item, undefined);
  const more = (...made: readonly Write[]): Settled => ({ writes: made, result: undefined });
  switch (outcome.kind) {
    case 'sent':
    case 'found': {
      const { remoteId } = outcome;
      const other = (await store.listOfRemote(remoteId)).find(({ itemId }) => itemId !== item.itemId);
      // A content with the external id of a removed one is that one there; an activity waits for the delete.
      if (other !== undefined && item.kind === 'activity') return takenBy(parts, item, other);
      if (outcome.kind === 'found') return more(writes.found(item, remoteId, now));
      if (item.kind === 'content') planner.forgetContent(item.itemId);
      const { state: sentState, externalId } = outcome.wanted;
      const retried = item.kind === 'content' ? [writes.retry('contentNotSent', now)] : [];
      return { writes: [writes.sent(item, { remoteId, sentState, externalId }, now), ...retried], result: 'sent' };
    }
    case 'absent':
      planner.note(item, 'absent');
      return more();
    case 'ambiguous':
      planner.note(item, 'ambiguous');
      return more();
    case 'lost':
      if (item.kind === 'content') planner.forgetContent(item.itemId);
      return more(writes.lost(item, now));
    case 'deleted':
      if (item.kind === 'content') planner.forgetContent(item.itemId);
      return { writes: [writes.lost(item, now), writes.gone(item)], result: 'sent' };
    case 'repeated':
      return more(writes.later(item, { nextAt: now, isInDoubt: true, detail: 'a create met its like' }));
    case 'contentLost': {
      const activity = item.learnerUserId && (await record.findActivity(item.learnerUserId, item.itemId));
      const later = laterOf(parts, item, { detail: outcome.detail, isInDoubt: false });
      if (!activity) return { writes: [later], result: 'failed' };
      planner.forgetContent(activity.learningContentId);
      const content = { kind: 'content', itemId: activity.learningContentId } as const;
      return { writes: [writes.lost(content, now), writes.wantKnown([content], now), later], result: 'failed' };
    }
    case 'later': {
      const isInDoubt = isLook ? item.isInDoubt : outcome.isDone && item.remoteId === undefined;
      return { writes: [laterOf(parts, item, { detail: outcome.detail, isInDoubt })], result: 'failed' };
    }
    case 'dead': {
      const { reason, detail } = outcome;
      const death = { reason, detail, isInDoubt: isLook && item.isInDoubt };
      return { writes: [writes.dead(item, death, now)], result: 'dead' };
    }
    default:
      return outcome satisfies never;
  }
}

function takenBy(parts: OutwardParts, item: OutwardItem, other: OutwardItem): Settled {
  const detail = `it belongs to ${other.itemId}`;
  if (other.state === 'waiting')
    return { writes: [laterOf(parts, item, { detail, isInDoubt: true })], result: 'failed' };
  const death = { reason: 'externalIdTaken', detail, isInDoubt: true };
  return { writes: [parts.store.writes.dead(item, death, parts.now())], result: 'dead' };
}

function laterOf(
  { store, now }: OutwardParts,
  item: OutwardItem,
  { detail, isInDoubt }: { readonly detail: string; readonly isInDoubt: boolean },
): Write {
  const backoff = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** item.attempts);
  const nextAt = Math.round(now() + backoff * (0.5 + Math.random() / 2));
  return store.writes.later(item, { nextAt, isInDoubt, detail });
}
