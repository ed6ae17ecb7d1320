/** Webhooks by the console: added, tried, given a new secret, and sent again what was given up, with a real receiver. */
import type { Browser, Page } from 'playwright-core';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBrowser } from '../support/browser.ts';
import { goTo, openProfile } from '../support/console-tab.ts';
import type { Profile } from '../support/console-tab.ts';
import { openReceiver } from '../support/receiver.ts';
import type { Received, Receiver } from '../support/receiver.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { SQLITE } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const ACTIVITIES =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities';
const ACTIVITY = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  status: 'notStarted',
};
const WAIT = { timeout: 15_000, interval: 20 };

let browser: Browser;
let database: TestDatabase;
let server: TestServer;
let profile: Profile;
let receiver: Receiver;

beforeAll(async () => {
  database = SQLITE.create();
  [browser, server, receiver] = await Promise.all([
    openBrowser(),
    database.serverSettings().then((settings) => startTestServer({ ...settings, sandbox: true })),
    openReceiver(),
  ]);
  profile = await openProfile(browser, server);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

async function readSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('alertdialog', { name: 'Signing secret' });
  const secret = await dialog.locator('code').innerText();
  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  return secret;
}

function verify(secret: string, { text, headers }: Received): unknown {
  return new Verifier(secret).verify(text, headers as Record<string, string>);
}

test('a webhook is added, tried and given a new secret; a wrong URL is said at its field', async () => {
  await using tab = await profile.open();
  const { page } = tab;
  await goTo(page, 'Webhooks');
  await page.getByText('No webhooks yet').waitFor();
  await page.getByRole('button', { name: 'Add a webhook' }).click();
  const url = page.getByLabel('URL');
  await url.fill('nowhere');
  await page.getByRole('checkbox', { name: /^content\.deleted/ }).uncheck();
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByText('url must be a URL').last().waitFor();
  expect(await url.getAttribute('aria-invalid')).toBe('true');
  await url.fill(`${receiver.url}/hook`);
  await page.getByRole('button', { name: 'Create' }).click();
  const secret = await readSecret(page);

  const drawer = page.getByRole('dialog', { name: `${receiver.url}/hook` });
  await drawer.getByText('No deliveries yet').waitFor();
  await drawer.getByRole('button', { name: 'Send a test event' }).click();
  await drawer.getByText('The test event was accepted').waitFor();
  await drawer.getByRole('row', { name: /webhook\.test.*202.*Accepted by the endpoint/ }).waitFor();
  expect(verify(secret, receiver.received.at(-1) as Received)).toMatchObject({ type: 'webhook.test' });

  await drawer.getByRole('button', { name: 'New secret' }).click();
  await page.getByLabel('Keep the old secret for (hours)').fill('0');
  await page.getByRole('button', { name: 'Make the secret' }).click();
  const second = await readSecret(page);
  receiver.answerWith((_, response) => response.writeHead(401).end('no'));
  await drawer.getByRole('button', { name: 'Send a test event' }).click();
  await drawer.getByText('The test event was not accepted').waitFor();
  await drawer.getByRole('row', { name: /401.*Does it verify with the right secret\?.*no/ }).waitFor();
  receiver.answerWith(undefined);
  const last = receiver.received.at(-1) as Received;
  expect(() => verify(secret, last)).toThrow();
  expect(verify(second, last)).toMatchObject({ type: 'webhook.test' });
});

test('a dead letter is redelivered', async () => {
  await using tab = await profile.open('webhooks');
  const { page, complaints } = tab;
  receiver.answerWith((_, response) => response.writeHead(503).end('busy'));
  const token = await server.appToken('writer');
  expect((await server.call({ method: 'POST', path: ACTIVITIES, token, json: ACTIVITY })).status).toBe(201);
  const sent = () => receiver.received.filter(({ body }) => body.type === 'activity.created');
  await expect.poll(() => sent().length, WAIT).toBe(1);
  await page.getByRole('row', { name: /1 to retry/ }).waitFor();
  // Days later.
  await using connection = database.connect();
  await connection.script('update notification set attempts = 9, next_at = 0');
  await page.getByRole('row', { name: /1 failed/ }).waitFor();
  await page.getByRole('button', { name: `${receiver.url}/hook` }).click();
  await page.getByRole('tab', { name: 'Dead letters (1)' }).click();
  await page.getByRole('row', { name: /activity\.created.*The endpoint failed.*10.*Fabrikam/ }).waitFor();
  receiver.answerWith(undefined);
  await page.getByRole('button', { name: /^Redeliver / }).click();
  await page.getByText('No dead letters').waitFor();
  await page.getByRole('tab', { name: 'Deliveries' }).click();
  await page.getByRole('row', { name: /activity\.created.*202/ }).waitFor();
  expect(new Set(sent().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(complaints).toEqual([]);
});

test('a webhook is changed, replayed, disabled and removed', async () => {
  await using tab = await profile.open('webhooks');
  const { page, complaints } = tab;
  await page.getByRole('button', { name: `${receiver.url}/hook` }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Description').fill('Points for learners');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('definition').getByText('Points for learners').waitFor();

  const before = receiver.received.length;
  await page.getByRole('button', { name: 'Replay…' }).click();
  await page.getByLabel('Since').fill('2026-01-01T00:00:00');
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.getByText(/^(Replaying|Changes are kept)/).waitFor();
  await expect.poll(() => receiver.received.length, WAIT).toBeGreaterThan(before);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  await page.getByRole('switch', { name: `Send to ${receiver.url}/hook` }).uncheck();
  await page.getByRole('row', { name: /Disabled/ }).waitFor();
  await page.getByRole('button', { name: `${receiver.url}/hook` }).click();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No webhooks yet').waitFor();
  expect(complaints).toEqual([]);
});
