/** The claims of access tokens and id tokens, as version 2.0 tokens of Microsoft Entra carry them. */
import { hash } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { issuerUrl } from '../auth/trusted-issuers.ts';
import type { AppId, TenantId } from '../base/ids.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';

const SERVICE_PRINCIPALS = 'b6c04bb5-5a5f-4c4e-9d0f-6f1f1d4f2c57';

/** What every token says, whoever it is for. */
export interface TokenGrant {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  /** The resource asked for. */
  readonly audience: string;
  /** Origin of the authority as the client addressed it. */
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly lifetimeSeconds: number;
  /** A fresh GUID. */
  readonly tokenId: string;
  /** `azpacr`: how the client proved who it is. 0: not at all, 1: with a secret, 2: with a certificate. */
  readonly clientProof?: string;
}

export type TokenClaims = Readonly<Record<string, string | number | readonly string[]>>;

/** For an app that acts for itself, with the roles consented for it. */
export function applicationClaims(grant: TokenGrant): TokenClaims {
  const objectId = servicePrincipalId(grant.tenant.id, grant.app.id);
  return {
    ...commonClaims(grant, grant.clientProof ?? '1'),
    idtyp: 'app',
    oid: objectId,
    sub: objectId,
    roles: grant.app.appRoles,
  };
}

/** For an app that acts for a user, with these scopes. */
export function delegatedClaims(grant: TokenGrant, user: DirectoryUser, scopes: readonly string[]): TokenClaims {
  return {
    ...commonClaims(grant, grant.clientProof ?? '0'),
    idtyp: 'user',
    oid: user.id,
    sub: pairwiseSubject(grant.tenant, grant.app, user),
    name: user.displayName,
    preferred_username: user.userPrincipalName,
    upn: user.userPrincipalName,
    scp: scopes.join(' '),
  };
}

/** What an app is told of the user who signed in. */
export interface IdTokenGrant extends Pick<TokenGrant, 'tenant' | 'app' | 'now' | 'lifetimeSeconds' | 'tokenId'> {
  readonly user: DirectoryUser;
  /** As the configuration that the client read names it. */
  readonly issuer: string;
  /** From the request, to bind the answer to it. */
  readonly nonce: string | null;
  /** The OpenID scopes asked for: they say how much the app is told. */
  readonly openid: ReadonlySet<string>;
}

export function idTokenClaims(grant: IdTokenGrant): TokenClaims {
  const { tenant, app, user, nonce } = grant;
  return {
    aud: app.id,
    iss: grant.issuer,
    ...times(grant),
    ...(nonce !== null && { nonce }),
    oid: user.id,
    ...userInfo({ tenant, app, user, openid: grant.openid }),
    tid: tenant.id,
    uti: shortId(grant.tokenId),
    ver: '2.0',
  };
}

/** The user, as the scopes `profile` and `email` show one to an app: in id tokens, and at the userinfo endpoint. */
export function userInfo(shown: Pick<IdTokenGrant, 'tenant' | 'app' | 'user' | 'openid'>): Record<string, string> {
  const { tenant, app, user, openid } = shown;
  return {
    sub: pairwiseSubject(tenant, app, user),
    ...(openid.has('profile') && { name: user.displayName, preferred_username: user.userPrincipalName }),
    ...(openid.has('email') && user.mail !== null && { email: user.mail }),
  };
}

/** The user's id in the tenant, as MSAL wants it beside a code and beside tokens. */
export function clientInfo(tenant: Tenant, user: DirectoryUser): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString('base64url');
}

/** The object id of an app in a tenant: the same in every token and after every restart. */
function servicePrincipalId(tenantId: TenantId, appId: AppId): string {
  return uuidV5(`${tenantId}/${appId}`, SERVICE_PRINCIPALS);
}

function commonClaims(grant: TokenGrant, clientProof: string): TokenClaims {
  return {
    aud: grant.audience,
    iss: issuerUrl(grant.origin, grant.tenant.id),
    ...times(grant),
    app_displayname: grant.app.name,
    azpacr: clientProof,
    appidacr: clientProof,
    appid: grant.app.id,
    azp: grant.app.id,
    tid: grant.tenant.id,
    uti: shortId(grant.tokenId),
    ver: '2.0',
  };
}

function times({ now, lifetimeSeconds }: Pick<TokenGrant, 'now' | 'lifetimeSeconds'>): Record<string, number> {
  const issuedAt = Math.floor(now / 1000);
  return { iat: issuedAt, nbf: issuedAt, exp: issuedAt + lifetimeSeconds };
}

function shortId(guid: string): string {
  return Buffer.from(guid.replaceAll('-', ''), 'hex').toString('base64url');
}

/** Names the user to one app only, so that apps cannot compare users by it. */
function pairwiseSubject(tenant: Tenant, app: AppRegistration, user: DirectoryUser): string {
  return hash('sha256', `${tenant.id}/${app.id}/${user.id}`, 'base64url');
}
