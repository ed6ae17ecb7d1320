/** The endpoints of version 1.0, as ADAL and many scripts use them: `resource` in place of `scope`. */
import { createPrivateKey } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/server.ts';
import {
  createTestClock,
  GRAPH,
  LEARNER_ID,
  PORTAL_ID,
  PORTAL_URI,
  ROBOT_ID,
  startAuthority,
  TENANT_ID,
  TENANT_NAME,
  thumbprintOf,
  WEBSITE_ID,
  WEBSITE_URI,
  WRITER_ID,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createPerson } from './person.ts';

const LEARNER = 'learner@contoso.onmicrosoft.com';
const PROVIDERS = '/v1.0/employeeExperience/learningProviders';
const CONTENTS = `${PROVIDERS}/01e8f81b-3060-4dec-acf0-0389665a0a38/learningContents`;

const clock = createTestClock();
let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({}, clock);
});
afterAll(() => server[Symbol.asyncDispose]());

type Form = Readonly<Record<string, string>>;

function token(form: Form, segment = TENANT_ID): Promise<Answer> {
  return server.post(`/${segment}/oauth2/token`, form);
}

function askForApp(form: Form = {}): Promise<Answer> {
  const client = { client_id: WRITER_ID, client_secret: server.writerSecret };
  return token({ grant_type: 'client_credentials', ...client, ...form });
}

function askByPassword(form: Form = {}): Promise<Answer> {
  const user = { username: LEARNER, password: server.passwords['learner'] as string };
  return token({ grant_type: 'password', client_id: PORTAL_ID, ...user, ...form });
}

/** Signs the learner in and gives the code. */
async function signIn(changes: Form = {}, segment = TENANT_ID): Promise<string> {
  const request = { client_id: PORTAL_ID, response_type: 'code', redirect_uri: PORTAL_URI, ...changes };
  const url = `/${segment}/oauth2/authorize?${new URLSearchParams(request).toString()}`;
  const answer = await createPerson(server).signIn(url, 'Lee Learner');
  return answer.searchParams.get('code') as string;
}

function redeem(code: string, form: Form = {}): Promise<Answer> {
  return token({ grant_type: 'authorization_code', client_id: PORTAL_ID, redirect_uri: PORTAL_URI, code, ...form });
}

describe('A token for an app', () => {
  test('is answered with texts for numbers, times and the resource', async () => {
    const { status, headers, body } = await askForApp({ resource: GRAPH });
    const issuedAt = Math.floor(clock.now() / 1000);
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: String(issuedAt + 3599),
      not_before: String(issuedAt),
      resource: GRAPH,
      access_token: expect.any(String),
    });
    expect(headers['cache-control']).toBe('no-store, no-cache');
  });

  test('carries the claims of version 1.0', async () => {
    const { body } = await askForApp({ resource: GRAPH });
    const issuedAt = Math.floor(clock.now() / 1000);
    const claims = decodeJwt(body.access_token);
    const issuer = `${server.origin}/${TENANT_ID}/`;
    expect(claims).toEqual({
      aud: GRAPH,
      iss: issuer,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 3599,
      app_displayname: 'writer',
      appid: WRITER_ID,
      appidacr: '1',
      idp: issuer,
      idtyp: 'app',
      oid: expect.any(String),
      sub: claims['oid'],
      roles: expect.arrayContaining(['LearningAssignedCourse.ReadWrite.All']),
      tid: TENANT_ID,
      uti: expect.stringMatching(/^[\w-]{22}$/),
      ver: '1.0',
    });
  });

  test.each([GRAPH, `${GRAPH}/`, '00000003-0000-0000-c000-000000000000', 'https://localhost/'])(
    'for %s has it as audience, letter by letter, and opens the API',
    async (resource) => {
      const { body } = await askForApp({ resource });
      expect(body.resource).toBe(resource);
      expect(decodeJwt(body.access_token).aud).toBe(resource);
      expect((await server.call({ path: CONTENTS, token: body.access_token })).status).toBe(200);
    },
  );

  test('without a resource is for Azure AD Graph, and opens nothing here', async () => {
    const { status, body } = await askForApp({ scope: `${GRAPH}/.default` });
    expect([status, body.resource]).toEqual([200, '00000002-0000-0000-c000-000000000000']);
    const answer = await server.call({ path: CONTENTS, token: body.access_token });
    expect([answer.status, answer.body.error.message]).toEqual([
      401,
      'Access token validation failure. Invalid audience.',
    ]);
  });

  test('by certificate: the assertion may be for either endpoint, or for the issuer', async () => {
    const { certificatePem, privateKeyPem } = server.robot;
    const now = Math.floor(clock.now() / 1000);
    const x5t = Buffer.from(thumbprintOf(certificatePem), 'hex').toString('base64');
    for (const aud of ['oauth2/token', 'oauth2/v2.0/token', '']) {
      const assertion = await new SignJWT({ iss: ROBOT_ID, sub: ROBOT_ID, aud: `${server.authority()}/${aud}` })
        .setProtectedHeader({ alg: 'RS256', 'x5t#S256': x5t })
        .setExpirationTime(now + 600)
        .sign(createPrivateKey(privateKeyPem));
      const { body } = await token({
        ...{ grant_type: 'client_credentials', client_id: ROBOT_ID, resource: GRAPH },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      expect(decodeJwt(body.access_token)).toMatchObject({ appid: ROBOT_ID, appidacr: '2', ver: '1.0' });
    }
  });

  test.each([
    ['an unknown resource', { resource: 'https://another.example' }, 400, 'invalid_resource', 500011],
    ['a resource with spaces', { resource: `${GRAPH}/.default x` }, 400, 'invalid_resource', 500011],
    ['a wrong secret', { resource: GRAPH, client_secret: 'x' }, 401, 'invalid_client', 7000215],
  ])('is refused for %s', async (_name, form, status, error, number) => {
    const answer = await askForApp(form);
    expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([status, error, [number]]);
  });
});

describe('Tokens for a user', () => {
  test('by password: all that is consented, id token and refresh token, whatever the scope says', async () => {
    const { body } = await askByPassword({ resource: GRAPH, scope: 'openid LearningContent.ReadWrite.All' });
    const issuer = `${server.origin}/${TENANT_ID}/`;
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      ...{ aud: GRAPH, iss: issuer, ver: '1.0', idtyp: 'user', tid: TENANT_ID, oid: LEARNER_ID },
      ...{ appid: PORTAL_ID, appidacr: '0', acr: '1', amr: ['pwd'] },
      ...{ name: 'Lee Learner', unique_name: LEARNER, upn: LEARNER, scp: body.scope },
    });
    for (const absent of ['azp', 'azpacr', 'preferred_username']) expect(claims).not.toHaveProperty(absent);
    expect(body.scope.split(' ')).toEqual(expect.arrayContaining(['User.Read', 'LearningProvider.ReadWrite']));
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: '3599', resource: GRAPH });
    const id = decodeJwt(body.id_token);
    expect(id).toEqual({
      ...{ aud: PORTAL_ID, iss: issuer, iat: claims.iat, nbf: claims.nbf, exp: claims.exp },
      ...{ oid: LEARNER_ID, sub: claims.sub, name: 'Lee Learner', unique_name: LEARNER, upn: LEARNER },
      ...{ tid: TENANT_ID, uti: expect.any(String), ver: '1.0' },
    });
    expect((await server.call({ path: PROVIDERS, token: body.access_token })).status).toBe(200);
  });

  test('by code, without PKCE, for the resource of the sign-in or of the redemption', async () => {
    const early = await redeem(await signIn({ resource: GRAPH }));
    expect(early.body).toMatchObject({ resource: GRAPH, id_token: expect.any(String) });
    const late = await redeem(await signIn({ scope: 'openid' }), { resource: `${GRAPH}/` });
    expect(decodeJwt(late.body.access_token)).toMatchObject({ aud: `${GRAPH}/`, ver: '1.0' });
    const renewed = await token({
      ...{ grant_type: 'refresh_token', client_id: PORTAL_ID },
      refresh_token: late.body.refresh_token,
    });
    expect(decodeJwt(renewed.body.access_token)).toMatchObject({ aud: `${GRAPH}/`, oid: LEARNER_ID });
    const other = await token({
      ...{ grant_type: 'refresh_token', client_id: PORTAL_ID, resource: 'api://vivarium' },
      refresh_token: late.body.refresh_token,
    });
    expect(decodeJwt(other.body.access_token)).toMatchObject({ aud: 'api://vivarium', oid: LEARNER_ID });
  });

  test('are not without a resource', async () => {
    expect((await askByPassword()).body).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining("must contain the following parameter: 'resource'"),
    });
    expect((await redeem(await signIn())).body).toMatchObject({ error: 'invalid_resource', error_codes: [500013] });
  });

  test('go on at version 2.0 with the refresh token, as apps do that change from ADAL to MSAL, and back', async () => {
    const { body: first } = await askByPassword({ resource: GRAPH });
    const renew = { grant_type: 'refresh_token', client_id: PORTAL_ID };
    const { body: second } = await server.token({ ...renew, refresh_token: first.refresh_token, scope: 'User.Read' });
    expect(decodeJwt(second.access_token)).toMatchObject({ ver: '2.0', scp: 'User.Read', azp: PORTAL_ID });
    expect(second.expires_in).toBe(3599);
    const { body: third } = await token({ ...renew, refresh_token: second.refresh_token });
    expect(decodeJwt(third.access_token)).toMatchObject({ ver: '1.0', aud: GRAPH });
  });

  test('by device code, under the names of version 1.0', async () => {
    const path = `/${TENANT_ID}/oauth2/devicecode?api-version=1.0`;
    const { body: device } = await server.post(path, { client_id: PORTAL_ID, resource: GRAPH });
    const page = `${server.authority()}/oauth2/v2.0/deviceauth`;
    expect(device).toEqual({
      user_code: expect.any(String),
      device_code: expect.any(String),
      verification_url: page,
      expires_in: '900',
      interval: '5',
      message: expect.stringContaining(device.user_code),
    });
    const form = { grant_type: 'device_code', client_id: PORTAL_ID, resource: GRAPH, code: device.device_code };
    expect((await token(form)).body).toMatchObject({ error: 'authorization_pending', error_codes: [70016] });
    const person = createPerson(server);
    await person.open(device.verification_url);
    await person.press('Next', { user_code: device.user_code });
    await person.press('Lee Learner');
    clock.advance(5000);
    const { body } = await token(form);
    expect(decodeJwt(body.access_token)).toMatchObject({ oid: LEARNER_ID, ver: '1.0', aud: GRAPH });
    expect((await token({ ...form, code: '', device_code: device.device_code })).body.error_description).toContain(
      "must contain the following parameter: 'code'",
    );
    expect((await server.post(path, { client_id: PORTAL_ID, scope: 'User.Read' })).body).toMatchObject({
      error_codes: [900144],
    });
  });

  test('are described at the userinfo endpoint', async () => {
    const { body } = await askByPassword({ resource: GRAPH });
    const answer = await server.call({ path: `/${TENANT_ID}/openid/userinfo`, token: body.access_token });
    expect(answer.body).toEqual({
      ...{ sub: decodeJwt(body.id_token).sub, name: 'Lee Learner', unique_name: LEARNER, upn: LEARNER },
    });
  });
});

describe('The configuration of version 1.0', () => {
  test.each([TENANT_ID, TENANT_NAME])('at %s names its own endpoints and issuer', async (segment) => {
    const { body } = await server.call({ path: `/${segment}/.well-known/openid-configuration` });
    const base = server.authority(segment);
    expect(body).toMatchObject({
      issuer: `${base}/`,
      authorization_endpoint: `${base}/oauth2/authorize`,
      token_endpoint: `${base}/oauth2/token`,
      device_authorization_endpoint: `${base}/oauth2/devicecode`,
      end_session_endpoint: `${base}/oauth2/logout`,
      jwks_uri: `${base}/discovery/keys`,
      userinfo_endpoint: `${base}/openid/userinfo`,
      scopes_supported: ['openid'],
      microsoft_multi_refresh_token: true,
    });
    expect(body).not.toHaveProperty('request_uri_parameter_supported');
  });

  test('of common has a place for the tenant', async () => {
    const { body } = await server.call({ path: '/common/.well-known/openid-configuration' });
    expect(body.issuer).toBe(`${server.origin}/{tenantid}/`);
  });

  test('is what openid-client signs a user in by', async () => {
    const config = await oidc.discovery(new URL(`${server.authority()}/`), WEBSITE_ID, server.websiteSecret);
    const [verifier, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(config, {
      ...{ redirect_uri: WEBSITE_URI, scope: 'openid', resource: GRAPH, nonce },
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const answer = await createPerson(server).signIn(url.href, 'Lee Learner');
    const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
    expect(tokens.claims()).toMatchObject({ oid: LEARNER_ID, upn: LEARNER, ver: '1.0', nonce });
    const user = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub as string);
    expect(user).toMatchObject({ unique_name: LEARNER });
    const leave = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: WEBSITE_URI });
    expect((await createPerson(server).open(leave.href)).headers['location']).toBe(WEBSITE_URI);
  });
});

describe('At version 2.0', () => {
  const scope = `${GRAPH}/.default`;
  const mismatch = { error: 'invalid_target', error_codes: [9010010] };

  test('a resource that is the one of the scopes is taken', async () => {
    const client = { client_id: WRITER_ID, client_secret: server.writerSecret };
    const { body } = await server.token({ grant_type: 'client_credentials', ...client, scope, resource: GRAPH });
    expect(decodeJwt(body.access_token)).toMatchObject({ ver: '2.0', aud: GRAPH });
    expect(body).not.toHaveProperty('resource');
    const user = { username: LEARNER, password: server.passwords['learner'] as string };
    const form = { grant_type: 'password', client_id: PORTAL_ID, ...user, scope: 'User.Read', resource: GRAPH };
    expect((await server.token(form)).status).toBe(200);
  });

  test.each([`${GRAPH}/`, 'https://another.example', '00000003-0000-0000-c000-000000000000'])(
    'another, such as %s, is not',
    async (resource) => {
      const client = { client_id: WRITER_ID, client_secret: server.writerSecret };
      const ofApp = await server.token({ grant_type: 'client_credentials', ...client, scope, resource });
      const user = { username: LEARNER, password: server.passwords['learner'] as string };
      const ofUser = await server.token({ grant_type: 'password', client_id: PORTAL_ID, ...user, scope, resource });
      const ofDevice = await server.post(`/${TENANT_ID}/oauth2/v2.0/devicecode`, {
        ...{ client_id: PORTAL_ID, scope, resource },
      });
      for (const { status, body } of [ofApp, ofUser, ofDevice]) {
        expect(status).toBe(400);
        expect(body).toMatchObject(mismatch);
      }
    },
  );

  test('nor is it at the sign-in and when a code is redeemed', async () => {
    const request = { client_id: WEBSITE_ID, response_type: 'code', redirect_uri: WEBSITE_URI, scope: 'User.Read' };
    const open = (changes: Form) =>
      `/${TENANT_ID}/oauth2/v2.0/authorize?${new URLSearchParams({ ...request, ...changes }).toString()}`;
    const refused = await createPerson(server).open(open({ resource: 'https://another.example' }));
    expect(new URL(refused.headers['location'] ?? '').searchParams.get('error')).toBe('invalid_target');
    const answer = await createPerson(server).signIn(open({}), 'Lee Learner');
    const { body } = await server.token({
      ...{ grant_type: 'authorization_code', client_id: WEBSITE_ID, client_secret: server.websiteSecret },
      ...{ redirect_uri: WEBSITE_URI, code: answer.searchParams.get('code') as string },
      resource: 'https://another.example',
    });
    expect(body).toMatchObject(mismatch);
  });

  test('a resource in place of scopes is none', async () => {
    const client = { client_id: WRITER_ID, client_secret: server.writerSecret };
    const { body } = await server.token({ grant_type: 'client_credentials', ...client, resource: GRAPH });
    expect(body.error_codes).toEqual([90014]);
  });
});
