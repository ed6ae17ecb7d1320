/**
 * Sends what waits for one target, as long as it holds the lease. A round takes some items, at most one request for each,
 * in batches that run at once; what became of them is stored in one transaction. The order of an item's changes is kept,
 * since it is in one request at a time; deletes go before all others, since what is made with their external ids has to
 * come after; contents go before activities, which name them.
 */
import { MAX_BATCH } from '../model/sync-target.ts';
import type { Write } from '../store/connection.ts';
import type { OutwardItem } from '../store/outward/outward-store.ts';
import type { GraphAnswer, GraphClient } from './graph-client.ts';
import { seekThere } from './learners.ts';
import type { HeldLease } from './lease.ts';
import { outcomeOf } from './outcome.ts';
import type { OutwardParts } from './parts.ts';
import type { ItemPlanner } from './plan.ts';
import { SENDER_SHARE } from './pace.ts';
import type { Pace } from './pace.ts';
import { relayChanges } from './relay.ts';
import { scanStep } from './scan.ts';
import { laterOf, settle } from './settle.ts';
import type { Settled } from './settle.ts';
import type { OutwardRequest, ItemStep } from './step.ts';

/** Batches that are under way at once. */
const PARALLEL_BATCHES = 4;
const ROUND_ITEMS = PARALLEL_BATCHES * MAX_BATCH;
const POSTPONED_MS = 1000;

export interface Tally {
  /** Requests that did what they were to do. */
  sent: number;
  /** Those that are tried again. */
  failed: number;
  /** Items that will not be tried again. */
  dead: number;
}

export interface Sender {
  /** Reads changes, and goes a step through the record where that is under way. @returns whether there may be more */
  relay(): Promise<boolean>;
  /** @returns whether there was anything to do. @throws LeaseLost, TargetTrouble, or when the signal is aborted before an answer */
  round(signal: AbortSignal): Promise<boolean>;
  readonly tally: Tally;
}

export interface SenderParts extends OutwardParts {
  readonly lease: HeldLease;
  readonly client: GraphClient;
  readonly pace: Pace;
  readonly planner: ItemPlanner;
  readonly provider: string;
}

interface Planned {
  readonly item: OutwardItem;
  readonly step: ItemStep;
}

export function createSender(parts: SenderParts): Sender {
  const { store, lease, client, pace, now, planner } = parts;
  const tally: Tally = { sent: 0, failed: 0, dead: 0 };

  const settleWithout = ({ item, step }: Planned): readonly Write[] => {
    switch (step.kind) {
      case 'inStep': {
        const { state: sentState, externalId } = step.wanted;
        return [store.writes.sent(item, { remoteId: item.remoteId as string, sentState, externalId }, now())];
      }
      case 'gone':
        return [store.writes.gone(item)];
      case 'wait':
        return [store.writes.postponed(item, Math.max(now(), step.until) + POSTPONED_MS)];
      case 'match':
        tally.failed += 1;
        return [laterOf(parts, item, { detail: 'its learner could not be looked up', isInDoubt: item.isInDoubt })];
      case 'dead':
        tally.dead += 1;
        return [store.writes.dead(item, { reason: step.reason, detail: '', isInDoubt: item.isInDoubt }, now())];
      default:
        return beginWrites(parts, item, step);
    }
  };

  /** Who is not known there is looked up first, all of the round together. */
  const planAll = async (items: readonly OutwardItem[], signal: AbortSignal): Promise<readonly Planned[]> => {
    const plan = async (item: OutwardItem): Promise<Planned> => ({ item, step: await planner.planOf(item) });
    const planned: Planned[] = [];
    for (const item of items) planned.push(await plan(item));
    const unsought = planned.flatMap(({ step }) => (step.kind === 'match' ? step.users : []));
    if (unsought.length === 0) return planned;
    const pairs = await seekThere(parts, unsought, (calls) => client.sendBatch(calls, signal));
    if (pairs.length > 0) await lease.commit([planner.learners.keep(pairs)]);
    return Promise.all(planned.map(async (one) => (one.step.kind === 'match' ? plan(one.item) : one)));
  };

  const process = async (items: readonly OutwardItem[], signal: AbortSignal): Promise<void> => {
    const planned = await planAll(items, signal);
    const isRequest = (one: Planned): one is Planned & { readonly step: OutwardRequest } => 'call' in one.step;
    const requests = planned.filter(isRequest);
    const deletes = requests.filter(({ step: { kind } }) => kind === 'delete' || kind === 'replace');
    const chosen = deletes.length > 0 ? deletes : requests;
    const begun = [...planned.filter((one) => !isRequest(one)), ...chosen].flatMap(settleWithout);
    await lease.commit(begun);
    const answers = await sendInBatches(parts, chosen, signal);
    const writes: Write[] = [];
    for (const [index, { item, step }] of chosen.entries()) {
      const outcome = outcomeOf(item, step, answers[index] as GraphAnswer);
      const settled = await settle(parts, { item, step, outcome });
      count(tally, settled);
      writes.push(...settled.writes);
    }
    await lease.commit(writes);
  };

  return {
    relay: async () => {
      const target = await store.findTarget();
      pace.setShare((target?.walkUntil ?? 0) > now() ? SENDER_SHARE : 1);
      const { writes, hasMore } = await relayChanges(parts, target?.feedCursor);
      if (writes.length > 0) await lease.commit(writes);
      const place = (await store.findTarget())?.scanPlace;
      if (place === undefined) return hasMore;
      await lease.commit(await scanStep(parts, place));
      return true;
    },
    round: async (signal) => {
      for (const kind of ['content', 'activity'] as const) {
        const items = await store.listDue(kind, now(), ROUND_ITEMS);
        if (items.length === 0) continue;
        await process(items, signal);
        return true;
      }
      return false;
    },
    tally,
  };
}

/** Noted before it is sent: after a crash, it is looked for. */
function beginWrites({ store }: OutwardParts, item: OutwardItem, step: OutwardRequest): readonly Write[] {
  const isCreate = step.kind === 'create' || (step.kind === 'upsert' && item.remoteId === undefined);
  return isCreate ? [store.writes.beginCreate(item, step.wanted.externalId)] : [];
}

async function sendInBatches(
  { client }: SenderParts,
  requests: readonly { readonly step: OutwardRequest }[],
  signal: AbortSignal,
): Promise<readonly GraphAnswer[]> {
  const batches = Array.from({ length: Math.ceil(requests.length / MAX_BATCH) }, (_, index) =>
    requests.slice(index * MAX_BATCH, (index + 1) * MAX_BATCH),
  );
  const sent = batches.map((batch) =>
    client.sendBatch(
      batch.map(({ step }) => step.call),
      signal,
    ),
  );
  // All of them end before the lease may.
  const settled = await Promise.allSettled(sent);
  return settled.flatMap((one, index) => {
    if (one.status === 'fulfilled') return one.value;
    // Those that went well are stored first.
    const isAlone = settled.every(({ status }) => status === 'rejected');
    if (isAlone) throw one.reason;
    const lost: GraphAnswer = { kind: 'lost', cause: 'not sent' };
    return batches[index]?.map(() => lost) ?? [];
  });
}

function count(tally: Tally, { result }: Settled): void {
  if (result !== undefined) tally[result] += 1;
}
