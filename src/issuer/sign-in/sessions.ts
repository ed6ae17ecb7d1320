/** Who has signed in with a browser, so that the next app need not ask again. The browser holds the value as a cookie. */
import type { DirectoryUser, Tenant } from '../../model/directory.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { findGrant, startGrant } from '../grants.ts';

/** The cookie ends with the browser; what is kept here, after a day. */
const SESSION_MS = 86_400_000;

export interface SignedIn {
  readonly tenant: Tenant;
  readonly user: DirectoryUser;
}

/** Gives the value for the browser. */
export function startSession(issuer: IssuerContext, { tenant, user }: SignedIn): Promise<string> {
  const grant = { kind: 'session', appId: null, userId: user.id, details: {}, lifetimeMs: SESSION_MS } as const;
  return startGrant(issuer, tenant, grant);
}

/** `undefined` when no session is active. */
export async function findSession(issuer: IssuerContext, handle: string | undefined): Promise<SignedIn | undefined> {
  const found = handle === undefined ? undefined : await findGrant(issuer, 'session', handle);
  if (found === undefined || found.grant.state !== 'open' || found.grant.userId === null) return undefined;
  if (issuer.clock.now() >= found.grant.expiresAt) return undefined;
  const user = await issuer.directory.findUser(found.tenant, found.grant.userId);
  return user?.accountEnabled === true ? { tenant: found.tenant, user } : undefined;
}

export async function endSession(issuer: IssuerContext, handle: string | undefined): Promise<void> {
  const found = handle === undefined ? undefined : await findGrant(issuer, 'session', handle);
  if (found !== undefined) await issuer.grants.move(found.tenant, found.grant, { from: 'open', to: 'used' });
}
