/** How many requests an app may send in a tenant, and all apps of a tenant together. */
import { LRUCache } from 'lru-cache';
import type { RequestCounts } from '../lib/admission-report.ts';
import type { TenantId } from '../lib/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { GraphError } from '../model/graph-error.ts';
import { retryAfter } from '../odata/retry-after.ts';

const MINUTE_MS = 60_000;
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
   * @throws tooManyRequests when the minute's requests of the app, or of the tenant, are spent.
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

/** A minute that began with a request, here or elsewhere. */
interface Minute {
  readonly startedAt: number;
  requests: number;
}

/** Requests a minute; 0 is any number. */
export interface ThrottleLimits {
  /** Of an app in a tenant. */
  readonly app: number;
  /** Of all apps in a tenant together. */
  readonly tenant: number;
}

/** A throttle of so many requests a minute of the clock; undefined when any number may come. */
export function createThrottle(limits: ThrottleLimits, clock: Clock): SharedThrottle | undefined {
  if (limits.app === 0 && limits.tenant === 0) return undefined;
  const minutes = new LRUCache<string, Minute>({ max: MAX_SENDERS });
  const admitted = new LRUCache<string, number>({ max: MAX_SENDERS });
  const minuteOf = (sender: string, now: number): Minute => {
    const known = minutes.get(sender);
    if (known !== undefined && isWithin(known, now)) return known;
    const begun = { startedAt: now, requests: 0 };
    minutes.set(sender, begun);
    return begun;
  };
  return {
    count({ tenantId, appId }) {
      const now = clock.now();
      const bounds = [
        { sender: `${tenantId}/${appId}`, limit: limits.app },
        { sender: tenantId, limit: limits.tenant },
      ].filter(({ limit }) => limit > 0);
      // What one of them refuses is counted by none: an app beyond its limit takes nothing from the others of its tenant.
      for (const { sender, limit } of bounds) {
        const { requests, startedAt } = minuteOf(sender, now);
        if (requests >= limit) throw tooManyRequests(startedAt + MINUTE_MS - now);
      }
      for (const { sender } of bounds) {
        minuteOf(sender, now).requests += 1;
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
      for (const [sender, requests] of Object.entries(counts)) minuteOf(sender, now).requests += requests;
    },
  };
}

/** Not when the clock was set to a time before it. */
function isWithin({ startedAt }: Minute, now: number): boolean {
  return now >= startedAt && now < startedAt + MINUTE_MS;
}

function tooManyRequests(waitMs: number): GraphError {
  return new GraphError('tooManyRequests', retryAfter(waitMs));
}
