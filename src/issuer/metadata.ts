/** The OpenID configuration: how clients find the endpoints of the embedded authority. */
import { issuerUrl } from '../auth/authenticate.ts';
import { SIGNING_ALGORITHM } from '../auth/signing-keys.ts';
import { checkTenantSegment } from './directory.ts';
import type { IssuerDirectory } from './directory.ts';

export interface OpenIdConfiguration {
  readonly token_endpoint: string;
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly jwks_uri: string;
  readonly response_modes_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly issuer: string;
  readonly request_uri_parameter_supported: boolean;
  readonly authorization_endpoint: string;
  readonly claims_supported: readonly string[];
  readonly tenant_region_scope: string;
  readonly cloud_instance_name: string;
  readonly msgraph_host: string;
}

/**
 * The configuration under `{origin}/{segment}`. The issuer repeats the segment as it was requested, case included:
 * openid-client wants it equal to the URL that it asked. Throws TokenError `tenantNotFound`.
 */
export async function describeIssuer(
  directory: IssuerDirectory,
  { origin, segment }: { readonly origin: string; readonly segment: string },
): Promise<OpenIdConfiguration> {
  await checkTenantSegment(directory, segment);
  const base = `${origin}/${segment}`;
  const { host } = new URL(origin);
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
    response_types_supported: ['code'],
    scopes_supported: ['openid'],
    grant_types_supported: ['client_credentials'],
    issuer: issuerUrl(origin, segment),
    request_uri_parameter_supported: false,
    // MSAL refuses a configuration without it, also for clients that never sign a user in.
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'name', 'preferred_username', 'oid', 'tid', 'ver'],
    tenant_region_scope: 'WW',
    // Entra names its cloud here. A client that follows these stays with this server.
    cloud_instance_name: host,
    msgraph_host: host,
  };
}
