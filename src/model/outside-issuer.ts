/** An issuer of tokens outside of this server: what it calls itself, and the names that its tokens have for things. */
import type { TenantId } from '../lib/ids.ts';

/** Signatures that can be accepted. `none` and those with a shared secret never can. */
export const TOKEN_ALGORITHMS = ['RS256', 'PS256', 'ES256'] as const;
export type TokenAlgorithm = (typeof TOKEN_ALGORITHMS)[number];

/** Stands in the name of a multi-tenant issuer, and in those of its keys, for the tenant of the token. */
export const TENANT_PLACE = '{tenantid}';

/** The name with the tenant in its place. */
export function fillTenant(name: string, tenantId: string): string {
  return name.replace(TENANT_PLACE, tenantId);
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether keys, or what leads to them, may be fetched there: nobody on the way can put others in their place. */
export function isKeyUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

/** The claims that say for whom a token is. */
export interface ClaimNames {
  readonly tenant: string;
  readonly user: string;
  /** The first of them that a token has. */
  readonly app: readonly string[];
  /** Permissions of the app in a user's name. A token that has this claim is a delegated one. */
  readonly scopes: string;
  /** Permissions of the app itself. */
  readonly roles: string;
}

/** As Microsoft Entra names them: version 1.0 tokens have `appid`, those of version 2.0 `azp`. */
export const ENTRA_CLAIM_NAMES: ClaimNames = {
  tenant: 'tid',
  user: 'oid',
  app: ['appid', 'azp'],
  scopes: 'scp',
  roles: 'roles',
};

export interface OutsideIssuer {
  /** What it may call itself in `iss`, {@link TENANT_PLACE} included. Discovery starts at the first. */
  readonly names: readonly [string, ...string[]];
  /** Where its keys are; found by discovery when not given. */
  readonly jwksUri?: string;
  /** Values of `aud` that mean this server. */
  readonly audiences: readonly string[];
  /** The tenants it speaks for; every one of the directory when not given. */
  readonly tenants?: readonly TenantId[];
  /** The tenant of all its tokens, in place of a claim. */
  readonly fixedTenant?: TenantId;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly claimNames: ClaimNames;
}
