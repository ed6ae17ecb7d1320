/** grant_type=client_credentials: an app asks for itself (v2-oauth2-client-creds-grant-flow). */
import { DIRECTORY_GRAPH } from '../../model/entra-versions.ts';
import { getAskedScope } from '../asked-scope.ts';
import type { IssuerContext } from '../issuer-context.ts';
import { PROOF_CLAIMS } from '../client-credentials.ts';
import { getApp, getTenant } from '../directory.ts';
import type { Registration } from '../directory.ts';
import { mintAccessToken } from '../mint-token.ts';
import { checkResource, DEFAULT_PERMISSION, getResource, isOpenIdScope } from '../scopes.ts';
import type { GrantedScope } from '../scopes.ts';
import { TokenError } from '../token-error.ts';
import { describeAccessToken } from '../token-response.ts';
import type { TokenResponse } from '../token-response.ts';
import { authenticateClient } from './flow.ts';
import type { FlowRequest } from './flow.ts';

const DEFAULT_SUFFIX = `/${DEFAULT_PERMISSION}`;

/**
 * Throws TokenError `clientSecretMissing`, `scopeMissing`, `scopeInvalid`, `resourceNotFound`, `resourceMismatched` and those
 * of the client's proof.
 */
export async function clientCredentialsFlow(issuer: IssuerContext, request: FlowRequest): Promise<TokenResponse> {
  const { proof, clientId } = request.credentials;
  const tenant = await getTenant(issuer.directory, request.address.segment);
  if (proof.kind === 'none') {
    await getApp(issuer.directory, tenant, clientId);
    throw new TokenError('clientSecretMissing');
  }
  const registration = await authenticateClient(issuer, request, tenant);
  const { version } = request.address;
  const { audience, resource } = getWantedResource(issuer, request, registration);
  const token = await mintAccessToken(issuer, {
    ...{ ...registration, version },
    audience: version === '1.0' ? resource : audience,
    origin: issuer.findTokenOrigin(),
    clientProof: PROOF_CLAIMS[proof.kind],
  });
  return describeAccessToken(version, { token, resource });
}

type WantedResource = Pick<GrantedScope, 'audience' | 'resource'>;

function getWantedResource(
  { audiences }: IssuerContext,
  { form, address: { version } }: FlowRequest,
  registration: Registration,
): WantedResource {
  if (version === '1.0' && !form.has('resource')) return { audience: DIRECTORY_GRAPH, resource: DIRECTORY_GRAPH };
  const { scope, resource: named } = getAskedScope(version, form);
  const resource = readResource(scope.trim());
  const audience = getResource(audiences, registration, resource);
  checkResource(named, [audience, resource]);
  return { audience, resource };
}

/**
 * The resource that `{resource}/.default` asks for. MSAL for Java and for Go add the scopes of OpenID Connect, which mean
 * nothing without a user.
 */
function readResource(scope: string): string {
  const [asked = '', ...others] = scope.split(/\s+/).filter((text) => !isOpenIdScope(text));
  if (others.length > 0 || !asked.endsWith(DEFAULT_SUFFIX)) {
    throw new TokenError('scopeInvalid', { values: { scope } });
  }
  return asked.slice(0, -DEFAULT_SUFFIX.length);
}
