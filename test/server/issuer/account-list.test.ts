import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createManySeed, createManyUsers, MANY_TENANT_ID, MANY_USERS } from '../../support/many-users.ts';
import { startTestServer } from '../../support/server.ts';
import type { TestServer } from '../../support/server.ts';
import { PORTAL_ID, startAuthority } from './authority.ts';
import { authorizeUrl, createPerson, createPkce } from './person.ts';

// The users whom the pages offer: which, in which order, and how others are found.

const SHOWN = 20;
const pkce = createPkce();
const url = authorizeUrl(pkce, { scope: 'openid' });
/** The name of the user 4999. */
const LAST = 'Zoë Çelik 89';

let server: TestServer;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-many-'));
  const seed = join(folder, 'seed.json');
  writeFileSync(seed, JSON.stringify(createManySeed()));
  server = await startTestServer({ seed });
  rmSync(folder, { recursive: true });
});
afterAll(() => server[Symbol.asyncDispose]());

/** In the order of the page, with their badges. */
function listShown(page: string): readonly string[] {
  return [...page.matchAll(/<button class="account".*?<\/button>/gs)].map(([button]) => {
    const name = /class="name">([^<]*)</.exec(button)?.[1];
    const [badge = ''] = [...button.matchAll(/class="badge">([^<]*)</g)].map(([, text = '']) => text);
    return badge === 'No licence' ? `${name}` : `${name}: ${badge}`;
  });
}

describe('of thousands of users', () => {
  test('the page offers the first ones, and a search', async () => {
    const { text } = await createPerson(server).open(url);
    expect(listShown(text)).toHaveLength(SHOWN);
    expect(text).toContain('There are more users: search for the others.');
    expect(text).toMatch(/<input\s+type="search"\s+id="search"/);
    expect(text.length).toBeLessThan(30_000);
  });

  test.each([
    ['user4999@many.example', 1, /^Zoë Çelik 89$/],
    [' USER4999@MANY.EXAMPLE ', 1, /^Zoë Çelik 89$/],
    ['zoe celik', SHOWN, /^Zoë Çelik /],
    ['ÇELIK zoë', SHOWN, /^Zoë Çelik /],
    ['u_100% émile', SHOWN, /^Émile Xu_100% /],
    ['ipek muller', SHOWN, /^İpek Müller /],
    ['celik hansen', 0, /^$/],
    ['<b>%', 0, /^$/],
  ])(
    'a search for %j finds %i by each of its words, in any casing, with or without accents',
    async (search, count, name) => {
      const person = createPerson(server);
      await person.open(url);
      const { status, text } = await person.press('Search', { search });
      expect(status).toBe(200);
      expect(listShown(text)).toEqual(Array.from({ length: count }, () => expect.stringMatching(name)));
      const escaped = search.trim().replace('<b>', '&lt;b&gt;');
      const told = count === 0 ? 'No user matches' : count === 1 ? '1 user matches' : 'The first 20 users who match';
      expect(text).toContain(`<p role="status">${told} <strong>${escaped}</strong>.</p>`);
    },
  );

  test('who was found signs in; a name that nobody has is told, and Cancel still tells the app', async () => {
    const person = createPerson(server);
    await person.open(url);
    await person.press('Search', { search: 'user4999@' });
    expect((await person.press(LAST)).headers['location']).toContain('?code=');
    await person.open(authorizeUrl(pkce, { scope: 'openid', prompt: 'login' }));
    expect((await person.press('Search', { search: 'nobody' })).text).toContain(
      'No user matches <strong>nobody</strong>.',
    );
    expect(listShown((await person.press('All users', { search: '' })).text)).toHaveLength(SHOWN + 1);
    expect((await person.press('Cancel')).headers['location']).toContain('error=access_denied');
  });

  test('programs choose one by name without the search', async () => {
    const person = createPerson(server);
    await person.open(url);
    const wrong = await person.press('Search', { user: 'nobody@many.example', search: '' });
    expect(wrong.status).toBe(200);
    const form = { request: url.split('?')[1] as string, user: ' USER4998@many.example ' };
    const body = new URLSearchParams(form).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const chosen = await server.call({ path: `/${MANY_TENANT_ID}/login`, method: 'POST', body, headers });
    expect(chosen.headers['location']).toContain('?code=');
  });

  test('the one whom the app expects is first, wherever the list would have him', async () => {
    const { text } = await createPerson(server).open(
      authorizeUrl(pkce, { scope: 'openid', login_hint: 'User4999@many.example' }),
    );
    expect(listShown(text)).toHaveLength(SHOWN + 1);
    expect(listShown(text)[0]).toBe(`${LAST}: Suggested`);
  });

  test('those who were chosen in this browser are first, the latest before the others, five at most', async () => {
    const person = createPerson(server);
    const names = ['4990', '4991', '4992', '4993', '4994', '4990', '4995'];
    for (const name of names) {
      await person.open(authorizeUrl(pkce, { scope: 'openid', prompt: 'select_account' }));
      await person.press('Search', { search: `user${name}@` });
      await person.press(nameOf(Number(name)));
    }
    const { text } = await person.open(authorizeUrl(pkce, { scope: 'openid', prompt: 'select_account' }));
    const latest = [4995, 4990, 4994, 4993, 4992].map((index) => `${nameOf(index)}: Recently used`);
    expect(listShown(text).slice(0, 6)).toEqual([...latest, expect.not.stringContaining('Recently used')]);
    const hinted = await person.open(
      authorizeUrl(pkce, { scope: 'openid', prompt: 'select_account', login_hint: 'user4994@many.example' }),
    );
    expect(listShown(hinted.text).slice(0, 3)).toEqual([
      `${nameOf(4994)}: Suggested`,
      `${nameOf(4995)}: Recently used`,
      `${nameOf(4990)}: Recently used`,
    ]);
  });

  test('a device is let in by the same list, and what it ends with leads on', async () => {
    const person = createPerson(server);
    const body = new URLSearchParams({ client_id: PORTAL_ID, scope: 'openid' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { body: device } = await server.call({
      path: '/common/oauth2/v2.0/devicecode',
      method: 'POST',
      body,
      headers,
    });
    await person.open('/common/oauth2/v2.0/deviceauth');
    expect(listShown((await person.press('Next', { user_code: device.user_code })).text)).toHaveLength(SHOWN);
    await person.press('Search', { search: 'user4999@' });
    const { text } = await person.press(LAST);
    expect(text).toContain(`${LAST} is signed in on your device: go on there.`);
    expect(text).toContain('<a href="/common/oauth2/v2.0/deviceauth" rel="noreferrer">Enter another code</a>');
    expect(listShown((await person.open(url)).text)[0]).toBe(`${LAST}: Recently used`);
  });

  test('a cookie that names nobody, or somebody of another tenant, changes nothing', async () => {
    const names = [
      'x',
      `${MANY_TENANT_ID}/x`,
      '/',
      '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c11/7ba2228a-e020-11ec-9d64-000000000001',
    ];
    const { status, text } = await server.call({
      path: url,
      headers: { cookie: `__Host-vivarium-recent=${names.join('.')}` },
    });
    expect(status).toBe(200);
    expect(listShown(text)).toHaveLength(SHOWN);
    expect(text).not.toContain('Recently used');
  });

  test('avatars differ in colour, and stay a user’s own', async () => {
    const pages = await Promise.all([createPerson(server).open(url), createPerson(server).open(url)]);
    const [first, second] = pages.map(({ text }) => text.match(/initials tint\d/g));
    expect(new Set(first).size).toBeGreaterThan(5);
    expect(second).toEqual(first);
  });
});

test('a few users need no search, and those of the seed differ in colour', async () => {
  await using few = await startAuthority();
  const { text } = await createPerson(few).open(authorizeUrl(pkce));
  expect(listShown(text)).toHaveLength(4);
  expect(text).not.toContain('id="search"');
  expect(new Set(text.match(/initials tint\d/g)).size).toBe(4);
});

describe('what cannot go on', () => {
  test.each([
    [
      'an unknown address',
      { redirect_uri: 'https://unknown.example' },
      50011,
      'Register the address in the redirectUris',
    ],
    ['an unknown app', { client_id: '6a1c2f10-4d3b-4b8e-9d2a-000000000000' }, 700016, 'Compare the client_id'],
    ['a missing parameter', { redirect_uri: undefined }, 900971, 'Correct the request that the app has sent.'],
  ])('%s: the page says how to mend it, and where to read on', async (_what, changes, number, remedy) => {
    const { status, headers, text } = await createPerson(server).open(authorizeUrl(pkce, changes));
    expect(status).toBe(400);
    expect(text).toContain(remedy);
    expect(text).toContain('Then start again from the app.');
    expect(text).toContain(`<code>vivarium journal show ${headers['x-ms-request-id']}</code>`);
    expect(text).toContain(`<a href="https://login.microsoftonline.com/error?code=${number}" rel="noreferrer">`);
  });
});

function nameOf(index: number): string {
  const users = createManyUsers(MANY_USERS) as Readonly<Record<string, { readonly displayName: string }>>;
  return users[`u${index}`]?.displayName ?? '';
}
