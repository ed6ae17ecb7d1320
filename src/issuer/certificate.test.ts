import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { createCertificateAuthority, createServerCertificate, needsRenewal } from './certificate.ts';
import type { CertificateAndKey } from './certificate.ts';

const DAY_MS = 86_400_000;
const now = systemClock.now();
const names = ['Vivarium.example', '10.1.2.3'];

let authority: CertificateAndKey;
let server: CertificateAndKey;

beforeAll(async () => {
  authority = await createCertificateAuthority(now);
  server = await createServerCertificate({ authority, names, now });
});

/** Serves one HTTPS request under our certificate and gives the status that a client trusting `ca` sees. */
async function shakeHands(hostname: string, ca: string): Promise<number | undefined> {
  const listener = createServer({ key: server.privateKeyPem, cert: server.certificatePem }, (_request, response) =>
    response.end('ok'),
  );
  await once(listener.listen(0, hostname), 'listening');
  try {
    const { port } = listener.address() as AddressInfo;
    const outgoing = request({ hostname, port, ca, agent: false }).end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  } finally {
    listener.close();
  }
}

describe('a TLS client', () => {
  test.each(['localhost', '127.0.0.1'])('that trusts the authority accepts the server as %s', async (hostname) => {
    await expect(shakeHands(hostname, authority.certificatePem)).resolves.toBe(200);
  });

  test('that trusts another authority refuses the server', async () => {
    const other = await createCertificateAuthority(now);
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
    const [ca, leaf] = [authority, server].map(({ certificatePem }) => new X509Certificate(certificatePem));
    const days = (certificate: X509Certificate | undefined) =>
      Number(certificate?.validToDate) / DAY_MS - Number(certificate?.validFromDate) / DAY_MS;
    expect([days(ca), days(leaf)].map(Math.round)).toEqual([3650, 397]);
  });

  test('are an authority that may only sign, and a leaf that it signed', () => {
    const ca = new X509Certificate(authority.certificatePem);
    const leaf = new X509Certificate(server.certificatePem);
    expect(ca.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });
});

describe('renewal', () => {
  test('is not needed while the names are there and 30 days are left', () => {
    expect(needsRenewal(server.certificatePem, names, now)).toBe(false);
    expect(needsRenewal(server.certificatePem, [], now + 366 * DAY_MS)).toBe(false);
  });

  test('is needed within 30 days of the end', () => {
    expect(needsRenewal(server.certificatePem, names, now + 367 * DAY_MS)).toBe(true);
  });

  test.each(['other.example', '10.1.2.4', '::2'])('is needed when %s is missing', (name) => {
    expect(needsRenewal(server.certificatePem, [name], now)).toBe(true);
  });
});
