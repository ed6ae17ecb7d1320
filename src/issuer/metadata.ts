/** How clients find their way at the embedded issuer: OpenID configuration, instance and user realm discovery. */
import { GRANT_TYPES } from '../model/grant-types.ts';
import { SIGNING_ALGORITHM } from '../auth/signing-keys.ts';
import { issuerUrl } from '../auth/trusted-issuers.ts';
import { findCloudOfSignIn } from '../model/clouds.ts';
import { ENTRA_PATHS } from '../model/entra-versions.ts';
import type { Address } from './address.ts';
import { ASSERTION_ALGORITHMS } from './client-assertion.ts';
import { checkTenantSegment, isSharedSegment } from './directory.ts';
import type { IssuerDirectory } from './directory.ts';
import { OPENID_SCOPES } from './scopes.ts';
import { RESPONSE_MODES } from './sign-in/authorization-request.ts';
import { CHALLENGE_METHOD } from './sign-in/pkce.ts';
import { TokenError } from './token-error.ts';

export interface OpenIdConfiguration {
  readonly token_endpoint: string;
  readonly token_endpoint_auth_methods_supported: readonly string[];
  readonly token_endpoint_auth_signing_alg_values_supported: readonly string[];
  readonly jwks_uri: string;
  readonly response_modes_supported: readonly string[];
  readonly subject_types_supported: readonly string[];
  readonly id_token_signing_alg_values_supported: readonly string[];
  readonly response_types_supported: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly grant_types_supported: readonly string[];
  readonly code_challenge_methods_supported: readonly string[];
  readonly issuer: string;
  /** Of version 2.0. */
  readonly request_uri_parameter_supported?: boolean;
  /** Of version 1.0. */
  readonly microsoft_multi_refresh_token?: boolean;
  readonly userinfo_endpoint: string;
  readonly authorization_endpoint: string;
  readonly device_authorization_endpoint: string;
  readonly end_session_endpoint: string;
  readonly claims_supported: readonly string[];
  readonly tenant_region_scope: string;
  readonly cloud_instance_name: string;
  readonly msgraph_host: string;
}

/** What one version says and the other does not. */
const OWN_WORDS = {
  '2.0': {
    scopes: OPENID_SCOPES,
    userNames: ['preferred_username', 'email'],
    extra: { request_uri_parameter_supported: false },
  },
  '1.0': {
    scopes: ['openid'],
    userNames: ['unique_name', 'upn'],
    extra: { microsoft_multi_refresh_token: true },
  },
} as const;

/** Stands for the user's tenant in the issuer of a shared configuration. */
const ANY_TENANT = '{tenantid}';

const AUTHORIZE_PATH = /^\/([^/]+)\/oauth2\/(v2\.0\/)?authorize$/i;

/**
 * The configuration under `{origin}/{segment}`. The issuer repeats the segment as it was requested, case included:
 * openid-client wants it equal to the URL that it asked. Throws TokenError `tenantNotFound`.
 */
export async function describeIssuer(
  directory: IssuerDirectory,
  { origin, segment, version }: Address,
): Promise<OpenIdConfiguration> {
  await checkTenantSegment(directory, segment);
  const base = `${origin}/${segment}`;
  const { host } = new URL(origin);
  const cloud = findCloudOfSignIn(host);
  const paths = ENTRA_PATHS[version];
  const { scopes, userNames, extra } = OWN_WORDS[version];
  return {
    token_endpoint: `${base}/${paths.oauth}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
    jwks_uri: `${base}/${paths.keys}`,
    response_modes_supported: RESPONSE_MODES,
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
    response_types_supported: ['code'],
    scopes_supported: scopes,
    grant_types_supported: GRANT_TYPES,
    code_challenge_methods_supported: [CHALLENGE_METHOD],
    issuer: issuerUrl(origin, isSharedSegment(segment) ? ANY_TENANT : segment, version),
    ...extra,
    userinfo_endpoint: `${origin}${paths.userInfo.replace(':segment', segment)}`,
    authorization_endpoint: `${base}/${paths.oauth}/authorize`,
    device_authorization_endpoint: `${base}/${paths.oauth}/devicecode`,
    end_session_endpoint: `${base}/${paths.oauth}/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nbf', 'nonce', 'name', ...userNames, 'oid', 'tid', 'ver'],
    tenant_region_scope: 'WW',
    // Entra names its cloud here. A client that follows these stays with this server, by the name that it came by.
    cloud_instance_name: cloud?.instanceName ?? host,
    msgraph_host: cloud?.graphHost ?? host,
  };
}

export interface InstanceDescription {
  readonly tenant_discovery_endpoint: string;
  readonly 'api-version': string;
  readonly metadata: readonly {
    readonly preferred_network: string;
    readonly preferred_cache: string;
    readonly aliases: readonly string[];
  }[];
}

/**
 * What MSAL asks of an authority that it does not know: whether it exists, and where its configuration is.
 * Throws TokenError `instanceUnknown` for an authorization endpoint that is none of this server.
 */
export function describeInstanceDiscovery(
  origin: string,
  authorizationEndpoint: string | undefined,
): InstanceDescription {
  const url = URL.parse(authorizationEndpoint ?? '');
  const isOurs = url !== null && (url.origin === new URL(origin).origin || areOfClouds(url, new URL(origin)));
  const path = isOurs ? AUTHORIZE_PATH.exec(url.pathname) : null;
  if (!isOurs || path === null) throw new TokenError('instanceUnknown');
  const [, segment, ofVersion2] = path;
  const { configuration } = ENTRA_PATHS[ofVersion2 === undefined ? '1.0' : '2.0'];
  return {
    tenant_discovery_endpoint: `${url.origin}/${segment}/${configuration}`,
    'api-version': '1.1',
    metadata: [{ preferred_network: url.host, preferred_cache: url.host, aliases: [url.host] }],
  };
}

/** MSAL asks the one host about the hosts of all clouds. An origin by such a name was checked to be one of ours. */
function areOfClouds(asked: URL, origin: URL): boolean {
  return asked.protocol === 'https:' && [asked, origin].every(({ host }) => findCloudOfSignIn(host) !== undefined);
}

export interface UserRealm {
  readonly ver: '1.0';
  readonly account_type: 'Managed';
  readonly domain_name: string;
  readonly cloud_instance_name: string;
  readonly cloud_audience_urn: string;
}

/** Where a user signs in: always here. MSAL for Go refuses an answer that lacks one of these members. */
export function describeUserRealm(origin: string, user: string): UserRealm {
  return {
    ver: '1.0',
    account_type: 'Managed',
    domain_name: user.split('@').at(-1) ?? user,
    cloud_instance_name: new URL(origin).host,
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  };
}
