/** The certificate that the server shows: the user's own, or one by the folder's authority. */
import { readFileSync } from 'node:fs';

import { systemClock } from '../base/clock.ts';
import type { DataFolder } from '../base/data-folder.ts';
import { StartError } from '../base/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { openTlsFiles } from '../issuer/tls-files.ts';
import type { CertificateMakers } from '../issuer/tls-files.ts';

export interface Tls {
  /** What clients are to trust; `undefined` when the certificate is the user's own. */
  readonly authorityFile: string | undefined;
  readonly key: string;
  readonly cert: string;
}

/** @throws StartError when a file of the user's cannot be read */
export async function openTls(settings: Settings, folder: DataFolder, makers: CertificateMakers): Promise<Tls> {
  const { certFile, keyFile } = settings;
  if (certFile !== undefined && keyFile !== undefined) {
    return { authorityFile: undefined, key: readPem(keyFile), cert: readPem(certFile) };
  }
  const options = { names: [settings.host], now: systemClock.now(), makers };
  const { authorityFile, server } = await openTlsFiles(folder.tls, options);
  return { authorityFile, key: server.privateKeyPem, cert: server.certificatePem };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StartError(`${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`, { cause });
  }
}
