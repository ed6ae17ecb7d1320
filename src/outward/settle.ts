/** What is stored of an item after the answer to its request. */
import type { Write } from '../store/connection.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import type { RemoteItem } from './bodies.ts';
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
  const { planner, record } = parts;
  const now = parts.now();
  const { writes } = parts.store;
  // A create goes out when a look has found none. What any other request was in doubt about still is.
  const wasInDoubt = step.kind !== 'create' && item.isInDoubt;
  planner.note(item, undefined);
  const more = (...made: readonly Write[]): Settled => ({ writes: made, result: undefined });
  switch (outcome.kind) {
    case 'sent': {
      if (item.kind === 'content') planner.forgetContent(item.itemId);
      const { remoteId, wanted } = outcome;
      const sent = { remoteId, sentState: wanted.state, externalId: wanted.externalId };
      const retried = item.kind === 'content' ? [writes.retry('contentNotSent', now)] : [];
      return { writes: [writes.sent(item, sent, now), ...retried], result: 'sent' };
    }
    case 'candidates':
      return settleFound(parts, item, outcome);
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
      const isInDoubt = wasInDoubt || (outcome.isDone && item.remoteId === undefined);
      return { writes: [laterOf(parts, item, { detail: outcome.detail, isInDoubt })], result: 'failed' };
    }
    case 'dead': {
      const { reason, detail } = outcome;
      const death = { reason, detail, isInDoubt: wasInDoubt };
      const isGone = reason === 'learnerUnknown' && item.learnerUserId !== undefined;
      const forgotten = isGone ? planner.learners.forget(item.learnerUserId) : [];
      return { writes: [writes.dead(item, death, now), ...forgotten], result: 'dead' };
    }
    default:
      return outcome satisfies never;
  }
}

type Found = Extract<SendOutcome, { readonly kind: 'candidates' }>;

/** The one that is no other item's: where all are, the create of this one has made none. */
async function settleFound(
  parts: OutwardParts & { readonly planner: ItemPlanner },
  item: OutwardItem,
  { candidates, wanted }: Found,
): Promise<Settled> {
  const { store, planner, now } = parts;
  const free: RemoteItem[] = [];
  const owners: OutwardItem[] = [];
  for (const candidate of candidates) {
    const owner = (await store.listOfRemote(candidate.id)).find(({ itemId }) => itemId !== item.itemId);
    if (owner === undefined) free.push(candidate);
    else owners.push(owner);
  }
  const [found, another] = free;
  if (found !== undefined && wanted !== undefined) {
    if (found.state !== wanted.state) return { writes: [store.writes.found(item, found.id, now())], result: undefined };
    const sent = { remoteId: found.id, sentState: wanted.state, externalId: wanted.externalId };
    return { writes: [store.writes.sent(item, sent, now())], result: 'sent' };
  }
  if (found !== undefined && another === undefined)
    return { writes: [store.writes.found(item, found.id, now())], result: undefined };
  if (found === undefined && wanted === undefined) {
    planner.note(item, 'absent');
    return { writes: [], result: undefined };
  }
  const [owner] = owners;
  const detail = owner === undefined ? `${free.length} activities of the learner` : `it belongs to ${owner.itemId}`;
  // What is about to be deleted gives way to it.
  if (owner?.state === 'waiting')
    return { writes: [laterOf(parts, item, { detail, isInDoubt: true })], result: 'failed' };
  const reason = owner === undefined ? 'externalIdAmbiguous' : 'externalIdTaken';
  return { writes: [store.writes.dead(item, { reason, detail, isInDoubt: true }, now())], result: 'dead' };
}

export function laterOf(
  { store, now }: OutwardParts,
  item: OutwardItem,
  { detail, isInDoubt }: { readonly detail: string; readonly isInDoubt: boolean },
): Write {
  const backoff = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** item.attempts);
  const nextAt = Math.round(now() + backoff * (0.5 + Math.random() / 2));
  return store.writes.later(item, { nextAt, isInDoubt, detail });
}
