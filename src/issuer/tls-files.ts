/** The dev authority and server certificate in files: made at the first start, renewed when they no longer fit. */
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { AUTHORITY_FILE } from '../base/data-folder.ts';
import { readFilled } from '../base/read-filled.ts';
import { StartError } from '../base/start-error.ts';
import { writeWhole } from '../base/write-whole.ts';
import { findPairProblem } from './certificate-pair.ts';
import type { PairFiles } from './certificate-pair.ts';
import { needsRenewal } from './certificate.ts';
import type { CertificateAndKey, ServerCertificateOptions } from './certificate.ts';

export interface TlsFiles {
  /** What clients are to trust. */
  readonly authorityFile: string;
  readonly server: CertificateAndKey;
}

/** Both as in `certificate.ts`; `now` is epoch milliseconds. */
export interface CertificateMakers {
  authority(now: number): Promise<CertificateAndKey>;
  serverCertificate(options: ServerCertificateOptions): Promise<CertificateAndKey>;
}

export interface TlsFileOptions {
  /** DNS names and IP addresses besides those of loopback. */
  readonly names: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly makers: CertificateMakers;
}

/**
 * Reads or makes the files in the folder; private keys are readable by their owner only.
 * @throws StartError when the authority is incomplete or damaged: clients trust it, so it is never replaced unasked
 */
export async function openTlsFiles(folder: string, { names, now, makers }: TlsFileOptions): Promise<TlsFiles> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authorityFiles = { certificate: join(folder, AUTHORITY_FILE), privateKey: join(folder, 'ca-key.pem') };
  const serverFiles = { certificate: join(folder, 'server.pem'), privateKey: join(folder, 'server-key.pem') };
  const authority = readAuthority(authorityFiles, serverFiles) ?? write(authorityFiles, await makers.authority(now));
  const kept = readPair(serverFiles);
  const isGood =
    kept !== undefined &&
    findPairProblem(kept, serverFiles) === undefined &&
    isIssuedBy(kept, authority) &&
    !needsRenewal(kept.certificatePem, names, now);
  const server = isGood ? kept : write(serverFiles, await makers.serverCertificate({ authority, names, now }));
  return { authorityFile: authorityFiles.certificate, server };
}

const HINT =
  'Restore it from a copy, or delete ca.pem and ca-key.pem: the next start makes a new authority for clients to trust.';

/** `undefined` when there was none yet: the certificate is written after its key, and the server's after both. */
function readAuthority(files: PairFiles, serverFiles: PairFiles): CertificateAndKey | undefined {
  const { certificate, privateKey } = files;
  const missing = [certificate, privateKey].filter((file) => !existsSync(file));
  const isFirstStart = missing.includes(certificate) && !existsSync(serverFiles.certificate);
  if (missing.length === 2 || isFirstStart) return undefined;
  if (missing.length > 0) throw new StartError(`${missing.join(', ')} is missing.`, { hint: HINT });
  const pair = {
    certificatePem: readFilled(certificate, { what: 'The CA certificate', hint: HINT }),
    privateKeyPem: readFilled(privateKey, { what: 'The CA key', hint: HINT }),
  };
  const problem = findPairProblem(pair, files);
  if (problem !== undefined) throw new StartError(problem, { hint: HINT });
  return pair;
}

/** @throws the error of the file system when a file is there and cannot be read */
function readPair({ certificate, privateKey }: PairFiles): CertificateAndKey | undefined {
  if (!existsSync(certificate) || !existsSync(privateKey)) return undefined;
  return { certificatePem: readFileSync(certificate, 'utf8'), privateKeyPem: readFileSync(privateKey, 'utf8') };
}

function isIssuedBy({ certificatePem }: CertificateAndKey, authority: CertificateAndKey): boolean {
  return new X509Certificate(certificatePem).verify(new X509Certificate(authority.certificatePem).publicKey);
}

/** The certificate last: if it is there, its key is as well. */
function write({ certificate, privateKey }: PairFiles, pair: CertificateAndKey): CertificateAndKey {
  writeWhole(privateKey, pair.privateKeyPem, 0o600);
  writeWhole(certificate, pair.certificatePem, 0o644);
  return pair;
}
