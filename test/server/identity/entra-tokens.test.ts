import { createPublicKey } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../../support/server.ts';
import type { TestServer } from '../../support/server.ts';
import { createSigner, startKeyServer } from './signer.ts';
import type { Claims, KeyServer, Signer } from './signer.ts';

const TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
const OTHER_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';
const UNKNOWN_TENANT_ID = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const APP_ID = '5b0d7c2e-6f1a-4b3c-8d9e-0a1b2c3d4e5f';
const OBJECT_ID = 'b7e6d5c4-0d1a-4c1e-9a55-0f0e0d0c0b0a';
const LEARNER_ID = '7ba2228a-e020-11ec-9d64-0242ac120002';
/** The server's own registration at Entra: version 2.0 tokens name its id, those of version 1.0 its URI. */
const API_ID = '0d9f7c5e-3b1a-4f2d-8c6b-5a4938271605';
const API_URI = `api://${API_ID}`;
const CONTENTS_PATH =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningContents';

const V2_TEMPLATE = 'https://login.microsoftonline.com/{tenantid}/v2.0';
const V1_TEMPLATE = 'https://sts.windows.net/{tenantid}/';
const LEGACY_AUTHORITY = 'https://login.partner.example/legacy/';

let keyServer: KeyServer;
let server: TestServer;
/** Each is published in its own way. */
let anyTenant: Signer;
let oneTenant: Signer;
let otherTenant: Signer;
let pss: Signer;
let elliptic: Signer;
let unpublished: Signer;

beforeAll(async () => {
  [anyTenant, oneTenant, otherTenant, unpublished] = await Promise.all([
    createSigner('RS256'),
    createSigner('RS256'),
    createSigner('RS256'),
    createSigner('RS256'),
  ]);
  [pss, elliptic] = await Promise.all([createSigner('PS256'), createSigner('ES256')]);
  keyServer = await startKeyServer();
  keyServer.publish([
    { ...anyTenant.publicJwk, issuer: V2_TEMPLATE },
    { ...oneTenant.publicJwk, issuer: v2Name(TENANT_ID) },
    { ...otherTenant.publicJwk, issuer: v2Name(OTHER_TENANT_ID) },
    { ...pss.publicJwk, alg: 'PS256' },
    elliptic.publicJwk,
    { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' },
    { kty: 'RSA', kid: 'broken', n: 'AQAB' },
  ]);
  const common = { audiences: [API_ID, API_URI], jwksUri: keyServer.url };
  server = await startTestServer({
    trustedIssuers: [
      { ...common, issuer: [V2_TEMPLATE, V1_TEMPLATE], tenants: [TENANT_ID, UNKNOWN_TENANT_ID] },
      { ...common, issuer: LEGACY_AUTHORITY, algorithms: ['PS256', 'ES256'] },
    ],
  });
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keyServer[Symbol.asyncDispose]();
});

function v2Name(tenantId: string): string {
  return V2_TEMPLATE.replace('{tenantid}', tenantId);
}

function times(): Claims {
  const now = Math.floor(Date.now() / 1000);
  return { iat: now, nbf: now, exp: now + 3600 };
}

/** An app-only token of version 2.0, as the endpoint of a registration with accessTokenAcceptedVersion 2 gives it. */
function v2Claims(changes: Claims = {}): Claims {
  return {
    ...times(),
    aud: API_ID,
    iss: v2Name(TENANT_ID),
    azp: APP_ID,
    azpacr: '1',
    oid: OBJECT_ID,
    sub: OBJECT_ID,
    roles: ['LearningContent.Read.All'],
    rh: '0.AXoA',
    tid: TENANT_ID,
    uti: 'x',
    ver: '2.0',
    ...changes,
  };
}

/** The same of version 1.0, which is the default of a registration. */
function v1Claims(changes: Claims = {}): Claims {
  const { azp: _azp, azpacr: _azpacr, ...claims } = v2Claims();
  const iss = V1_TEMPLATE.replace('{tenantid}', TENANT_ID);
  return { ...claims, aud: API_URI, iss, idp: iss, appid: APP_ID, appidacr: '2', ver: '1.0', ...changes };
}

async function statusOf(token: string, path = CONTENTS_PATH): Promise<number> {
  return (await server.call({ path, token })).status;
}

async function expectRefused(token: string, message: string): Promise<void> {
  const { status, headers, body } = await server.call({ path: CONTENTS_PATH, token });
  expect({ status, message: body?.error?.message }).toEqual({ status: 401, message });
  expect(headers['www-authenticate']).not.toContain('claims');
}

function expectInvalid(token: string, reason: string): Promise<void> {
  return expectRefused(token, `Access token validation failure. ${reason}`);
}

describe('a token of Microsoft Entra', () => {
  test.each([
    ['version 2.0', v2Claims],
    ['version 1.0', v1Claims],
  ])('of %s is accepted', async (_version, claims) => {
    expect(await statusOf(await anyTenant.sign(claims()))).toBe(200);
  });

  test('may say by idtyp that it is an app', async () => {
    expect(await statusOf(await anyTenant.sign(v2Claims({ idtyp: 'app', roles: undefined })))).toBe(403);
  });

  test.each([
    ['version 2.0', v2Claims],
    ['version 1.0', v1Claims],
  ])('of %s for a user opens what the user may', async (_version, claims) => {
    const ofUser = { oid: LEARNER_ID, sub: 'pairwise', scp: 'LearningAssignedCourse.Read User.Read', roles: undefined };
    const token = await anyTenant.sign(claims(ofUser));
    const { body } = await server.call({ path: '/v1.0/me', token });
    expect(body.id).toBe(LEARNER_ID);
  });

  test('for a user with roles opens nothing of an app', async () => {
    const ofUser = { oid: LEARNER_ID, sub: 'pairwise', scp: 'User.Read' };
    expect(await statusOf(await anyTenant.sign(v2Claims(ofUser)))).toBe(403);
    await expectInvalid(await anyTenant.sign(v2Claims({ ...ofUser, scp: undefined })), 'Invalid permissions.');
    await expectInvalid(await anyTenant.sign(v2Claims({ idtyp: 'user' })), 'Invalid permissions.');
  });

  test.each([
    ['the id', API_ID],
    ['the URI', API_URI],
    ['a list that has it', ['https://other.example', API_ID]],
  ])('may name as its audience %s', async (_name, aud) => {
    expect(await statusOf(await anyTenant.sign(v2Claims({ aud })))).toBe(200);
  });

  test.each(['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000', `${API_URI}/x`, ''])(
    'for the audience %j is refused',
    async (aud) => expectInvalid(await anyTenant.sign(v2Claims({ aud })), 'Invalid audience.'),
  );
});

describe('the tenant of a multi-tenant issuer', () => {
  test('must be the one that the name has', async () => {
    await expectInvalid(await anyTenant.sign(v2Claims({ tid: OTHER_TENANT_ID })), 'Invalid issuer.');
    await expectInvalid(await anyTenant.sign(v2Claims({ iss: v2Name(OTHER_TENANT_ID) })), 'Invalid issuer.');
  });

  test.each(['common', 'contoso.onmicrosoft.com', '{tenantid}', ''])('must be a GUID, not %j', async (tid) => {
    await expectInvalid(await anyTenant.sign(v2Claims({ tid, iss: v2Name(tid) })), 'Invalid issuer.');
  });

  test.each([
    ['another host', `https://login.microsoftonline.evil.example/${TENANT_ID}/v2.0`],
    ['something in front', `https://evil.example/${v2Name(TENANT_ID)}`],
    ['something behind', `${v2Name(TENANT_ID)}/x`],
    ['a slash too many', `${v2Name(TENANT_ID)}/`],
    ['capitals', v2Name(TENANT_ID).toUpperCase()],
  ])('counts only in the exact name, not with %s', async (_name, iss) => {
    await expectInvalid(await anyTenant.sign(v2Claims({ iss })), 'Invalid issuer.');
  });

  test('must be in the list of the settings', async () => {
    const claims = v2Claims({ tid: OTHER_TENANT_ID, iss: v2Name(OTHER_TENANT_ID) });
    await expectInvalid(await anyTenant.sign(claims), 'Invalid tenant.');
  });

  test('must be in the directory', async () => {
    const claims = v2Claims({ tid: UNKNOWN_TENANT_ID, iss: v2Name(UNKNOWN_TENANT_ID) });
    await expectInvalid(await anyTenant.sign(claims), 'Invalid tenant.');
  });

  test('decides which keys may sign', async () => {
    expect(await statusOf(await oneTenant.sign(v2Claims()))).toBe(200);
    expect(await statusOf(await oneTenant.sign(v1Claims()))).toBe(200);
    await expectInvalid(await otherTenant.sign(v2Claims()), 'Invalid signing key.');
    await expectInvalid(await otherTenant.sign(v1Claims()), 'Invalid signing key.');
  });
});

describe('the signature', () => {
  const legacy: Claims = { iss: LEGACY_AUTHORITY };

  test('may be of any algorithm of the settings', async () => {
    expect(await statusOf(await pss.sign(v2Claims(legacy)))).toBe(200);
    expect(await statusOf(await elliptic.sign(v2Claims(legacy)))).toBe(200);
  });

  test('may be of no other algorithm', async () => {
    await expectInvalid(await anyTenant.sign(v2Claims(legacy)), 'Invalid algorithm.');
    await expectInvalid(await pss.sign(v2Claims()), 'Invalid algorithm.');
    await expectInvalid(await elliptic.sign(v2Claims()), 'Invalid algorithm.');
  });

  test('must be of the type and algorithm of its key', async () => {
    await expectInvalid(await elliptic.sign(v2Claims(legacy), { kid: pss.keyId }), 'Invalid signing key.');
    await expectInvalid(await pss.sign(v2Claims(legacy), { kid: elliptic.keyId }), 'Invalid signing key.');
    await expectInvalid(await pss.sign(v2Claims(legacy), { kid: anyTenant.keyId }), 'Invalid signing key.');
    await expectInvalid(await anyTenant.sign(v2Claims(), { kid: pss.keyId }), 'Invalid signing key.');
  });

  test('may not be missing', async () => {
    const unsecured = new UnsecuredJWT(v2Claims()).encode();
    await expectInvalid(unsecured, 'Invalid algorithm.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: anyTenant.keyId })).toString('base64url');
    await expectInvalid(`${header}.${unsecured.split('.')[1]}.`, 'Invalid algorithm.');
  });

  test('may not be made with the public key as a secret, nor with a published secret', async () => {
    const pem = createPublicKey({ key: anyTenant.publicJwk, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const secrets = { [anyTenant.keyId]: String(pem), secret: 'secret' };
    for (const [kid, secret] of Object.entries(secrets)) {
      const unsigned = new SignJWT(v2Claims()).setProtectedHeader({ alg: 'HS256', kid });
      await expectInvalid(await unsigned.sign(Buffer.from(secret.padEnd(32))), 'Invalid algorithm.');
    }
  });

  test('must be of a published, usable key that the token names', async () => {
    await expectInvalid(await unpublished.sign(v2Claims()), 'Invalid signing key.');
    await expectInvalid(await unpublished.sign(v2Claims(), { kid: anyTenant.keyId }), 'Invalid signature.');
    await expectInvalid(await anyTenant.sign(v2Claims(), { kid: 'broken' }), 'Invalid signing key.');
    const nameless = new SignJWT(v2Claims()).setProtectedHeader({ alg: 'RS256' });
    await expectInvalid(await nameless.sign(anyTenant.privateKey), 'Invalid signing key.');
  });
});

test('what no key could make good does not make the server ask for keys', async () => {
  expect(await statusOf(await anyTenant.sign(v2Claims()))).toBe(200);
  const before = keyServer.requests();
  const junk = [{ aud: 'x' }, { tid: OTHER_TENANT_ID }, { exp: 1 }, { azp: 'me' }, { scp: '', oid: 'me' }];
  for (const changes of junk) {
    expect(await statusOf(await unpublished.sign(v2Claims(changes)))).toBe(401);
  }
  expect(keyServer.requests()).toBe(before);
});
