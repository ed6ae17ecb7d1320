import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createTestClock,
  OTHER_USER,
  PORTAL_ID,
  PORTAL_URI,
  startAuthority,
  TENANT_ID,
  TWIN_ID,
  TWIN_URI,
  WEBSITE_ID,
  WEBSITE_URI,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { authorizeUrl, createPerson, createPkce } from './person.ts';

const clock = createTestClock();
const pkce = createPkce();
const LEARNER = 'learner@contoso.onmicrosoft.com';

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({}, clock);
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the page', () => {
  test('shows who may sign in, for what, and lets nothing else happen', async () => {
    const { status, headers, text } = await createPerson(server).open(authorizeUrl(pkce));
    expect(status).toBe(200);
    for (const shown of ['portal', 'Lee Learner', LEARNER.replace('@', '<wbr />@'), 'Premium licence', 'No licence']) {
      expect(text).toContain(shown);
    }
    expect(text).toContain('Manage learning provider');
    expect(text).not.toContain('Fabrikam');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; img-src data:; form-action 'self' http:\/\/localhost:4711; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers['cache-control']).toBe('no-store, no-cache');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('origin');
  });

  test('shows users of the tenants whose registration has the address only', async () => {
    const request = { client_id: TWIN_ID, redirect_uri: TWIN_URI, scope: 'openid' };
    const person = createPerson(server);
    const { text } = await person.open(authorizeUrl(pkce, request, 'common'));
    expect(text).toContain('Lee Learner');
    expect(text).not.toContain('Fabrikam');
    expect((await person.press('Lee Learner', { user: OTHER_USER })).text).toContain(`There is no user ${OTHER_USER}.`);
  });

  test('puts the expected user first', async () => {
    const { text } = await createPerson(server).open(authorizeUrl(pkce, { login_hint: LEARNER.toUpperCase() }));
    expect(text.indexOf('Lee Learner')).toBeLessThan(text.indexOf('Ada Admin'));
    expect(text).toContain('Suggested');
  });

  test('takes the request by POST as well', async () => {
    const query = authorizeUrl(pkce).split('?')[1] as string;
    const form = Object.fromEntries(new URLSearchParams(query));
    const { status, text } = await server.post(`/${TENANT_ID}/oauth2/v2.0/authorize`, form, {
      origin: 'https://app.example',
    });
    expect(status).toBe(200);
    expect(text).toContain('Lee Learner');
  });

  test('tells the app when the person cancels', async () => {
    const person = createPerson(server);
    await person.open(authorizeUrl(pkce));
    const { status, headers } = await person.press('Cancel');
    expect(status).toBe(303);
    const answer = new URL(headers['location'] as string).searchParams;
    expect(answer.get('error')).toBe('access_denied');
    expect(answer.get('error_description')).toMatch('AADSTS65004');
  });

  test('comes again for a user who is not of this tenant', async () => {
    const person = createPerson(server);
    await person.open(authorizeUrl(pkce));
    const { status, text } = await person.press('Lee Learner', { user: OTHER_USER });
    expect(status).toBe(200);
    expect(text).toContain(`There is no user ${OTHER_USER}.`);
  });

  test('takes no choice from a page of another site', async () => {
    const form = { request: authorizeUrl(pkce).split('?')[1] as string, user: LEARNER };
    const own = await server.post(`/${TENANT_ID}/login`, form, { origin: server.origin });
    expect(own.status).toBe(303);
    for (const origin of ['https://evil.example', 'null', server.origin.replace('https', 'http')]) {
      const { status, text } = await server.post(`/${TENANT_ID}/login`, form, { origin });
      expect(status).toBe(400);
      expect(text).toContain('AADSTS90023');
    }
  });

  test.each([
    ['cross-site', 400],
    ['same-site', 400],
    ['sideways', 400],
    ['same-origin', 303],
    ['none', 303],
  ])('takes a choice without Origin from Sec-Fetch-Site %s with %i', async (site, status) => {
    const form = { request: authorizeUrl(pkce).split('?')[1] as string, user: LEARNER };
    const answer = await server.post(`/${TENANT_ID}/login`, form, { 'sec-fetch-site': site });
    expect(answer.status).toBe(status);
    expect(answer.text.includes('AADSTS90023')).toBe(status === 400);
  });

  test.each(['deviceauth', 'logout'])('lets no other site send a form to %s', async (name) => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const { status, text } = await server.post(`/${TENANT_ID}/oauth2/v2.0/${name}`, {}, headers);
    expect(status).toBe(400);
    expect(text).toContain('AADSTS90023');
  });

  test('accepts a request that an app posts as a form', async () => {
    const form = Object.fromEntries(new URLSearchParams(authorizeUrl(pkce).split('?')[1]));
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await server.post(`/${TENANT_ID}/oauth2/v2.0/authorize`, form, headers)).status).toBe(200);
  });
});

describe('the answer', () => {
  test.each([
    [undefined, '?'],
    ['query', '?'],
    ['fragment', '#'],
  ])('of response mode %s comes after %s', async (mode, mark) => {
    const person = createPerson(server);
    await person.open(authorizeUrl(pkce, { response_mode: mode }));
    const { headers } = await person.press('Lee Learner');
    expect(headers['location']).toMatch(
      new RegExp(`^${PORTAL_URI}/\\${mark}code=1\\.[\\w-]+&state=a\\+state\\+%26\\+more$`),
    );
  });

  test('of form_post is a form that posts itself, or is posted with a button', async () => {
    const person = createPerson(server);
    await person.open(authorizeUrl(pkce, { response_mode: 'form_post' }));
    const { status, headers, text } = await person.press('Lee Learner');
    expect(status).toBe(200);
    expect(text).toMatch(/<form method="post" action="http:\/\/localhost:4711"><input[^>]*name="code"/);
    expect(text).toContain('name="state" value="a state &amp; more"');
    expect(text).toContain('Continue</button>');
    expect(headers['content-security-policy']).toMatch(/script-src 'sha256-[^']+'$/);
  });

  test('of form_post reports errors in the same way', async () => {
    const { headers, text } = await createPerson(server).open(
      authorizeUrl(pkce, { response_mode: 'form_post', prompt: 'none' }),
    );
    expect(headers).not.toHaveProperty('location');
    expect(text).toContain('name="error" value="login_required"');
  });

  test('tells MSAL who it is, when asked', async () => {
    const answer = await createPerson(server).signIn(authorizeUrl(pkce, { client_info: '1' }), 'Lee Learner');
    const info = Buffer.from(answer.searchParams.get('client_info') as string, 'base64url').toString();
    expect(JSON.parse(info)).toMatchObject({ utid: TENANT_ID });
  });
});

describe('a browser in which a user has signed in', () => {
  const website = { client_id: WEBSITE_ID, redirect_uri: WEBSITE_URI, scope: 'openid' };

  test('signs in again without a page, also with another app', async () => {
    const person = createPerson(server);
    await person.signIn(authorizeUrl(pkce), 'Lee Learner');
    for (const changes of [{}, { prompt: 'none' }, { login_hint: LEARNER }, website]) {
      const { status, headers } = await person.open(authorizeUrl(pkce, changes));
      expect(status).toBe(303);
      expect(headers['location']).toContain('?code=');
    }
  });

  test.each(['login', 'select_account', 'consent'])('is asked again for prompt %s', async (prompt) => {
    const person = createPerson(server);
    await person.signIn(authorizeUrl(pkce), 'Lee Learner');
    const { status, text } = await person.open(authorizeUrl(pkce, { prompt }));
    expect(status).toBe(200);
    expect(text.includes('<details class="wanted" open')).toBe(prompt === 'consent');
  });

  test('is asked when another user is expected, or another tenant', async () => {
    const person = createPerson(server);
    await person.signIn(authorizeUrl(pkce), 'Lee Learner');
    expect((await person.open(authorizeUrl(pkce, { login_hint: 'admin@contoso.onmicrosoft.com' }))).status).toBe(200);
    expect((await person.open(authorizeUrl(pkce, {}, 'fabrikam.example'))).status).toBe(200);
    const { headers } = await person.open(authorizeUrl(pkce, { prompt: 'none', login_hint: 'somebody@else.example' }));
    expect(headers['location']).toContain('error=login_required');
  });

  test('holds a cookie that scripts, other hosts and plain HTTP cannot see', async () => {
    const form = { request: authorizeUrl(pkce).split('?')[1] as string, user: LEARNER };
    const { headers } = await server.post(`/${TENANT_ID}/login`, form);
    expect(headers['set-cookie']?.split(', ')).toEqual([
      expect.stringMatching(/^__Host-vivarium-session=1\.[\w-]{64}; Path=\/; HttpOnly; Secure; SameSite=None$/),
      expect.stringMatching(
        /^__Host-vivarium-recent=[\w-]+\/[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=7776000$/,
      ),
    ]);
  });

  test('is forgotten after a day', async () => {
    const person = createPerson(server);
    await person.signIn(authorizeUrl(pkce), 'Lee Learner');
    clock.advance(86_400_000);
    expect((await person.open(authorizeUrl(pkce))).status).toBe(200);
  });

  test('signs out, and redirects to a registered address', async () => {
    const person = createPerson(server);
    await person.signIn(authorizeUrl(pkce), 'Lee Learner');
    const path = `/${TENANT_ID}/oauth2/v2.0/logout`;
    const back = new URLSearchParams({ post_logout_redirect_uri: WEBSITE_URI, state: 'x y' }).toString();
    const { status, headers } = await person.open(`${path}?${back}`);
    expect(status).toBe(303);
    expect(headers['location']).toBe(`${WEBSITE_URI}?state=x+y`);
    expect((await person.open(authorizeUrl(pkce))).status).toBe(200);
  });

  test('cannot go on with the cookie from before a sign-out', async () => {
    const form = { request: authorizeUrl(pkce).split('?')[1] as string, user: LEARNER };
    const signedIn = await server.post(`/${TENANT_ID}/login`, form);
    const headers = { cookie: signedIn.headers['set-cookie']?.split(';')[0] as string };
    const ask = async () => (await server.call({ path: authorizeUrl(pkce, { prompt: 'none' }), headers })).headers;
    expect(await ask()).toMatchObject({ location: expect.stringContaining('?code=') });
    await server.call({ path: `/${TENANT_ID}/oauth2/v2.0/logout`, headers });
    expect(await ask()).toMatchObject({ location: expect.stringContaining('error=login_required') });
  });

  test.each([
    '',
    'https://evil.example/',
    'http:localhost/callback',
    'http://0x7f000001',
    'http://localhost/callback#x',
  ])('signs out and stays when it is to return to %j', async (uri) => {
    const query = uri === '' ? '' : `?${new URLSearchParams({ post_logout_redirect_uri: uri }).toString()}`;
    const { status, headers, text } = await createPerson(server).open(`/common/oauth2/v2.0/logout${query}`);
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('location');
    expect(text).toContain('You are signed out');
    expect(text).toContain('To sign in again, go back to the app.');
    expect(text.includes('is not a redirectUri of any app')).toBe(uri !== '');
  });
});

test('over plain HTTP, people sign in as well', async () => {
  await using plain = await startAuthority({ httpPort: 0 });
  const base = plain.app.httpUrl as string;
  const form = new URLSearchParams({ request: authorizeUrl(pkce).split('?')[1] as string, user: LEARNER });
  const { status, headers } = await fetch(`${base}/common/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: base },
    body: form,
  });
  expect(status).toBe(303);
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^vivarium-session=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/),
    expect.stringMatching(/^vivarium-recent=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=7776000$/),
  ]);
  const code = new URL(headers.get('location') as string).searchParams.get('code') as string;
  const { body } = await plain.token({
    ...{ grant_type: 'authorization_code', client_id: PORTAL_ID, redirect_uri: PORTAL_URI },
    ...{ code, code_verifier: pkce.verifier },
  });
  expect(body).toHaveProperty('access_token');
});
