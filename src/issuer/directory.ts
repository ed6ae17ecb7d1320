/** What the authority asks the directory, and what the tenant segment of its URLs can mean. */
import type { AppId } from '../base/ids.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import { TokenError } from './token-error.ts';

export interface IssuerDirectory {
  /** By GUID or domain name, in lower case. */
  findTenant(idOrName: string): Promise<Tenant | undefined>;
  findApp(tenant: Tenant, appId: AppId): Promise<AppRegistration | undefined>;
}

/** Segments that stand for whatever tenant the user belongs to. */
const SHARED_SEGMENTS: readonly string[] = ['common', 'organizations'];

/** Passes when metadata and keys exist under this segment, in any case; else throws TokenError `tenantNotFound`. */
export async function checkTenantSegment(directory: IssuerDirectory, segment: string): Promise<void> {
  if (SHARED_SEGMENTS.includes(segment.toLowerCase())) return;
  const tenant = await directory.findTenant(segment.toLowerCase());
  if (tenant === undefined) throw new TokenError('tenantNotFound', { values: { tenant: segment } });
}

/** The one tenant that the segment names; throws TokenError `tenantNotNamed` or `tenantOfTokenNotFound`. */
export async function getTenant(directory: IssuerDirectory, segment: string): Promise<Tenant> {
  if (SHARED_SEGMENTS.includes(segment.toLowerCase())) throw new TokenError('tenantNotNamed');
  const tenant = await directory.findTenant(segment.toLowerCase());
  if (tenant === undefined) throw new TokenError('tenantOfTokenNotFound', { values: { tenant: segment } });
  return tenant;
}
