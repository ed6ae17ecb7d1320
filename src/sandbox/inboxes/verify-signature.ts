/** Signatures of Standard Webhooks, as an endpoint has to check them. */
import { createHmac, timingSafeEqual } from 'node:crypto';

import { SECRET_PREFIX, SIGNATURE_VERSION } from '../../model/webhook.ts';

export const SIGNATURE_VERDICTS = ['valid', 'wrong', 'expired', 'missing'] as const;
export type SignatureVerdict = (typeof SIGNATURE_VERDICTS)[number];

/** A signature whose timestamp is further away is refused, so that nobody sends it again. */
const TOLERANCE_SECONDS = 300;

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
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const isSigned = signatures.split(' ').some((one) => {
    const [version, text = ''] = one.split(',', 2);
    const signature = Buffer.from(text, 'base64');
    return (
      version === SIGNATURE_VERSION && signature.length === expected.length && timingSafeEqual(signature, expected)
    );
  });
  if (!isSigned) return 'wrong';
  return Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS ? 'expired' : 'valid';
}
