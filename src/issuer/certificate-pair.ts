/** Whether a certificate and a key can be served together. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { CertificateAndKey } from './certificate.ts';

export interface PairFiles {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A sentence that names the file; `undefined` when the key is that of the certificate. */
export function findPairProblem(pair: CertificateAndKey, files: PairFiles): string | undefined {
  const certificate = findCertificate(pair.certificatePem);
  if (certificate === undefined) return `${files.certificate} is not a PEM certificate.`;
  const key = attempt((): KeyObject => createPrivateKey(pair.privateKeyPem));
  if (key === undefined) return `${files.privateKey} is not a PEM private key without a passphrase.`;
  const isPair = certificate.checkPrivateKey(key);
  return isPair ? undefined : `${files.privateKey} is not the private key of ${files.certificate}.`;
}

/** `undefined` if the text is not a PEM certificate. */
export function findCertificate(pem: string): X509Certificate | undefined {
  return attempt(() => new X509Certificate(pem));
}

function attempt<Result>(parse: () => Result): Result | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
