/**
 * What is to be done next about one item: one request at most, decided by what it is to be there and what is known of it.
 *
 * An item without an id there is created. A create whose end is not known is looked for by its external id before it is
 * repeated. What no update can change means a delete and a create. An item that does not exist here is deleted there, and
 * forgotten then.
 */
import type { SyncReason } from '../model/sync-reasons.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import { hasSameFixedPart } from './bodies.ts';
import type { Wanted } from './bodies.ts';
import type { GraphCall } from './graph-client.ts';
import {
  activitiesPath,
  activityKeyPath,
  activityPath,
  activitySearchPath,
  contentKeyPath,
  contentPath,
} from './paths.ts';

export type ItemStep =
  /** Nothing to send: it is as it is to be. */
  | { readonly kind: 'inStep'; readonly wanted: Wanted }
  /** Neither here nor there. */
  | { readonly kind: 'gone' }
  | UnsentStep
  | OutwardRequest;

/** What keeps an item from being sent now. */
export type UnsentStep =
  /** Its content has to be sent first, which is tried then. */
  | { readonly kind: 'wait'; readonly until: number }
  /** Its people have to be looked up there first. */
  | { readonly kind: 'match'; readonly users: readonly string[] }
  | { readonly kind: 'dead'; readonly reason: SyncReason };

export type OutwardRequest =
  | { readonly kind: 'upsert' | 'create' | 'update'; readonly call: GraphCall; readonly wanted: Wanted }
  /** Is it there? `search`: where its key is shared. `learner`: whose it is, there. */
  | {
      readonly kind: 'look' | 'search';
      readonly call: GraphCall;
      readonly wanted: Wanted | undefined;
      readonly learner: string | undefined;
    }
  /** `replace`: it is created again behind it. */
  | { readonly kind: 'delete' | 'replace'; readonly call: GraphCall };

/** What the last request about the item has found out, and is in no table. */
export type LookFinding = 'absent' | 'ambiguous';

export function stepOfContent(item: OutwardItem, wanted: Wanted | undefined, provider: string): ItemStep {
  const { remoteId, sentState, sentExternalId } = item;
  if (wanted === undefined) {
    if (remoteId !== undefined)
      return { kind: 'delete', call: { method: 'DELETE', path: `${contentPath(provider, remoteId)}/$ref` } };
    if (!item.isInDoubt || sentExternalId === undefined) return { kind: 'gone' };
    return { kind: 'delete', call: { method: 'DELETE', path: `${contentKeyPath(provider, sentExternalId)}/$ref` } };
  }
  if (remoteId !== undefined && sentState === wanted.state) return { kind: 'inStep', wanted };
  const path = contentKeyPath(provider, wanted.externalId);
  return { kind: 'upsert', call: { method: 'PATCH', path, body: wanted.createBody }, wanted };
}

export interface ActivityFacts {
  readonly provider: string;
  readonly finding: LookFinding | undefined;
  /** There. */
  readonly learner: string | undefined;
}

export function stepOfActivity(
  item: OutwardItem,
  wanted: Wanted | undefined,
  { provider, finding, learner }: ActivityFacts,
): ItemStep {
  const { remoteId, sentState, isInDoubt } = item;
  const externalId = wanted?.externalId ?? item.sentExternalId;
  if (remoteId === undefined && isInDoubt && finding !== 'absent' && externalId !== undefined) {
    if (wanted === undefined && item.learnerUserId === undefined) return { kind: 'dead', reason: 'learnerErased' };
    // It was begun with the key that was sent then.
    const key = item.sentExternalId ?? externalId;
    return finding === 'ambiguous'
      ? { kind: 'search', call: { method: 'GET', path: activitySearchPath(provider, key) }, wanted, learner }
      : { kind: 'look', call: { method: 'GET', path: activityKeyPath(provider, key) }, wanted, learner };
  }
  if (wanted === undefined) {
    if (remoteId === undefined) return { kind: 'gone' };
    return { kind: 'delete', call: { method: 'DELETE', path: activityPath(provider, remoteId) } };
  }
  if (remoteId === undefined) {
    const call = { method: 'POST', path: activitiesPath(provider), body: wanted.createBody } as const;
    return { kind: 'create', call, wanted };
  }
  if (sentState === wanted.state) return { kind: 'inStep', wanted };
  if (sentState !== undefined && !hasSameFixedPart(sentState, wanted.state))
    return { kind: 'replace', call: { method: 'DELETE', path: activityPath(provider, remoteId) } };
  const call = { method: 'PATCH', path: activityPath(provider, remoteId), body: wanted.updateBody } as const;
  return { kind: 'update', call, wanted };
}
