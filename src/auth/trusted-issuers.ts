/** Whose tokens are believed: the embedded issuer, and issuers outside of this server. */
import type { CryptoKey } from 'jose';
import type { AppId, TenantId } from '../lib/ids.ts';
import { ENTRA_PATHS, ENTRA_VERSIONS } from '../model/entra-versions.ts';
import type { EntraVersion } from '../model/entra-versions.ts';
import { ENTRA_CLAIM_NAMES, fillTenant } from '../model/outside-issuer.ts';
import type { ClaimNames, OutsideIssuer, TokenAlgorithm } from '../model/outside-issuer.ts';
import { listAudiences } from './audiences.ts';
import type { Audiences } from './audiences.ts';
import { SIGNING_ALGORITHM } from './signing-keys.ts';

/** The key that a token names. */
export interface WantedKey {
  readonly keyId: string;
  readonly algorithm: TokenAlgorithm;
  readonly tenantId: TenantId;
}

export interface TrustedIssuer {
  /** What `aud` has to name. */
  readonly audiences: Audiences;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly claimNames: ClaimNames;
  /** The tenant of all its tokens, whatever they say. */
  readonly fixedTenant?: TenantId | undefined;
  /** How long after `exp` a token is accepted: an issuer's clock may be behind ours. */
  readonly expiryGraceMs: number;
  /** The server's own: its tokens are about registered apps and users only. */
  readonly isOwn?: boolean;
  /** Whether its tokens for the app are believed; for any when not given. */
  isApp?(appId: AppId): boolean;
  /** Whether this is what the issuer calls itself in a token of this tenant. */
  isIssuer(name: string, tenantId: TenantId): boolean;
  /** Whether it may speak for this tenant. */
  isTenant(tenantId: TenantId): boolean;
  /** The public key, made for this algorithm and for tokens of this tenant. Never throws for a key that cannot be had. */
  findKey(wanted: WantedKey): CryptoKey | undefined | Promise<CryptoKey | undefined>;
}

export interface EmbeddedIssuer {
  readonly keys: {
    findVerificationKey(keyId: string): CryptoKey | undefined | Promise<CryptoKey | undefined>;
  };
  readonly audiences: Audiences;
  /** Under which the server issues tokens; it may have more of them until it listens on all its ports. */
  findOrigins(): ReadonlySet<string>;
}

/** Trust in the server's own tokens. They end on the second: issuer and reader have one clock. */
export function trustOwnIssuer({ keys, audiences, findOrigins }: EmbeddedIssuer): TrustedIssuer {
  return {
    audiences,
    algorithms: [SIGNING_ALGORITHM],
    claimNames: ENTRA_CLAIM_NAMES,
    expiryGraceMs: 0,
    isOwn: true,
    isIssuer: (name, tenantId) =>
      findOrigins()
        .values()
        .some((origin) => ENTRA_VERSIONS.some((version) => name === issuerUrl(origin, tenantId, version))),
    isTenant: () => true,
    findKey: ({ keyId }) => keys.findVerificationKey(keyId),
  };
}

/** A key that another issuer has published. */
export interface PublishedKey {
  readonly algorithm: TokenAlgorithm;
  readonly key: CryptoKey;
  /** The one issuer, or template of issuers, that the key may sign for; any when not given. */
  readonly issuer: string | undefined;
}

/** Gives the published keys that have the id. Never throws. */
export type PublishedKeys = (keyId: string) => Promise<readonly PublishedKey[]>;

/** Trust in another issuer. */
export function trustOutsideIssuer(
  issuer: OutsideIssuer,
  findPublished: PublishedKeys,
  expiryGraceMs: number,
): TrustedIssuer {
  const { names, tenants, audiences, algorithms, claimNames, fixedTenant } = issuer;
  const isName = (name: string, tenantId: TenantId) => names.some((known) => fillTenant(known, tenantId) === name);
  return {
    audiences: listAudiences(audiences),
    algorithms,
    claimNames,
    fixedTenant,
    expiryGraceMs,
    isIssuer: isName,
    isTenant: (tenantId) => tenants?.includes(tenantId) ?? true,
    findKey: async ({ keyId, algorithm, tenantId }) => {
      const published = await findPublished(keyId);
      // A multi-tenant key document also has keys of single tenants, which must not sign for others.
      const mayUse = (key: PublishedKey) =>
        key.algorithm === algorithm && (key.issuer === undefined || isName(fillTenant(key.issuer, tenantId), tenantId));
      return published.find(mayUse)?.key;
    },
  };
}

/** The name that the embedded issuer gives itself for a tenant, in tokens of this version. */
export function issuerUrl(origin: string, tenant: string, version: EntraVersion): string {
  return `${origin}/${tenant}/${ENTRA_PATHS[version].issuer}`;
}

const ANY_TENANT = 'common';
const VERSION_SEGMENT = '/v2.0';

/** Where an issuer signs users in: what a 401 points clients to. */
export function authorizationUrl(issuerName: string): string {
  const authority = fillTenant(issuerName, ANY_TENANT);
  if (!authority.endsWith(VERSION_SEGMENT)) return authority;
  return `${authority.slice(0, -VERSION_SEGMENT.length)}/oauth2/v2.0/authorize`;
}
