/** grant_type=client_credentials: an app asks for itself (v2-oauth2-client-creds-grant-flow). */
import type { Authority } from '../authority.ts';
import { PROOF_CLAIMS } from '../client-credentials.ts';
import { getApp, getTenant } from '../directory.ts';
import type { Registration } from '../directory.ts';
import { mintToken } from '../mint-token.ts';
import { DEFAULT_PERMISSION, getResource, isOpenIdScope } from '../scopes.ts';
import { TokenError } from '../token-error.ts';
import type { TokenResponse } from '../user-tokens.ts';
import { authenticateClient } from './flow.ts';
import type { FlowRequest } from './flow.ts';

const DEFAULT_SUFFIX = `/${DEFAULT_PERMISSION}`;

/** Throws TokenError `clientSecretMissing`, `scopeMissing`, `scopeInvalid`, `resourceNotFound` and those of the client's proof. */
export async function clientCredentialsFlow(authority: Authority, request: FlowRequest): Promise<TokenResponse> {
  const { proof, clientId } = request.credentials;
  const tenant = await getTenant(authority.directory, request.address.segment);
  if (proof.kind === 'none') {
    await getApp(authority.directory, tenant, clientId);
    throw new TokenError('clientSecretMissing');
  }
  const registration = await authenticateClient(authority, request, tenant);
  const accessToken = await mintToken(authority, {
    ...registration,
    audience: getAudience(authority, registration, request.form.get('scope')?.trim()),
    origin: authority.findTokenOrigin(),
    clientProof: PROOF_CLAIMS[proof.kind],
  });
  return {
    token_type: 'Bearer',
    expires_in: authority.lifetimeSeconds,
    ext_expires_in: authority.lifetimeSeconds,
    access_token: accessToken,
  };
}

/**
 * The configured audience that `{resource}/.default` asks for. MSAL for Java and for Go add the scopes of OpenID Connect,
 * which mean nothing without a user.
 */
function getAudience({ audiences }: Authority, registration: Registration, scope: string | undefined): string {
  if (scope === undefined) throw new TokenError('scopeMissing');
  const [asked = '', ...others] = scope.split(/\s+/).filter((text) => !isOpenIdScope(text));
  if (others.length > 0 || !asked.endsWith(DEFAULT_SUFFIX)) {
    throw new TokenError('scopeInvalid', { values: { scope } });
  }
  return getResource(audiences, registration, asked.slice(0, -DEFAULT_SUFFIX.length));
}
