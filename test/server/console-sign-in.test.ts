/** People sign in to the console: whose id tokens open a session, with which role, and what a learner may do with it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startTestServer, testSettings } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { startApp } from '../../src/app.ts';
import { createSigner, startKeyServer } from './identity/signer.ts';
import type { KeyServer } from './identity/signer.ts';

const TENANT = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const ADMINISTRATOR = '0b7d8a54-1f3e-4c7a-8f53-6a2d0c9e4b71';
const ASSIGNER = 'cea1684d-57dc-438d-a9d1-e666ec1a7f3d';
const STRANGER = 'aaaaaaaa-0000-4000-8000-000000000001';
const ISSUER = 'https://issuer.example/{tenantid}';
const CLIENT = 'console-of-contoso';

const signer = await createSigner('RS256');
let keyServer: KeyServer;
let server: TestServer;

beforeAll(async () => {
  keyServer = await startKeyServer();
  keyServer.publish([signer.publicJwk]);
  server = await startTestServer({
    embeddedIssuer: false,
    trustedIssuers: [{ issuer: ISSUER, audiences: ['api://vivarium'], jwksUri: keyServer.url }],
    consoleClientId: CLIENT,
    consoleAdministrator: ['admin@contoso.onmicrosoft.com'],
    consoleOperator: ['Console.Operator'],
    consoleViewer: [STRANGER],
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keyServer[Symbol.asyncDispose]();
});

type Claims = Readonly<Record<string, unknown>>;

function claimsOf(userId: string, more: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  const iss = ISSUER.replace('{tenantid}', TENANT);
  return { iss, aud: CLIENT, tid: TENANT, oid: userId, iat: now, exp: now + 600, ...more };
}

async function open(claims: Claims, to = server) {
  const idToken = await signer.sign(claims);
  return to.call({ method: 'POST', path: '/_admin/sessions', json: { idToken } });
}

test('the console says where people sign in', async () => {
  const { body } = await server.call({ path: '/_admin/sign-in' });
  expect(body).toMatchObject({
    issuer: ISSUER.replace('{tenantid}', TENANT),
    clientId: CLIENT,
    redirectUri: `${server.origin}/console/`,
  });
});

test('its pages may ask the issuer for tokens, and no other origin', async () => {
  const { headers } = await server.call({ path: '/console/' });
  expect(headers['content-security-policy']).toContain("connect-src 'self' https://issuer.example;");
});

describe('a role', () => {
  const second = 1000;
  test.each<[string, string, string, Claims]>([
    ['of a userPrincipalName', 'administrator', ADMINISTRATOR, {}],
    ['of a value of the roles claim', 'operator', LEARNER, { roles: ['Console.Operator', 'other'] }],
    ['of an id of someone who is no user', 'viewer', STRANGER, {}],
    ['of a user who is not named', 'learner', LEARNER, { roles: ['other'] }],
    ['of a user whose roles claim is a name', 'learner', LEARNER, { roles: ['admin@contoso.onmicrosoft.com'] }],
    ['of a user who calls themselves another', 'learner', LEARNER, { upn: 'admin@contoso.onmicrosoft.com' }],
  ])('%s: %s', async (_, role, userId, more) => {
    const { status, body } = await open(claimsOf(userId, more));
    expect([status, body.role, body.person]).toEqual([201, role, { tenantId: TENANT, userId }]);
    expect(Date.parse(body.expiresAt) - Date.now()).toBeLessThanOrEqual(3600 * second);
  });

  test('is not had by one who is no user and not named', async () => {
    const { status, body } = await open(claimsOf(STRANGER.replace(/1$/, '2')));
    expect([status, body.detail]).toEqual([403, expect.stringContaining('You have no role')]);
  });

  test('is not had by a disabled user', async () => {
    const change = async (accountEnabled: boolean) => {
      const path = `/_admin/users/${ASSIGNER}`;
      const token = server.app.admin?.token;
      expect((await server.call({ method: 'PATCH', path, token, json: { accountEnabled } })).status).toBe(200);
    };
    await change(false);
    expect(await open(claimsOf(ASSIGNER))).toMatchObject({
      status: 403,
      body: { detail: 'Your account is disabled.' },
    });
    await change(true);
    expect((await open(claimsOf(ASSIGNER))).status).toBe(201);
  });
});

describe('no session', () => {
  const now = Math.floor(Date.now() / 1000);
  test.each<[string, Claims]>([
    ['for another client', { aud: 'another' }],
    ['for several clients', { aud: [CLIENT, 'another'] }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['of another tenant', { tid: STRANGER }],
    ['that has expired', { exp: now - 3600, iat: now - 4000 }],
    ['that is old', { iat: now - 3600 }],
    ['of the future', { iat: now + 3600 }],
    ['without times', { iat: undefined }],
    ['without a user', { oid: 'lee' }],
  ])('for an id token %s', async (_, more) => {
    expect((await open(claimsOf(ADMINISTRATOR, more))).status).toBe(401);
  });

  test('for one that another key has signed', async () => {
    const idToken = await (await createSigner('RS256')).sign(claimsOf(ADMINISTRATOR));
    const { status } = await server.call({ method: 'POST', path: '/_admin/sessions', json: { idToken } });
    expect(status).toBe(401);
  });

  test('where people do not sign in', async () => {
    await using plain = await startTestServer({ sandbox: false });
    expect((await open(claimsOf(ADMINISTRATOR), plain)).status).toBe(401);
    expect((await plain.call({ path: '/_admin/sign-in' })).body.issuer).toBeNull();
  });
});

describe("a learner's session", () => {
  const learn = async () => (await open(claimsOf(LEARNER))).body.token as string;
  const issue = async (session: string, json: object) =>
    server.call({ method: 'POST', path: '/_admin/tokens', token: session, json: { tenant: TENANT, ...json } });

  test('gets a token for its own learning, and what that is about', async () => {
    const session = await learn();
    const own = await issue(session, { user: LEARNER });
    const mine = { path: '/v1.0/me/employeeExperience/learningCourseActivities', token: own.body.token };
    expect((await server.call(mine)).status).toBe(200);
    const { body } = await server.call(mine);
    const contents = await server.call({ path: '/_admin/my/contents', token: session });
    const about = new Set(body.value.map(({ learningContentId }: { learningContentId: string }) => learningContentId));
    expect(new Set(contents.body.value.map(({ id }: { id: string }) => id))).toEqual(about);
    expect(contents.body.value[0].title).toMatch(/Manage classes/);
    expect((await server.call({ path: '/v1.0/users', token: own.body.token })).status).toBe(403);
  });

  test('gets none for others, and sees nothing of the server', async () => {
    const session = await learn();
    for (const other of [
      { user: ASSIGNER },
      { kind: 'delegated' },
      { kind: 'application' },
      { app: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11' },
    ]) {
      expect((await issue(session, other)).status).toBe(403);
    }
    for (const path of ['/_admin/status', '/_admin/tenants', '/_admin/audit']) {
      expect((await server.call({ path, token: session })).status).toBe(403);
    }
  });

  test('is not made longer without the issuer', async () => {
    const json = { token: await learn(), role: 'viewer' };
    expect((await server.call({ method: 'POST', path: '/_admin/sessions', json })).status).toBe(401);
  });
});

test('tokens that the server signs for the console open the Graph API of a server without the embedded issuer', async () => {
  const { token: session } = (await open(claimsOf(ADMINISTRATOR))).body;
  const issue = { method: 'POST', path: '/_admin/tokens', token: session };
  const { body } = await server.call({ ...issue, json: { tenant: TENANT, kind: 'application' } });
  expect((await server.call({ path: '/v1.0/users', token: body.token })).status).toBe(200);
  const ofApp = await server.call({ ...issue, json: { tenant: TENANT, app: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11' } });
  expect(ofApp.status).toBe(409);
});

describe('a role is for the whole server, so with several tenants', () => {
  const tenant = (id: string, domainName: string) => ({
    ...{ id, domainName, displayName: domainName, hasServicePlan: true, apps: {} },
    users: { boss: { id: STRANGER, userPrincipalName: `boss@${domainName}`, displayName: 'Boss', licence: 'premium' } },
  });
  const seed = { tenants: [tenant(TENANT, 'one.example'), tenant(ASSIGNER, 'two.example')] } as never;
  test.each([
    [{}, 'learner', 'learner'],
    [{ consoleTenant: 'two.example' }, 'learner', 'viewer'],
  ])('%j gives %s to people of the first, %s to those of the second', async (settings, first, second) => {
    const trustedIssuers = [{ issuer: ISSUER, audiences: ['api://vivarium'], jwksUri: keyServer.url }];
    const own = { trustedIssuers, consoleClientId: CLIENT, consoleViewer: [STRANGER], ...settings };
    await using both = await startTestServer(own, undefined, { seed });
    const roleIn = async (tid: string) =>
      (await open(claimsOf(STRANGER, { tid, iss: ISSUER.replace('{tenantid}', tid) }), both)).body.role;
    expect([await roleIn(TENANT), await roleIn(ASSIGNER)]).toEqual([first, second]);
  });
});

test.each<[object, string]>([
  [{ consoleClientId: CLIENT }, 'there is no issuer to sign in at'],
  [{ consoleViewer: ['a@b.example'], sandbox: false }, 'people cannot sign in'],
  [{ consoleViewer: ['a@b.example'], host: '0.0.0.0' }, 'asks for no password'],
])('a server with %j does not start: %s', async (settings, problem) => {
  await expect(startApp(testSettings({ ...settings }))).rejects.toThrow(problem);
});
