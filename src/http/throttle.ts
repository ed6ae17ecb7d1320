/** How many requests an app may send in a tenant. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Principal } from '../auth/principal.ts';
import { GraphError } from '../model/graph-error.ts';
import { retryAfter } from '../odata/retry-after.ts';

const MINUTE_SECONDS = 60;

export interface Throttle {
  /**
   * Counts one request of the app in its tenant.
   *
   * @throws tooManyRequests when the minute's requests are spent.
   */
  count(principal: Principal): Promise<void>;
}

/** A throttle of so many requests a minute; undefined for 0, which is no limit. */
export function createThrottle(requestsPerMinute: number): Throttle | undefined {
  if (requestsPerMinute === 0) return undefined;
  const limiter = new RateLimiterMemory({ points: requestsPerMinute, duration: MINUTE_SECONDS });
  return {
    async count({ tenantId, appId }) {
      try {
        await limiter.consume(`${tenantId}/${appId}`);
      } catch (thrown) {
        throw thrown instanceof RateLimiterRes ? tooManyRequests(thrown.msBeforeNext) : thrown;
      }
    },
  };
}

function tooManyRequests(waitMs: number): GraphError {
  return new GraphError('tooManyRequests', retryAfter(waitMs));
}
