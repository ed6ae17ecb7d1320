/** Tenants as values of a label, of which a metric may have only so many. */

const MAX_TENANTS = 100;
const OTHER = 'other';

/** Gives the first tenants that are seen a value of their own, which they keep: a counter must not change its meaning. */
export function createTenantLabels(maxTenants = MAX_TENANTS): (tenantId: string) => string {
  const known = new Set<string>();
  return (tenantId) => {
    if (known.has(tenantId)) return tenantId;
    if (known.size >= maxTenants) return OTHER;
    known.add(tenantId);
    return tenantId;
  };
}
