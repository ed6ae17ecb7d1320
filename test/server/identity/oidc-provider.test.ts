import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer, TestServer } from '../../support/server.ts';
import { startTestServer } from '../../support/server.ts';
import { startOidcIssuer } from './oidc-issuer.ts';
import type { OidcIssuer, TokenOrder } from './oidc-issuer.ts';

const AUDIENCE = 'https://vivarium.example/api';
const TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
const LEARNER_ID = '7ba2228a-e020-11ec-9d64-0242ac120002';
const PROVIDER_PATH = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';

let issuer: OidcIssuer;
let server: TestServer;

beforeAll(async () => {
  issuer = await startOidcIssuer();
  server = await start();
});

function start(settings: Readonly<Record<string, unknown>> = {}): Promise<TestServer> {
  const trusted = {
    issuer: issuer.origin,
    audiences: [AUDIENCE],
    tenant: TENANT_ID,
    algorithms: ['RS256', 'PS256', 'ES256'],
    claims: { app: 'client_id', user: 'graph_user' },
  };
  return startTestServer({ trustedIssuers: [trusted], issuerKeyFloorSeconds: 0, ...settings });
}

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

beforeEach(() => issuer.recover());

/** An app's token that opens the reading of contents, unless it is changed. */
function order(changes: Partial<TokenOrder> = {}): Promise<string> {
  return issuer.token({ audience: AUDIENCE, claims: { roles: ['LearningContent.Read.All'] }, ...changes });
}

function readContents(token: string, from = server): Promise<Answer> {
  return from.call({ path: `${PROVIDER_PATH}/learningContents`, token });
}

async function expectInvalid(token: string, reason: string, from = server): Promise<void> {
  const { status, body } = await readContents(token, from);
  const message = `Access token validation failure. ${reason}`;
  expect({ status, error: body.error }).toMatchObject({
    status: 401,
    error: { code: 'InvalidAuthenticationToken', message },
  });
}

describe('a token of another issuer', () => {
  test.each(['RS256', 'PS256', 'ES256'] as const)('signed with %s opens what its roles open', async (algorithm) => {
    const answer = await readContents(await order({ algorithm }));
    expect(answer.status).toBe(200);
    expect(answer.body.value.length).toBeGreaterThan(0);
  });

  test('opens nothing else', async () => {
    const { status, body } = await server.call({
      path: `${PROVIDER_PATH}/learningCourseActivities`,
      method: 'POST',
      token: await order(),
      json: {},
    });
    expect(status).toBe(403);
    expect(body.error.innerError).toMatchObject({
      tokenKind: 'application',
      tokenPermissions: ['LearningContent.Read.All'],
    });
  });

  test('is a delegated one when it has scopes, and its user is me', async () => {
    const claims = { scp: 'LearningAssignedCourse.Read User.Read', graph_user: LEARNER_ID };
    const { status, body } = await server.call({ path: '/v1.0/me', token: await order({ claims }) });
    expect({ status, id: body.id }).toEqual({ status: 200, id: LEARNER_ID });
  });

  test('is refused for another audience', async () => {
    await expectInvalid(await order({ audience: 'https://other.example/api' }), 'Invalid audience.');
  });

  test('is refused without a GUID for its user', async () => {
    await expectInvalid(await order({ claims: { scp: 'User.Read', graph_user: 'lee' } }), 'Invalid user.');
  });

  test('is refused without permissions of any kind', async () => {
    await expectInvalid(await order({ claims: {} }), 'Invalid permissions.');
  });

  test('ends with its lifetime and the clock skew', async () => {
    const answer = await readContents(await order({ lifetimeSeconds: -301 }));
    expect(answer.body.error.message).toBe('Access token has expired or is not yet valid.');
    expect((await readContents(await order({ lifetimeSeconds: -1 }))).status).toBe(200);
  });

  test('is refused when its issuer is not in the settings', async () => {
    await using stranger = await startOidcIssuer();
    const token = await stranger.token({ audience: AUDIENCE, claims: { roles: ['LearningContent.Read.All'] } });
    await expectInvalid(token, 'Invalid issuer.');
    expect(stranger.keyRequests()).toBe(0);
  });
});

describe('keys', () => {
  test('are fetched once, however many requests come at a time', async () => {
    await issuer.rotateKeys();
    const before = issuer.keyRequests();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => order({ lifetimeSeconds: 600 + index })));
    const answers = await Promise.all(tokens.map((token) => readContents(token)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(issuer.keyRequests() - before).toBe(1);
  });

  test('of a rotation are found by their new id, and the withdrawn ones no longer count', async () => {
    const old = await order();
    await issuer.rotateKeys();
    expect((await readContents(await order())).status).toBe(200);
    await expectInvalid(old, 'Invalid signing key.');
  });

  test('that are known go on working while the issuer is gone; new ones are refused, never with a 500', async () => {
    await readContents(await order());
    const unseen = await order({ lifetimeSeconds: 555 });
    await issuer.rotateKeys();
    const ofNewKey = await order();
    await issuer.stop();
    expect((await readContents(unseen)).status).toBe(200);
    await expectInvalid(ofNewKey, 'Invalid signing key.');
    await issuer.restart();
    expect((await readContents(ofNewKey)).status).toBe(200);
  });

  test('that are waited for in vain are given up after the timeout', async () => {
    await using hasty = await start({ issuerTimeoutMs: 150 });
    const token = await order();
    const isAsked = issuer.hang();
    const answers = Promise.all([
      expectInvalid(token, 'Invalid signing key.', hasty),
      readContents(`${token}x`, hasty),
    ]);
    await isAsked;
    expect((await answers)[1].status).toBe(401);
    issuer.recover();
    // A machine that is busy may take longer than the timeout, once or twice.
    await expect.poll(async () => (await readContents(token, hasty)).status, { timeout: 20_000 }).toBe(200);
  });
});
