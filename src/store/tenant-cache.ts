/** Tenants by id, remembered for a short time: every request asks for its own. */
import { LRUCache } from 'lru-cache';

import type { TenantId } from '../base/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { DirectoryStore } from './directory-store.ts';

const MAX_TENANTS = 10_000;

/** @param ttlMs how long a change of a tenant may go unnoticed */
export function createTenantCache(
  directory: DirectoryStore,
  ttlMs: number,
): (id: TenantId) => Promise<Tenant | undefined> {
  const known = new LRUCache<TenantId, Tenant>({ max: MAX_TENANTS, ttl: ttlMs });
  return async (id) => {
    const remembered = known.get(id);
    if (remembered !== undefined) return remembered;
    const tenant = await directory.findTenant(id);
    if (tenant !== undefined) known.set(id, tenant);
    return tenant;
  };
}
