/** Signatures of Standard Webhooks, as an endpoint has to check them. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_VERDICTS = ['valid', 'wrong', 'expired', 'missing'] as const;
export type SignatureVerdict = (typeof SIGNATURE_VERDICTS)[number];

/** A signature whose timestamp is further away is refused, so that nobody sends it again. */
const TOLERANCE_SECONDS = 300;
const SECRET_PREFIX = 'whsec_';

export interface SignedRequest {
  readonly id: string;
  /** Seconds since 1970, as text. */
  readonly timestamp: string;
  /** Several, with spaces between: `v1,…`. */
  readonly signatures: string;
  readonly body: Uint8Array;
}

/** @param nowMs of the real clock, by which webhooks are signed */
export function verifySignature(request: SignedRequest, secret: string, nowMs: number): SignatureVerdict {
  const { id, timestamp, signatures, body } = request;
  if (id === '' || signatures === '' || !/^\d{1,15}$/.test(timestamp)) return 'missing';
  const key = Buffer.from(secret.replace(SECRET_PREFIX, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const isSigned = signatures.split(' ').some((one) => {
    const [version, text = ''] = one.split(',', 2);
    const signature = Buffer.from(text, 'base64');
    return version === 'v1' && signature.length === expected.length && timingSafeEqual(signature, expected);
  });
  if (!isSigned) return 'wrong';
  return Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS ? 'expired' : 'valid';
}
