/** Optimistic writes: judged by the version that was read, done only while that is current, otherwise judged again. */
import { Unavailable } from '../lib/unavailable.ts';
import { requireMatch } from '../odata/etag.ts';
import type { Work } from '../store/work.ts';
import { NOTHING } from './context.ts';
import type { OperationResult, RequestContext } from './context.ts';

/** How often a write is tried when other writes keep coming first. */
export const MAX_ATTEMPTS = 5;

/**
 * Finds the stored item, checks If-Match against it, and attempts the write: again and again while the attempt gives
 * `undefined` because another write came first. Do not pass generator functions: V8 gives each a hidden class, and one that
 * is made for a request keeps that request in memory until the next full collection.
 * @throws what `find` and `attempt` throw, preconditionFailed, Unavailable after {@link MAX_ATTEMPTS}
 */
export function* writeJudged<Stored extends { readonly rowVersion: number }, Result>(
  { headers }: Pick<RequestContext, 'headers'>,
  find: () => Work<Stored>,
  attempt: (stored: Stored) => Work<Result | undefined>,
): Work<Result> {
  for (let count = 0; count < MAX_ATTEMPTS; count += 1) {
    const stored = yield* find();
    requireMatch(headers, stored.rowVersion);
    const result = yield* attempt(stored);
    if (result !== undefined) return result;
  }
  throw new Unavailable('Other writes to the same item came first again and again.');
}

/** As {@link writeJudged}, where the write removes what was found and says whether it did. */
export function removeJudged<Stored extends { readonly rowVersion: number }>(
  context: Pick<RequestContext, 'headers'>,
  find: () => Work<Stored>,
  remove: (stored: Stored) => Work<boolean>,
): Work<OperationResult> {
  return writeJudged(context, find, (stored) => nothingWhenDone(remove(stored)));
}

function* nothingWhenDone(work: Work<boolean>): Work<OperationResult | undefined> {
  return (yield* work) ? NOTHING : undefined;
}
