/** The sandbox by the console: faults, inboxes, the clock, snapshots. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBrowser } from '../support/browser.ts';
import { openProfile } from '../support/console-tab.ts';
import type { Profile } from '../support/console-tab.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let server: TestServer;
let browser: Browser;
let profile: Profile;

beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer({}), openBrowser()]);
  profile = await openProfile(browser, server);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

async function control(path: string, method = 'GET', json?: object) {
  const { status, body } = await server.call({
    method,
    path: `/_vivarium${path}`,
    json,
    token: server.app.control?.token,
  });
  expect(status).toBeLessThan(300);
  return body;
}

test('a fault that is added here strikes a client there, and a banner says so until it is removed', async () => {
  await using tab = await profile.open('sandbox?tab=faults');
  const { page, complaints } = tab;
  await page.getByLabel('Preset').selectOption('throttledOnce');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('1 fault is on', { exact: false }).waitFor();
  const path = '/v1.0/employeeExperience/learningCourseActivities';
  const { status, headers } = await server.call({ path, token: await server.appToken('reader') });
  expect([status, headers['retry-after']]).toEqual([429, '1']);
  await page.getByText('1 of 1 calls').waitFor();
  await page.getByRole('button', { name: 'Remove throttledOnce' }).click();
  await page.getByText('No faults').waitFor();
  expect(complaints).toEqual([]);
});

test('a switch of a fault that the server refuses says so above the page', async () => {
  await control('/faults', 'POST', { preset: 'flaky500', enabled: false });
  await using tab = await profile.open('sandbox?tab=faults');
  const { page } = tab;
  await page.route('**/_vivarium/faults/flaky500', (route) =>
    route.fulfill({ status: 409, json: { title: 'Conflict', detail: 'Not now.' } }),
  );
  await page.getByRole('switch', { name: 'Switch flaky500 on or off' }).click();
  await page.getByRole('alert').getByText('Not now.').waitFor();
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Remove flaky500' }).click();
  await page.getByRole('alert').getByText('Not now.').waitFor();
  await control('/faults/flaky500', 'DELETE');
});

test('an inbox shows what arrived at once, and answers as it is set', async () => {
  await using tab = await profile.open('sandbox?tab=inboxes');
  const { page, complaints } = tab;
  await page.getByText('Nothing has arrived yet').waitFor();
  await page.getByLabel('Name').fill('-orders');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByText('Start with a letter or a digit', { exact: false }).waitFor();
  await page.getByLabel('Name').fill('orders');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('/_inbox/orders', { exact: false }).waitFor();
  const send = () => server.call({ method: 'POST', path: '/_inbox/orders', json: { order: 17 } });
  expect((await send()).status).toBe(204);
  await drawer.locator('tbody button').click();
  await drawer.getByText('"order": 17', { exact: false }).waitFor();
  await drawer.getByRole('button', { name: 'All requests' }).click();
  await drawer.getByLabel('Status').fill('503');
  await drawer.getByLabel('For how many requests').fill('1');
  await drawer.getByLabel('Secret of the webhook').fill('plain');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('secret must match pattern', { exact: false }).first().waitFor();
  await drawer.getByLabel('Secret of the webhook').fill('');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect.poll(async () => (await control('/inboxes/orders')).reply).toEqual({ status: 503, next: 1 });
  expect([(await send()).status, (await send()).status]).toEqual([503, 204]);
  await drawer.getByRole('button', { name: 'Empty and reset' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Empty and reset' }).click();
  await drawer.getByText('Nothing has arrived in this inbox').waitFor();
  // The browser reports the refused change.
  expect(complaints.filter((one) => !one.includes('400'))).toEqual([]);
});

test('an inbox keeps what is typed while a request is read or a question asked, and saves no more than that', async () => {
  await control('/inboxes/typed', 'PATCH', { reply: { status: 503, next: 1 } });
  await using tab = await profile.open('sandbox?tab=inboxes&open=typed');
  const { page, complaints } = tab;
  const drawer = page.getByRole('dialog', { name: 'typed' });
  await drawer.getByText('Now: 503').waitFor();
  await server.call({ method: 'POST', path: '/_inbox/typed', json: { order: 17 } });
  const secret = drawer.getByLabel('Secret of the webhook');
  await secret.fill('whsec_c2VjcmV0IHNlY3JldA==');
  const row = drawer.locator('tbody button');
  await row.click();
  await drawer.getByText('"order": 17', { exact: false }).waitFor();
  const focused = () => page.evaluate('document.activeElement.textContent');
  expect(await focused()).toBe('All requests');
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe(await row.innerText());
  await drawer.getByRole('button', { name: 'Empty and reset' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(focused).toBe('Empty and reset');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.getByText('Saved.').waitFor();
  expect(await secret.inputValue()).toBe('');
  const inbox = await control('/inboxes/typed');
  expect(inbox).toMatchObject({ hasSecret: true, requests: 1 });
  expect(inbox).not.toHaveProperty('reply');
  expect(complaints).toEqual([]);
});

test('the clock is frozen from the command palette, and runs again from the banner', async () => {
  await using tab = await profile.open();
  const { page, complaints } = tab;
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to a page, or run an action' }).waitFor();
  await page.keyboard.type('freeze');
  await page.keyboard.press('Enter');
  await page.getByText('The clock is frozen at', { exact: false }).waitFor();
  expect(await control('/clock')).toMatchObject({ mode: 'frozen' });
  await page.getByRole('button', { name: 'Return to real time' }).click();
  await expect.poll(async () => (await control('/clock')).mode).toBe('real');
  expect(complaints).toEqual([]);
});

test('a state is saved, changed and restored', async () => {
  await using tab = await profile.open('sandbox?tab=snapshots');
  const { page, complaints } = tab;
  await page.getByLabel('Name').fill('before');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Restore' }).waitFor();
  await control('/faults', 'POST', { preset: 'flaky500' });
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Restore before' }).click();
  await expect.poll(async () => (await control('/faults')).value.length).toBe(0);
  expect(complaints).toEqual([]);
});
