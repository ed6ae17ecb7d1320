/** Grants by the values that clients hold. */
import type { AppId, UserId } from '../lib/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { Grant, GrantDetails, GrantKind } from '../model/grants.ts';
import type { IssuerContext } from './issuer-context.ts';
import { createHandle, findHandleTenant, hashHandle } from './handles.ts';

export interface NewGrant<Kind extends GrantKind> {
  readonly kind: Kind;
  readonly appId: AppId | null;
  readonly userId: UserId | null;
  /** Of device codes only. */
  readonly userCodeHash?: string;
  readonly details: GrantDetails[Kind];
  readonly lifetimeMs: number;
}

type Part = Pick<IssuerContext, 'grants' | 'clock' | 'directory'>;

/** Keeps the grant and gives the value for the client. */
export async function startGrant<Kind extends GrantKind>(
  { grants, clock }: Part,
  tenant: Tenant,
  { lifetimeMs, ...grant }: NewGrant<Kind>,
): Promise<string> {
  const handle = createHandle(tenant.id);
  const now = clock.now();
  const started: Grant<Kind> = {
    userCodeHash: null,
    ...grant,
    hash: hashHandle(handle),
    state: 'open',
    expiresAt: now + lifetimeMs,
    polledAt: null,
  };
  // Only chance could make one value, or one user code, a second time.
  if (!(await grants.add(tenant, started, now))) throw new Error(`The ${grant.kind} was not kept`);
  return handle;
}

export interface FoundGrant<Kind extends GrantKind> {
  readonly tenant: Tenant;
  readonly grant: Grant<Kind>;
}

/** What the value stands for, in whatever state it is; `undefined` when it is none of this kind here. */
export async function findGrant<Kind extends GrantKind>(
  { grants, directory }: Part,
  kind: Kind,
  handle: string,
): Promise<FoundGrant<Kind> | undefined> {
  const tenantId = findHandleTenant(handle);
  const tenant = tenantId === undefined ? undefined : await directory.findTenant(tenantId);
  const grant = tenant && (await grants.find(tenant, kind, hashHandle(handle)));
  return tenant && grant && { tenant, grant };
}
