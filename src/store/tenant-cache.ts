/** Tenants by id, remembered for a short time: every request asks for its own. */
import { LRUCache } from 'lru-cache';

import type { TenantId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { DirectoryStore } from './directory-store.ts';
import { TTL_RESOLUTION_MS } from './standing-cache.ts';

const MAX_TENANTS = 10_000;

export interface TenantCache {
  /** At once for one that is remembered. */
  find(id: TenantId): Tenant | Promise<Tenant | undefined>;
  /** Invalidates the cache after a change of tenants. */
  forget(): void;
}

/** @param ttlMs how long a change of a tenant may go unnoticed */
export function createTenantCache(directory: DirectoryStore, ttlMs: number): TenantCache {
  const known = new LRUCache<TenantId, Tenant>({ max: MAX_TENANTS, ttl: ttlMs, ttlResolution: TTL_RESOLUTION_MS });
  let forgotten = 0;
  const load = async (id: TenantId): Promise<Tenant | undefined> => {
    const before = forgotten;
    const tenant = await directory.findTenant(id);
    // What was read before all was forgotten may be what it was forgotten for.
    if (tenant !== undefined && before === forgotten) known.set(id, tenant);
    return tenant;
  };
  return {
    find: (id) => known.get(id) ?? load(id),
    forget: () => {
      forgotten += 1;
      known.clear();
    },
  };
}
