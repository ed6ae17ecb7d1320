import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer } from '../../support/server.ts';
import type { TestServer } from '../../support/server.ts';
import { createSigner, startKeyServer } from './signer.ts';
import type { KeyServer } from './signer.ts';

const TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
const CONTENTS_PATH =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningContents';

const signer = await createSigner('RS256');
let keyServer: KeyServer;
let server: TestServer;

beforeAll(async () => {
  keyServer = await startKeyServer();
  keyServer.publish([signer.publicJwk]);
  server = await startTestServer({
    embeddedIssuer: false,
    trustedIssuers: [
      {
        issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
        audiences: ['api://vivarium'],
        jwksUri: keyServer.url,
      },
    ],
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keyServer[Symbol.asyncDispose]();
});

function claims(issuer: string): Readonly<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: 'api://vivarium',
    tid: TENANT_ID,
    azp: '5b0d7c2e-6f1a-4b3c-8d9e-0a1b2c3d4e5f',
    roles: ['LearningContent.Read.All'],
    exp: now + 600,
  };
}

test('tokens of the trusted issuer are accepted', async () => {
  const token = await signer.sign(claims(`https://login.microsoftonline.com/${TENANT_ID}/v2.0`));
  expect((await server.call({ path: CONTENTS_PATH, token })).status).toBe(200);
});

test('the own authority is no issuer any more', async () => {
  const token = await signer.sign(claims(`${server.origin}/${TENANT_ID}/v2.0`));
  const { status, body } = await server.call({ path: CONTENTS_PATH, token });
  expect({ status, message: body.error.message }).toEqual({
    status: 401,
    message: 'Access token validation failure. Invalid issuer.',
  });
});

test.each([
  ['POST', '/oauth2/v2.0/token'],
  ['GET', '/v2.0/.well-known/openid-configuration'],
  ['GET', '/discovery/v2.0/keys'],
  ['GET', '/oauth2/v2.0/authorize'],
])('%s %s of the own authority does not exist', async (method, path) => {
  const { status, body } = await server.call({ method, path: `/${TENANT_ID}${path}` });
  expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'BadRequest' });
});

test('no token is signed any more', async () => {
  expect(server.app.tokenUrl).toBeUndefined();
  await expect(server.app.mintToken({ app: 'writer' })).rejects.toThrow('The embedded issuer is switched off.');
});

test('clients without a token are pointed to the trusted issuer', async () => {
  const { headers } = await server.call({ path: CONTENTS_PATH });
  expect(headers['www-authenticate']).toBe(
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/v2.0/authorize"',
  );
});
