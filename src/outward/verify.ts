/** Whether an item is the same on both sides, by the present state of both: one request. */
import { learningCourseActivity } from '../model/learning-course-activity.ts';
import { MAX_BATCH } from '../model/sync-target.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import { differencesOf, readRemoteActivity, readRemoteContent } from './bodies.ts';
import type { RemoteItem, Wanted } from './bodies.ts';
import type { GraphAnswer, GraphCall, GraphClient } from './graph-client.ts';
import type { OutwardParts } from './parts.ts';
import { activityKeyPath, activityReadPath, contentKeyPath, contentPath } from './paths.ts';
import type { ItemPlanner, PlannedItem } from './plan.ts';
import { readRemote } from './remote-list.ts';

/** An item that may differ: it is known by its id here, its id there, or both. */
export interface Suspect {
  readonly kind: OutwardItem['kind'];
  readonly itemId: string | undefined;
  readonly learnerUserId: OutwardItem['learnerUserId'];
  readonly remoteId: string | undefined;
}

export type ItemDifference = { readonly suspect: Suspect; readonly externalId: string | undefined } & (
  | { readonly what: 'onlyHere'; readonly wanted: Wanted }
  | { readonly what: 'onlyThere'; readonly remote: RemoteItem }
  | {
      readonly what: 'different';
      readonly wanted: Wanted;
      readonly remote: RemoteItem;
      readonly properties: readonly string[];
    }
);

export interface VerifyParts extends OutwardParts {
  readonly client: GraphClient;
  readonly planner: ItemPlanner;
  /** There. */
  readonly provider: string;
}

export interface Verified {
  readonly differences: readonly ItemDifference[];
  /** Those that are about to be sent. */
  readonly waiting: number;
}

interface Asked {
  readonly suspect: Suspect;
  readonly wanted: Wanted | undefined;
  readonly call: GraphCall | undefined;
}

/** As the schema spells it. */
const EXTERNAL_ID = learningCourseActivity.alternateKey;

/** @throws TargetTrouble */
export async function verify(parts: VerifyParts, suspects: readonly Suspect[], signal: AbortSignal): Promise<Verified> {
  const differences: ItemDifference[] = [];
  let waiting = 0;
  for (let from = 0; from < suspects.length; from += MAX_BATCH) {
    const asked: Asked[] = [];
    for (const suspect of suspects.slice(from, from + MAX_BATCH)) {
      const found = await ask(parts, suspect);
      if (found === undefined) waiting += 1;
      else asked.push(found);
    }
    const calls = asked.flatMap(({ call }) => call ?? []);
    const answers = calls.length === 0 ? [] : await readRemote(parts.client, calls, signal);
    for (const one of asked) {
      const place = one.call === undefined ? -1 : calls.indexOf(one.call);
      const difference = compare(one, place < 0 ? undefined : remoteOf(one, answers[place] as GraphAnswer));
      if (difference !== undefined) differences.push(difference);
    }
  }
  return { differences, waiting };
}

/** `undefined` when it waits to be sent. */
async function ask({ store, planner, provider }: VerifyParts, suspect: Suspect): Promise<Asked | undefined> {
  const { kind, itemId, learnerUserId } = suspect;
  const item = itemId === undefined ? undefined : await store.findItem({ kind, itemId });
  if (item?.state === 'waiting') return undefined;
  const remoteId = suspect.remoteId ?? item?.remoteId;
  const planned: PlannedItem | undefined =
    itemId === undefined ? undefined : { kind, itemId, learnerUserId, remoteId, sentState: item?.sentState };
  const wanted = planned && (await planner.wantedOf(planned));
  const isContent = kind === 'content';
  const path =
    remoteId !== undefined
      ? isContent
        ? contentPath(provider, remoteId)
        : activityReadPath(remoteId)
      : wanted && (isContent ? contentKeyPath : activityKeyPath)(provider, wanted.externalId);
  return { suspect: { ...suspect, remoteId }, wanted, call: path === undefined ? undefined : { method: 'GET', path } };
}

function remoteOf({ suspect, wanted }: Asked, answer: GraphAnswer): RemoteItem | undefined {
  if (answer.kind !== 'answer' || answer.status !== 200) return undefined;
  const remote = suspect.kind === 'content' ? readRemoteContent(answer.body) : readRemoteActivity(answer.body);
  // Found by a key that others may share.
  const isOther = suspect.remoteId === undefined && wanted?.learnerUserId !== remote?.learnerUserId;
  return isOther ? undefined : remote;
}

function compare({ suspect, wanted }: Asked, remote: RemoteItem | undefined): ItemDifference | undefined {
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
