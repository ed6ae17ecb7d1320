/**
 * Which user there a learner of this side is, where the two directories have ids of their own. Both have a property in common,
 * by which users are looked up there; pairs that are found are kept in the database. That somebody was not found counts for
 * what has waited since before: whoever has changed, or is retried, is looked up again.
 */
import { LRUCache } from 'lru-cache';

import { findGuid } from '../lib/ids.ts';
import type { UserId } from '../lib/ids.ts';
import { MAX_BATCH } from '../model/sync-target.ts';
import { isSyncReason } from '../model/sync-reasons.ts';
import type { SyncReason } from '../model/sync-reasons.ts';
import { isJsonObject } from '../odata/payload.ts';
import type { Write } from '../store/connection.ts';
import type { LearnerPair } from '../store/outward/outward-learners.ts';
import type { GraphAnswer, GraphCall } from './graph-client.ts';
import { describeAnswer } from './outcome.ts';
import type { OutwardParts } from './parts.ts';
import { userPath, userSearchPath } from './paths.ts';
import { TargetTrouble } from './token.ts';

export type LearnerMatch =
  | { readonly kind: 'found'; readonly remoteId: string }
  | { readonly kind: 'none'; readonly reason: SyncReason }
  /** To be looked up there. */
  | { readonly kind: 'unsought' };

export interface LearnerBook {
  /** @param since what was not found before then does not count; `undefined`: it does */
  find(userId: string, since?: number): Promise<LearnerMatch>;
  /** Who the user there is here, as far as it was looked up. */
  findHere(remoteId: string): Promise<string | undefined>;
  keep(pairs: readonly LearnerPair[]): Write;
  /** The other side does not know the user any more. */
  forget(userId: UserId): readonly Write[];
}

/** At most those of a batch, in their order. */
type Ask = (calls: readonly GraphCall[]) => Promise<readonly GraphAnswer[]>;

const REMEMBERED = 20_000;

export function createLearnerBook({ target: { learnersBy }, store: { learners } }: OutwardParts): LearnerBook {
  const remotes = new LRUCache<string, string>({ max: REMEMBERED });
  const locals = new LRUCache<string, UserId>({ max: REMEMBERED });
  return {
    find: async (userId, since = -Infinity) => {
      if (learnersBy === 'id') return { kind: 'found', remoteId: userId };
      const known = remotes.get(userId);
      if (known !== undefined) return { kind: 'found', remoteId: known };
      const id = findGuid<UserId>(userId);
      // An assigner may be any text.
      if (id === undefined) return { kind: 'none', reason: 'learnerUnknown' };
      const pair = await learners.find(id, learnersBy);
      if (pair?.remoteId !== undefined) {
        remotes.set(userId, pair.remoteId);
        return { kind: 'found', remoteId: pair.remoteId };
      }
      if (pair?.reason === undefined || !isSyncReason(pair.reason) || pair.soughtAt < since)
        return { kind: 'unsought' };
      return { kind: 'none', reason: pair.reason };
    },
    findHere: async (remoteId) => {
      if (learnersBy === 'id') return remoteId;
      const remote = findGuid(remoteId);
      if (remote === undefined) return undefined;
      const known = locals.get(remote) ?? (await learners.findHere(remote, learnersBy))?.userId;
      if (known !== undefined) locals.set(remote, known);
      return known;
    },
    keep: (pairs) => learners.keep(pairs, learnersBy),
    forget: (userId) => {
      if (learnersBy === 'id') return [];
      remotes.delete(userId);
      locals.clear();
      return [learners.forget(userId)];
    },
  };
}

/**
 * Looks users of this side up there, a request each. Of those that were not answered well nothing is found out.
 * @throws TargetTrouble when the app may not read users
 */
export async function seekThere(
  { target: { learnersBy }, record, now }: OutwardParts,
  userIds: readonly string[],
  ask: Ask,
): Promise<readonly LearnerPair[]> {
  const ids = [...new Set(userIds)].flatMap((id) => findGuid<UserId>(id) ?? []);
  const noPair = (userId: UserId, reason: SyncReason) => ({ userId, remoteId: undefined, reason, soughtAt: now() });
  const keys = await record.listLearnerKeys(ids, learnersBy);
  const asked = [...keys].flatMap(([userId, { value, isShared }]) => (isShared ? [] : [{ userId, value }]));
  const calls = asked.map(({ value }) => userSearchPath(learnersBy, value));
  const answers = await askInBatches(calls, ask);
  const found = asked.flatMap(({ userId }, index): readonly LearnerPair[] => {
    const users = usersOf(answers[index]);
    if (users === undefined) return [];
    const [remoteId, another] = users;
    if (remoteId === undefined) return [noPair(userId, 'learnerUnknown')];
    if (another !== undefined) return [noPair(userId, 'learnerAmbiguous')];
    return [{ userId, remoteId, reason: undefined, soughtAt: now() }];
  });
  const shared = [...keys].flatMap(([userId, { isShared }]) => (isShared ? [noPair(userId, 'learnerAmbiguous')] : []));
  const missing = ids.filter((id) => !keys.has(id)).map((userId) => noPair(userId, 'learnerWithoutKey'));
  return [...found, ...shared, ...missing];
}

/** Who of this side may be users of the other one: those with what they have there. @throws TargetTrouble as {@link seekThere} */
export async function seekHere(
  { target: { learnersBy }, record }: OutwardParts,
  remoteIds: readonly string[],
  ask: Ask,
): Promise<readonly UserId[]> {
  const paths = remoteIds.map((id) => userPath(id, learnersBy));
  const answers = await askInBatches(paths, ask);
  const keys = answers.flatMap((answer) => {
    const body = bodyOf(answer);
    const key = isJsonObject(body) ? body[learnersBy] : undefined;
    return typeof key === 'string' && key !== '' ? [key] : [];
  });
  return record.listLearnersByKey(learnersBy, keys);
}

async function askInBatches(paths: readonly string[], ask: Ask): Promise<readonly GraphAnswer[]> {
  const calls = paths.map((path) => ({ method: 'GET', path }) as const);
  const answers: GraphAnswer[] = [];
  for (let from = 0; from < calls.length; from += MAX_BATCH)
    answers.push(...(await ask(calls.slice(from, from + MAX_BATCH))));
  return answers;
}

/** Their ids; `undefined` when nothing was found out. */
function usersOf(answer: GraphAnswer | undefined): readonly string[] | undefined {
  const body = bodyOf(answer);
  const value: unknown = isJsonObject(body) ? body['value'] : undefined;
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((user: unknown) => (isJsonObject(user) ? (findGuid(String(user['id'])) ?? []) : []));
}

/** @throws TargetTrouble */
function bodyOf(answer: GraphAnswer | undefined): unknown {
  if (answer?.kind !== 'answer') return undefined;
  if (answer.status === 403)
    throw new TargetTrouble(
      `The app may not read users there, so learners cannot be matched. Grant the permission listed in docs/sync.md. ${describeAnswer(answer)}`,
    );
  return answer.status === 200 ? answer.body : undefined;
}

/** Which of them are to be looked up. */
export async function listUnsought(
  book: LearnerBook,
  userIds: readonly (string | undefined)[],
): Promise<readonly string[]> {
  const unsought: string[] = [];
  for (const userId of new Set(userIds))
    if (userId !== undefined && (await book.find(userId)).kind === 'unsought') unsought.push(userId);
  return unsought;
}
