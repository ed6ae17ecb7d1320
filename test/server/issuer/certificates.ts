/** Certificates for apps: self-signed, as those are that people register. */
import { KeyObject } from 'node:crypto';
import type { CertificateAndKey } from '../../../src/issuer/certificate.ts';

export interface RsaCertificate {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly privateKeyPem: string;
}

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const YEAR_MS = 365 * 86_400_000;

// The library needs the metadata polyfill first.
await import('reflect-metadata');
const x509 = await import('@peculiar/x509');

export async function createRsaCertificate(name: string, notAfter = Date.now() + YEAR_MS): Promise<RsaCertificate> {
  const keys = await crypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name,
    notBefore: new Date(notAfter - 2 * YEAR_MS),
    notAfter: new Date(notAfter),
    signingAlgorithm: RSA,
    keys,
  });
  return {
    certificatePem: certificate.toString('pem'),
    privateKeyPem: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const ELLIPTIC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** An authority as earlier releases made it: one certificate, which may sign for any name. */
export async function createRootAlone(now: number): Promise<CertificateAndKey> {
  const keys = await crypto.subtle.generateKey(ELLIPTIC, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Vivarium local certificate authority',
    notBefore: new Date(now - YEAR_MS),
    notAfter: new Date(now + YEAR_MS),
    signingAlgorithm: ELLIPTIC,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    privateKeyPem: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
