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
import { createItemPlanner } from './plan.ts';
import { listRemote, readRemote } from './remote-list.ts';
import type { Suspect, VerifyParts } from './verify.ts';

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
  const parts: VerifyParts = {
    ...open.parts,
    client: open.client,
    provider,
    planner: createItemPlanner(open.parts, provider),
  };
  const summary: PullSummary = { created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 };
  for (const kind of ['content', 'activity'] as const) {
    const path = kind === 'content' ? contentsPath(provider) : activitiesPath(provider);
    const read = kind === 'content' ? readRemoteContent : readRemoteActivity;
    for await (const page of listRemote(open.client, path, signal)) {
      const fresh: RemoteItem[] = [];
      for (const remote of page.flatMap((json) => read(json) ?? [])) {
        const found = await pullKnown(parts, { kind, remote, order });
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

interface KnownOrder {
  readonly kind: OutwardItem['kind'];
  readonly remote: RemoteItem;
  readonly order: PullOrder;
}

async function pullKnown(
  parts: VerifyParts,
  { kind, remote, order }: KnownOrder,
): Promise<Pulled | 'unchanged' | 'skipped' | 'unknown'> {
  const { store, planner, now } = parts;
  const suspect = await pairOf(parts, kind, remote);
  const { itemId, learnerUserId } = suspect;
  if (itemId === undefined) return 'unknown';
  const item = await store.findItem({ kind, itemId });
  const { sentState } = item ?? {};
  const wanted = await planner.wantedOf({ kind, itemId, learnerUserId, remoteId: remote.id, sentState });
  if (item?.state === 'waiting' || wanted === undefined) return 'skipped';
  const isSame = hasSameChangeablePart(wanted.state, remote.state);
  if (item?.remoteId === undefined) {
    if (!isSame) return 'skipped';
    if (!order.isDryRun) await store.write(besideOf(parts, { ...suspect, itemId }, { remote, wanted }, now()));
    return 'unchanged';
  }
  if (isSame || (sentState !== undefined && hasSameChangeablePart(sentState, remote.state))) return 'unchanged';
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
async function pullFresh(parts: VerifyParts, { kind, fresh, order, signal }: FreshOrder): Promise<readonly Pulled[]> {
  const { client, provider } = parts;
  const pathOf = ({ id }: RemoteItem) => (kind === 'content' ? contentPath(provider, id) : activityReadPath(id));
  const calls = fresh.map((remote) => ({ method: 'GET', path: pathOf(remote) }) as const);
  const answers = await readRemote(client, calls, signal);
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
  parts: VerifyParts,
  { kind, remote, order }: KnownOrder,
): Promise<{ readonly itemId: string | undefined; readonly why: string | undefined }> {
  const { store, target, now } = parts;
  const { id: _id, learningContentId, ...body } = remote.json;
  let local: JsonObject = body;
  if (kind === 'activity') {
    const content = (await store.listOfRemote(String(learningContentId))).find((item) => item.kind === 'content');
    if (content === undefined && !order.isDryRun) return { itemId: undefined, why: 'its content is not here' };
    local = { ...body, learningContentId: content?.itemId ?? null, learningProviderId: target.provider };
  }
  if (order.isDryRun) return { itemId: undefined, why: undefined };
  const beside = (itemId: string): Write => {
    const externalId = remote.externalId ?? itemId;
    const sentState = stateAsSent(remote, { externalId, provider: parts.provider });
    const sent = { remoteId: remote.id, sentState, externalId };
    const item = { kind, itemId, learnerUserId: remote.learnerUserId };
    return store.writes.remember(item, sent, now());
  };
  const written = await order.writer.create(kind, local, beside);
  if (written.kind === 'refused') return { itemId: undefined, why: written.why };
  return { itemId: written.itemId, why: undefined };
}

function besideOf(
  { store }: VerifyParts,
  item: { readonly kind: OutwardItem['kind']; readonly itemId: string; readonly learnerUserId: string | undefined },
  { remote, wanted }: { readonly remote: RemoteItem; readonly wanted: Wanted },
  now: number,
): Write {
  const sent = { remoteId: remote.id, sentState: sentStateOf(wanted, remote), externalId: wanted.externalId };
  return store.writes.remember(item, sent, now);
}
