/** Sends all that waits, without a server that does so, or while the target is paused; and what that would be. */
import { setTimeout as pause } from 'node:timers/promises';

import type { GraphCall } from './graph-client.ts';
import { createLease } from './lease.ts';
import type { HeldLease } from './lease.ts';
import type { OpenTarget } from './open-target.ts';
import type { OutwardParts } from './parts.ts';
import { createItemPlanner } from './plan.ts';
import type { Tally } from './sender.ts';
import type { ItemStep } from './step.ts';
import { describeTarget } from './status.ts';
import type { TargetStatus } from './status.ts';

export interface RunOutcome {
  /** Nothing was sent: another process does so. */
  readonly isSentElsewhere: boolean;
  readonly tally: Tally;
  readonly status: TargetStatus;
}

const KEEP_LEASE_MS = 10_000;
const TAKE_MS = 5000;

/**
 * Until nothing is due, or the signal is aborted: what has failed waits then for its next attempt.
 * @throws TargetTrouble, LeaseLost
 */
export async function runOnce(open: OpenTarget, signal: AbortSignal): Promise<RunOutcome> {
  const { parts } = open;
  const { store, now } = parts;
  await store.addTarget();
  const lease = createLease(store, now);
  let tally: Tally = { sent: 0, failed: 0, dead: 0 };
  if (!(await takeSoon(parts, lease, signal)))
    return { isSentElsewhere: true, tally, status: await describeTarget(parts) };
  // The pace may make a request wait for longer than a lease.
  const keep = setInterval(() => void lease.take().catch(() => {}), KEEP_LEASE_MS);
  try {
    const sender = await open.openSender(lease);
    ({ tally } = sender);
    while (!signal.aborted && (await sender.relay()));
    while (!signal.aborted && (await sender.round(signal)));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(keep);
    await lease.end();
  }
  return { isSentElsewhere: false, tally, status: await describeTarget(parts) };
}

/** While the target is paused, a server has the lease only for as long as it reads changes. */
async function takeSoon({ store, now }: OutwardParts, lease: HeldLease, signal: AbortSignal): Promise<boolean> {
  const until = now() + TAKE_MS;
  for (;;) {
    if (await lease.take()) return true;
    const isStarted = (await store.findTarget())?.isStarted === true;
    if (isStarted || signal.aborted || now() > until) return false;
    await pause(TAKE_MS / 50);
  }
}

/** Reads what was changed, where no server does so. Nothing is sent. @throws TargetTrouble, LeaseLost */
export async function readAhead(open: OpenTarget, signal: AbortSignal): Promise<void> {
  const { store, now } = open.parts;
  const lease = createLease(store, now);
  if (!(await lease.take())) return;
  try {
    const sender = await open.openSender(lease);
    while (!signal.aborted && (await sender.relay()));
  } finally {
    await lease.end();
  }
}

/** A request that would be sent next. */
export interface PreviewedCall extends Pick<GraphCall, 'method' | 'path' | 'body'> {
  readonly kind: 'content' | 'activity';
  readonly itemId: string;
  /** Why there is no request. */
  readonly note: string | undefined;
}

function noteOf(step: ItemStep): string | undefined {
  if (step.kind === 'wait') return 'its content goes first';
  if (step.kind === 'match') return 'its learner is looked up first';
  return step.kind === 'dead' ? step.reason : undefined;
}

/** The next requests, at most one for each item that waits. Nothing is sent and nothing stored. */
export async function previewCalls(
  parts: OutwardParts,
  provider: string,
  limit: number,
): Promise<readonly PreviewedCall[]> {
  const { store } = parts;
  const planner = createItemPlanner(parts, provider);
  const calls: PreviewedCall[] = [];
  for (const kind of ['content', 'activity'] as const) {
    const items = await store.listDue(kind, Number.MAX_SAFE_INTEGER, limit - calls.length);
    for (const item of items) {
      const step = await planner.planOf(item);
      if (step.kind === 'inStep' || step.kind === 'gone') continue;
      const { method, path, body } =
        'call' in step ? step.call : ({ method: 'POST', path: '', body: undefined } as const);
      const note = noteOf(step);
      calls.push({ kind, itemId: item.itemId, method, path, ...(body !== undefined && { body }), note });
    }
  }
  return calls;
}
