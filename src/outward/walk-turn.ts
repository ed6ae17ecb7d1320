/**
 * A comparison and a pull go on beside the sender, which may be in another process, and both have one budget: while a walk is
 * noted in the database, each has half of it. So there is one walk at a time.
 */
import type { OpenTarget } from './open-target.ts';
import { WALK_SHARE } from './pace.ts';
import { TargetTrouble } from './token.ts';

/** A process that was killed leaves the note for so long. */
const NOTED_MS = 60_000;
const RENEW_MS = 10_000;

/** @throws TargetTrouble when another walk is under way */
export async function takeWalkTurn({ parts, pace }: OpenTarget): Promise<AsyncDisposable> {
  const { store, target, now } = parts;
  await store.addTarget();
  if (!(await store.beginWalk(now(), now() + NOTED_MS)))
    throw new TargetTrouble(`Another comparison or pull of ${target.name} is under way. Try again when it has ended.`);
  pace.setShare(WALK_SHARE);
  let renewed = Promise.resolve();
  const renew = setInterval(() => {
    renewed = store.setWalk(now() + NOTED_MS).catch(() => {});
  }, RENEW_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(renew);
      await renewed;
      await store.setWalk(0);
    },
  };
}
