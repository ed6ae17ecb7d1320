/** Tenants: added, changed, and removed with all that they have. */
import { getGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { NEW_TENANT } from '../model/directory.ts';
import type { Tenant } from '../model/directory.ts';
import type { Write } from '../store/connection.ts';
import type { Work } from '../store/work.ts';
import type { Change, Directory } from './directory.ts';

/** What may be said of a tenant, as it is kept. */
export type TenantProperties = Partial<Omit<Tenant, 'key' | 'id' | 'rowVersion'>>;

export interface NewTenant extends TenantProperties {
  /** A fresh one when not given. */
  readonly id?: TenantId;
  readonly displayName: string;
  readonly domainName: string;
}

export function* addTenant(
  directory: Directory,
  { id = getGuid<TenantId>(directory.newId()), ...properties }: NewTenant,
): Work<Change<Tenant>> {
  const domainName = properties.domainName.toLowerCase();
  const item = yield* directory.tenants.insertTenant({ ...NEW_TENANT, ...properties, domainName, id });
  if (item === undefined) return { kind: 'notUnique', property: 'id or domainName' };
  directory.forgetTenants();
  return { kind: 'done', item };
}

export function* changeTenant(
  directory: Directory,
  stored: Tenant,
  properties: TenantProperties,
): Work<Change<Tenant>> {
  const { domainName = stored.domainName } = properties;
  const tenant = { ...stored, ...properties, domainName: domainName.toLowerCase() };
  const outcome = yield* directory.tenants.updateTenant(tenant);
  if (outcome === 'notUnique') return { kind: 'notUnique', property: 'domainName' };
  if (outcome === 'changed') return { kind: 'changed' };
  directory.forgetTenants();
  return { kind: 'done', item: { ...tenant, rowVersion: tenant.rowVersion + 1 } };
}

/** `false` when another change came first, and for the only tenant. */
export function* removeTenant(directory: Directory, stored: Tenant, beside: readonly Write[] = []): Work<boolean> {
  const isDone = yield* directory.tenants.removeTenant(stored, beside);
  directory.forgetTenants();
  return isDone;
}
