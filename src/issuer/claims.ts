/** The claims of access tokens and id tokens, as those of Microsoft Entra carry them. */
import { hash } from 'node:crypto';
import { issuerUrl } from '../auth/trusted-issuers.ts';
import { servicePrincipalId } from '../model/directory-ids.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { EntraVersion } from '../model/entra-versions.ts';

/** Claims of every token. */
export interface TokenGrant {
  readonly version: EntraVersion;
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
  /** `azpacr`, in version 1.0 `appidacr`: how the client proved who it is. 0: not at all, 1: with a secret, 2: with a certificate. */
  readonly clientProof?: string;
}

export type TokenClaims = Readonly<Record<string, string | number | readonly string[]>>;

/** For an app that acts for itself, with the roles consented for it. */
export function applicationClaims(grant: TokenGrant): TokenClaims {
  const objectId = servicePrincipalId(grant.tenant.id, grant.app.id);
  return {
    ...commonClaims(grant, grant.clientProof ?? '1'),
    ...(grant.version === '1.0' && { idp: issuerOf(grant) }),
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
    ...userNames(grant.version, user),
    upn: user.userPrincipalName,
    scp: scopes.join(' '),
    ...(grant.version === '1.0' && { acr: '1', amr: ['pwd'] }),
  };
}

/** What each version calls the name that a user signs in by. */
function userNames(version: EntraVersion, { userPrincipalName }: DirectoryUser): Record<string, string> {
  return version === '1.0' ? { unique_name: userPrincipalName } : { preferred_username: userPrincipalName };
}

/** Claims about the user who signed in. */
export interface IdTokenGrant extends Omit<TokenGrant, 'audience' | 'origin' | 'clientProof'> {
  readonly user: DirectoryUser;
  /** As the configuration that the client read names it. */
  readonly issuer: string;
  /** From the request, to bind the answer to it. */
  readonly nonce: string | null;
  /** The OpenID scopes asked for: they say how much the app is told. */
  readonly openid: ReadonlySet<string>;
}

export function idTokenClaims(grant: IdTokenGrant): TokenClaims {
  const { version, tenant, app, user, nonce } = grant;
  return {
    aud: app.id,
    iss: grant.issuer,
    ...times(grant),
    ...(nonce !== null && { nonce }),
    oid: user.id,
    ...userInfo({ version, tenant, app, user, openid: grant.openid }),
    tid: tenant.id,
    uti: shortId(grant.tokenId),
    ver: version,
  };
}

/**
 * The user, as the scopes `profile` and `email` show one to an app: in id tokens, and at the userinfo endpoint. Version 1.0
 * adds `upn`.
 */
export function userInfo(
  shown: Pick<IdTokenGrant, 'version' | 'tenant' | 'app' | 'user' | 'openid'>,
): Record<string, string> {
  const { version, tenant, app, user, openid } = shown;
  return {
    sub: pairwiseSubject(tenant, app, user),
    ...(openid.has('profile') && { name: user.displayName, ...userNames(version, user) }),
    ...(openid.has('profile') && version === '1.0' && { upn: user.userPrincipalName }),
    ...(openid.has('email') && user.mail !== null && { email: user.mail }),
  };
}

/** The user's id in the tenant, as MSAL wants it beside a code and beside tokens. */
export function clientInfo(tenant: Tenant, user: DirectoryUser): string {
  return Buffer.from(JSON.stringify({ uid: user.id, utid: tenant.id })).toString('base64url');
}

function commonClaims(grant: TokenGrant, clientProof: string): TokenClaims {
  return {
    aud: grant.audience,
    iss: issuerOf(grant),
    ...times(grant),
    app_displayname: grant.app.displayName,
    appidacr: clientProof,
    appid: grant.app.id,
    ...(grant.version === '2.0' && { azpacr: clientProof, azp: grant.app.id }),
    tid: grant.tenant.id,
    uti: shortId(grant.tokenId),
    ver: grant.version,
  };
}

function issuerOf({ origin, tenant, version }: TokenGrant): string {
  return issuerUrl(origin, tenant.id, version);
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
