/** What the authority asks the directory, and what the tenant segment of its URLs can mean. */
import { issuerUrl } from '../auth/trusted-issuers.ts';
import { findGuid } from '../lib/ids.ts';
import type { AppId } from '../lib/ids.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { Address } from './address.ts';
import { TokenError } from './token-error.ts';

export interface IssuerDirectory {
  /** By GUID or domain name, in lower case. */
  findTenant(idOrName: string): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
  findApp(tenant: Tenant, appId: AppId): Promise<AppRegistration | undefined>;
  listApps(tenant: Tenant): Promise<readonly AppRegistration[]>;
  /** By id or userPrincipalName, in any casing. */
  findUser(tenant: Tenant, idOrName: string): Promise<DirectoryUser | undefined>;
  /** By display name, at most so many. */
  listFirstUsers(tenant: Tenant, limit: number): Promise<readonly DirectoryUser[]>;
  /** By words of their names, in any casing; at most so many. */
  searchUsers(tenant: Tenant, text: string, limit: number): Promise<readonly DirectoryUser[]>;
}

/** An app where it is registered. */
export interface Registration {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
}

/** Path segments that mean the tenant of the user. */
const SHARED_SEGMENTS: readonly string[] = ['common', 'organizations'];

export function isSharedSegment(segment: string): boolean {
  return SHARED_SEGMENTS.includes(segment.toLowerCase());
}

/** Passes when metadata and keys exist under this segment, in any case; else throws TokenError `tenantNotFound`. */
export async function checkTenantSegment(directory: IssuerDirectory, segment: string): Promise<void> {
  if (isSharedSegment(segment)) return;
  const tenant = await directory.findTenant(segment.toLowerCase());
  if (tenant === undefined) throw new TokenError('tenantNotFound', { values: { tenant: segment } });
}

/** The one tenant that the segment names; throws TokenError `tenantNotNamed` or `tenantOfTokenNotFound`. */
export async function getTenant(directory: IssuerDirectory, segment: string): Promise<Tenant> {
  if (isSharedSegment(segment)) throw new TokenError('tenantNotNamed');
  const tenant = await directory.findTenant(segment.toLowerCase());
  if (tenant === undefined) throw new TokenError('tenantOfTokenNotFound', { values: { tenant: segment } });
  return tenant;
}

/**
 * The tenants that the segment can mean: the one it names, or all. Few servers have many tenants, and requests that name
 * none are rare: hence no index across tenants. Throws TokenError `tenantOfTokenNotFound`.
 */
export async function listTenantsOf(directory: IssuerDirectory, segment: string): Promise<readonly Tenant[]> {
  return isSharedSegment(segment) ? directory.listTenants() : [await getTenant(directory, segment)];
}

/**
 * The app in every tenant of the segment that has it; one at least.
 * Throws TokenError `tenantOfTokenNotFound` or `applicationNotFound`.
 */
export async function getRegistrations(
  directory: IssuerDirectory,
  { segment }: Pick<Address, 'segment'>,
  clientId: string,
): Promise<readonly [Registration, ...Registration[]]> {
  if (!isSharedSegment(segment)) {
    const tenant = await getTenant(directory, segment);
    return [{ tenant, app: await getApp(directory, tenant, clientId) }];
  }
  const found: Registration[] = [];
  for (const tenant of await directory.listTenants()) {
    const app = await findApp(directory, tenant, clientId);
    if (app !== undefined) found.push({ tenant, app });
  }
  const [first, ...others] = found;
  if (first === undefined) throw appNotFound(clientId, segment);
  return [first, ...others];
}

/** The app in one tenant; throws TokenError `applicationNotFound`. */
export async function getApp(directory: IssuerDirectory, tenant: Tenant, clientId: string): Promise<AppRegistration> {
  const app = await findApp(directory, tenant, clientId);
  if (app === undefined) throw appNotFound(clientId, tenant.displayName);
  return app;
}

async function findApp(directory: IssuerDirectory, tenant: Tenant, clientId: string) {
  const appId = findGuid<AppId>(clientId);
  return appId && directory.findApp(tenant, appId);
}

function appNotFound(appId: string, tenant: string): TokenError {
  return new TokenError('applicationNotFound', { values: { appId, tenant } });
}

/**
 * How tokens for a client name their issuer: as the configuration that the client read did, which repeats the segment of
 * its URL. Under common it has a placeholder for the user's tenant.
 */
export function issuerFor({ origin, segment, version }: Address, tenant: Tenant): string {
  return issuerUrl(origin, isSharedSegment(segment) ? tenant.id : segment, version);
}
