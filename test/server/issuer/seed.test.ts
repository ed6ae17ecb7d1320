import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startTestServer } from '../../support/server.ts';
import { createRsaCertificate } from './certificates.ts';
import { createCertificateAuthority } from '../../../src/issuer/certificate.ts';

const APP_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a17';
const USER = { id: '7ba2228a-e020-11ec-9d64-0242ac120002', userPrincipalName: 'u@x.example', displayName: 'U' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-seed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(app: object, user: object = {}) {
  const tenant = {
    ...{ id: '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10', displayName: 'X', domainName: 'x.example' },
    users: { person: { ...USER, licence: 'none', ...user } },
    apps: { robot: { id: APP_ID, ...app } },
  };
  const seed = join(folder, 'seed.yaml');
  writeFileSync(seed, stringify({ tenants: [tenant] }));
  return startTestServer({ seed });
}

describe('an app of a seed', () => {
  test('has its certificates inline or in files beside the seed, and then no secret', async () => {
    const { certificatePem } = await createRsaCertificate('CN=robot');
    writeFileSync(join(folder, 'robot.pem'), certificatePem);
    await using server = await start({ certificates: [certificatePem, 'robot.pem'] });
    expect(server.app.credentials.apps).toEqual({});
  });

  test('has a secret beside its certificates when it asks for one', async () => {
    const { certificatePem } = await createRsaCertificate('CN=robot');
    await using server = await start({ certificates: [certificatePem], clientSecret: 'very secret' });
    expect(server.app.credentials.apps['robot']).toMatchObject({ clientId: APP_ID, clientSecret: 'very secret' });
  });

  test('may be answered on this machine when it is public and says nothing else', async () => {
    await using server = await start({ isPublicClient: true, scopes: ['User.Read'] });
    expect(server.app.credentials.signInApps).toEqual({
      robot: { clientId: APP_ID, scopes: ['User.Read'], redirectUris: ['http://localhost', 'http://127.0.0.1'] },
    });
  });

  test.each([
    ['a file that is not there', { certificates: ['none.pem'] }, 'apps.robot.certificates.0 cannot be read: ENOENT'],
    [
      'a text that is none',
      { certificates: ['-----BEGIN CERTIFICATE-----\nx\n'] },
      'certificates.0 is not a certificate',
    ],
    ['an address that is none', { redirectUris: ['localhost/callback'] }, 'redirectUris.0 must match pattern'],
  ])('is not taken with %s', async (_name, app, problem) => {
    await expect(start(app)).rejects.toThrow(problem);
  });

  test.each([
    ['http:localhost', 'must be in its canonical form: write http://localhost/'],
    ['http://127.1:80/x', 'must be in its canonical form: write http://127.0.0.1/x'],
    ['https://u:p@App.example/a/../b#c', 'must be in its canonical form: write https://app.example/b'],
    ['https://app.example:443/cb', 'must be in its canonical form: write https://app.example/cb'],
    ['https://*.app.example/cb', "must not contain wildcards (*) or any of ! $ ' ( ) , ; \\"],
    ['https://app.example/cb;x', "must not contain wildcards (*) or any of ! $ ' ( ) , ; \\"],
    ['https://', 'must be an absolute URI, such as https://app.example/callback'],
    ['javascript:alert(1)', 'must not have the scheme javascript:'],
  ])('is not taken with the redirect URI %s', async (uri, problem) => {
    const app = { redirectUris: ['http://ok.example', uri] };
    await expect(start(app)).rejects.toThrow(`apps.robot.redirectUris.1 ${problem}`);
  });

  test('is not taken with a key that cannot sign its assertions, or with a certificate of a public client', async () => {
    const { certificatePem: elliptic } = await createCertificateAuthority({ names: [], now: Date.now() });
    const { certificatePem } = await createRsaCertificate('CN=robot');
    await expect(start({ certificates: [elliptic] })).rejects.toThrow('certificates.0 does not have an RSA key');
    const both = { certificates: [certificatePem], isPublicClient: true };
    await expect(start(both)).rejects.toThrow('apps.robot is a public client with certificates');
  });
});

describe('a user of a seed', () => {
  test('has the password of the seed, or one that is made', async () => {
    await using given = await start({}, { password: 'chosen by hand' });
    expect(given.app.credentials.users['person']?.password).toBe('chosen by hand');
    await using made = await start({});
    expect(made.app.credentials.users['person']?.password).toMatch(/^[\w-]{20}$/);
  });

  test('signs in with the password of the seed', async () => {
    await using server = await start({ isPublicClient: true, scopes: ['User.Read'] }, { password: 'chosen by hand' });
    const form = { grant_type: 'password', client_id: APP_ID, username: 'u@x.example', scope: 'User.Read' };
    const { status } = await server.call({
      method: 'POST',
      path: '/x.example/oauth2/v2.0/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...form, password: 'chosen by hand' }).toString(),
    });
    expect(status).toBe(200);
  });

  test('has a password of 8 characters or more', async () => {
    await expect(start({}, { password: 'short' })).rejects.toThrow('users.person.password must NOT have fewer than 8');
  });
});
