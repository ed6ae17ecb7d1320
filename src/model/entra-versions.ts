/** The two generations of Microsoft Entra's endpoints, which give tokens of their own kind: version 1.0 and version 2.0. */

export const ENTRA_VERSIONS = ['2.0', '1.0'] as const;
export type EntraVersion = (typeof ENTRA_VERSIONS)[number];

interface EntraPaths {
  /** What its tokens name as their issuer. */
  readonly issuer: string;
  readonly configuration: string;
  readonly keys: string;
  /** Before `/token`, `/authorize` and so on. */
  readonly oauth: string;
  /** From the origin on; `:segment` is the tenant segment. */
  readonly userInfo: string;
}

/** Below the tenant segment of a URL. Version 1.0 has `https://sts.windows.net/{tenant}/` as its issuer. */
export const ENTRA_PATHS: Readonly<Record<EntraVersion, EntraPaths>> = {
  '2.0': {
    issuer: 'v2.0',
    configuration: 'v2.0/.well-known/openid-configuration',
    keys: 'discovery/v2.0/keys',
    oauth: 'oauth2/v2.0',
    userInfo: '/oidc/userinfo',
  },
  '1.0': {
    issuer: '',
    configuration: '.well-known/openid-configuration',
    keys: 'discovery/keys',
    oauth: 'oauth2',
    userInfo: '/:segment/openid/userinfo',
  },
};

/** Azure AD Graph. Version 1.0 gives an app that names no resource a token for it, which Microsoft Graph does not take. */
export const DIRECTORY_GRAPH = '00000002-0000-0000-c000-000000000000';
