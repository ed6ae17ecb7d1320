/**
 * Compares the record with the other side: what is only here, only there, or different. The other side is walked through
 * page by page, and what seems to differ is looked at again by itself, so that what changes meanwhile is not told. Where the
 * other side gives no list of activities, each activity here is looked up by itself; what is only there cannot be known then.
 */
import { findCourseActivityKey, findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import { isFixedProperty, readRemoteActivity, readRemoteContent, sentStateOf } from './bodies.ts';
import type { RemoteItem } from './bodies.ts';
import type { HttpAnswer } from './http.ts';
import type { OpenTarget } from './open-target.ts';
import { activitiesPath, activityPath, contentPath, contentsPath } from './paths.ts';
import { findWanted, matchRemotes } from './match-learners.ts';
import { describeAnswer } from './outcome.ts';
import { askRemote, listRemote, ListRefused } from './remote-list.ts';
import { TargetTrouble } from './token.ts';
import { verify } from './verify.ts';
import type { ItemDifference, Suspect } from './verify.ts';
import { openWalkParts } from './walk-parts.ts';
import type { WalkParts } from './walk-parts.ts';

export interface DiffSummary {
  /** Items of either side that were looked at. */
  compared: number;
  onlyHere: number;
  onlyThere: number;
  different: number;
  /** Those that are about to be sent, and are not compared. */
  waiting: number;
  /** Whether the other side gives a list of activities, so that what is only there could be found. */
  isListed: boolean;
}

export interface DiffOrder {
  /** What is here goes there, where it differs. */
  readonly repair: boolean;
  /** What is only there is deleted there. */
  readonly remove: boolean;
}

const PAGE_ROWS = 500;

/** Differences as they are found; the summary is returned at the end. @throws TargetTrouble */
export async function* diffTarget(
  open: OpenTarget,
  order: DiffOrder,
  signal: AbortSignal,
): AsyncGenerator<ItemDifference, DiffSummary> {
  const provider = await open.findProvider();
  const walkParts = openWalkParts(open, provider);
  const summary: DiffSummary = { compared: 0, onlyHere: 0, onlyThere: 0, different: 0, waiting: 0, isListed: true };
  for (const kind of ['content', 'activity'] as const) {
    for await (const suspects of listSuspects(walkParts, kind, { summary, signal })) {
      const { differences, waiting } = await verify(walkParts, suspects, signal);
      summary.waiting += waiting;
      for (const difference of differences) {
        summary[difference.what] += 1;
        await repairDifference(walkParts, difference, { order, signal });
        yield difference;
      }
    }
  }
  return summary;
}

interface Walk {
  readonly summary: DiffSummary;
  readonly signal: AbortSignal;
}

async function* listSuspects(
  parts: WalkParts,
  kind: OutwardItem['kind'],
  walk: Walk,
): AsyncGenerator<readonly Suspect[]> {
  const { client, provider } = parts;
  const seen = new Set<string>();
  const path = kind === 'content' ? contentsPath(provider) : activitiesPath(provider);
  const read = kind === 'content' ? readRemoteContent : readRemoteActivity;
  try {
    for await (const page of listRemote(client, path, walk.signal)) {
      const suspects: Suspect[] = [];
      const remotes = page.flatMap((json) => read(json) ?? []);
      const learners = remotes.map(({ learnerUserId }) => learnerUserId);
      await matchRemotes(parts, learners, walk.signal);
      for (const remote of remotes) {
        walk.summary.compared += 1;
        const suspect = await pairOf(parts, kind, remote);
        if (suspect.itemId !== undefined) seen.add(suspect.itemId);
        const known = suspect.itemId === undefined ? undefined : await knownOf(parts, suspect);
        const wanted = known && (await findWanted(parts, known, walk.signal));
        if (wanted === undefined || 'kind' in wanted || wanted.state !== remote.state) suspects.push(suspect);
      }
      yield suspects;
    }
  } catch (error) {
    if (kind === 'content' || !(error instanceof ListRefused)) throw error;
    walk.summary.isListed = false;
  }
  for await (const page of listLocal(parts, kind)) {
    const unseen = page.filter(({ itemId }) => itemId !== undefined && !seen.has(itemId));
    walk.summary.compared += unseen.length;
    yield unseen;
  }
}

/** The item here that is the one there: by the ids that are kept, or by its keys. */
export async function pairOf(
  { store, record, planner }: WalkParts,
  kind: OutwardItem['kind'],
  remote: RemoteItem,
): Promise<Suspect> {
  const { id: remoteId, externalId, learnerUserId } = remote;
  const mapped = (await store.listOfRemote(remoteId)).find((item) => item.kind === kind);
  const learner = findGuid<UserId>((learnerUserId && (await planner.learners.findHere(learnerUserId))) ?? '');
  if (mapped !== undefined)
    return { kind, itemId: mapped.itemId, learnerUserId: mapped.learnerUserId ?? learner, remoteId };
  const itemId =
    externalId === undefined
      ? undefined
      : remote.type === 'learningContent'
        ? await record.findContentByKey(externalId)
        : learner && (await record.findActivityByKey({ type: remote.type, learnerUserId: learner, externalId }));
  return { kind, itemId, learnerUserId: learner, remoteId };
}

async function knownOf({ store }: WalkParts, { kind, itemId = '', learnerUserId, remoteId }: Suspect) {
  const item = await store.findItem({ kind, itemId });
  return { kind, itemId, learnerUserId, remoteId, sentState: item?.sentState };
}

async function* listLocal({ store, target }: WalkParts, kind: OutwardItem['kind']): AsyncGenerator<readonly Suspect[]> {
  if (kind === 'content') {
    for (let after: string | undefined; ;) {
      const ids = await store.listContents(target.provider, after, PAGE_ROWS);
      yield ids.map((itemId) => ({ kind, itemId, learnerUserId: undefined, remoteId: undefined }));
      after = ids.at(-1);
      if (ids.length < PAGE_ROWS) return;
    }
  }
  for (let after: { readonly learnerUserId: string; readonly itemId: string } | undefined; ;) {
    const rows = await store.listActivities(target.provider, after, PAGE_ROWS);
    yield rows
      .filter(({ isOwn }) => isOwn)
      .map(({ learnerUserId, itemId }) => ({
        kind,
        itemId,
        learnerUserId: findCourseActivityKey(`${learnerUserId}:${itemId}`)?.learnerUserId,
        remoteId: undefined,
      }));
    after = rows.at(-1);
    if (rows.length < PAGE_ROWS) return;
  }
}

/** What is to be sent waits then, with what the other side has now as what was sent. */
async function repairDifference(
  { store, client, provider, now }: WalkParts,
  difference: ItemDifference,
  { order, signal }: { readonly order: DiffOrder; readonly signal: AbortSignal },
): Promise<void> {
  const { suspect } = difference;
  const { kind, itemId, learnerUserId } = suspect;
  if (difference.what === 'onlyThere') {
    if (!order.remove) return;
    const { id } = difference.remote;
    const path = kind === 'content' ? `${contentPath(provider, id)}/$ref` : activityPath(provider, id);
    const [answer] = (await askRemote(client, [{ method: 'DELETE', path }], signal)) as readonly [HttpAnswer];
    if (answer.status >= 300 && answer.status !== 404)
      throw new TargetTrouble(`The ${kind} ${id} was not deleted there: ${describeAnswer(answer)}`);
    return;
  }
  if (!order.repair || itemId === undefined) return;
  const item = { kind, itemId, learnerUserId };
  const { writes } = store;
  if (difference.what === 'onlyHere') {
    await store.write(writes.resend([item], now()));
    return;
  }
  const { remote, wanted, properties } = difference;
  if (wanted === undefined) {
    await store.write(writes.wantKnown([item], now()));
    return;
  }
  const { id: remoteId } = remote;
  const isReplaced = properties.some((name) => isFixedProperty(wanted.type, name));
  const sentState = isReplaced ? remote.state : sentStateOf(wanted, remote);
  const sent = { remoteId, sentState, externalId: wanted.externalId };
  await store.write(writes.remember(item, sent, now()), writes.wantKnown([item], now()));
}
