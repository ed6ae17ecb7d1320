/** Who makes keys and certificates: each server its own, or one set for the servers of a process that keep nothing. */
import { generateSigningKey } from '../auth/signing-keys.ts';
import type { StoredSigningKey } from '../auth/signing-keys.ts';
import { createCertificateAuthority, createServerCertificate } from '../issuer/certificate.ts';
import type { CertificateAndKey, CertificateAuthority, ServerCertificateOptions } from '../issuer/certificate.ts';
import type { CertificateMakers } from '../issuer/tls-files.ts';

export interface KeyMakers extends CertificateMakers {
  /** For a server that has none, or whose newest is too old; `now` is epoch milliseconds. */
  signingKey(now: number): Promise<StoredSigningKey>;
}

export const ownKeys: KeyMakers = {
  signingKey: generateSigningKey,
  authority: createCertificateAuthority,
  serverCertificate: createServerCertificate,
};

/**
 * Makes each thing once and gives it to every server that asks: a call is for one server. An RSA key takes longer than
 * all the rest of a start. Tokens of one server stay of no use at another, since they name their issuer by its address.
 */
export function shareKeys(): () => KeyMakers {
  const signingKeys: Promise<StoredSigningKey>[] = [];
  const certificates = new Map<string, Promise<CertificateAndKey>>();
  const authorities = new Map<string, Promise<CertificateAuthority>>();
  const shareAuthority: KeyMakers['authority'] = (options) => {
    const names = options.names.join(' ');
    const made = authorities.get(names) ?? createCertificateAuthority(options);
    authorities.set(names, made);
    return made;
  };
  const shareCertificate = (options: ServerCertificateOptions): Promise<CertificateAndKey> => {
    const names = options.names.join(' ');
    const made = certificates.get(names) ?? createServerCertificate(options);
    certificates.set(names, made);
    return made;
  };
  return () => {
    // Begun before it is asked for: it is made beside the event loop, while the server loads. Who asks hears of a failure.
    signingKeys[0] ??= generateSigningKey(0);
    signingKeys[0].catch(() => {});
    let taken = 0;
    // The keys of one server must differ: its first is the first of all others, its second their second.
    const signingKey = async (now: number): Promise<StoredSigningKey> => {
      const made = (signingKeys[taken] ??= generateSigningKey(now));
      taken += 1;
      return { ...(await made), createdAt: now };
    };
    return {
      signingKey,
      authority: shareAuthority,
      serverCertificate: shareCertificate,
    };
  };
}
