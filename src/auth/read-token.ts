/** Reads what a token says, and judges all of it but the signature. */
import { findGuid } from '../lib/ids.ts';
import type { AppId, TenantId, UserId } from '../lib/ids.ts';
import { TOKEN_ALGORITHMS } from '../model/outside-issuer.ts';
import type { ClaimNames } from '../model/outside-issuer.ts';
import type { Principal } from './principal.ts';
import { invalid, malformed, shown } from './token-refusal.ts';
import type { TrustedIssuer, WantedKey } from './trusted-issuers.ts';

/** What good claims made of a token. Times are epoch milliseconds. */
export interface TokenContent {
  readonly principal: Principal;
  readonly notBefore: number;
  readonly expiresAt: number;
  /** `nbf` where the token does not say. */
  readonly issuedAt: number;
  /** Whether its app and user have to be registered here. */
  readonly isOwn: boolean;
}

/** A token that would be good, were it signed by its issuer with this key. */
export interface UnverifiedToken {
  readonly content: TokenContent;
  readonly issuer: TrustedIssuer;
  readonly key: WantedKey;
}

export type TokenPart = Readonly<Record<string, unknown>>;

const COMPACT_JWS = /^([\w-]+)\.([\w-]+)\.[\w-]*$/;

/**
 * Everything that can be said without the key, said before anyone is asked for one: what no key could make good costs the
 * issuer nothing. Throws TokenRefusal.
 */
export function readToken(token: string, issuers: readonly TrustedIssuer[]): UnverifiedToken {
  const { header, claims } = readTokenParts(token);
  const { issuer, tenantId } = findIssuer(claims, issuers);
  const key = { ...readHeader(header, issuer), tenantId };
  checkAudience(claims, issuer);
  checkTenant(claims, { issuer, tenantId });
  const principal = readPrincipal(claims, tenantId, issuer.claimNames);
  const { isOwn = false, isApp = () => true } = issuer;
  if (!isApp(principal.appId)) {
    throw invalid(
      'Invalid issuer.',
      `The embedded issuer is switched off: it issues no tokens for ${principal.appId}.`,
    );
  }
  return { content: { principal, isOwn, ...readTimes(claims, issuer) }, issuer, key };
}

/** Header and claims, unverified. Throws TokenRefusal. */
export function readTokenParts(token: string): { readonly header: TokenPart; readonly claims: TokenPart } {
  const [, head = '', payload = ''] = COMPACT_JWS.exec(token) ?? [];
  const header = readObject(head);
  if (typeof header['alg'] !== 'string') throw malformed('The token header has no alg.');
  return { header, claims: readObject(payload) };
}

function readObject(part: string): TokenPart {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch (cause) {
    throw malformed('The token is not a JWT: three parts in base64url, the first two of them JSON.', cause);
  }
  if (typeof value === 'object' && value !== null) return value as TokenPart;
  throw malformed('A part of the token is not a JSON object.');
}

interface IssuerOfTenant {
  readonly issuer: TrustedIssuer;
  readonly tenantId: TenantId;
}

/** The one issuer that calls itself so in a token of that tenant. Throws TokenRefusal. */
export function findIssuer(claims: TokenPart, issuers: readonly TrustedIssuer[]): IssuerOfTenant {
  const name = claimText(claims['iss']);
  for (const issuer of issuers) {
    const tenantId = issuer.fixedTenant ?? findGuid<TenantId>(claimText(claims[issuer.claimNames.tenant]));
    if (tenantId !== undefined && issuer.isIssuer(name, tenantId)) return { issuer, tenantId };
  }
  const tenant = shown(claims['tid']);
  throw invalid('Invalid issuer.', `No trusted issuer has the name ${shown(name)} for the tenant ${tenant}.`);
}

/** Throws TokenRefusal unless the issuer may speak for the tenant. */
export function checkTenant({ iss }: TokenPart, { issuer, tenantId }: IssuerOfTenant): void {
  if (issuer.isTenant(tenantId)) return;
  throw invalid('Invalid tenant.', `The issuer ${shown(iss)} may not issue tokens for the tenant ${tenantId}.`);
}

/** The key that a header names. Throws TokenRefusal. */
export function readHeader({ alg, kid }: TokenPart, { algorithms }: TrustedIssuer): Omit<WantedKey, 'tenantId'> {
  const algorithm = TOKEN_ALGORITHMS.find((known) => known === alg);
  if (algorithm === undefined || !algorithms.includes(algorithm)) {
    throw invalid('Invalid algorithm.', `alg is ${shown(alg)}; accepted: ${algorithms.join(', ')}.`);
  }
  if (typeof kid !== 'string') throw invalid('Invalid signing key.', 'The token names no key: kid is missing.');
  return { keyId: kid, algorithm };
}

function checkAudience({ aud }: TokenPart, { audiences }: TrustedIssuer): void {
  const named = (Array.isArray(aud) ? aud : [aud]).map(claimText);
  if (named.some((audience) => audiences.find(audience) !== undefined)) return;
  throw invalid('Invalid audience.', `aud is ${shown(aud)}; accepted: ${audiences.names.join(', ')}.`);
}

type Times = Omit<TokenContent, 'principal' | 'isOwn'>;

function readTimes({ exp, nbf = 0, iat }: TokenPart, { expiryGraceMs }: TrustedIssuer): Times {
  if (typeof exp !== 'number' || typeof nbf !== 'number') {
    throw invalid('Invalid lifetime.', `exp and nbf must be numbers, not ${shown(exp)} and ${shown(nbf)}.`);
  }
  const issuedAt = (typeof iat === 'number' ? iat : nbf) * 1000;
  return { notBefore: nbf * 1000, expiresAt: exp * 1000 + expiryGraceMs, issuedAt };
}

/** The claim of scopes makes a delegated token; tokens of users may carry roles as well, so that these decide nothing. */
function readPrincipal(claims: TokenPart, tenantId: TenantId, names: ClaimNames): Principal {
  const appId = findGuid<AppId>(claimText(names.app.map((name) => claims[name]).find((value) => value !== undefined)));
  if (appId === undefined) throw invalid('Invalid application.', `${names.app.join(' or ')} must be a GUID.`);
  const scopes = claims[names.scopes];
  if (scopes !== undefined) {
    const userId = findGuid<UserId>(claimText(claims[names.user]));
    if (userId === undefined)
      throw invalid('Invalid user.', `${names.user} must be a GUID in a token with ${names.scopes}.`);
    return { kind: 'delegated', tenantId, appId, userId, permissions: readPermissions(scopes) };
  }
  checkIsOfApp(claims, names);
  return { kind: 'application', tenantId, appId, permissions: readPermissions(claims[names.roles]) };
}

/**
 * Passes for the token of an app. A user's token may have roles and no scope, and would then open what is an app's: it says
 * that it is a user's by `idtyp`, or by an `oid` that is not the `sub`, as that of an app is.
 */
function checkIsOfApp(claims: TokenPart, names: ClaimNames): void {
  const { idtyp, sub } = claims;
  if (idtyp === 'app') return;
  const owner = claims[names.user];
  const isOfUser = idtyp !== undefined || (owner !== undefined && sub !== undefined && owner !== sub);
  if (isOfUser) throw invalid('Invalid permissions.', `A user's token has no ${names.scopes}.`);
  if (claims[names.roles] === undefined) {
    throw invalid('Invalid permissions.', `Neither ${names.scopes}, ${names.roles} nor idtyp app.`);
  }
}

/** A list, or a text with spaces between the names. */
function readPermissions(value: unknown): ReadonlySet<string> {
  const names: readonly unknown[] = Array.isArray(value) ? value : claimText(value).split(' ');
  return new Set(names.map(claimText).filter((name) => name !== ''));
}

/** Empty for what is no text. */
export function claimText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
