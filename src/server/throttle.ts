/** How many requests an app may send in a tenant, and all apps of a tenant together. */
import { LRUCache } from 'lru-cache';
import type { RequestCounts } from '../lib/admission-report.ts';
import type { TenantId } from '../lib/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { GraphError } from '../model/graph-error.ts';
import { retryAfterExactly } from '../odata/retry-after.ts';

const MINUTE_MS = 60_000;
/** Tolerated in sums of fractions. */
const ROUNDING_MS = 0.001;
/** Apps and tenants counted at a time; beyond that, the least recently active are evicted. */
const MAX_SENDERS = 10_000;

/** Who sends: an app, or the credential of a provisioning client, in its tenant. */
export interface ThrottledSender {
  readonly tenantId: TenantId;
  /** A GUID. */
  readonly appId: string;
}

export interface Throttle {
  /**
   * Counts one request of the sender.
   *
   * @throws tooManyRequests when the app, or the tenant, has no request left; it says when there is one again.
   */
  count(sender: ThrottledSender): void;
}

/** A throttle that shares its limit with those of other servers: they tell each other what they have admitted. */
export interface SharedThrottle extends Throttle {
  /** What was admitted here since it was taken the last time. */
  takeAdmitted(): RequestCounts;
  /** Counts what was admitted elsewhere. */
  addAdmitted(counts: RequestCounts): void;
}

/**
 * A bucket of as many tokens as a minute allows, from which each request takes one, and which fills again evenly. What other
 * servers have admitted can take it below zero.
 */
interface Bucket {
  tokens: number;
  /** When it had so many tokens: epoch milliseconds. */
  at: number;
}

/** Requests a minute; 0 is no limit. */
export interface ThrottleLimits {
  /** Of an app in a tenant. */
  readonly app: number;
  /** Of all apps in a tenant together. */
  readonly tenant: number;
}

/** A throttle of so many requests a minute of the clock; `undefined` without a limit. */
export function createThrottle(limits: ThrottleLimits, clock: Clock): SharedThrottle | undefined {
  if (limits.app === 0 && limits.tenant === 0) return undefined;
  const buckets = new LRUCache<string, Bucket>({ max: MAX_SENDERS });
  const admitted = new LRUCache<string, number>({ max: MAX_SENDERS });
  const bucketOf = (sender: string, limit: number, now: number): Bucket => {
    const known = buckets.get(sender);
    if (known !== undefined && now >= known.at) {
      known.tokens = Math.min(limit, known.tokens + ((now - known.at) * limit) / MINUTE_MS);
      known.at = now;
      return known;
    }
    // A new one, or one of a clock that was set back.
    const full = { tokens: limit, at: now };
    buckets.set(sender, full);
    return full;
  };
  return {
    count({ tenantId, appId }) {
      const now = clock.now();
      const bounds = [
        { sender: `${tenantId}/${appId}`, limit: limits.app },
        { sender: tenantId, limit: limits.tenant },
      ].filter(({ limit }) => limit > 0);
      // A refused request counts in neither bucket: an app beyond its limit takes nothing from the others of its tenant.
      const waits = bounds.map(({ sender, limit }) => {
        const { tokens } = bucketOf(sender, limit, now);
        return ((1 - tokens) * MINUTE_MS) / limit;
      });
      const waitMs = Math.max(...waits);
      if (waitMs > ROUNDING_MS) throw tooManyRequests(waitMs);
      for (const { sender, limit } of bounds) {
        bucketOf(sender, limit, now).tokens -= 1;
        admitted.set(sender, (admitted.get(sender) ?? 0) + 1);
      }
    },
    takeAdmitted: () => {
      const taken = Object.fromEntries(admitted.entries());
      admitted.clear();
      return taken;
    },
    addAdmitted: (counts) => {
      const now = clock.now();
      for (const [sender, requests] of Object.entries(counts)) {
        const limit = sender.includes('/') ? limits.app : limits.tenant;
        const bucket = bucketOf(sender, limit, now);
        // A debt of a minute at most: what is older does not count.
        bucket.tokens = Math.max(-limit, bucket.tokens - requests);
      }
    },
  };
}

function tooManyRequests(waitMs: number): GraphError {
  return new GraphError('tooManyRequests', retryAfterExactly(waitMs));
}
