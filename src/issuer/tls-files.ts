/**
 * The local authority and the server certificate in files. Both are made at the first start. The server certificate is
 * renewed when it no longer fits, the authority only on request.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { CA_FILE } from '../lib/data-folder.ts';
import { readFilled } from '../lib/read-filled.ts';
import { StartError } from '../lib/start-error.ts';
import { writeWhole } from '../lib/write-whole.ts';
import { findCertificate, findPairProblem } from './certificate-pair.ts';
import type { PairFiles } from './certificate-pair.ts';
import { findForbiddenNames, isUnconstrained, needsRenewal } from './certificate.ts';
import type {
  AuthorityOptions,
  CertificateAndKey,
  CertificateAuthority,
  ServerCertificateOptions,
} from './certificate.ts';

export interface TlsFiles {
  /** What clients are to trust. */
  readonly authorityFile: string;
  readonly server: CertificateAndKey;
  /** Messages to print at startup. */
  readonly notices: readonly string[];
}

/** Both as in `certificate.ts`. */
export interface CertificateMakers {
  authority(options: AuthorityOptions): Promise<CertificateAuthority>;
  serverCertificate(options: ServerCertificateOptions): Promise<CertificateAndKey>;
}

export interface TlsFileOptions extends AuthorityOptions {
  /** Further names, which a certificate by an authority that may not sign for them goes without. */
  readonly wishes: readonly string[];
  readonly makers: CertificateMakers;
}

/**
 * Reads or makes the files in the folder; private keys are readable by their owner only.
 * @throws StartError when the authority is incomplete or damaged, or cannot sign for a name: clients trust it, so it is
 * never replaced unasked
 */
export async function openTlsFiles(folder: string, { names, wishes, now, makers }: TlsFileOptions): Promise<TlsFiles> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = listFiles(folder);
  const all = [...names, ...wishes];
  const authority = readAuthority(files) ?? writeAuthority(files, await makers.authority({ names: all, now }));
  const kept = findServerPair(files.server, authority);
  const notices = isUnconstrained(authority) ? [describeUnconstrained(files)] : [];
  if (kept !== undefined && !needsRenewal(kept.certificatePem, all, now))
    return { authorityFile: files.root, server: kept, notices };
  await checkNames(authority, { names, file: files.root });
  const denied = await findForbiddenNames(authority, wishes);
  const granted = all.filter((name) => !denied.includes(name.toLowerCase()));
  const isGood = kept !== undefined && !needsRenewal(kept.certificatePem, granted, now);
  return {
    authorityFile: files.root,
    server: isGood ? kept : write(files.server, await makers.serverCertificate({ authority, names: granted, now })),
    notices: [...notices, ...denied.map((name) => describeDenied(name, files))],
  };
}

export interface KeptTls {
  /** PEM texts; `undefined` before the first start. */
  readonly authority: string | undefined;
  /** `undefined` when the next start makes one. */
  readonly server: string | undefined;
}

/** What lies in the folder; nothing is made. @throws StartError as {@link openTlsFiles} */
export function readTlsFiles(folder: string): KeptTls {
  const files = listFiles(folder);
  const authority = readAuthority(files);
  const server = authority && findServerPair(files.server, authority);
  return { authority: authority?.certificatePem, server: server?.certificatePem };
}

/** What was kept, if it can be shown. */
function findServerPair(files: PairFiles, { issuer }: CertificateAuthority): CertificateAndKey | undefined {
  const kept = readPair(files);
  if (kept === undefined || findPairProblem(kept, files) !== undefined) return undefined;
  return isIssuedBy(kept, issuer) ? kept : undefined;
}

/** Replaces the authority in the folder; the next start makes the server certificate. Gives the file that clients must trust. */
export async function renewAuthority(folder: string, { names, wishes, now, makers }: TlsFileOptions): Promise<string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = listFiles(folder);
  const made = await makers.authority({ names: [...names, ...wishes], now });
  for (const file of [files.server.certificate, files.server.privateKey, files.root, files.issuer.certificate]) {
    rmSync(file, { force: true });
  }
  writeAuthority(files, made);
  return files.root;
}

interface Files {
  readonly root: string;
  readonly issuer: PairFiles;
  readonly server: PairFiles;
}

function listFiles(folder: string): Files {
  const pair = (certificate: string, privateKey: string): PairFiles => ({
    certificate: join(folder, certificate),
    privateKey: join(folder, privateKey),
  });
  return {
    root: join(folder, CA_FILE),
    issuer: pair('ca-issuer.pem', 'ca-key.pem'),
    server: pair('server.pem', 'server-key.pem'),
  };
}

const RENEWAL = 'vivarium renew-ca';

const HINT = `Restore it from a copy, or run ${RENEWAL} to make a new local CA; clients must then trust it.`;

function describeUnconstrained({ root, issuer: { privateKey } }: Files): string {
  return `The local CA in ${root} can sign for any name: anyone who gets ${privateKey} can impersonate any site to clients that trust it. To limit it to the names of this server, stop the server and run ${RENEWAL}; clients must then trust the new ${CA_FILE}.`;
}

function describeDenied(name: string, { root }: Files): string {
  return `The certificate does not name ${name}, the host of --public-url: the local CA in ${root} was made without it. Unless a proxy has a certificate for it, stop the server and run ${RENEWAL}, with the same settings; clients then have to trust the new ${CA_FILE}.`;
}

/** @throws StartError */
async function checkNames(
  authority: CertificateAuthority,
  { names, file }: { readonly names: readonly string[]; readonly file: string },
): Promise<void> {
  const forbidden = await findForbiddenNames(authority, names);
  if (forbidden.length === 0) return;
  const hint = `Run ${RENEWAL} with the same settings to make one that can; clients must then trust it. Or serve a certificate of your own with --cert and --key.`;
  throw new StartError(`The local CA in ${file} cannot sign for ${forbidden.join(', ')}.`, { hint });
}

/** `undefined` when there was none yet: the root is written last, and the server's files after it. */
function readAuthority({ root, issuer, server }: Files): CertificateAuthority | undefined {
  const missing = [root, issuer.privateKey].filter((file) => !existsSync(file));
  const isFirstStart = missing.includes(root) && !existsSync(server.certificate);
  if (missing.length === 2 || isFirstStart) return undefined;
  if (missing.length > 0) throw new StartError(`${missing.join(', ')} is missing.`, { hint: HINT });
  const certificatePem = readFilled(root, { what: 'The CA certificate', hint: HINT });
  const privateKeyPem = readFilled(issuer.privateKey, { what: 'The CA key', hint: HINT });
  // Authorities of earlier releases are one certificate.
  const issuerPem = existsSync(issuer.certificate)
    ? readFilled(issuer.certificate, { what: 'The issuer certificate', hint: HINT })
    : certificatePem;
  const authority = { certificatePem, issuer: { certificatePem: issuerPem, privateKeyPem } };
  const problem = findAuthorityProblem(authority, { root, issuer });
  if (problem !== undefined) throw new StartError(problem, { hint: HINT });
  return authority;
}

function findAuthorityProblem(
  authority: CertificateAuthority,
  { root, issuer }: Pick<Files, 'root' | 'issuer'>,
): string | undefined {
  if (isUnconstrained(authority)) return findPairProblem(authority.issuer, { ...issuer, certificate: root });
  if (findCertificate(authority.certificatePem) === undefined) return `${root} is not a PEM certificate.`;
  const problem = findPairProblem(authority.issuer, issuer);
  if (problem !== undefined || isIssuedBy(authority.issuer, authority)) return problem;
  return `${issuer.certificate} is not signed by ${root}.`;
}

/** @throws the error of the file system when a file is there and cannot be read */
function readPair({ certificate, privateKey }: PairFiles): CertificateAndKey | undefined {
  if (!existsSync(certificate) || !existsSync(privateKey)) return undefined;
  return { certificatePem: readFileSync(certificate, 'utf8'), privateKeyPem: readFileSync(privateKey, 'utf8') };
}

function isIssuedBy({ certificatePem }: CertificateAndKey, issuer: { readonly certificatePem: string }): boolean {
  return new X509Certificate(certificatePem).verify(new X509Certificate(issuer.certificatePem).publicKey);
}

function writeAuthority({ root, issuer }: Files, authority: CertificateAuthority): CertificateAuthority {
  write(issuer, authority.issuer);
  writeWhole(root, authority.certificatePem, 0o644);
  return authority;
}

/** The certificate last: if it is there, its key is as well. */
function write({ certificate, privateKey }: PairFiles, pair: CertificateAndKey): CertificateAndKey {
  writeWhole(privateKey, pair.privateKeyPem, 0o600);
  writeWhole(certificate, pair.certificatePem, 0o644);
  return pair;
}
