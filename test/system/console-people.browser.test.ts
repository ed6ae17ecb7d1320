/** People sign in to the console in a real browser: at the embedded issuer, and at one outside. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBrowser } from '../support/browser.ts';
import { openTab } from '../support/console-tab.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
const ADMINISTRATOR = 'admin@contoso.onmicrosoft.com';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** On the page of the issuer, from that of the console. */
async function signIn(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with your account' }).click();
  await page.getByRole('button', { name }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Vivarium' }).waitFor();
}

async function complete({ app, call, appToken }: TestServer): Promise<void> {
  const { status } = await call({
    method: 'POST',
    path: app.example?.path ?? '',
    token: await appToken('writer'),
    json: { ...(app.example?.body as object), status: 'completed', completionPercentage: 100 },
  });
  expect(status).toBe(201);
}

test('a learner sees their own learning and nothing else, and signs out', async () => {
  await using server = await startTestServer();
  await complete(server);
  await using tab = await openTab(browser, server);
  const { page, complaints } = tab;
  await page.goto('activities');
  await signIn(page, 'Lee Learner');
  await page.getByRole('heading', { name: /learning/i, level: 1 }).waitFor();
  await page.getByRole('tab', { name: 'Completed (1)' }).click();
  await page.getByRole('link', { name: /Manage classes/ }).waitFor();
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  expect(await links.allTextContents()).toEqual(['My learning']);
  await signOut(page);
  await page.getByRole('button', { name: 'Sign in with your account' }).click();
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

test('someone with a role comes back to the page that they asked for, and their session is renewed', async () => {
  await using server = await startTestServer({ consoleOperator: [ADMINISTRATOR] });
  await using tab = await openTab(browser, server);
  const { page, complaints } = tab;
  await page.clock.install();
  await page.goto('providers?order=displayName');
  await signIn(page, 'Ada Admin');
  await page.getByRole('button', { name: 'Register a provider' }).waitFor();
  expect(new URL(page.url()).search).toBe('?order=displayName');
  const read = () => page.evaluate<string>("JSON.parse(sessionStorage.getItem('vivarium-session')).token");
  const before = await read();
  await page.clock.fastForward('51:00');
  await expect.poll(read).not.toBe(before);
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Learners' }).click();
  await page.getByRole('button', { name: 'Lee Learner' }).waitFor();
  expect(complaints).toEqual([]);
});

test('an outside issuer signs people in, and its roles claim gives no role that is not named', async () => {
  await using issuer = await startTestServer({ httpPort: 0 });
  const name = `${issuer.app.httpUrl}/${TENANT_ID}/v2.0`;
  const token = issuer.app.admin?.token;
  const json = { displayName: 'Console of Contoso', isPublicClient: true };
  const { app } = (await issuer.call({ method: 'POST', path: '/_admin/apps', token, json })).body;
  await using server = await startTestServer({
    embeddedIssuer: false,
    sandbox: false,
    trustedIssuers: [{ issuer: name, audiences: ['api://vivarium'] }],
    consoleClientId: app.clientId,
    consoleViewer: [ADMINISTRATOR],
  });
  await issuer.call({
    method: 'PATCH',
    path: `/_admin/apps/${app.clientId}`,
    token,
    json: { redirectUris: [`${server.origin}/console/`] },
  });
  const others = [issuer.app.httpUrl ?? ''];
  await using tab = await openTab(browser, server, { others });
  const { page, complaints } = tab;
  await page.goto('learners');
  await signIn(page, 'Ada Admin');
  await page.getByRole('button', { name: 'Lee Learner' }).waitFor();
  expect(await page.getByRole('button', { name: 'Add a user' }).count()).toBe(0);
  await signOut(page);
  await signIn(page, 'Lee Learner');
  await page.getByRole('link', { name: /Manage classes/ }).waitFor();
  expect(complaints).toEqual([]);
});
