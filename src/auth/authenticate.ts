/** Who is calling: an Authorization header becomes a verified principal with its tenant, or the request ends with 401. */
import { hash } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import type { CompactJWSHeaderParameters, CryptoKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { findGuid } from '../base/ids.ts';
import type { AppId, TenantId, UserId } from '../base/ids.ts';
import type { Tenant } from '../model/directory.ts';
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import type { Principal } from './principal.ts';
import { SIGNING_ALGORITHM } from './signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

const MAXIMUM_TOKEN_LENGTH = 16 * 1024;
const DEFAULT_CLOCK_SKEW_SECONDS = 300;

const BEARER = /^bearer(?: +|$)/i;
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]*$/;

export interface Caller {
  readonly principal: Principal;
  readonly tenant: Tenant;
}

export interface Authenticator {
  /** Throws `authenticationMissing`, `authenticationMalformed`, `authenticationInvalid` or `authenticationExpired`. */
  authenticate(authorizationHeader: string | undefined): Promise<Caller>;
}

/** Whose tokens are believed: its keys, and what it may call itself. A further issuer is another object of this shape. */
export interface TrustedIssuer {
  findVerificationKey(keyId: string): CryptoKey | undefined;
  /** Whether a token of this tenant may carry this `iss`. */
  isIssuer(issuer: string, tenantId: TenantId): boolean;
}

export interface AuthenticatorOptions {
  readonly issuer: TrustedIssuer;
  /** Values of `aud` that mean this server; a slash at the end makes no difference. */
  readonly audiences: readonly string[];
  readonly clock: Clock;
  /** How far in the future `nbf` may lie. `exp` gets no such grace: a settable clock ends tokens on the second. */
  readonly clockSkewSeconds?: number;
  /** Most verified tokens remembered. */
  readonly cacheSize: number;
  findTenant(tenantId: TenantId): Promise<Tenant | undefined>;
  /** Origin of the authority that 401 answers point clients to. */
  findPublicOrigin(): string;
}

/** What a good signature and good claims made of a token. Times are epoch milliseconds. */
interface VerifiedToken {
  readonly principal: Principal;
  readonly notBefore: number;
  readonly expiresAt: number;
}

type Claims = Readonly<Record<string, unknown>>;
type AuthenticationErrorName = Extract<ErrorName, `authentication${string}`>;
type Refuse = (row: AuthenticationErrorName, detail?: RefusalDetail) => GraphError;

interface RefusalDetail {
  /** Sentence for the client. */
  readonly reason?: string;
  readonly logDetail?: string;
  readonly cause?: unknown;
}

interface Rules extends Pick<AuthenticatorOptions, 'issuer' | 'audiences'> {
  readonly refuse: Refuse;
}

/** Tenants are looked up anew on each call, so a removed tenant is refused although its tokens are remembered. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const refuse = createRefuse(() => options.findPublicOrigin());
  const rules: Rules = { issuer: options.issuer, audiences: options.audiences, refuse };
  const skewMs = (options.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS) * 1000;
  // By hash: a fixed size for each entry, and no usable token in a heap dump.
  const verifiedTokens = new LRUCache<string, VerifiedToken>({ max: options.cacheSize });
  return {
    async authenticate(authorizationHeader) {
      const token = readBearerToken(authorizationHeader, refuse);
      const tokenHash = hash('sha256', token, 'base64');
      let verified = verifiedTokens.get(tokenHash);
      if (verified === undefined) {
        verified = await verifyToken(token, rules);
        verifiedTokens.set(tokenHash, verified);
      }
      const now = options.clock.now();
      if (now >= verified.expiresAt || now + skewMs < verified.notBefore) throw refuse('authenticationExpired');
      const { principal } = verified;
      const tenant = await options.findTenant(principal.tenantId);
      if (tenant !== undefined) return { principal, tenant };
      throw refuseClaim(refuse, 'Invalid tenant.', `There is no tenant ${principal.tenantId}`);
    },
  };
}

/** Trust in the server's own tokens. The origins may grow until the server listens on all its ports. */
export function trustOwnIssuer(keys: SigningKeys, findOwnOrigins: () => ReadonlySet<string>): TrustedIssuer {
  return {
    findVerificationKey: (keyId) => keys.findVerificationKey(keyId),
    isIssuer: (issuer, tenantId) =>
      findOwnOrigins()
        .values()
        .some((origin) => issuer === issuerUrl(origin, tenantId)),
  };
}

/** The name that the embedded authority gives itself for a tenant. */
export function issuerUrl(origin: string, tenant: string): string {
  return `${origin}/${tenant}/v2.0`;
}

/** The configured audience that the text means, in any case and with or without a slash at the end. */
export function findAudience(audiences: readonly string[], text: string): string | undefined {
  const wanted = foldAudience(text);
  return audiences.find((audience) => foldAudience(audience) === wanted);
}

function foldAudience(audience: string): string {
  return (audience.endsWith('/') ? audience.slice(0, -1) : audience).toLowerCase();
}

/** Makes the 401s. None asks for `claims`: clients would fetch a second token with them and try again. */
function createRefuse(findPublicOrigin: () => string): Refuse {
  return (row, { reason, ...rest } = {}) => {
    const authority = `${findPublicOrigin()}/common/oauth2/v2.0/authorize`;
    const headers = { 'WWW-Authenticate': `Bearer realm="", authorization_uri="${authority}"` };
    return new GraphError(row, { ...rest, headers, values: reason === undefined ? {} : { reason } });
  };
}

function refuseClaim(refuse: Refuse, reason: string, logDetail: string): GraphError {
  return refuse('authenticationInvalid', { reason, logDetail });
}

function readBearerToken(header: string | undefined, refuse: Refuse): string {
  const scheme = BEARER.exec(header ?? '')?.[0];
  const token = scheme === undefined ? '' : (header ?? '').slice(scheme.length).trimEnd();
  if (token === '') throw refuse('authenticationMissing');
  if (token.length > MAXIMUM_TOKEN_LENGTH || !COMPACT_JWS.test(token)) throw refuse('authenticationMalformed');
  return token;
}

async function verifyToken(token: string, rules: Rules): Promise<VerifiedToken> {
  const claims = await verifySignature(token, rules);
  const tenantId = findGuid<TenantId>(textOf(claims.tid));
  if (tenantId === undefined) throw refuseClaim(rules.refuse, 'Invalid tenant.', 'tid is no GUID');
  checkIssuer(claims, tenantId, rules);
  checkAudience(claims, rules);
  return { principal: readPrincipal(claims, tenantId, rules.refuse), ...readTimes(claims, rules.refuse) };
}

async function verifySignature(token: string, { issuer, refuse }: Rules): Promise<Claims> {
  const getKey = ({ kid }: CompactJWSHeaderParameters) => {
    const key = kid === undefined ? undefined : issuer.findVerificationKey(kid);
    if (key === undefined) throw refuseClaim(refuse, 'Invalid signing key.', 'kid names no key of a trusted issuer');
    return key;
  };
  try {
    const { payload } = await compactVerify(token, getKey, { algorithms: [SIGNING_ALGORITHM] });
    return readClaims(payload);
  } catch (cause) {
    throw translate(cause, refuse);
  }
}

function readClaims(payload: Uint8Array): Claims {
  const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
  if (typeof claims === 'object' && claims !== null) return claims as Claims;
  throw new SyntaxError('The payload is no JSON object');
}

/** What jose and the payload's JSON complain about, as a 401; what is neither is a bug and passes as it is. */
function translate(cause: unknown, refuse: Refuse): unknown {
  if (cause instanceof errors.JWSInvalid || cause instanceof SyntaxError) {
    return refuse('authenticationMalformed', { cause });
  }
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return refuse('authenticationInvalid', { reason: 'Invalid algorithm.', cause });
  }
  if (cause instanceof errors.JOSEError)
    return refuse('authenticationInvalid', { reason: 'Invalid signature.', cause });
  return cause;
}

function checkIssuer(claims: Claims, tenantId: TenantId, { issuer, refuse }: Rules): void {
  const iss = textOf(claims.iss);
  if (!issuer.isIssuer(iss, tenantId)) throw refuseClaim(refuse, 'Invalid issuer.', `iss is ${iss}`);
}

function checkAudience(claims: Claims, { audiences, refuse }: Rules): void {
  const named = (Array.isArray(claims.aud) ? claims.aud : [claims.aud]).map(textOf);
  if (named.some((audience) => findAudience(audiences, audience) !== undefined)) return;
  throw refuseClaim(refuse, 'Invalid audience.', `aud is ${named.join(' ')}`);
}

function readTimes({ exp, nbf = 0 }: Claims, refuse: Refuse): Omit<VerifiedToken, 'principal'> {
  if (typeof exp !== 'number' || typeof nbf !== 'number') {
    throw refuseClaim(refuse, 'Invalid lifetime.', 'exp is missing, or exp or nbf is no number');
  }
  return { notBefore: nbf * 1000, expiresAt: exp * 1000 };
}

/** `scp` makes a delegated token; tokens of users may carry `roles` as well, so that these alone decide nothing. */
function readPrincipal(claims: Claims, tenantId: TenantId, refuse: Refuse): Principal {
  const appId = findGuid<AppId>(textOf(claims.appid)) ?? findGuid<AppId>(textOf(claims.azp));
  if (appId === undefined) throw refuseClaim(refuse, 'Invalid application.', 'appid and azp are no GUID');
  if (typeof claims.scp === 'string') {
    const userId = findGuid<UserId>(textOf(claims.oid));
    if (userId === undefined) throw refuseClaim(refuse, 'Invalid user.', 'oid is no GUID');
    const scopes = claims.scp.split(' ').filter((scope) => scope !== '');
    return { kind: 'delegated', tenantId, appId, userId, permissions: new Set(scopes) };
  }
  const roles: unknown[] | undefined = Array.isArray(claims.roles) ? claims.roles : undefined;
  if (roles === undefined && claims.idtyp !== 'app') {
    throw refuseClaim(refuse, 'Invalid permissions.', 'Neither scp, roles nor idtyp app');
  }
  return { kind: 'application', tenantId, appId, permissions: new Set((roles ?? []).map(textOf)) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
