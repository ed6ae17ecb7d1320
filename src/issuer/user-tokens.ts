/** The answer of the token endpoint to an app that acts for a user: access token, id token, refresh token. */
import type { DirectoryUser } from '../model/directory.ts';
import type { CodeReference } from '../model/grants.ts';
import type { Address } from './address.ts';
import type { IssuerContext } from './issuer-context.ts';
import { clientInfo, idTokenClaims } from './claims.ts';
import { PROOF_CLAIMS } from './client-credentials.ts';
import type { ClientProof } from './client-credentials.ts';
import { issuerFor } from './directory.ts';
import type { Registration } from './directory.ts';
import { startGrant } from './grants.ts';
import { mintAccessToken } from './mint-token.ts';
import type { GrantedScope } from './scopes.ts';
import { describeAccessToken } from './token-response.ts';
import type { TokenResponse } from './token-response.ts';

/** A new one comes with each answer; the ones before go on working, as Entra's do. */
export const REFRESH_TOKEN_MS = 90 * 86_400_000;

export interface UserTokenOrder {
  readonly registration: Registration;
  readonly user: DirectoryUser;
  readonly scope: GrantedScope;
  /** As requested, to be granted again with the refresh token. */
  readonly requestedScope: string;
  readonly nonce: string | null;
  /** The code that led to these tokens; `undefined` where none did. */
  readonly source: CodeReference | undefined;
  readonly proof: ClientProof['kind'];
  readonly address: Address;
  readonly wantsClientInfo: boolean;
}

export async function issueUserTokens(issuer: IssuerContext, order: UserTokenOrder): Promise<TokenResponse> {
  const { scope, user, registration, address } = order;
  const { version } = address;
  const isVersion1 = version === '1.0';
  const token = await mintAccessToken(issuer, {
    ...{ ...registration, user, version },
    audience: isVersion1 ? scope.resource : scope.audience,
    scopes: scope.permissions,
    origin: issuer.findTokenOrigin(),
    clientProof: PROOF_CLAIMS[order.proof],
  });
  const { resource, permissions, answer } = scope;
  return {
    ...describeAccessToken(version, { token, resource, scope: isVersion1 ? permissions.join(' ') : answer }),
    ...(scope.openid.has('offline_access') && { refresh_token: await addRefreshToken(issuer, order) }),
    ...(scope.openid.has('openid') && { id_token: await signIdToken(issuer, order) }),
    ...(order.wantsClientInfo && { client_info: clientInfo(registration.tenant, user) }),
  };
}

async function signIdToken(issuer: IssuerContext, order: UserTokenOrder): Promise<string> {
  const { registration, user, nonce, scope, address } = order;
  const claims = idTokenClaims({
    ...registration,
    version: address.version,
    user,
    nonce,
    openid: scope.openid,
    issuer: issuerFor(address, registration.tenant),
    now: issuer.clock.now(),
    lifetimeSeconds: issuer.lifetimeSeconds,
    tokenId: issuer.newId(),
  });
  return issuer.keys.sign(claims);
}

function addRefreshToken(issuer: IssuerContext, order: UserTokenOrder): Promise<string> {
  const { registration, user, requestedScope, source } = order;
  return startGrant(issuer, registration.tenant, {
    kind: 'refreshToken',
    appId: registration.app.id,
    userId: user.id,
    details: { scope: requestedScope, issuedAt: issuer.clock.now(), source },
    lifetimeMs: REFRESH_TOKEN_MS,
  });
}
