/** grant_type=refresh_token: new tokens for a user who has signed in before (refresh-tokens). */
import { formatUtcSeconds } from '../../lib/utc-text.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { isRevoked } from '../redemption.ts';
import { TokenError } from '../token-error.ts';
import type { TokenResponse } from '../token-response.ts';
import { issueUserTokens } from '../user-tokens.ts';
import { getGrantUser, getOwnGrant, getParameter, getWantedScope, wantsClientInfo } from './flow.ts';
import type { FlowRequest } from './flow.ts';

/**
 * Gives a new refresh token each time, asked for or not; the one that was used goes on working. Throws TokenError
 * `refreshTokenExpired`, `grantRevoked`, `userNotFound`, those of the client's proof and those of a scope.
 */
export async function refreshTokenFlow(issuer: IssuerContext, request: FlowRequest): Promise<TokenResponse> {
  const { form, address, credentials } = request;
  const handle = getParameter(form, 'refresh_token');
  const { tenant, grant, registration } = await getOwnGrant(issuer, request, { kind: 'refreshToken', handle });
  const { scope: before, issuedAt, source } = grant.details;
  if (issuer.clock.now() >= grant.expiresAt) {
    const values = { issuedAt: formatUtcSeconds(issuedAt), time: '90.00:00:00' };
    throw new TokenError('refreshTokenExpired', { values });
  }
  if (await isRevoked(issuer, source)) throw new TokenError('grantRevoked');
  const { scope, requestedScope } = getWantedScope(issuer, request, { registration, before });
  return issueUserTokens(issuer, {
    ...{ registration, requestedScope, source, address, nonce: null },
    scope: { ...scope, openid: new Set([...scope.openid, 'offline_access']) },
    user: await getGrantUser(issuer, tenant, grant.userId),
    proof: credentials.proof.kind,
    wantsClientInfo: wantsClientInfo(form),
  });
}
