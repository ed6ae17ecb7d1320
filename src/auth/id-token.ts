/** An id token of an issuer: who has signed in with the console. */
import type { TenantId, UserId } from '../lib/ids.ts';
import { findGuid } from '../lib/ids.ts';
import { checkSignature } from './authenticate.ts';
import { checkTenant, findIssuer, readHeader, readTokenParts, claimText } from './read-token.ts';
import type { TokenPart } from './read-token.ts';
import { invalid, shown } from './token-refusal.ts';
import type { TrustedIssuer } from './trusted-issuers.ts';

export interface IdTokenContent {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  /** Values of the claim of roles: what the issuer's administrators have assigned. */
  readonly roles: readonly string[];
}

export interface IdTokenRules {
  readonly issuer: TrustedIssuer;
  /** The client that the token has to be for. */
  readonly clientId: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly clockSkewMs: number;
}

/** A sign-in ends with its token being sent here at once, and so does a renewal. */
const MAX_AGE_MS = 600_000;

/** @throws TokenRefusal */
export async function readIdToken(token: string, rules: IdTokenRules): Promise<IdTokenContent> {
  const { issuer, clientId } = rules;
  const { header, claims } = readTokenParts(token);
  const { claimNames: names } = issuer;
  const { tenantId } = findIssuer(claims, [issuer]);
  checkTenant(claims, { issuer, tenantId });
  // One audience: an id token for several clients could have been passed on by another one.
  if (claims['aud'] !== clientId) {
    throw invalid('Invalid audience.', `aud is ${shown(claims['aud'])}; expected: ${clientId}.`);
  }
  checkTimes(claims, rules);
  const userId = findGuid<UserId>(claimText(claims[names.user]));
  if (userId === undefined) throw invalid('Invalid user.', `${names.user} must be a GUID.`);
  await checkSignature(token, { issuer, key: { ...readHeader(header, issuer), tenantId } });
  const roles = claims[names.roles];
  return { tenantId, userId, roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [] };
}

function checkTimes({ exp, iat }: TokenPart, { issuer, now, clockSkewMs }: IdTokenRules): void {
  if (typeof exp !== 'number' || typeof iat !== 'number') {
    throw invalid('Invalid lifetime.', `exp and iat must be numbers, not ${shown(exp)} and ${shown(iat)}.`);
  }
  const age = now - iat * 1000;
  if (now >= exp * 1000 + issuer.expiryGraceMs || age > MAX_AGE_MS || age < -clockSkewMs) {
    throw invalid('Invalid lifetime.', 'The id token is too old, or of the future. Sign in again.');
  }
}
