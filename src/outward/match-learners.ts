/** Learners of both sides, for what pages through the other one: who is not known is looked up as it comes. */
import { findGuid } from '../lib/ids.ts';
import type { Wanted } from './bodies.ts';
import { listUnsought, seekHere, seekThere } from './learners.ts';
import type { PlannedItem } from './plan.ts';
import { askRemote } from './remote-list.ts';
import type { UnsentStep } from './step.ts';
import type { WalkParts } from './walk-parts.ts';

/** @throws TargetTrouble */
export async function matchLearners(
  parts: WalkParts,
  userIds: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<void> {
  await seek(parts, await listUnsought(parts.planner.learners, userIds), signal);
}

/** Who users there are here, to be read from the book afterwards. @throws TargetTrouble */
export async function matchRemotes(
  parts: WalkParts,
  remoteIds: readonly (string | undefined)[],
  signal: AbortSignal,
): Promise<void> {
  const { client, planner, strangers } = parts;
  const unknown: string[] = [];
  for (const text of new Set(remoteIds)) {
    // An assigner may be any text.
    const id = text === undefined ? undefined : findGuid(text);
    if (id !== undefined && !strangers.has(id) && (await planner.learners.findHere(id)) === undefined) unknown.push(id);
  }
  if (unknown.length === 0) return;
  const candidates = await seekHere(parts, unknown, (calls) => askRemote(client, calls, signal));
  // Several there may have what one here has: then it is none of them.
  await seek(parts, candidates, signal);
  for (const id of unknown) strangers.add(id);
}

async function seek(parts: WalkParts, userIds: readonly string[], signal: AbortSignal): Promise<void> {
  if (userIds.length === 0) return;
  const { client, store, planner } = parts;
  const pairs = await seekThere(parts, userIds, (calls) => askRemote(client, calls, signal));
  if (pairs.length > 0) await store.write(planner.learners.keep(pairs));
}

/** What it is to be there, or why it is not; `undefined` when it is not here. @throws TargetTrouble */
export async function findWanted(
  parts: WalkParts,
  item: PlannedItem,
  signal: AbortSignal,
): Promise<Wanted | UnsentStep | undefined> {
  const { planner } = parts;
  const wanted = await planner.wantedOf(item);
  if (wanted === undefined || !('kind' in wanted) || wanted.kind !== 'match') return wanted;
  await matchLearners(parts, wanted.users, signal);
  return planner.wantedOf(item);
}
