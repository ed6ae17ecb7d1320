/** The dev authority and server certificate in files: made at the first start, renewed when they no longer fit. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { writeWhole } from '../base/write-whole.ts';
import { createCertificateAuthority, createServerCertificate, needsRenewal } from './certificate.ts';
import type { CertificateAndKey } from './certificate.ts';

export interface TlsFiles {
  /** What clients are to trust. */
  readonly authorityFile: string;
  readonly server: CertificateAndKey;
}

/**
 * Reads or makes the files in the folder; private keys are readable by their owner only.
 * @param names DNS names and IP addresses besides those of loopback
 * @param now epoch milliseconds
 */
export async function openTlsFiles(folder: string, names: readonly string[], now: number): Promise<TlsFiles> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authorityFile = join(folder, 'ca.pem');
  const authority = await openPair(authorityFile, join(folder, 'ca-key.pem'), {
    create: () => createCertificateAuthority(now),
    isStale: () => false,
  });
  const server = await openPair(join(folder, 'server.pem'), join(folder, 'server-key.pem'), {
    create: () => createServerCertificate({ authority, names, now }),
    isStale: ({ certificatePem }) => needsRenewal(certificatePem, names, now),
  });
  return { authorityFile, server };
}

interface PairRules {
  readonly create: () => Promise<CertificateAndKey>;
  readonly isStale: (pair: CertificateAndKey) => boolean;
}

async function openPair(
  certificateFile: string,
  keyFile: string,
  { create, isStale }: PairRules,
): Promise<CertificateAndKey> {
  if (existsSync(certificateFile) && existsSync(keyFile)) {
    const pair = {
      certificatePem: readFileSync(certificateFile, 'utf8'),
      privateKeyPem: readFileSync(keyFile, 'utf8'),
    };
    if (!isStale(pair)) return pair;
  }
  const made = await create();
  // The certificate last: where it is, its key is too.
  writeWhole(keyFile, made.privateKeyPem, 0o600);
  writeWhole(certificateFile, made.certificatePem, 0o644);
  return made;
}
