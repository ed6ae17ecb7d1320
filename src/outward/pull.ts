/**
 * Reads in what others wrote on the other side: contents and activities that are not here are created, and what was changed
 * there since it was sent is changed here. What waits to be sent is left alone, and nothing is deleted here. An item and what
 * is known of it are stored in one unit, so that a pull can be repeated, and nothing of it is sent back.
 */
import { MAX_BATCH } from '../model/sync-target.ts';
import type { JsonObject } from '../odata/payload.ts';
import type { Write } from '../store/connection.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import {
  ASSIGNER,
  changeableOf,
  hasSameChangeablePart,
  readRemoteActivity,
  readRemoteContent,
  sentStateOf,
  stateAsSent,
} from './bodies.ts';
import type { RemoteItem, Wanted } from './bodies.ts';
import { pairOf } from './diff.ts';
import type { OpenTarget } from './open-target.ts';
import { activitiesPath, activityReadPath, contentPath, contentsPath } from './paths.ts';
import { findWanted, matchRemotes } from './match-learners.ts';
import { askRemote, listRemote } from './remote-list.ts';
import type { Suspect } from './verify.ts';
import { openWalkParts } from './walk-parts.ts';
import type { WalkParts } from './walk-parts.ts';

/** Writes here, by the rules of the operations. `beside`: what is stored in the same unit. */
export interface LocalWriter {
  create(kind: OutwardItem['kind'], body: JsonObject, beside: (itemId: string) => Write): Promise<Written>;
  update(suspect: Suspect, body: JsonObject, beside: Write): Promise<Written>;
}

export type Written =
  | { readonly kind: 'written'; readonly itemId: string }
  /** Why it cannot be here. */
  | { readonly kind: 'refused'; readonly why: string };

export interface Pulled {
  readonly kind: OutwardItem['kind'];
  readonly outcome: 'created' | 'updated' | 'refused';
  readonly remoteId: string;
  readonly externalId: string | undefined;
  readonly itemId: string | undefined;
  readonly why: string | undefined;
}

export interface PullSummary {
  created: number;
  updated: number;
  unchanged: number;
  /** Those that wait to be sent, or differ and were never sent: `sync diff` shows them. */
  skipped: number;
  refused: number;
}

export interface PullOrder {
  readonly writer: LocalWriter;
  /** Nothing is stored: what would be created is listed. */
  readonly isDryRun: boolean;
}

/** @throws TargetTrouble, ListRefused */
export async function* pullTarget(
  open: OpenTarget,
  order: PullOrder,
  signal: AbortSignal,
): AsyncGenerator<Pulled, PullSummary> {
  const provider = await open.findProvider();
  await open.parts.store.addTarget();
  const parts = openWalkParts(open, provider);
  const summary: PullSummary = { created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 };
  for (const kind of ['content', 'activity'] as const) {
    const path = kind === 'content' ? contentsPath(provider) : activitiesPath(provider);
    const read = kind === 'content' ? readRemoteContent : readRemoteActivity;
    for await (const page of listRemote(open.client, path, signal)) {
      const fresh: RemoteItem[] = [];
      const remotes = page.flatMap((json) => read(json) ?? []);
      const people = remotes.flatMap(({ learnerUserId, assignerUserId }) => [learnerUserId, assignerUserId]);
      await matchRemotes(parts, people, signal);
      for (const remote of remotes) {
        const found = await pullKnown(parts, { kind, remote, order, signal });
        if (found === 'unknown') fresh.push(remote);
        else if (typeof found === 'string') summary[found] += 1;
        else yield tally(summary, found);
      }
      for (let from = 0; from < fresh.length; from += MAX_BATCH)
        for (const pulled of await pullFresh(parts, {
          kind,
          fresh: fresh.slice(from, from + MAX_BATCH),
          order,
          signal,
        }))
          yield tally(summary, pulled);
    }
  }
  return summary;
}

function tally(summary: PullSummary, pulled: Pulled): Pulled {
  summary[pulled.outcome] += 1;
  return pulled;
}

interface CreateOrder {
  readonly kind: OutwardItem['kind'];
  readonly remote: RemoteItem;
  readonly order: PullOrder;
}

interface KnownOrder extends CreateOrder {
  readonly signal: AbortSignal;
}

async function pullKnown(
  parts: WalkParts,
  { kind, remote, order, signal }: KnownOrder,
): Promise<Pulled | 'unchanged' | 'skipped' | 'unknown'> {
  const { store, now } = parts;
  const suspect = await pairOf(parts, kind, remote);
  const { itemId, learnerUserId } = suspect;
  if (itemId === undefined) return 'unknown';
  const item = await store.findItem({ kind, itemId });
  const { sentState } = item ?? {};
  const known = { kind, itemId, learnerUserId, remoteId: remote.id, sentState };
  const wanted = await findWanted(parts, known, signal);
  if (item?.state === 'waiting' || wanted === undefined || 'kind' in wanted) return 'skipped';
  const isSame = hasSameChangeablePart(wanted.state, remote.state);
  if (item?.remoteId === undefined) {
    if (!isSame) return 'skipped';
    if (!order.isDryRun) await store.write(besideOf(parts, { ...suspect, itemId }, { remote, wanted }, now()));
    return 'unchanged';
  }
  if (isSame || (sentState !== undefined && hasSameChangeablePart(sentState, remote.state))) return 'unchanged';
  // Changed on both sides: what was changed here is not read yet, or could not be sent.
  if (sentState !== undefined && !hasSameChangeablePart(sentState, wanted.state)) return 'skipped';
  const pulled = { kind, remoteId: remote.id, externalId: remote.externalId, itemId };
  if (order.isDryRun) return { ...pulled, outcome: 'updated', why: undefined };
  const beside = besideOf(parts, { ...suspect, itemId }, { remote, wanted }, now());
  const written = await order.writer.update(suspect, changeableOf(remote), beside);
  if (written.kind === 'refused') return { ...pulled, outcome: 'refused', why: written.why };
  return { ...pulled, outcome: 'updated', why: undefined };
}

interface FreshOrder {
  readonly kind: OutwardItem['kind'];
  readonly fresh: readonly RemoteItem[];
  readonly order: PullOrder;
  readonly signal: AbortSignal;
}

/** Looked at once more: what was deleted here meanwhile, and hence there, does not come back. */
async function pullFresh(parts: WalkParts, { kind, fresh, order, signal }: FreshOrder): Promise<readonly Pulled[]> {
  const { client, provider } = parts;
  const pathOf = ({ id }: RemoteItem) => (kind === 'content' ? contentPath(provider, id) : activityReadPath(id));
  const calls = fresh.map((remote) => ({ method: 'GET', path: pathOf(remote) }) as const);
  const answers = await askRemote(client, calls, signal);
  const pulled: Pulled[] = [];
  for (const [index, remote] of fresh.entries()) {
    const answer = answers[index];
    if (answer?.kind !== 'answer' || answer.status !== 200) continue;
    const { itemId, why } = await createHere(parts, { kind, remote, order });
    const about = { kind, remoteId: remote.id, externalId: remote.externalId, itemId, why };
    pulled.push({ ...about, outcome: why === undefined ? 'created' : 'refused' });
  }
  return pulled;
}

async function createHere(
  parts: WalkParts,
  { kind, remote, order }: CreateOrder,
): Promise<{ readonly itemId: string | undefined; readonly why: string | undefined }> {
  const { store, now } = parts;
  const made = kind === 'content' ? { body: remote.json } : await activityHere(parts, remote, order.isDryRun);
  if ('why' in made) return { itemId: undefined, why: made.why };
  if (order.isDryRun) return { itemId: undefined, why: undefined };
  const { learnerUserId, assigner } = { learnerUserId: undefined, assigner: undefined, ...made };
  const beside = (itemId: string): Write => {
    const externalId = remote.externalId ?? itemId;
    const sentState = stateAsSent(remote, {
      externalId,
      provider: parts.provider,
      hasAssigner: assigner !== undefined,
    });
    const sent = { remoteId: remote.id, sentState, externalId };
    return store.writes.remember({ kind, itemId, learnerUserId }, sent, now());
  };
  const { id: _id, ...body } = made.body;
  const written = await order.writer.create(kind, body, beside);
  if (written.kind === 'refused') return { itemId: undefined, why: written.why };
  return { itemId: written.itemId, why: undefined };
}

interface ActivityHere {
  readonly body: JsonObject;
  readonly learnerUserId: string;
  /** `undefined` where it has none, or one who is not known here. */
  readonly assigner: string | undefined;
}

/** With the ids of this side, or why it cannot be here. */
async function activityHere(
  { store, planner: { learners }, target }: WalkParts,
  { json, learnerUserId: learnerThere = '', assignerUserId }: RemoteItem,
  isDryRun: boolean,
): Promise<ActivityHere | { readonly why: string }> {
  const learnerUserId = await learners.findHere(learnerThere);
  if (learnerUserId === undefined) return { why: `no user here is found by the ${target.learnersBy} of its learner` };
  const contentThere = String(json['learningContentId']);
  const content = (await store.listOfRemote(contentThere)).find(({ kind }) => kind === 'content');
  // A dry run creates no contents.
  if (content === undefined && !isDryRun) return { why: 'its content is not here' };
  const assigner = assignerUserId === undefined ? undefined : await learners.findHere(assignerUserId);
  const body = {
    ...json,
    ...(assignerUserId !== undefined && { [ASSIGNER]: assigner ?? null }),
    learnerUserId,
    learningContentId: content?.itemId ?? null,
    learningProviderId: target.provider,
  };
  return { body, learnerUserId, assigner };
}

function besideOf(
  { store }: WalkParts,
  item: { readonly kind: OutwardItem['kind']; readonly itemId: string; readonly learnerUserId: string | undefined },
  { remote, wanted }: { readonly remote: RemoteItem; readonly wanted: Wanted },
  now: number,
): Write {
  const sent = { remoteId: remote.id, sentState: sentStateOf(wanted, remote), externalId: wanted.externalId };
  return store.writes.remember(item, sent, now);
}
