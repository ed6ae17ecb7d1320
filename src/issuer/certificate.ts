/**
 * A certificate authority of our own and the server certificate that it signs, so that HTTPS works without any outside help.
 *
 * Clients trust the root. Its key signs one certificate, the issuer's, and is then discarded without being written. The
 * issuer's key is kept; name constraints limit it to the names asked for, so a leaked key cannot impersonate other hosts.
 * The constraints must be on the issuer: verifiers may ignore those of the root itself, as Java does (RFC 5280, section 6.2).
 */
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
const ROOT_NAME = 'CN=Vivarium local certificate authority';
const ISSUER_NAME = 'CN=Vivarium local server certificates';
const SERVER_NAME = 'CN=Vivarium';

/** Names that every server certificate holds. */
const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '::1'];

export interface CertificateAndKey {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly privateKeyPem: string;
}

export interface CertificateAuthority {
  /** The root, which clients are to trust. */
  readonly certificatePem: string;
  /** Signs server certificates. An authority of an earlier release is one certificate: the root, without constraints. */
  readonly issuer: CertificateAndKey;
}

export interface AuthorityOptions {
  /** DNS names and IP addresses that it may sign for besides those of loopback. */
  readonly names: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface ServerCertificateOptions {
  readonly authority: CertificateAuthority;
  /** DNS names and IP addresses besides the loopback ones. */
  readonly names: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** For ten years. */
export async function createCertificateAuthority({ names, now }: AuthorityOptions): Promise<CertificateAuthority> {
  const x509 = await loadX509();
  const { NAME_CONSTRAINTS, permitNames } = await import('./name-constraints.ts');
  const [rootKeys, issuerKeys] = [await generateKeys({ isKept: false }), await generateKeys({ isKept: true })];
  const period = { ...validity(now, AUTHORITY_DAYS), signingAlgorithm: KEY_ALGORITHM };
  const constraints = new x509.Extension(NAME_CONSTRAINTS, true, permitNames(foldNames(names)));
  const signsCertificates = new x509.KeyUsagesExtension(
    x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
    true,
  );
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: ROOT_NAME,
    ...period,
    keys: rootKeys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      signsCertificates,
      constraints,
      await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const issuer = await x509.X509CertificateGenerator.create({
    subject: ISSUER_NAME,
    issuer: root.subject,
    ...period,
    signingKey: rootKeys.privateKey,
    publicKey: issuerKeys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      signsCertificates,
      constraints,
      new x509.ExtendedKeyUsageExtension([SERVER_AUTH]),
      await x509.SubjectKeyIdentifierExtension.create(issuerKeys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  return { certificatePem: `${root.toString('pem')}\n`, issuer: toPem(issuer, issuerKeys) };
}

/** Whether it can sign for any name, as authorities of earlier releases can. */
export function isUnconstrained({ certificatePem, issuer }: CertificateAuthority): boolean {
  return certificatePem === issuer.certificatePem;
}

/** Those of the names that the authority may not sign for. */
export async function findForbiddenNames(
  { issuer: { certificatePem } }: CertificateAuthority,
  names: readonly string[],
): Promise<readonly string[]> {
  const x509 = await loadX509();
  const { NAME_CONSTRAINTS, listForbiddenNames } = await import('./name-constraints.ts');
  const constraints = new x509.X509Certificate(certificatePem).getExtension(NAME_CONSTRAINTS);
  return constraints === null ? [] : listForbiddenNames(constraints.value, foldNames(names));
}

/**
 * A certificate for localhost, 127.0.0.1, ::1 and the names given, with a key of its own. That of its issuer follows it, so
 * that clients which have the root can verify it.
 */
export async function createServerCertificate(options: ServerCertificateOptions): Promise<CertificateAndKey> {
  const x509 = await loadX509();
  const keys = await generateKeys({ isKept: true });
  const { issuer } = options.authority;
  const authority = new x509.X509Certificate(issuer.certificatePem);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: SERVER_NAME,
    issuer: authority.subject,
    ...validity(options.now, SERVER_DAYS),
    signingAlgorithm: KEY_ALGORITHM,
    signingKey: importPrivateKey(issuer.privateKeyPem),
    publicKey: keys.publicKey,
    extensions: await serverExtensions(x509, {
      publicKey: keys.publicKey,
      authorityKey: await authority.publicKey.export(),
      names: [...new Set([...LOOPBACK_NAMES, ...foldNames(options.names)])],
    }),
  });
  const { certificatePem, privateKeyPem } = toPem(certificate, keys);
  const between = isUnconstrained(options.authority) ? '' : issuer.certificatePem;
  return { certificatePem: certificatePem + between, privateKeyPem };
}

/** Whether it is for other names than loopback and these, or fewer than 30 days are left at `now`, in epoch milliseconds. */
export function needsRenewal(serverCertificatePem: string, names: readonly string[], now: number): boolean {
  const certificate = new X509Certificate(serverCertificatePem);
  const isEnding = now > certificate.validToDate.getTime() - RENEWAL_DAYS * DAY_MS;
  const wanted = [...new Set([...LOOPBACK_NAMES, ...foldNames(names)])];
  const held = certificate.subjectAltName?.split(', ') ?? [];
  return isEnding || held.length !== wanted.length || !wanted.every((name) => holdsName(certificate, name));
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

function foldNames(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase());
}

function holdsName(certificate: X509Certificate, name: string): boolean {
  const found = isIP(name) === 0 ? certificate.checkHost(name, { subject: 'never' }) : certificate.checkIP(name);
  return found !== undefined;
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  const start = now - BACKDATING_MS;
  return { notBefore: new Date(start), notAfter: new Date(start + days * DAY_MS) };
}

/** One that is not kept cannot be exported. */
async function generateKeys({ isKept }: { readonly isKept: boolean }): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY_ALGORITHM, isKept, ['sign', 'verify']);
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
