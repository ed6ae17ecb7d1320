/** The certificate that the server shows: the user's own, or one by the folder's authority. */
import { join } from 'node:path';

import { GRAPH_HOSTS, SIGN_IN_HOSTS } from '../model/clouds.ts';
import { systemClock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import { readFilled } from '../lib/read-filled.ts';
import { StartError } from '../lib/start-error.ts';
import type { Settings } from '../config/settings.ts';
import { findPairProblem } from '../issuer/certificate-pair.ts';
import { openTlsFiles, renewAuthority } from '../issuer/tls-files.ts';
import type { CertificateMakers, TlsFileOptions } from '../issuer/tls-files.ts';

export interface Tls {
  /** What clients are to trust; `undefined` when the certificate is the user's own. */
  readonly authorityFile: string | undefined;
  readonly key: string;
  readonly cert: string;
  /** Messages to print at startup. */
  readonly notices: readonly string[];
}

/** @throws StartError when a file cannot be read, or a key is not that of its certificate */
export async function openTls(settings: Settings, folder: DataFolder, makers: CertificateMakers): Promise<Tls> {
  const { certFile, keyFile } = settings;
  if (certFile !== undefined && keyFile !== undefined) {
    return { authorityFile: undefined, ...readOwnPair(certFile, keyFile), notices: [] };
  }
  const options = { ...listNames(settings), now: systemClock.now(), makers };
  const { authorityFile, server, notices } = await openTlsFiles(folder.tls, options);
  return { authorityFile, key: server.privateKeyPem, cert: server.certificatePem, notices };
}

/** For names of Microsoft's, by a CA of their own: clients of the forward proxy alone trust it, and it signs for nothing else. */
export async function openCloudTls(settings: Settings, folder: DataFolder, makers: CertificateMakers): Promise<Tls> {
  const options = { names: listCloudNames(settings), wishes: [], now: systemClock.now(), makers };
  const { authorityFile, server, notices } = await openTlsFiles(join(folder.tls, 'proxy'), options);
  return { authorityFile, key: server.privateKeyPem, cert: server.certificatePem, notices };
}

/** Names that the forward proxy answers from this server. Without an issuer, there is nothing to sign in at. */
export function listCloudNames({ embeddedIssuer }: Settings): readonly string[] {
  return [...GRAPH_HOSTS, ...(embeddedIssuer ? SIGN_IN_HOSTS : [])];
}

/** Replaces the local CA in the folder; gives the file that clients must trust. */
export function renewTls(settings: Settings, folder: DataFolder, makers: CertificateMakers): Promise<string> {
  return renewAuthority(folder.tls, { ...listNames(settings), now: systemClock.now(), makers });
}

/** The names of the server besides loopback: the certificate holds them, and the authority is limited to them. A proxy may show its own for the public URL. */
function listNames({ host, tlsNames = [], publicUrl }: Settings): Pick<TlsFileOptions, 'names' | 'wishes'> {
  const isLoopback = (name: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(name);
  const own = ['0.0.0.0', '::'].includes(host) ? [] : [host];
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  const wishes = url?.protocol === 'https:' ? [url.hostname.replaceAll(/[[\]]/g, '')] : [];
  const names = [...own, ...tlsNames].filter((name) => !isLoopback(name));
  return { names, wishes: wishes.filter((name) => !isLoopback(name) && !names.includes(name)) };
}

/** @throws StartError when a file cannot be read, or the key is not that of the certificate */
export function readOwnPair(certFile: string, keyFile: string): Pick<Tls, 'cert' | 'key'> {
  const cert = readFilled(certFile, { what: 'The certificate', hint: 'Name another file with --cert.' });
  const key = readFilled(keyFile, { what: 'The private key', hint: 'Name another file with --key.' });
  const problem = findPairProblem(
    { certificatePem: cert, privateKeyPem: key },
    { certificate: certFile, privateKey: keyFile },
  );
  if (problem !== undefined) throw new StartError(problem, { hint: 'Name other files with --cert and --key.' });
  return { cert, key };
}
