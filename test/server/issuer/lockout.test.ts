/** Wrong secrets are counted and slowed, and nobody else is locked out by them. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/server.ts';
import { createTestClock, GRAPH, PORTAL_ID, startAuthority, TENANT_ID, WEBSITE_ID, WRITER_ID } from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createPerson } from './person.ts';

const LEARNER = 'learner@contoso.onmicrosoft.com';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const THRESHOLD = 10;
const [HERE, THERE] = ['192.0.2.1', '198.51.100.1'];
const CODES = 'BCDFGHJKLM';

const clock = createTestClock();
let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({ trustProxy: true }, clock);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => clock.advance(DAY_MS));

const TOKEN_PATH = `/${TENANT_ID}/oauth2/v2.0/token`;

function logIn(password: string, sender = HERE, on = server): Promise<Answer> {
  const form = { grant_type: 'password', client_id: PORTAL_ID, username: LEARNER, scope: 'User.Read', password };
  return on.post(TOKEN_PATH, form, { 'x-forwarded-for': sender });
}

function prove(secret: string, { sender = HERE, client = WRITER_ID, on = server } = {}): Promise<Answer> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client,
    client_secret: secret,
    scope: `${GRAPH}/.default`,
  };
  return on.post(TOKEN_PATH, form, { 'x-forwarded-for': sender });
}

async function enter(code: string, sender = HERE): Promise<Answer> {
  const headers = { 'x-forwarded-for': sender };
  return server.post(`/${TENANT_ID}/oauth2/v2.0/deviceauth`, { user_code: code }, headers);
}

/** As many wrong ones as lock, one after the other; each is answered as a wrong one. */
async function exhaust(guess: (text: string) => Promise<Answer>): Promise<void> {
  for (const letter of CODES) {
    const { body, text } = await guess(`${letter.repeat(8)}${letter === 'B' ? 'C' : 'B'}`);
    expect(body?.error_codes?.[0] ?? text).not.toBe(50053);
  }
  expect(CODES).toHaveLength(THRESHOLD);
}

describe('wrong passwords', () => {
  test('lock the user for their sender, for a minute of the clock, also with the right one', async () => {
    const right = server.passwords['learner'] as string;
    await exhaust((text) => logIn(text));
    for (const password of ['yet another', right]) {
      const { status, body } = await logIn(password);
      expect({ status, ...body }).toMatchObject({ status: 400, error: 'invalid_grant', error_codes: [50053] });
    }
    expect((await logIn(right, THERE)).status).toBe(200);
    clock.advance(MINUTE_MS - 1);
    expect((await logIn(right)).body).toMatchObject({ error_codes: [50053] });
    clock.advance(1);
    expect((await logIn(right)).status).toBe(200);
  });

  test('that are the same one again do not', async () => {
    for (let index = 0; index < 2 * THRESHOLD; index += 1) {
      expect((await logIn('an old password')).body).toMatchObject({ error_codes: [50126] });
    }
  });
});

describe('wrong client secrets', () => {
  test('lock the app for their sender: neither for others, nor other apps', async () => {
    await exhaust((text) => prove(text));
    const { status, body } = await prove(server.writerSecret);
    expect({ status, ...body }).toMatchObject({ status: 401, error: 'invalid_client', error_codes: [50053] });
    expect((await prove(server.writerSecret, { sender: THERE })).status).toBe(200);
    expect((await prove(server.websiteSecret, { client: WEBSITE_ID })).status).toBe(200);
    clock.advance(MINUTE_MS);
    expect((await prove(server.writerSecret)).status).toBe(200);
  });

  test('are those of the sender that the last proxy names, whatever is before it', async () => {
    let count = 0;
    await exhaust((text) => prove(text, { sender: `203.0.113.${(count += 1)}, ${HERE}` }));
    expect((await prove(server.writerSecret)).body).toMatchObject({ error_codes: [50053] });
    expect((await prove(server.writerSecret, { sender: '203.0.113.1' })).status).toBe(200);
  });
});

describe('wrong user codes', () => {
  test('lock the page for their sender', async () => {
    const { body } = await server.post(`/${TENANT_ID}/oauth2/v2.0/devicecode`, {
      client_id: PORTAL_ID,
      scope: 'openid',
    });
    await exhaust((text) => enter(text));
    const locked = await enter(body.user_code);
    expect(locked.status).toBe(400);
    expect(locked.text).toContain('AADSTS50053: Sign-in was blocked because too many wrong codes came');
    expect((await enter(body.user_code, THERE)).text).toContain('Sign in on your device?');
    clock.advance(MINUTE_MS);
    expect((await enter(body.user_code)).text).toContain('Sign in on your device?');
  });
});

test('without a trusted proxy, X-Forwarded-For makes no other sender', async () => {
  await using direct = await startAuthority();
  let count = 0;
  await exhaust((text) => prove(text, { sender: `203.0.113.${(count += 1)}`, on: direct }));
  expect((await prove(direct.writerSecret, { on: direct })).body).toMatchObject({ error_codes: [50053] });
  const { url, token } = direct.app.control as NonNullable<typeof direct.app.control>;
  const { pathname } = new URL(`${url}/reset`);
  expect((await direct.call({ method: 'POST', path: pathname, token })).status).toBeLessThan(300);
  expect((await prove(direct.writerSecret, { on: direct })).status).toBe(200);
});

test('with lockoutThreshold 0 nothing is locked', async () => {
  await using open = await startAuthority({ lockoutThreshold: 0 });
  for (let index = 0; index < 2 * THRESHOLD; index += 1) {
    expect((await logIn(`wrong ${index}`, HERE, open)).body).toMatchObject({ error_codes: [50126] });
  }
  const person = createPerson(open);
  await person.open(`/${TENANT_ID}/oauth2/v2.0/deviceauth`);
  for (let index = 0; index < 2 * THRESHOLD; index += 1) {
    expect((await person.press('Next', { user_code: `wrong ${index}` })).status).toBe(200);
  }
});
