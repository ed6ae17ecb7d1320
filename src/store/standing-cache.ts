/** How apps and users of tokens stand, remembered for a short time: every request asks. */
import { LRUCache } from 'lru-cache';

import type { AppId, UserId } from '../lib/ids.ts';
import type { Registered, Standing, Tenant } from '../model/directory.ts';
import type { DirectoryStore } from './directory-store.ts';

const MAX_STANDINGS = 50_000;
/** By default the cache reads the time each millisecond, and sets a timer to know when to. */
export const TTL_RESOLUTION_MS = 100;

/** The caller of a request, as far as the directory knows it. */
interface CallerIds {
  readonly appId: AppId;
  readonly userId?: UserId;
}

export interface StandingCache {
  /** At once for one that is remembered. */
  find(tenant: Tenant, caller: CallerIds): Standing | Promise<Standing>;
  /** Invalidates the cache after a change of users or apps. */
  forget(): void;
}

/** @param ttlMs how long a change of a user or an app may go unnoticed */
export function createStandingCache(
  directory: Pick<DirectoryStore, 'findApp' | 'findUser'>,
  ttlMs: number,
): StandingCache {
  const known = new LRUCache<string, Standing>({ max: MAX_STANDINGS, ttl: ttlMs, ttlResolution: TTL_RESOLUTION_MS });
  let forgotten = 0;
  const load = async (key: string, tenant: Tenant, { appId, userId }: CallerIds): Promise<Standing> => {
    const before = forgotten;
    const app = await directory.findApp(tenant, appId);
    const user = userId === undefined ? undefined : await directory.findUser(tenant, userId);
    const isAppEnabled = app?.accountEnabled === true && app.hasServicePrincipal;
    const standing: Standing = {
      app: app === undefined ? 'unknown' : isAppEnabled ? 'enabled' : 'disabled',
      withdrawn: app?.withdrawn ?? [],
      user: userId === undefined ? undefined : standingOf(user),
    };
    // What was read before all was forgotten may be what it was forgotten for.
    if (before === forgotten) known.set(key, standing);
    return standing;
  };
  return {
    find: (tenant, caller) => {
      const key = `${tenant.key}/${caller.appId}/${caller.userId ?? ''}`;
      return known.get(key) ?? load(key, tenant, caller);
    },
    forget: () => {
      forgotten += 1;
      known.clear();
    },
  };
}

function standingOf(user: { readonly accountEnabled: boolean } | undefined): Registered {
  if (user === undefined) return 'unknown';
  return user.accountEnabled ? 'enabled' : 'disabled';
}
