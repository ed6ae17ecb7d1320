/** Whether an item is the same on both sides, by the present state of both: one request. */
import { learningCourseActivity } from '../model/learning-course-activity.ts';
import { MAX_BATCH } from '../model/sync-target.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import { differencesOf, readRemoteActivity, readRemoteContent } from './bodies.ts';
import type { RemoteItem, Wanted } from './bodies.ts';
import type { GraphAnswer, GraphCall } from './graph-client.ts';
import { findWanted, matchLearners } from './match-learners.ts';
import { activityKeyPath, activityReadPath, contentKeyPath, contentPath } from './paths.ts';
import type { PlannedItem } from './plan.ts';
import { askRemote } from './remote-list.ts';
import type { UnsentStep } from './step.ts';
import type { WalkParts } from './walk-parts.ts';

/** An item that may differ: it is known by its id here, its id there, or both. */
export interface Suspect {
  readonly kind: OutwardItem['kind'];
  readonly itemId: string | undefined;
  readonly learnerUserId: OutwardItem['learnerUserId'];
  readonly remoteId: string | undefined;
}

export type ItemDifference = { readonly suspect: Suspect; readonly externalId: string | undefined } &
  /** Without `wanted`: it cannot be sent as it is. */
  (
    | { readonly what: 'onlyHere'; readonly wanted: Wanted | undefined }
    | { readonly what: 'onlyThere'; readonly remote: RemoteItem }
    | {
        readonly what: 'different';
        /** `undefined`: it cannot be sent as it is. */
        readonly wanted: Wanted | undefined;
        readonly remote: RemoteItem;
        readonly properties: readonly string[];
      }
  );

export interface Verified {
  readonly differences: readonly ItemDifference[];
  /** Those that are about to be sent. */
  readonly waiting: number;
}

interface Asked {
  readonly suspect: Suspect;
  readonly wanted: Wanted | DeadStep | undefined;
  readonly call: GraphCall | undefined;
}

type DeadStep = Extract<UnsentStep, { readonly kind: 'dead' }>;

/** As the schema spells it. */
const EXTERNAL_ID = learningCourseActivity.alternateKey;

/** @throws TargetTrouble */
export async function verify(parts: WalkParts, suspects: readonly Suspect[], signal: AbortSignal): Promise<Verified> {
  const differences: ItemDifference[] = [];
  let waiting = 0;
  for (let from = 0; from < suspects.length; from += MAX_BATCH) {
    const asked: Asked[] = [];
    const some = suspects.slice(from, from + MAX_BATCH);
    await matchLearners(
      parts,
      some.map(({ learnerUserId }) => learnerUserId),
      signal,
    );
    for (const suspect of some) {
      const found = await ask(parts, suspect, signal);
      if (found === undefined) waiting += 1;
      else asked.push(found);
    }
    const calls = asked.flatMap(({ call }) => call ?? []);
    const answers = calls.length === 0 ? [] : await askRemote(parts.client, calls, signal);
    for (const one of asked) {
      const place = one.call === undefined ? -1 : calls.indexOf(one.call);
      const difference = compare(one, place < 0 ? undefined : remoteOf(one, answers[place] as GraphAnswer));
      if (difference !== undefined) differences.push(difference);
    }
  }
  return { differences, waiting };
}

/** `undefined` when it waits to be sent. */
async function ask(parts: WalkParts, suspect: Suspect, signal: AbortSignal): Promise<Asked | undefined> {
  const { store, provider } = parts;
  const { kind, itemId, learnerUserId } = suspect;
  const item = itemId === undefined ? undefined : await store.findItem({ kind, itemId });
  if (item?.state === 'waiting') return undefined;
  const remoteId = suspect.remoteId ?? item?.remoteId;
  const planned: PlannedItem | undefined =
    itemId === undefined ? undefined : { kind, itemId, learnerUserId, remoteId, sentState: item?.sentState };
  const wanted = planned && (await findWanted(parts, planned, signal));
  if (isUnsent(wanted) && wanted.kind !== 'dead') return undefined;
  const path = remoteId === undefined ? keyPathOf(kind, wanted, provider) : idPathOf(kind, remoteId, provider);
  return { suspect: { ...suspect, remoteId }, wanted, call: path === undefined ? undefined : { method: 'GET', path } };
}

function isUnsent(wanted: Wanted | UnsentStep | undefined): wanted is UnsentStep {
  return wanted !== undefined && 'kind' in wanted;
}

function idPathOf(kind: OutwardItem['kind'], remoteId: string, provider: string): string {
  return kind === 'content' ? contentPath(provider, remoteId) : activityReadPath(remoteId);
}

function keyPathOf(kind: OutwardItem['kind'], wanted: Asked['wanted'], provider: string): string | undefined {
  if (wanted === undefined || isUnsent(wanted)) return undefined;
  return (kind === 'content' ? contentKeyPath : activityKeyPath)(provider, wanted.externalId);
}

function remoteOf({ suspect, wanted }: Asked, answer: GraphAnswer): RemoteItem | undefined {
  if (answer.kind !== 'answer' || answer.status !== 200) return undefined;
  const remote = suspect.kind === 'content' ? readRemoteContent(answer.body) : readRemoteActivity(answer.body);
  // Found by a key that others may share.
  const learner = isUnsent(wanted) ? undefined : wanted?.learnerUserId;
  const isOther = suspect.remoteId === undefined && learner !== remote?.learnerUserId;
  return isOther ? undefined : remote;
}

function compare({ suspect, wanted }: Asked, remote: RemoteItem | undefined): ItemDifference | undefined {
  if (isUnsent(wanted)) return compareUnsendable(suspect, wanted, remote);
  const externalId = wanted?.externalId ?? remote?.externalId;
  if (wanted === undefined) return remote && { suspect, externalId, what: 'onlyThere', remote };
  if (remote === undefined) return { suspect, externalId, what: 'onlyHere', wanted };
  // One that others wrote without an external id has none there; here it goes by its id.
  const isWithoutKey = remote.externalId === undefined && wanted.externalId === suspect.itemId;
  const properties = differencesOf(wanted.values, remote.values).filter(
    (name) => !(isWithoutKey && name === EXTERNAL_ID),
  );
  if (wanted.type !== remote.type)
    return { suspect, externalId, what: 'different', wanted, remote, properties: ['@odata.type'] };
  return properties.length === 0 ? undefined : { suspect, externalId, what: 'different', wanted, remote, properties };
}

/** Its learner or its content is not there. */
function compareUnsendable(suspect: Suspect, { reason }: DeadStep, remote: RemoteItem | undefined): ItemDifference {
  if (remote === undefined) return { suspect, externalId: undefined, what: 'onlyHere', wanted: undefined };
  const properties = [reason.startsWith('learner') ? 'learnerUserId' : 'learningContentId'];
  return { suspect, externalId: remote.externalId, what: 'different', wanted: undefined, remote, properties };
}
