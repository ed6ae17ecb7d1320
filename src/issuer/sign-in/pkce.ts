/** Proof Key for Code Exchange (RFC 7636): a code is worth nothing to who only saw it pass by. */
import { hash, timingSafeEqual } from 'node:crypto';

/** What S256 makes of a verifier: 32 bytes in base64url. */
const CHALLENGE = /^[\w-]{43}$/;
const VERIFIER = /^[\w.~-]{43,128}$/;

export const CHALLENGE_METHOD = 'S256';

export function isChallenge(text: string): boolean {
  return CHALLENGE.test(text);
}

/**
 * Whether the verifier is the one of the challenge: RFC 7636, section 4.6, compares texts, and its grammar has no padding.
 * Where there was no challenge none may come: who could take the
 * challenge away from a request could otherwise redeem its code.
 */
export function isVerified(challenge: string | null, verifier: string | undefined): boolean {
  if (challenge === null || verifier === undefined) return challenge === null && verifier === undefined;
  if (!VERIFIER.test(verifier)) return false;
  return timingSafeEqual(Buffer.from(hash('sha256', verifier, 'base64url')), Buffer.from(challenge));
}
