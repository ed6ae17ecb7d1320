/** Who is calling: an Authorization header becomes a verified principal with its tenant, or the request ends with 401. */
import { hash } from 'node:crypto';
import { compactVerify, errors } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../lib/ids.ts';
import { isConsoleApp } from '../model/console-apps.ts';
import type { Standing, Tenant } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { Principal } from './principal.ts';
import { readToken } from './read-token.ts';
import type { TokenContent, UnverifiedToken } from './read-token.ts';
import { invalid, malformed, TokenRefusal } from './token-refusal.ts';
import { authorizationUrl } from './trusted-issuers.ts';
import type { TrustedIssuer } from './trusted-issuers.ts';

const MAXIMUM_TOKEN_LENGTH = 16 * 1024;
const DEFAULT_CLOCK_SKEW_SECONDS = 300;

const BEARER = /^bearer(?: +|$)/i;

export interface Caller {
  readonly principal: Principal;
  readonly tenant: Tenant;
}

export interface Authenticator {
  /**
   * At once for a token that was verified before. Throws `authenticationMissing`, `authenticationMalformed`, `authenticationInvalid` or
   * `authenticationExpired`.
   * @param connection on which the header came; most send the same one each time
   */
  authenticate(authorizationHeader: string | undefined, connection?: object): Caller | Promise<Caller>;
}

export interface AuthenticatorOptions {
  /** The first that fits a token is the one that counts. */
  readonly issuers: readonly TrustedIssuer[];
  readonly clock: Clock;
  /** How far in the future `nbf` may lie. */
  readonly clockSkewSeconds?: number;
  /** Most verified tokens remembered. */
  readonly cacheSize: number;
  findTenant(tenantId: TenantId): Tenant | undefined | Promise<Tenant | undefined>;
  /** How app and user of the token stand in its tenant. */
  findStanding(tenant: Tenant, principal: Principal): Standing | Promise<Standing>;
  /** The issuer that 401 answers point clients to, by the name it gives itself. */
  findAuthority(): string;
}

/** Tenants, apps and users are looked up on each call, so what was removed is refused although its tokens are cached. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { issuers, clock } = options;
  const skewMs = (options.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS) * 1000;
  // By hash: a fixed size for each entry, and no usable token in a heap dump.
  const verifiedTokens = new LRUCache<string, TokenContent>({ max: options.cacheSize });

  // To compare with the header before takes a twentieth of hashing it.
  const lastSent = new WeakMap<object, { readonly header: string; readonly content: TokenContent }>();

  const verify = async (token: string): Promise<TokenContent> => {
    const unverified = readToken(token, issuers);
    checkTime(unverified.content, clock.now(), skewMs);
    await checkSignature(token, unverified);
    return unverified.content;
  };

  const toCaller = (content: TokenContent, tenant: Tenant | undefined): Caller | Promise<Caller> => {
    const { principal } = content;
    if (tenant === undefined) throw invalid('Invalid tenant.', `There is no tenant ${principal.tenantId}.`);
    const standing = options.findStanding(tenant, principal);
    if (!(standing instanceof Promise)) return { principal: judgeStanding(content, standing), tenant };
    return standing.then((found) => ({ principal: judgeStanding(content, found), tenant }));
  };

  const findCaller = (content: TokenContent): Caller | Promise<Caller> => {
    checkTime(content, clock.now(), skewMs);
    const tenant = options.findTenant(content.principal.tenantId);
    return tenant instanceof Promise ? tenant.then((found) => toCaller(content, found)) : toCaller(content, tenant);
  };

  const verifyNew = async (token: string, tokenHash: string): Promise<Caller> => {
    const content = await verify(token);
    verifiedTokens.set(tokenHash, content);
    return findCaller(content);
  };

  const identify = (header: string | undefined, connection: object | undefined): Caller | Promise<Caller> => {
    const last = connection && lastSent.get(connection);
    if (last !== undefined && last.header === header) return findCaller(last.content);
    const token = readBearerToken(header);
    const tokenHash = hash('sha256', token, 'base64');
    const content = verifiedTokens.get(tokenHash);
    if (content === undefined) return verifyNew(token, tokenHash);
    if (connection !== undefined) lastSent.set(connection, { header: header as string, content });
    return findCaller(content);
  };

  const refuse = (thrown: unknown): never => {
    throw thrown instanceof TokenRefusal ? unauthorized(thrown, options.findAuthority()) : thrown;
  };

  return {
    authenticate(authorizationHeader, connection) {
      try {
        const caller = identify(authorizationHeader, connection);
        return caller instanceof Promise ? caller.catch(refuse) : caller;
      } catch (thrown) {
        return refuse(thrown);
      }
    },
  };
}

/** The value of WWW-Authenticate. `authority`: the issuer that clients are pointed to. */
export function bearerChallenge(authority: string): string {
  return `Bearer realm="", authorization_uri="${authorizationUrl(authority)}"`;
}

/** The 401. It does not ask for `claims`: clients would fetch a second token with them and try again. */
function unauthorized({ row, reason: clientReason, message, cause }: TokenRefusal, authority: string): GraphError {
  return new GraphError(row, {
    values: clientReason === undefined ? {} : { reason: clientReason },
    headers: { 'WWW-Authenticate': bearerChallenge(authority) },
    logDetail: message,
    reasons: [reason('tokenRefused', { problem: message })],
    cause,
  });
}

function readBearerToken(header = ''): string {
  const scheme = BEARER.exec(header)?.[0];
  const token = scheme === undefined ? '' : header.slice(scheme.length).trimEnd();
  if (token === '')
    throw new TokenRefusal('authenticationMissing', 'The request has no Authorization header with a bearer token.');
  if (token.length > MAXIMUM_TOKEN_LENGTH) {
    throw malformed(`The token has more than ${MAXIMUM_TOKEN_LENGTH} characters.`);
  }
  return token;
}

function checkTime({ notBefore, expiresAt }: TokenContent, now: number, skewMs: number): void {
  if (now >= expiresAt) throw new TokenRefusal('authenticationExpired', 'exp has passed.');
  if (now + skewMs < notBefore) throw new TokenRefusal('authenticationExpired', 'nbf is in the future.');
}

/**
 * The principal with the permissions that its app still has.
 * @throws TokenRefusal for an app or user that is disabled, or of the own issuer and not registered
 */
function judgeStanding({ principal, isOwn, issuedAt }: TokenContent, standing: Standing): Principal {
  const { app, user, withdrawn } = standing;
  if (user === 'disabled') throw invalid('User account is disabled.', 'The user of the token is disabled.');
  if (app === 'disabled') throw invalid('Application is disabled.', 'The app of the token is disabled.');
  if (isOwn && app === 'unknown' && !isConsoleApp(principal.appId))
    throw invalid('Invalid application.', 'The app of the token is not registered.');
  if (isOwn && user === 'unknown') throw invalid('Invalid user.', 'The user of the token does not exist.');
  if (withdrawn.length === 0) return principal;
  const lost = withdrawn.filter(({ kind, at }) => kind === principal.kind && issuedAt <= at);
  const permissions = [...principal.permissions].filter((name) => lost.every(({ permission }) => permission !== name));
  return { ...principal, permissions: new Set(permissions) };
}

/** Throws TokenRefusal. */
export async function checkSignature(
  token: string,
  { issuer, key: wanted }: Pick<UnverifiedToken, 'issuer' | 'key'>,
): Promise<void> {
  const key = await issuer.findKey(wanted);
  if (key === undefined) {
    throw invalid('Invalid signing key.', 'kid names no key of the issuer, or its keys cannot be fetched at present.');
  }
  try {
    await compactVerify(token, key, { algorithms: [wanted.algorithm] });
  } catch (cause) {
    if (cause instanceof errors.JWSInvalid) throw malformed('The token is not a signed JWT.', cause);
    // What is not of the library is a bug and passes as it is.
    throw cause instanceof errors.JOSEError ? invalid('Invalid signature.', cause.message, cause) : cause;
  }
}
