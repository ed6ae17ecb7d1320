/** Which hosts are the server's own: at any other, its authority answers nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startApp } from '../../../src/app.ts';
import { createCertificateAuthority, createServerCertificate } from '../../../src/issuer/certificate.ts';
import { testSettings } from '../../support/server.ts';
import { sendWire } from '../../support/wire.ts';
import { PORTAL_ID, startAuthority, TENANT_ID } from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { authorizeUrl, createPkce } from './person.ts';

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({ httpPort: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

const CONFIGURATION = `/${TENANT_ID}/v2.0/.well-known/openid-configuration`;

const ENDPOINTS: readonly (readonly [method: string, path: string])[] = [
  ['GET', CONFIGURATION],
  ['GET', '/common/discovery/v2.0/keys'],
  ['GET', '/common/discovery/instance?authorization_endpoint=https%3A%2F%2Fevil.example%2Fcommon%2Foauth2%2Fauthorize'],
  ['GET', '/common/userrealm/lee@contoso.example'],
  ['POST', `/${TENANT_ID}/oauth2/v2.0/token`],
  ['POST', `/${TENANT_ID}/oauth2/v2.0/devicecode`],
  ['GET', '/oidc/userinfo'],
  ['GET', authorizeUrl(createPkce())],
  ['POST', `/${TENANT_ID}/login`],
  ['GET', `/${TENANT_ID}/oauth2/v2.0/logout`],
  ['GET', `/${TENANT_ID}/oauth2/v2.0/deviceauth`],
];

/** Plain HTTP with this Host, and the port of the server. */
function ask(origin: string, host: string, [method, path]: readonly [string, string] = ['GET', CONFIGURATION]) {
  const body = method === 'POST' ? `client_id=${PORTAL_ID}&scope=User.Read` : '';
  const form = `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}:${new URL(origin).port}\r\nConnection: close\r\n`;
  return sendWire(origin, { text: `${head}${body === '' ? '' : form}\r\n${body}` });
}

describe('at a name that any site can make lead here,', () => {
  test.each(ENDPOINTS)('%s %s is refused, also to pages of other sites', async (...endpoint) => {
    const origin = server.app.httpUrl as string;
    const { status, headers, body } = await ask(origin, 'evil.example', endpoint);
    expect(status).toBe(400);
    const name = `http://evil.example:${new URL(origin).port}`;
    expect(body).toContain(`AADSTS50049: Unknown or invalid instance. This server does not know itself as ${name}.`);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('the configuration', () => {
  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', '192.0.2.7'])('is there at %s', async (host) => {
    const { status, body } = await ask(server.app.httpUrl as string, host);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ issuer: expect.stringContaining(`http://${host}:`) });
  });

  test.each(['localhost.', 'localhost.evil.example', '127.1', '0x7f000001', '2130706433', '127.0.0.1.', '[0::1]'])(
    'is not there at %s, which is no name or number as it is written',
    async (host) => {
      expect((await ask(server.app.httpUrl as string, host)).status).toBe(400);
    },
  );

  test('is there at the names of the certificate that the server shows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vivarium-names-'));
    const now = Date.now();
    const authority = await createCertificateAuthority({ names: [], now });
    const own = await createServerCertificate({ authority, names: ['*.corp.example'], now });
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, own.certificatePem);
    writeFileSync(key, own.privateKeyPem);
    await using app = await startApp(testSettings({ cert, key, httpPort: 0 }));
    rmSync(folder, { recursive: true });
    const statusAt = async (host: string) => (await ask(app.httpUrl as string, host)).status;
    expect([await statusAt('vivarium.corp.example'), await statusAt('corp.example')]).toEqual([200, 400]);
  });

  test('names publicUrl at whatever host a proxy reaches the server', async () => {
    const publicUrl = 'https://learning.example';
    await using app = await startApp(testSettings({ publicUrl, httpPort: 0 }));
    const { body } = await ask(app.httpUrl as string, 'upstream');
    expect(JSON.parse(body)).toMatchObject({ issuer: `${publicUrl}/${TENANT_ID}/v2.0` });
  });

  test('names the host that a trusted proxy says', async () => {
    await using app = await startApp(testSettings({ trustProxy: true, httpPort: 0 }));
    const { status } = await ask(app.httpUrl as string, 'learning.example');
    expect(status).toBe(200);
  });
});
