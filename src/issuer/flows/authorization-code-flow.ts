/** grant_type=authorization_code: the code of a sign-in for tokens (v2-oauth2-auth-code-flow). */
import type { Grant } from '../../model/grants.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { redeemCode, revokeCode } from '../redemption.ts';
import { isVerified } from '../sign-in/pkce.ts';
import { TokenError } from '../token-error.ts';
import type { TokenResponse } from '../token-response.ts';
import { issueUserTokens } from '../user-tokens.ts';
import { getGrantUser, getOwnGrant, getParameter, getWantedScope, wantsClientInfo } from './flow.ts';
import type { FlowRequest } from './flow.ts';

/**
 * A code is spent last, so that a wrong verifier does not take it from its owner.
 * Throws TokenError `codeRedeemed`, `codeExpired`, `redirectUriChanged`, `verifierInvalid`, `userNotFound`, those of the
 * client's proof and those of a scope.
 */
export async function authorizationCodeFlow(issuer: IssuerContext, request: FlowRequest): Promise<TokenResponse> {
  const { form, address, credentials } = request;
  const handle = getParameter(form, 'code');
  const { tenant, grant, registration } = await getOwnGrant(issuer, request, { kind: 'code', handle });
  if (grant.state !== 'open') throw await revokeCode(issuer, tenant, grant);
  checkCode(grant, form, issuer.clock.now());
  const { scope: before, nonce } = grant.details;
  const wanted = getWantedScope(issuer, request, { registration, before });
  const user = await getGrantUser(issuer, tenant, grant.userId);
  const source = await redeemCode(issuer, { tenant, grant }, 'open');
  return issueUserTokens(issuer, {
    ...{ ...wanted, registration, user, nonce, source, address },
    proof: credentials.proof.kind,
    wantsClientInfo: wantsClientInfo(form),
  });
}

function checkCode({ expiresAt, details }: Grant<'code'>, form: ReadonlyMap<string, string>, now: number): void {
  if (now >= expiresAt) throw new TokenError('codeExpired');
  const redirectUri = getParameter(form, 'redirect_uri');
  if (redirectUri !== details.redirectUri) {
    throw new TokenError('redirectUriChanged', { values: { redirectUri, requestedUri: details.redirectUri } });
  }
  if (!isVerified(details.challenge, form.get('code_verifier'))) throw new TokenError('verifierInvalid');
}
