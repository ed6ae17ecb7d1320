/** A client that proves who it is with a certificate: a JWT about itself (RFC 7523), as Microsoft Entra reads it. */
import { X509Certificate } from 'node:crypto';
import { compactVerify, decodeProtectedHeader } from 'jose';
import type { ProtectedHeaderParameters } from 'jose';
import { formatInstant, formatUtcSeconds } from '../lib/utc-text.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import type { Grant } from '../model/grants.ts';
import type { Address } from './address.ts';
import type { IssuerContext } from './issuer-context.ts';
import { isSharedSegment } from './directory.ts';
import type { Registration } from './directory.ts';
import { hashHandle } from './handles.ts';
import { TokenError } from './token-error.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const ASSERTION_ALGORITHMS = ['RS256', 'PS256'];

/** In either alphabet, padded or not. */
const BASE64 = /^[\w+/-]+={0,2}$/;

/** By how much the clocks of client and server may differ. */
const SKEW_SECONDS = 300;

/** The token endpoint, which MSAL names, or the issuer, which openid-client does, of either version. */
const AUDIENCE_PATH = /^\/([^/]+)\/(?:oauth2\/(?:v2\.0\/)?token\/?|v2\.0\/?)?$/i;

interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  /** Epoch seconds. */
  readonly exp: number;
  readonly nbf: number;
  readonly jti: string | undefined;
}

/**
 * Passes when a certificate of the registration has signed the assertion, and it is meant for this authority, now.
 * Throws TokenError `assertionMalformed`, `clientCertificateUnknown`, `assertionSignatureInvalid`,
 * `assertionClientInvalid`, `assertionAudienceInvalid`, `assertionOutOfTime` or `assertionReplayed`.
 */
export async function checkAssertion(
  issuer: IssuerContext,
  { tenant, app }: Registration,
  { assertion, address }: { readonly assertion: string; readonly address: Address },
): Promise<void> {
  const now = issuer.clock.now();
  const certificate = getCertificate(app, readHeader(assertion), now);
  const claims = await readSignedClaims(assertion, certificate);
  const isOfClient = [claims.iss, claims.sub].every((name) => name.toLowerCase() === app.id);
  if (!isOfClient) throw new TokenError('assertionClientInvalid');
  if (!claims.aud.some((audience) => isOurs(audience, tenant, { issuer, address }))) {
    throw new TokenError('assertionAudienceInvalid');
  }
  checkTimes(claims, now);
  if (issuer.refusesRepeatedAssertions) await spend(issuer, { tenant, app }, { claims, assertion });
}

function readHeader(assertion: string): ProtectedHeaderParameters {
  try {
    const header = decodeProtectedHeader(assertion);
    if (ASSERTION_ALGORITHMS.includes(header.alg ?? '')) return header;
  } catch (cause) {
    throw new TokenError('assertionMalformed', { cause });
  }
  throw new TokenError('assertionMalformed');
}

/** By the SHA-256 thumbprint, or by the SHA-1 one of older clients; `kid` may be either. */
function getCertificate(app: AppRegistration, header: ProtectedHeaderParameters, now: number): X509Certificate {
  const { kid, x5t, 'x5t#S256': x5tS256 } = header as Readonly<Record<string, unknown>>;
  const thumbprint = decodeThumbprint([x5tS256, x5t, kid].find((name) => typeof name === 'string'));
  const instant = formatInstant(now);
  const added = app.keyCredentials.filter(
    ({ startDateTime, endDateTime }) => startDateTime <= instant && instant < endDateTime,
  );
  const found = [...app.certificates, ...added.map(({ certificate }) => certificate)]
    .map((pem) => new X509Certificate(pem))
    .find(({ fingerprint256, fingerprint }) =>
      [fingerprint256, fingerprint].some((own) => thumbprint.equals(bytesOf(own))),
    );
  const isInTime = found !== undefined && now >= found.validFromDate.getTime() && now <= found.validToDate.getTime();
  if (!isInTime) throw new TokenError('clientCertificateUnknown');
  return found;
}

/**
 * RFC 7515 wants base64url without padding. MSAL for Python and Go pad it, MSAL4J writes the standard alphabet, and
 * Microsoft Entra takes them all: the bytes count, not the text.
 */
function decodeThumbprint(text = ''): Buffer {
  return Buffer.from(BASE64.test(text) ? text : '', 'base64');
}

/** Of `AB:CD:…`, as Node prints fingerprints. */
function bytesOf(fingerprint: string): Buffer {
  return Buffer.from(fingerprint.replaceAll(':', ''), 'hex');
}

async function readSignedClaims(assertion: string, certificate: X509Certificate): Promise<Claims> {
  const options = { algorithms: ASSERTION_ALGORITHMS };
  const verified = await compactVerify(assertion, certificate.publicKey, options).catch((cause: unknown) => {
    throw new TokenError('assertionSignatureInvalid', { cause });
  });
  return readClaims(new TextDecoder().decode(verified.payload));
}

function readClaims(text: string): Claims {
  const { iss, sub, aud, exp, nbf = 0, jti } = parseObject(text);
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  const isComplete = [iss, sub, ...audiences].every((value) => typeof value === 'string');
  if (!isComplete || typeof exp !== 'number' || typeof nbf !== 'number') throw new TokenError('assertionMalformed');
  const id = typeof jti === 'string' ? jti : undefined;
  return { iss: iss as string, sub: sub as string, aud: audiences as string[], exp, nbf, jti: id };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new TokenError('assertionMalformed', { cause });
  }
}

interface Place {
  readonly issuer: IssuerContext;
  readonly address: Address;
}

/** An assertion that was made for another server must not open this one. */
function isOurs(audience: string, tenant: Tenant, { issuer, address: { origin } }: Place): boolean {
  const url = URL.parse(audience);
  const segment = AUDIENCE_PATH.exec(url?.pathname ?? '')?.[1]?.toLowerCase();
  if (url === null || segment === undefined) return false;
  const isOfTenant = segment === tenant.id || segment === tenant.domainName || isSharedSegment(segment);
  const isPublic = url.origin === URL.parse(issuer.findTokenOrigin())?.origin;
  return isOfTenant && (isPublic || url.origin === URL.parse(origin)?.origin);
}

function checkTimes({ nbf, exp }: Claims, now: number): void {
  const seconds = now / 1000;
  if (seconds < exp + SKEW_SECONDS && seconds > nbf - SKEW_SECONDS) return;
  const values = { now: formatUtcSeconds(now), from: formatTime(nbf), until: formatTime(exp) };
  throw new TokenError('assertionOutOfTime', { values });
}

/** What a client writes may be beyond the years that a date can have. */
function formatTime(seconds: number): string {
  return Math.abs(seconds) < 1e11 ? formatUtcSeconds(seconds * 1000) : String(seconds);
}

interface Spent {
  readonly claims: Claims;
  readonly assertion: string;
}

/** One without an id stands for itself. */
async function spend(
  issuer: IssuerContext,
  { tenant, app }: Registration,
  { claims, assertion }: Spent,
): Promise<void> {
  const spent: Grant<'assertion'> = {
    kind: 'assertion',
    hash: hashHandle(`${app.id} ${claims.jti ?? assertion}`),
    state: 'used',
    appId: app.id,
    userId: null,
    userCodeHash: null,
    details: {},
    expiresAt: Math.min(Math.trunc((claims.exp + SKEW_SECONDS) * 1000), Number.MAX_SAFE_INTEGER),
    polledAt: null,
  };
  if (!(await issuer.grants.add(tenant, spent, issuer.clock.now()))) throw new TokenError('assertionReplayed');
}
