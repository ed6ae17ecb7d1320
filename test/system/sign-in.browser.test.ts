/** People sign in with a real browser: what they see, and what comes of it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PublicClientApplication } from '@azure/msal-node';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listViolations } from '../support/accessibility.ts';
import { openBrowser } from '../support/browser.ts';
import { createManySeed } from '../support/many-users.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { GRAPH, PORTAL_ID, PORTAL_URI, startAuthority } from '../server/issuer/authority.ts';
import type { AuthorityServer } from '../server/issuer/authority.ts';
import { authorizeUrl, createPkce } from '../server/issuer/person.ts';

/** Takes no activities until its sync is enabled. */
const PROVIDER_ID = 'ba9790ef-21d5-4c17-808c-acda55230253';
const PROVIDER = `/v1.0/employeeExperience/learningProviders/${PROVIDER_ID}`;

let server: AuthorityServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startAuthority(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

interface Tab extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about on pages of the server, such as a violated policy. */
  readonly complaints: readonly string[];
}

async function openTab(options: BrowserContextOptions = {}): Promise<Tab> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: server.origin, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  // The page that a client shows at the end is the client's own, and gone as soon as it has the code.
  page.on('console', (message) => {
    if (message.location().url.startsWith(server.origin)) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
}

test('a person signs in, enables a provider with the token, and the provider writes its next activity', async () => {
  const writer = await server.appToken('writer');
  const content = await server.call({
    method: 'PATCH',
    path: `${PROVIDER}/learningContents(externalId='T-1')`,
    token: writer,
    json: { title: 'A course', contentWebUrl: 'https://wingtip.example/T-1', languageTag: 'en-us' },
  });
  const create = () =>
    server.call({
      method: 'POST',
      path: `${PROVIDER}/learningCourseActivities`,
      token: writer,
      json: {
        ...(server.app.example?.body as object),
        learningProviderId: PROVIDER_ID,
        learningContentId: content.body.id,
      },
    });
  const refusal = "This provider isn't enabled for the given tenant.";
  expect(await create()).toMatchObject({ status: 400, body: { error: { message: refusal } } });

  const tab = await openTab();
  await using _closing = tab;
  const client = new PublicClientApplication({
    auth: { clientId: PORTAL_ID, authority: server.authority(), knownAuthorities: [new URL(server.origin).host] },
  });
  const { accessToken, account } = await client.acquireTokenInteractive({
    scopes: ['LearningProvider.ReadWrite'],
    openBrowser: async (url) => {
      await tab.page.goto(url);
      await tab.page.getByRole('button', { name: 'Ada Admin' }).click();
    },
  });
  expect(account?.username).toBe('admin@contoso.onmicrosoft.com');
  const json = { isCourseActivitySyncEnabled: true };
  expect((await server.call({ method: 'PATCH', path: PROVIDER, token: accessToken, json })).status).toBe(204);
  expect((await create()).status).toBe(201);
  expect(tab.complaints).toEqual([]);
});

/** An app that is sent back to: answers everything with a short page, and tells what it was sent. */
async function listen(): Promise<AsyncDisposable & { readonly uri: string; readonly received: Promise<string> }> {
  const { promise: received, resolve } = Promise.withResolvers<string>();
  const app = createServer((request, response) => {
    response.end('Back at the app');
    if (request.url === '/favicon.ico') return;
    resolve(request.method === 'POST' ? text(request) : `${request.method} ${request.url}`);
  });
  app.listen(0, 'localhost');
  await once(app, 'listening');
  const { port } = app.address() as AddressInfo;
  return { uri: `http://localhost:${port}`, received, [Symbol.asyncDispose]: async () => void app.close() };
}

describe('the answer reaches the app', () => {
  test('by form_post, which the page sends by itself', async () => {
    await using app = await listen();
    await using tab = await openTab();
    await tab.page.goto(authorizeUrl(createPkce(), { redirect_uri: app.uri, response_mode: 'form_post' }));
    await tab.page.getByRole('button', { name: 'Lee Learner' }).click();
    await tab.page.getByText('Back at the app').waitFor();
    expect(await app.received).toMatch(/^code=1\.[\w-]+&state=a\+state\+%26\+more$/);
    expect(tab.complaints).toEqual([]);
  });

  test('without JavaScript, at the press of a button', async () => {
    await using app = await listen();
    await using tab = await openTab({ javaScriptEnabled: false });
    await tab.page.goto(authorizeUrl(createPkce(), { redirect_uri: app.uri, response_mode: 'form_post' }));
    await tab.page.getByRole('button', { name: 'Lee Learner' }).click();
    await tab.page.getByRole('button', { name: 'Continue' }).click();
    expect(await app.received).toMatch(/^code=/);
  });

  test('with the keyboard alone', async () => {
    await using app = await listen();
    await using tab = await openTab();
    await tab.page.goto(
      authorizeUrl(createPkce(), { redirect_uri: app.uri, login_hint: 'learner@contoso.onmicrosoft.com' }),
    );
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Tab');
    expect(await tab.page.locator(':focus').textContent()).toContain('Lee Learner');
    await tab.page.keyboard.press('Enter');
    expect(await app.received).toMatch(/^GET \/\?code=/);
  });
});

test('a browser that has signed in is not asked again, until it signs out', async () => {
  await using app = await listen();
  await using tab = await openTab();
  const url = authorizeUrl(createPkce(), { redirect_uri: app.uri, scope: `${GRAPH}/.default` });
  await tab.page.goto(url);
  await tab.page.getByRole('button', { name: 'Lee Learner' }).click();
  await tab.page.getByText('Back at the app').waitFor();
  await tab.page.goto(url);
  await tab.page.getByText('Back at the app').waitFor();
  await tab.page.goto('/common/oauth2/v2.0/logout');
  expect(await tab.page.getByRole('heading').textContent()).toBe('You are signed out');
  await tab.page.goto(url);
  expect(await tab.page.getByRole('heading').textContent()).toBe('Sign in');
});

test('a page of another origin cannot show the sign-in page within itself', async () => {
  await using app = await listen();
  await using tab = await openTab();
  await tab.page.goto(app.uri);
  const refusal = tab.page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await tab.page.setContent(`<iframe src="${server.origin}${authorizeUrl(createPkce())}"></iframe>`);
  expect((await refusal).text()).toContain("frame-ancestors 'none'");
});

describe('of many users, one is found', () => {
  let many: TestServer;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vivarium-many-'));
    const seed = join(folder, 'seed.json');
    writeFileSync(seed, JSON.stringify(createManySeed({}, 60)));
    many = await startTestServer({ seed });
    rmSync(folder, { recursive: true });
  });
  afterAll(() => many[Symbol.asyncDispose]());

  test.each([
    [390, 'light'],
    [1280, 'dark'],
  ] as const)('with the keyboard, %i pixels wide, in %s colours', async (width, colorScheme) => {
    await using app = await listen();
    await using tab = await openTab({ baseURL: many.origin, viewport: { width, height: 800 }, colorScheme });
    const url = authorizeUrl(createPkce(), { redirect_uri: app.uri, scope: 'User.Read' });
    await tab.page.goto(url);
    expect(await tab.page.locator(':focus').getAttribute('name')).toBe('search');
    await expectReadable(tab, width);
    await tab.page.keyboard.type('zoe xu');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByRole('status').getByText('1 user matches').waitFor();
    await expectReadable(tab, width);
    await tab.page.getByRole('button', { name: 'Zoë' }).focus();
    await tab.page.keyboard.press('Enter');
    expect(await app.received).toMatch(/^GET \/\?code=/);
    await tab.page.getByText('Back at the app').waitFor();
    // The next app that asks is offered the same user first, also after a sign-out.
    await tab.page.goto('/common/oauth2/v2.0/logout');
    await expectReadable(tab, width);
    await tab.page.goto(url);
    const [first] = await tab.page.getByRole('button', { name: '@many.example' }).allTextContents();
    expect(first?.replaceAll(/\s+/g, ' ')).toContain('Zoë Xu_100% 0 user55@many.example Recently used');
    expect(tab.complaints).toEqual([]);
  });
});

async function expectReadable(tab: Tab, width: number): Promise<void> {
  expect(await listViolations(tab.page)).toEqual([]);
  expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  describe.each([320, 768, 1280])('%i pixels wide', (width) => {
    const readable = (tab: Tab) => expectReadable(tab, width);

    test('the pages can be read and used by everybody', async () => {
      await using tab = await openTab({ colorScheme, viewport: { width, height: 800 } });
      await tab.page.goto(
        authorizeUrl(createPkce(), { prompt: 'consent', login_hint: 'learner@contoso.onmicrosoft.com' }),
      );
      await readable(tab);
      await tab.page.goto(authorizeUrl(createPkce(), { redirect_uri: `${PORTAL_URI}/${'long'.repeat(100)}` }));
      await readable(tab);
      const { body } = await server.post('/common/oauth2/v2.0/devicecode', { client_id: PORTAL_ID, scope: 'openid' });
      await tab.page.goto('/common/oauth2/v2.0/deviceauth');
      await readable(tab);
      await tab.page.getByLabel('Code').fill('wrong');
      await tab.page.keyboard.press('Enter');
      await tab.page.getByRole('alert').waitFor();
      await readable(tab);
      await tab.page.getByLabel('Code').fill(body.user_code);
      await tab.page.keyboard.press('Enter');
      await tab.page.getByRole('heading', { name: 'Fabrikam' }).waitFor();
      await readable(tab);
      await tab.page.getByRole('button', { name: 'Cancel' }).click();
      await tab.page.getByRole('heading', { name: 'The sign-in was declined' }).waitFor();
      await readable(tab);
      await tab.page.getByRole('link', { name: 'Enter another code' }).click();
      await tab.page.getByRole('heading', { name: 'Enter the code' }).waitFor();
      await tab.page.goto(`/common/oauth2/v2.0/logout?post_logout_redirect_uri=https://${'long'.repeat(100)}.example`);
      await readable(tab);
    });
  });
});
