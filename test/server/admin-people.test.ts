/** Users and apps by the admin API: added, changed and removed, with effect from the next request on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createServer } from '../../src/index.ts';
import type { VivariumServer } from '../../src/index.ts';
import { createRsaCertificate } from './issuer/certificates.ts';
import { requestAppToken, startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startTestServer({ sandbox: false });
  token = server.app.admin?.token ?? '';
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (method: string, path: string, json?: unknown) =>
  server.call({ method, path: `/_admin${path}`, token, json });
describe('a user', () => {
  test('is added, found by Graph at once, changed and removed', async () => {
    const added = await ask('POST', '/users', {
      userPrincipalName: 'Ada@contoso.onmicrosoft.com',
      displayName: 'Ada Added',
      licence: 'premium',
      employeeId: '17',
    });
    expect(added).toMatchObject({
      status: 201,
      body: { userPrincipalName: 'ada@contoso.onmicrosoft.com', licence: 'premium', accountEnabled: true },
    });
    const path = `/v1.0/users/${added.body.id}`;
    const graph = async () => (await server.call({ path, token: await server.appToken('writer') })).status;
    expect(await graph()).toBe(200);
    const changed = await ask('PATCH', '/users/ada@contoso.onmicrosoft.com', {
      employeeId: null,
      accountEnabled: false,
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { employeeId: null, accountEnabled: false, licence: 'premium' },
    });
    expect((await ask('DELETE', `/users/${added.body.id}`)).status).toBe(204);
    expect(await graph()).toBe(404);
  });

  test('whose name is taken is refused, and one that is unknown is not found', async () => {
    const taken = { userPrincipalName: 'lee@contoso.onmicrosoft.com', displayName: 'Another Lee' };
    await ask('POST', '/users', taken);
    expect((await ask('POST', '/users', taken)).status).toBe(409);
    expect((await ask('PATCH', '/users/none@contoso.onmicrosoft.com', { displayName: 'x' })).status).toBe(404);
    expect((await ask('GET', '/users?tenant=nowhere.example')).status).toBe(404);
  });

  test('is refused with all that is wrong', async () => {
    const { status, body } = await ask('POST', '/users', { userPrincipalName: 'x', licence: 'gold', more: 1 });
    expect(status).toBe(400);
    expect(body.problems).toHaveLength(4);
  });
});

describe('an app', () => {
  const roles = ['LearningContent.ReadWrite.All'];

  test('gets tokens with its secret, until the secret is rotated, the app disabled or removed', async () => {
    const { status, body } = await ask('POST', '/apps', { displayName: 'Sync', roles });
    expect({ status, roles: body.app.roles }).toEqual({ status: 201, roles });
    const { clientId } = body.app;
    const getToken = (clientSecret: string) =>
      requestAppToken(server.call, server.app.credentials.tenantId, { clientId, clientSecret });
    expect(await getToken(body.secret.secretText)).toEqual(expect.any(String));
    const rotated = await ask('POST', `/apps/${clientId}/secret`);
    expect(rotated.status).toBe(201);
    expect(await getToken(body.secret.secretText)).toBeUndefined();
    expect(await getToken(rotated.body.secretText)).toEqual(expect.any(String));
    const kept = await ask('POST', `/apps/Sync/secret`, { keepOld: true });
    expect(await getToken(rotated.body.secretText)).toEqual(expect.any(String));
    expect((await ask('PATCH', `/apps/${clientId}`, { accountEnabled: false })).body.accountEnabled).toBe(false);
    expect(await getToken(kept.body.secretText)).toBeUndefined();
    expect((await ask('DELETE', `/apps/${clientId}`)).status).toBe(204);
    expect((await ask('DELETE', `/apps/${clientId}`)).status).toBe(404);
  });

  test('has secrets and certificates that are listed, added and removed one by one', async () => {
    const { app, secret } = (await ask('POST', '/apps', { displayName: 'Keeper' })).body;
    const path = `/apps/${app.clientId}`;
    const { certificatePem } = await createRsaCertificate('CN=keeper');
    const added = await ask('POST', `${path}/certificates`, { certificate: certificatePem });
    expect(added).toMatchObject({ status: 201, body: { kind: 'certificate', name: 'CN=keeper' } });
    const { body } = await ask('GET', `${path}/credentials`);
    expect(body.value).toMatchObject([
      { kind: 'secret', keyId: secret.keyId, endDateTime: secret.endDateTime },
      { kind: 'certificate', keyId: added.body.keyId },
    ]);
    expect(JSON.stringify(body)).not.toContain(secret.secretText);
    expect((await ask('DELETE', `${path}/credentials/${secret.keyId}`)).status).toBe(204);
    expect((await ask('DELETE', `${path}/credentials/${secret.keyId}`)).status).toBe(404);
    const clientSecret = secret.secretText;
    const { tenantId } = server.app.credentials;
    expect(await requestAppToken(server.call, tenantId, { clientId: app.clientId, clientSecret })).toBeUndefined();
    expect((await ask('DELETE', `${path}/credentials/${added.body.keyId}`)).status).toBe(204);
    expect((await ask('GET', `${path}/credentials`)).body.value).toEqual([]);
    for (const certificate of ['x', certificatePem.replace(/M/, 'N')])
      expect((await ask('POST', `${path}/certificates`, { certificate })).status).toBe(400);
    const ofSeed = await ask('GET', '/apps/writer/credentials');
    expect(ofSeed.body.value).toMatchObject([{ kind: 'secret', name: null, endDateTime: null }]);
  });

  test('holds the permissions that it was given last, and no unknown one', async () => {
    const { body } = await ask('POST', '/apps', { displayName: 'Reader', roles, isPublicClient: true });
    expect(body.secret).toBeNull();
    const path = `/apps/${body.app.clientId}`;
    expect((await ask('PATCH', path, { roles: ['LearningContent.Read.All'] })).body.roles).toEqual([
      'LearningContent.Read.All',
    ]);
    expect((await ask('PATCH', path, { roles: ['Everything'] })).status).toBe(400);
  });
});

test('a program has the same as methods', async () => {
  await using own: VivariumServer = await createServer({ http: true });
  const { users, apps } = own.admin;
  const added = await users.add({ userPrincipalName: 'pia@contoso.com', displayName: 'Pia', licence: 'premium' });
  expect(await users.list({ search: 'pia' })).toEqual([added]);
  expect(await users.change(added.id, { licence: 'none' })).toMatchObject({ licence: 'none' });
  const csv = 'userPrincipalName,displayName\npia@contoso.com,Pia P.';
  expect((await own.admin.import(csv, { kind: 'users' })).value).toEqual([{ line: 2, outcome: 'updated' }]);
  await users.remove(added.id);
  expect(await users.list({ search: 'pia' })).toEqual([]);
  const { app, secret } = await apps.add({ displayName: 'Sync' });
  expect((await apps.rotateSecret(app.clientId)).secretText).not.toBe(secret?.secretText);
  await expect(apps.change('missing', { accountEnabled: false })).rejects.toMatchObject({ status: 404 });
  await apps.remove(app.clientId);
  expect((await apps.list()).map(({ clientId }) => clientId)).not.toContain(app.clientId);
});
