/** What a part of the server throws in terms of its own, as the refusal that the catalogue has for it. */
import { Unavailable, WriteInDoubt } from '../lib/unavailable.ts';
import { GraphError } from '../model/graph-error.ts';
import { retryAfter } from './retry-after.ts';

/** `undefined` for anything else that was thrown. */
export function findUnavailableError(thrown: unknown): GraphError | undefined {
  if (thrown instanceof WriteInDoubt)
    return new GraphError('writeInDoubt', { logDetail: thrown.message, cause: thrown });
  if (!(thrown instanceof Unavailable)) return undefined;
  const { message: logDetail, retryAfterMs } = thrown;
  return new GraphError('serviceUnavailable', { ...retryAfter(retryAfterMs), logDetail, cause: thrown });
}
