/** The answer of the token endpoint, as each version of it writes one. */
import type { EntraVersion } from '../model/entra-versions.ts';
import type { AccessToken } from './mint-token.ts';

export interface TokenResponse {
  readonly token_type: 'Bearer';
  readonly scope?: string;
  /** Seconds; version 1.0 writes numbers as text. */
  readonly expires_in: number | string;
  readonly ext_expires_in: number | string;
  /** Of version 1.0, epoch seconds. */
  readonly expires_on?: string;
  readonly not_before?: string;
  /** Of version 1.0, as it was asked for. */
  readonly resource?: string;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly id_token?: string;
  /** Names the user and tenant to MSAL, which keeps tokens by it. */
  readonly client_info?: string;
}

export interface DescribedToken {
  readonly token: AccessToken;
  /** What the token is for. */
  readonly resource: string;
  /** Of a user's token. */
  readonly scope?: string;
}

/** What an answer says of the access token. */
export function describeAccessToken(version: EntraVersion, { token, resource, scope }: DescribedToken): TokenResponse {
  const { text, issuedAt, lifetimeSeconds } = token;
  const head = { token_type: 'Bearer', ...(scope !== undefined && { scope }) } as const;
  if (version === '2.0') {
    return { ...head, expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token: text };
  }
  return {
    ...head,
    expires_in: String(lifetimeSeconds),
    ext_expires_in: String(lifetimeSeconds),
    expires_on: String(issuedAt + lifetimeSeconds),
    not_before: String(issuedAt),
    resource,
    access_token: text,
  };
}
