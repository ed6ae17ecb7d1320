import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/server.ts';
import {
  createTestClock,
  GRAPH,
  LEARNER_ID,
  OTHER_TENANT_ID,
  PORTAL_ID,
  PORTAL_URI,
  ROBOT_ID,
  startAuthority,
  TENANT_ID,
  WEBSITE_ID,
  WEBSITE_URI,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { authorizeUrl, createPerson, createPkce } from './person.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const clock = createTestClock();
let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({}, clock);
});
afterAll(() => server[Symbol.asyncDispose]());

const pkce = createPkce();

async function getCode(changes: Record<string, string | undefined> = {}, segment = TENANT_ID): Promise<string> {
  const answer = await createPerson(server).signIn(authorizeUrl(pkce, changes, segment), 'Lee Learner');
  return answer.searchParams.get('code') as string;
}

/** A good redemption; `undefined` takes a parameter away. */
function redeem(code: string, changes: Record<string, string | undefined> = {}, segment = TENANT_ID): Promise<Answer> {
  const good = { grant_type: 'authorization_code', client_id: PORTAL_ID, redirect_uri: PORTAL_URI, code };
  const parameters = Object.entries({ ...good, code_verifier: pkce.verifier, ...changes });
  const sent = parameters.filter(([, value]) => value !== undefined);
  return server.token(Object.fromEntries(sent), segment);
}

function refresh(refreshToken: string, changes: Record<string, string> = {}, segment = TENANT_ID): Promise<Answer> {
  const form = { grant_type: 'refresh_token', client_id: PORTAL_ID, refresh_token: refreshToken, ...changes };
  return server.token(form, segment);
}

/** The parameters that the app is answered with. */
async function answerTo(changes: Record<string, string | undefined>, segment = TENANT_ID): Promise<URLSearchParams> {
  const { headers } = await createPerson(server).open(authorizeUrl(pkce, changes, segment));
  const url = new URL(headers['location'] ?? 'none:');
  expect(url.origin).toBe(PORTAL_URI);
  return url.searchParams;
}

describe('a code', () => {
  test('is sent back with the state, and redeemed for the tokens of the user', async () => {
    const answer = await createPerson(server).signIn(authorizeUrl(pkce, { nonce: 'n-0S6' }), 'Lee Learner');
    expect(answer.origin).toBe(PORTAL_URI);
    expect(answer.searchParams.get('state')).toBe('a state & more');
    const { status, headers, body } = await redeem(answer.searchParams.get('code') as string, { client_info: '1' });
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store, no-cache');
    expect(body).toEqual({
      token_type: 'Bearer',
      scope: `openid profile ${GRAPH}/LearningProvider.ReadWrite`,
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^1\.[\w-]{64}$/),
      id_token: expect.any(String),
      client_info: Buffer.from(`{"uid":"${LEARNER_ID}","utid":"${TENANT_ID}"}`).toString('base64url'),
    });
    const issuedAt = Math.floor(clock.now() / 1000);
    expect(decodeJwt(body.id_token)).toEqual({
      aud: PORTAL_ID,
      iss: `${server.origin}/${TENANT_ID}/v2.0`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 3599,
      nonce: 'n-0S6',
      oid: LEARNER_ID,
      sub: expect.stringMatching(/^[\w-]{43}$/),
      name: 'Lee Learner',
      preferred_username: 'learner@contoso.onmicrosoft.com',
      tid: TENANT_ID,
      uti: expect.any(String),
      ver: '2.0',
    });
  });

  test('names the user by one subject to one app, by another to another', async () => {
    const subjectOf = async () => decodeJwt((await redeem(await getCode())).body.id_token).sub;
    const first = await subjectOf();
    expect(await subjectOf()).toBe(first);
    const [client, scope] = [{ client_id: WEBSITE_ID, redirect_uri: WEBSITE_URI }, 'openid email'];
    const code = await getCode({ ...client, scope });
    const { body } = await redeem(code, { ...client, client_secret: server.websiteSecret });
    expect(decodeJwt(body.id_token)).toMatchObject({ email: 'lee@contoso.example', aud: WEBSITE_ID });
    expect(decodeJwt(body.id_token)).not.toHaveProperty('name');
    expect(decodeJwt(body.id_token).sub).not.toBe(first);
    expect(decodeJwt(body.access_token)).toMatchObject({ scp: 'openid email', aud: GRAPH });
    expect(body).not.toHaveProperty('refresh_token');
  });

  test('brings a user of any tenant that has the app through common', async () => {
    const person = createPerson(server);
    const page = await person.open(authorizeUrl(pkce, {}, 'common'));
    expect(page.text).toContain('Frida &lt;b&gt;Fabrikam&lt;/b&gt;');
    const { headers } = await person.press('Frida');
    const code = new URL(headers['location'] as string).searchParams.get('code') as string;
    const { body } = await redeem(code, {}, 'common');
    expect(decodeJwt(body.id_token)).toMatchObject({ iss: `${server.origin}/${OTHER_TENANT_ID}/v2.0` });
    expect(decodeJwt(body.access_token)).toMatchObject({ tid: OTHER_TENANT_ID });
    expect((await refresh(body.refresh_token, {}, 'common')).status).toBe(200);
    const elsewhere = await refresh(body.refresh_token);
    expect(elsewhere).toMatchObject({ status: 400, body: { error: 'invalid_grant', error_codes: [700005] } });
  });

  test('opens the API with what was asked for', async () => {
    await using current = await startAuthority();
    const code = (await createPerson(current).signIn(authorizeUrl(pkce), 'Ada Admin')).searchParams.get('code');
    const { body } = await current.token({
      ...{ grant_type: 'authorization_code', client_id: PORTAL_ID, redirect_uri: PORTAL_URI },
      ...{ code: code as string, code_verifier: pkce.verifier },
    });
    const path = '/v1.0/employeeExperience/learningProviders/13727311-e7bb-470d-8b20-6a23d9030d70';
    expect((await current.call({ path, token: body.access_token })).status).toBe(200);
  });

  const invalidGrant = (number: number) => ({ error: 'invalid_grant', number });

  test.each<[string, Record<string, string | undefined>, { error: string; number: number }]>([
    ['a wrong verifier', { code_verifier: createPkce().verifier }, invalidGrant(501481)],
    ['no verifier', { code_verifier: undefined }, invalidGrant(501481)],
    ['a verifier that is none', { code_verifier: 'short' }, invalidGrant(501481)],
    ['another redirect URI', { redirect_uri: 'http://localhost:1' }, { error: 'invalid_client', number: 500112 }],
    ['no redirect URI', { redirect_uri: undefined }, { error: 'invalid_request', number: 900144 }],
    ['no code', { code: undefined }, { error: 'invalid_request', number: 900144 }],
    ['another code', { code: `1.${'A'.repeat(64)}` }, invalidGrant(9002313)],
    ['what is no code', { code: 'x' }, invalidGrant(9002313)],
    ['an unconsented scope', { scope: 'LearningContent.ReadWrite.All' }, invalidGrant(65001)],
    ['a secret', { client_secret: 'x' }, { error: 'invalid_client', number: 700025 }],
    ['an unknown client', { client_id: LEARNER_ID }, { error: 'unauthorized_client', number: 700016 }],
  ])('is not redeemed with %s, and stays good', async (_name, changes, { error, number }) => {
    const code = await getCode();
    const { body } = await redeem(code, changes);
    expect(body).toMatchObject({ error, error_codes: [number] });
    expect((await redeem(code)).status).toBe(200);
  });

  test('is not redeemed by another client, or in another tenant', async () => {
    const code = await getCode();
    const other = { client_id: WEBSITE_ID, client_secret: server.websiteSecret };
    expect((await redeem(code, other)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70000] });
    const elsewhere = await redeem(code, {}, OTHER_TENANT_ID);
    expect(elsewhere.body).toMatchObject({ error: 'invalid_grant', error_codes: [700005] });
  });

  test('is redeemed once, however many try at the same time', async () => {
    const code = await getCode();
    const answers = await Promise.all(Array.from({ length: 5 }, () => redeem(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await redeem(code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
  });

  test('that comes again revokes the refresh tokens that it led to, old and new, and those of no other', async () => {
    const [code, other] = [await getCode(), await getCode()];
    const { body: first } = await redeem(code);
    const { body: second } = await refresh(first.refresh_token);
    const { body: elsewhere } = await redeem(other);
    expect((await redeem(code, { code_verifier: undefined })).body).toMatchObject({ error_codes: [54005] });
    for (const { refresh_token: token } of [first, second]) {
      expect((await refresh(token)).body).toMatchObject({ error: 'invalid_grant', error_codes: [50173] });
    }
    expect((await refresh(elsewhere.refresh_token)).status).toBe(200);
    clock.advance(80 * 24 * 60 * MINUTE_MS);
    expect((await redeem(await getCode())).status).toBe(200);
    expect((await refresh(second.refresh_token)).body).toMatchObject({ error_codes: [50173] });
  });

  test('that another client sends again revokes nothing', async () => {
    const code = await getCode();
    const { body } = await redeem(code);
    const other = { client_id: WEBSITE_ID, client_secret: server.websiteSecret };
    expect((await redeem(code, other)).body).toMatchObject({ error_codes: [70000] });
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  test('is good for ten minutes', async () => {
    const [early, late] = [await getCode(), await getCode()];
    clock.advance(10 * MINUTE_MS - 1);
    expect((await redeem(early)).status).toBe(200);
    clock.advance(1);
    expect((await redeem(late)).body).toMatchObject({ error: 'invalid_grant', error_codes: [70008] });
  });

  test('is not taken for a refresh token, nor a refresh token for a code', async () => {
    const code = await getCode();
    expect((await refresh(code)).body).toMatchObject({ error: 'invalid_grant', error_codes: [9002313] });
    const { body } = await redeem(code);
    expect((await redeem(body.refresh_token)).body).toMatchObject({ error: 'invalid_grant', error_codes: [9002313] });
  });
});

describe('a confidential client', () => {
  const client = { client_id: WEBSITE_ID, redirect_uri: WEBSITE_URI, scope: 'openid' };
  const plain = { ...client, code_challenge: undefined, code_challenge_method: undefined };

  test('may do without PKCE, but not without its secret', async () => {
    const code = await getCode(plain);
    const bare = await redeem(code, { ...client, code_verifier: undefined });
    expect(bare).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [7000218] } });
    const secret = { client_secret: server.websiteSecret, code_verifier: undefined };
    expect((await redeem(code, { ...client, ...secret })).status).toBe(200);
  });

  test('cannot bring a verifier where the challenge was taken away', async () => {
    const code = await getCode(plain);
    const { body } = await redeem(code, { ...client, client_secret: server.websiteSecret });
    expect(body).toMatchObject({ error: 'invalid_grant', error_codes: [501481] });
  });
});

describe('a refresh token', () => {
  test('gives new tokens and a new refresh token, and can be used again', async () => {
    const { body: first } = await redeem(await getCode({ nonce: 'once' }));
    const { body: second } = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(decodeJwt(second.access_token)).toMatchObject({ oid: LEARNER_ID, scp: expect.stringContaining('Provider') });
    expect(decodeJwt(second.id_token)).not.toHaveProperty('nonce');
    for (const { refresh_token: token } of [first, second]) expect((await refresh(token)).status).toBe(200);
  });

  test('gives tokens for other consented scopes and resources, and for no others', async () => {
    const { body } = await redeem(await getCode());
    const other = await refresh(body.refresh_token, { scope: 'api://vivarium/LearningProvider.Read' });
    expect(decodeJwt(other.body.access_token)).toMatchObject({ aud: 'api://vivarium', scp: 'LearningProvider.Read' });
    expect(other.body).toHaveProperty('refresh_token');
    expect(other.body).not.toHaveProperty('id_token');
    const more = await refresh(body.refresh_token, { scope: 'LearningContent.ReadWrite.All' });
    expect(more.body).toMatchObject({ error: 'invalid_grant', suberror: 'consent_required', error_codes: [65001] });
  });

  test('is bound to its client', async () => {
    const { body } = await redeem(await getCode());
    const other = { client_id: WEBSITE_ID, client_secret: server.websiteSecret };
    expect((await refresh(body.refresh_token, other)).body).toMatchObject({ error_codes: [70000] });
  });

  test('is good for 90 days', async () => {
    const { body } = await redeem(await getCode());
    clock.advance(90 * DAY_MS - 1);
    const { body: last } = await refresh(body.refresh_token);
    expect(last).toHaveProperty('access_token');
    clock.advance(1);
    const { body: late } = await refresh(body.refresh_token);
    expect(late).toMatchObject({ error: 'invalid_grant', error_codes: [700082] });
    expect((await refresh(last.refresh_token)).status).toBe(200);
  });
});

describe('a scope', () => {
  test.each([
    ['LearningProvider.ReadWrite', GRAPH, 'LearningProvider.ReadWrite', 'LearningProvider.ReadWrite'],
    ['learningprovider.readwrite', GRAPH, 'LearningProvider.ReadWrite', 'learningprovider.readwrite'],
    [`${GRAPH}/User.Read`, GRAPH, 'User.Read', `${GRAPH}/User.Read`],
    ['api://vivarium/User.Read', 'api://vivarium', 'User.Read', 'api://vivarium/User.Read'],
    ['openid', GRAPH, 'openid', 'openid'],
    [
      'api://vivarium/.default profile',
      'api://vivarium',
      'User.Read LearningProvider.Read LearningProvider.ReadWrite LearningAssignedCourse.Read LearningSelfInitiatedCourse.Read LicenseAssignment.Read.All profile',
      'profile api://vivarium/User.Read api://vivarium/LearningProvider.Read api://vivarium/LearningProvider.ReadWrite api://vivarium/LearningAssignedCourse.Read api://vivarium/LearningSelfInitiatedCourse.Read api://vivarium/LicenseAssignment.Read.All api://vivarium/.default',
    ],
  ])('%s is granted', async (scope, audience, granted, answered) => {
    const { body } = await redeem(await getCode({ scope }));
    expect(decodeJwt(body.access_token)).toMatchObject({ aud: audience, scp: granted });
    expect(body.scope).toBe(answered);
  });

  test.each([
    ['LearningContent.ReadWrite.All', 'interaction_required', 65001],
    ['No.Such.Thing', 'invalid_client', 650053],
    ['https://other.example/User.Read', 'invalid_resource', 500011],
    ['api://vivarium/User.Read User.Read', 'invalid_scope', 700022],
    [`${GRAPH}/.default User.Read`, 'invalid_scope', 70011],
    [undefined, 'invalid_request', 90014],
  ])('%s is refused, and the app is told', async (scope, error, number) => {
    const answer = await answerTo({ scope });
    expect(answer.get('error')).toBe(error);
    expect(answer.get('error_description')).toMatch(`AADSTS${number}: `);
    expect(answer.get('state')).toBe('a state & more');
  });
});

describe('a request that is wrong', () => {
  test.each<[string, Record<string, string | undefined>, string, number]>([
    ['no response type', { response_type: undefined }, 'invalid_request', 900144],
    ['another response type', { response_type: 'id_token' }, 'unsupported_response_type', 70005],
    ['another response mode', { response_mode: 'web_message' }, 'invalid_request', 70007],
    ['another prompt', { prompt: 'create' }, 'invalid_request', 90023],
    ['none beside another prompt', { prompt: 'none login' }, 'invalid_request', 90023],
    ['nobody signed in for prompt none', { prompt: 'none' }, 'login_required', 50058],
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request', 9002325],
    ['plain PKCE', { code_challenge_method: 'plain' }, 'invalid_request', 501491],
    ['PKCE without a method', { code_challenge_method: undefined }, 'invalid_request', 501491],
    ['a short challenge', { code_challenge: 'x' }, 'invalid_request', 501491],
  ])('is sent back: %s', async (_name, changes, error, number) => {
    const answer = await answerTo(changes);
    expect(answer.get('error')).toBe(error);
    expect(answer.get('error_description')).toMatch(`AADSTS${number}: `);
  });

  test.each<[string, Record<string, string | undefined>, string, number]>([
    ['no client', { client_id: undefined }, TENANT_ID, 900144],
    ['an unknown client', { client_id: LEARNER_ID }, TENANT_ID, 700016],
    ['a client of another tenant', { client_id: WEBSITE_ID }, OTHER_TENANT_ID, 700016],
    ['an unknown tenant', {}, 'nobody.example', 90002],
    ['no redirect URI', { redirect_uri: undefined }, TENANT_ID, 900971],
    ['a foreign redirect URI', { redirect_uri: 'https://evil.example/' }, TENANT_ID, 50011],
    ['another path', { redirect_uri: `${PORTAL_URI}/x` }, TENANT_ID, 50011],
    ['another scheme', { redirect_uri: 'https://localhost:4711' }, TENANT_ID, 50011],
    ['another name of this machine', { redirect_uri: 'http://localhost.evil.example' }, TENANT_ID, 50011],
    ['a name before the host', { redirect_uri: 'http://localhost@evil.example' }, TENANT_ID, 50011],
    ['a fragment', { redirect_uri: `${PORTAL_URI}#x` }, TENANT_ID, 50011],
    ['a line feed', { redirect_uri: 'http://local\nhost:4711' }, TENANT_ID, 50011],
    ['a backslash', { redirect_uri: 'http:\\\\localhost:4711' }, TENANT_ID, 50011],
    ['a script', { redirect_uri: 'javascript:alert(1)' }, TENANT_ID, 50011],
  ])('is shown and sent nowhere: %s', async (_name, changes, segment, number) => {
    const { status, headers, text } = await createPerson(server).open(authorizeUrl(pkce, changes, segment));
    expect(status).toBe(400);
    expect(headers).not.toHaveProperty('location');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain(`AADSTS${number}: `);
  });

  test('does not put its text into the page as HTML', async () => {
    const { text } = await createPerson(server).open(
      authorizeUrl(pkce, { redirect_uri: 'http://x/"><script>alert(1)</script>' }),
    );
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  test('names a parameter that comes twice', async () => {
    const { text } = await createPerson(server).open(`${authorizeUrl(pkce)}&client_id=x`);
    expect(text).toContain('AADSTS9000411: ');
  });
});

describe('redirect URIs', () => {
  test.each([
    [PORTAL_ID, 'http://localhost'],
    [PORTAL_ID, 'http://localhost:65535/'],
    [PORTAL_ID, 'http://localhost:80'],
    [PORTAL_ID, 'http://127.0.0.1:4000'],
    [ROBOT_ID, 'http://localhost:9/callback'],
    [ROBOT_ID, 'https://robot.example/answer?kind=a'],
    [ROBOT_ID, 'msalrobot://auth'],
  ])('of %s may be %s', async (clientId, redirectUri) => {
    const changes = { client_id: clientId, redirect_uri: redirectUri, scope: 'openid' };
    const { headers } = await createPerson(server).open(authorizeUrl(pkce, { ...changes, prompt: 'none' }));
    const mark = redirectUri.includes('?') ? '&' : '?';
    expect(headers['location']).toContain(`${new URL(redirectUri).href}${mark}error=login_required`);
  });

  test.each([
    'https://robot.example/answer',
    'https://robot.example/answer?kind=b',
    'https://robot.example:444/answer?kind=a',
    'http://robot.example/answer?kind=a',
    'https://robot.example/Answer?kind=a',
    'msalrobot://auth/x',
    'MSALROBOT://auth',
    'http:localhost/callback',
    'http:/localhost/callback',
    'http:///localhost/callback',
    'http://LOCALHOST/callback',
    'HTTP://localhost/callback',
    'http://127.1/callback',
    'http://0x7f000001/callback',
    'http://2130706433/callback',
    'http://localhost:04711/callback',
    'http://localhost:/callback',
    'http://localhost/x/../callback',
    'http://localhost/%2e/callback',
    'http://localhost/callback#',
    'http://@localhost/callback',
    ' http://localhost/callback',
    'https://robot.example:443/answer?kind=a',
  ])('of the robot may not be %s', async (redirectUri) => {
    const changes = { client_id: ROBOT_ID, redirect_uri: redirectUri, scope: 'openid' };
    const { status, text } = await createPerson(server).open(authorizeUrl(pkce, changes));
    expect(status).toBe(400);
    expect(text).toContain('AADSTS50011');
  });
});
