/** An own certificate authority and the server certificate it signs, so that HTTPS works without any outside help. */
import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto';
import type { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import type * as x509Module from '@peculiar/x509';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
/** Browsers refuse server certificates above 398 days. */
const SERVER_DAYS = 397;
const RENEWAL_DAYS = 30;
/** Certificates begin a little before they are made, for clients whose clocks are behind. */
const BACKDATING_MS = 3_600_000;

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const AUTHORITY_NAME = 'CN=Vivarium local certificate authority';
const SERVER_NAME = 'CN=Vivarium';

/** Names that every server certificate holds. */
const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

export interface CertificateAndKey {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly privateKeyPem: string;
}

export interface ServerCertificateOptions {
  readonly authority: CertificateAndKey;
  /** DNS names and IP addresses besides the loopback ones. */
  readonly names: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A self-signed authority for ten years, to be trusted by clients; `now` is epoch milliseconds. */
export async function createCertificateAuthority(now: number): Promise<CertificateAndKey> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: AUTHORITY_NAME,
    ...validity(now, AUTHORITY_DAYS),
    signingAlgorithm: KEY_ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return toPem(certificate, keys);
}

/** A certificate for localhost, 127.0.0.1, ::1 and the names given, with a key of its own. */
export async function createServerCertificate(options: ServerCertificateOptions): Promise<CertificateAndKey> {
  const x509 = await loadX509();
  const keys = await generateKeys();
  const authority = new x509.X509Certificate(options.authority.certificatePem);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: SERVER_NAME,
    issuer: authority.subject,
    ...validity(options.now, SERVER_DAYS),
    signingAlgorithm: KEY_ALGORITHM,
    signingKey: importPrivateKey(options.authority.privateKeyPem),
    publicKey: keys.publicKey,
    extensions: await serverExtensions(x509, {
      publicKey: keys.publicKey,
      authorityKey: await authority.publicKey.export(),
      names: withLoopback(options.names),
    }),
  });
  return toPem(certificate, keys);
}

/** Whether a name is missing, or fewer than 30 days are left at `now`, in epoch milliseconds. */
export function needsRenewal(serverCertificatePem: string, names: readonly string[], now: number): boolean {
  const certificate = new X509Certificate(serverCertificatePem);
  const isEnding = now > certificate.validToDate.getTime() - RENEWAL_DAYS * DAY_MS;
  return isEnding || !withLoopback(names).every((name) => holdsName(certificate, name));
}

type X509 = typeof x509Module;

/** Loaded when a certificate is made, not at every start: 150 ms. The library needs the metadata polyfill first. */
async function loadX509(): Promise<X509> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

interface ServerIdentity {
  readonly publicKey: webcrypto.CryptoKey;
  readonly authorityKey: webcrypto.CryptoKey;
  readonly names: readonly string[];
}

/** Strict verifiers want both key identifiers, and refuse a critical extension that they do not know. */
async function serverExtensions(x509: X509, identity: ServerIdentity): Promise<x509Module.Extension[]> {
  const names = identity.names.map((name) => ({ type: isIP(name) === 0 ? 'dns' : 'ip', value: name }) as const);
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
    new x509.SubjectAlternativeNameExtension(names),
    await x509.SubjectKeyIdentifierExtension.create(identity.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(identity.authorityKey),
  ];
}

function withLoopback(names: readonly string[]): readonly string[] {
  return [...new Set([...LOOPBACK_NAMES, ...names.map((name) => name.toLowerCase())])];
}

function holdsName(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name, { subject: 'never' }) : certificate.checkIP(name);
  return found !== undefined;
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  const start = now - BACKDATING_MS;
  return { notBefore: new Date(start), notAfter: new Date(start + days * DAY_MS) };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
}

function importPrivateKey(pem: string): webcrypto.CryptoKey {
  return createPrivateKey(pem).toCryptoKey(KEY_ALGORITHM, false, ['sign']);
}

function toPem(
  certificate: { toString(format: 'pem'): string },
  { privateKey }: webcrypto.CryptoKeyPair,
): CertificateAndKey {
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    privateKeyPem: KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
