/** The certificate that the server shows: the user's own, or one by the folder's authority. */
import { systemClock } from '../base/clock.ts';
import type { DataFolder } from '../base/data-folder.ts';
import { readFilled } from '../base/read-filled.ts';
import { StartError } from '../base/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { findPairProblem } from '../issuer/certificate-pair.ts';
import { openTlsFiles } from '../issuer/tls-files.ts';
import type { CertificateMakers } from '../issuer/tls-files.ts';

export interface Tls {
  /** What clients are to trust; `undefined` when the certificate is the user's own. */
  readonly authorityFile: string | undefined;
  readonly key: string;
  readonly cert: string;
}

/** @throws StartError when a file cannot be read, or a key is not that of its certificate */
export async function openTls(settings: Settings, folder: DataFolder, makers: CertificateMakers): Promise<Tls> {
  const { certFile, keyFile } = settings;
  if (certFile !== undefined && keyFile !== undefined) {
    return { authorityFile: undefined, ...readOwnPair(certFile, keyFile) };
  }
  const options = { names: [settings.host], now: systemClock.now(), makers };
  const { authorityFile, server } = await openTlsFiles(folder.tls, options);
  return { authorityFile, key: server.privateKeyPem, cert: server.certificatePem };
}

function readOwnPair(certFile: string, keyFile: string): Pick<Tls, 'cert' | 'key'> {
  const cert = readFilled(certFile, { what: 'The certificate', hint: 'Name another file with --cert.' });
  const key = readFilled(keyFile, { what: 'The private key', hint: 'Name another file with --key.' });
  const problem = findPairProblem(
    { certificatePem: cert, privateKeyPem: key },
    { certificate: certFile, privateKey: keyFile },
  );
  if (problem !== undefined) throw new StartError(problem, { hint: 'Name other files with --cert and --key.' });
  return { cert, key };
}
