import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { checkServerIdentity as checkIdentity } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRootAlone } from '../../test/server/issuer/certificates.ts';
import { systemClock } from '../lib/clock.ts';
import {
  createCertificateAuthority,
  createServerCertificate,
  findForbiddenNames,
  isUnconstrained,
  needsRenewal,
} from './certificate.ts';
import type { CertificateAndKey, CertificateAuthority } from './certificate.ts';

const DAY_MS = 86_400_000;
const now = systemClock.now();
const names = ['Vivarium.example', '10.1.2.3'];

let authority: CertificateAuthority;
let server: CertificateAndKey;

beforeAll(async () => {
  authority = await createCertificateAuthority({ names, now });
  server = await createServerCertificate({ authority, names, now });
});

/** Serves one HTTPS request under the certificate and gives the status that a client sees which expects this name. */
async function shakeHands(name: string, ca: string, shown = server): Promise<number | undefined> {
  const listener = createServer({ key: shown.privateKeyPem, cert: shown.certificatePem }, (_request, response) =>
    response.end('ok'),
  );
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = listener.address() as AddressInfo;
    const checkServerIdentity = (_host: string, certificate: PeerCertificate) => checkIdentity(name, certificate);
    const outgoing = request({ host: '127.0.0.1', port, ca, agent: false, checkServerIdentity }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  } finally {
    listener.close();
  }
}

describe('a TLS client', () => {
  test.each(['localhost', '127.0.0.1', '::1', 'vivarium.example', '10.1.2.3'])(
    'that trusts the authority accepts the server as %s',
    async (name) => {
      await expect(shakeHands(name, authority.certificatePem)).resolves.toBe(200);
    },
  );

  test.each(['evil.example', 'example', 'notvivarium.example', '10.1.2.4', '2001:db8::1'])(
    'that trusts the authority refuses a certificate that its key was used to sign for %s',
    async (name) => {
      const forged = await createServerCertificate({ authority, names: [name], now });
      for (const expected of [name, 'localhost']) {
        await expect(shakeHands(expected, authority.certificatePem, forged)).rejects.toThrow(
          'permitted subtree violation',
        );
      }
    },
  );

  test('that trusts another authority refuses the server', async () => {
    const other = await createCertificateAuthority({ names, now });
    await expect(shakeHands('localhost', other.certificatePem)).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO|CERT_SIGNATURE_FAILURE|SELF_SIGNED/),
    });
  });
});

describe('the certificates', () => {
  test('hold loopback and the names given', () => {
    const { subjectAltName } = new X509Certificate(server.certificatePem);
    expect(subjectAltName?.split(', ')).toEqual([
      'DNS:localhost',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'DNS:vivarium.example',
      'IP Address:10.1.2.3',
    ]);
  });

  test('last ten years and 397 days', () => {
    const pems = [authority, authority.issuer, server].map(({ certificatePem }) => certificatePem);
    const days = pems.map((pem) => {
      const { validTo, validFrom } = new X509Certificate(pem);
      return Math.round((Date.parse(validTo) - Date.parse(validFrom)) / DAY_MS);
    });
    expect(days).toEqual([3650, 3650, 397]);
  });

  test('are a root, an issuer of servers that it signed, and a leaf that the issuer signed and is shown with', () => {
    const root = new X509Certificate(authority.certificatePem);
    const issuer = new X509Certificate(authority.issuer.certificatePem);
    const leaf = new X509Certificate(server.certificatePem);
    expect([root.ca, issuer.ca, leaf.ca]).toEqual([true, true, false]);
    expect([issuer.checkIssued(root), issuer.verify(root.publicKey)]).toEqual([true, true]);
    expect([leaf.checkIssued(issuer), leaf.verify(issuer.publicKey)]).toEqual([true, true]);
    expect([issuer.keyUsage, leaf.keyUsage]).toEqual([['1.3.6.1.5.5.7.3.1'], ['1.3.6.1.5.5.7.3.1']]);
    expect(server.certificatePem.endsWith(authority.issuer.certificatePem)).toBe(true);
  });

  test('do not come with the key of the root', () => {
    const { publicKey } = new X509Certificate(authority.certificatePem);
    const kept = createPublicKey(createPrivateKey(authority.issuer.privateKeyPem));
    expect(kept.equals(publicKey)).toBe(false);
    expect(isUnconstrained(authority)).toBe(false);
  });
});

describe('the authority', () => {
  test.each([
    ['localhost', []],
    ['127.9.9.9', []],
    ['::1', []],
    ['VIVARIUM.example', []],
    ['sub.vivarium.example', []],
    ['10.1.2.3', []],
    ['other.example', ['other.example']],
    ['notlocalhost', ['notlocalhost']],
    ['10.1.2.4', ['10.1.2.4']],
    ['::2', ['::2']],
    ['example', ['example']],
  ])('says whether it may sign for %s', async (name, forbidden) => {
    expect(await findForbiddenNames(authority, [name])).toEqual(forbidden);
  });

  test('of an earlier release may sign for any name', async () => {
    const issuer = await createRootAlone(now);
    const earlier = { certificatePem: issuer.certificatePem, issuer };
    expect(await findForbiddenNames(earlier, ['other.example'])).toEqual([]);
    const leaf = await createServerCertificate({ authority: earlier, names: ['other.example'], now });
    expect(await shakeHands('other.example', earlier.certificatePem, leaf)).toBe(200);
  });
});

describe('renewal', () => {
  test('is not needed while the names are the same and 30 days are left', () => {
    expect(needsRenewal(server.certificatePem, names, now)).toBe(false);
    expect(needsRenewal(server.certificatePem, [...names, 'vivarium.example'], now + 366 * DAY_MS)).toBe(false);
  });

  test('is needed when a name is there that is not asked for', () => {
    expect(needsRenewal(server.certificatePem, names.slice(1), now)).toBe(true);
  });

  test('is needed within 30 days of the end', () => {
    expect(needsRenewal(server.certificatePem, names, now + 367 * DAY_MS)).toBe(true);
  });

  test.each(['other.example', '10.1.2.4', '::2'])('is needed when %s is missing', (name) => {
    expect(needsRenewal(server.certificatePem, [name], now)).toBe(true);
  });
});
