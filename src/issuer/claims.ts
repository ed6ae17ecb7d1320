/** The claims of access tokens, as version 2.0 tokens of Microsoft Entra carry them. */
import { hash } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import { issuerUrl } from '../auth/authenticate.ts';
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
}

export type TokenClaims = Readonly<Record<string, string | number | readonly string[]>>;

/** For an app that acts for itself, with the roles consented for it. */
export function applicationClaims(grant: TokenGrant): TokenClaims {
  const objectId = servicePrincipalId(grant.tenant.id, grant.app.id);
  return {
    ...commonClaims(grant),
    // 1: the client proved its identity with a secret.
    azpacr: '1',
    appidacr: '1',
    idtyp: 'app',
    oid: objectId,
    sub: objectId,
    roles: grant.app.appRoles,
  };
}

/** For an app that acts for a user, with the scopes consented for the app. */
export function delegatedClaims(grant: TokenGrant, user: DirectoryUser): TokenClaims {
  return {
    ...commonClaims(grant),
    // 0: a public client.
    azpacr: '0',
    appidacr: '0',
    idtyp: 'user',
    oid: user.id,
    sub: pairwiseSubject(grant, user),
    name: user.displayName,
    preferred_username: user.userPrincipalName,
    upn: user.userPrincipalName,
    scp: grant.app.delegatedScopes.join(' '),
  };
}

/** The object id of an app in a tenant: the same in every token and after every restart. */
function servicePrincipalId(tenantId: TenantId, appId: AppId): string {
  return uuidV5(`${tenantId}/${appId}`, SERVICE_PRINCIPALS);
}

function commonClaims(grant: TokenGrant): TokenClaims {
  const issuedAt = Math.floor(grant.now / 1000);
  return {
    aud: grant.audience,
    iss: issuerUrl(grant.origin, grant.tenant.id),
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + grant.lifetimeSeconds,
    app_displayname: grant.app.name,
    appid: grant.app.id,
    azp: grant.app.id,
    tid: grant.tenant.id,
    uti: Buffer.from(grant.tokenId.replaceAll('-', ''), 'hex').toString('base64url'),
    ver: '2.0',
  };
}

/** Names the user to one app only, so that apps cannot compare users by it. */
function pairwiseSubject({ tenant, app }: TokenGrant, user: DirectoryUser): string {
  return hash('sha256', `${tenant.id}/${app.id}/${user.id}`, 'base64url');
}
