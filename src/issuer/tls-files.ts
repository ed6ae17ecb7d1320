/** The dev authority and server certificate in files: made at the first start, renewed when they no longer fit. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { AUTHORITY_FILE } from '../base/data-folder.ts';
import { writeWhole } from '../base/write-whole.ts';
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

/** Reads or makes the files in the folder; private keys are readable by their owner only. */
export async function openTlsFiles(folder: string, { names, now, makers }: TlsFileOptions): Promise<TlsFiles> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authorityFile = join(folder, AUTHORITY_FILE);
  const authority = await openPair(authorityFile, join(folder, 'ca-key.pem'), {
    create: () => makers.authority(now),
    isStale: () => false,
  });
  const server = await openPair(join(folder, 'server.pem'), join(folder, 'server-key.pem'), {
    create: () => makers.serverCertificate({ authority, names, now }),
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
