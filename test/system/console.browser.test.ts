/** The console in a real browser: what people do with it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBrowser } from '../support/browser.ts';
import { choose, goTo, openConsole, openProfile } from '../support/console-tab.ts';
import type { Profile } from '../support/console-tab.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENT = 'Manage classes, resources, assessment, and planning';

let server: TestServer;
let browser: Browser;
let profile: Profile;

beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer({ audit: 'full' }), openBrowser()]);
  profile = await openProfile(browser, server);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test('a provider gets a content and an activity, which is completed, and shows to its learner and in the overview', async () => {
  await using tab = await profile.open('providers');
  const { page, complaints } = tab;
  await page.getByRole('button', { name: 'Register a provider' }).click();
  await page.getByLabel('Name').fill('Adventure Works');
  for (const field of await page.getByLabel(/logo web URL/i).all())
    await field.fill('https://adventure.example/logo.png');
  await choose(page, 'Activity sync', 'Yes');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Adventure Works' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Contents' }).click();

  await page.getByRole('button', { name: 'Add a content' }).click();
  await page.getByLabel('External ID').fill('AW-1');
  await page.getByLabel('Title').fill('Climb a mountain');
  await page.getByLabel('Address').fill('https://adventure.example/climb');
  await page.getByLabel('Language').fill('en-us');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Climb a mountain' }).waitFor();

  await goTo(page, 'Activities');
  await page.getByRole('button', { name: 'Add an activity' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Provider').selectOption({ label: 'Adventure Works' });
  await form.getByRole('combobox', { name: 'Learner' }).click();
  await page.keyboard.type('Lee');
  await page.getByRole('option', { name: /Lee Learner/ }).click();
  await form.getByRole('combobox', { name: 'Content' }).click();
  await page.getByRole('option', { name: /Climb a mountain/ }).click();
  await form.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Climb a mountain' }).click();
  await page.getByRole('button', { name: 'Mark as completed' }).click();
  await expect.poll(() => page.getByRole('dialog').getByText('Completed', { exact: true }).count()).toBeGreaterThan(0);
  await page.keyboard.press('Escape');

  await goTo(page, 'Learners');
  await page.getByRole('button', { name: 'Lee Learner' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'See their learning' }).click();
  await page.getByRole('tab', { name: /Completed \(1\)/ }).click();
  await page.getByRole('link', { name: /Climb a mountain/ }).waitFor();

  await goTo(page, 'Learning overview');
  await page.getByLabel('Provider').selectOption({ label: 'Adventure Works' });
  await page.getByRole('row', { name: /Completed 1 100\.?0?%/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('a user is added with a licence, and an activity is theirs', async () => {
  await using tab = await profile.open('learners');
  const { page, complaints } = tab;
  await page.getByRole('button', { name: 'Add a user' }).click();
  await page.getByLabel(/^Name/).fill('Nora New');
  await page.getByLabel('User principal name').fill('nora@contoso.onmicrosoft.com');
  await page.getByLabel('Mail nickname').fill('nora');
  await page.getByLabel(/^Password/).fill('a long enough passphrase 7');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Nora New' }).click();
  await page.getByText('the server refuses activities of this user', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Assign VIVA' }).first().click();
  await page.getByRole('button', { name: 'Remove VIVA' }).waitFor();
  await page.keyboard.press('Escape');

  await page.goto(`activities?provider=${PROVIDER}`);
  await page.getByRole('button', { name: 'Add an activity' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('combobox', { name: 'Learner' }).click();
  await page.keyboard.type('Nora');
  await page.getByRole('option', { name: /Nora New/ }).click();
  await form.getByRole('combobox', { name: 'Content' }).click();
  await page.getByRole('option', { name: CONTENT }).click();
  await form.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('row', { name: /Nora New/ }).waitFor();
  expect(complaints).toEqual([]);
});

test('a change is in the audit trail with its values, and the trail is verified', async () => {
  await using tab = await profile.open(`contents?provider=${PROVIDER}`);
  const { page, complaints } = tab;
  await page.getByRole('button', { name: CONTENT }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel(/^Description/).fill('About a class, in other words.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByText('About a class, in other words.').waitFor();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await goTo(page, 'Audit trail');
  await page
    .getByRole('row', { name: /updateLearningContent/ })
    .first()
    .getByRole('button')
    .click();
  await page
    .getByRole('region', { name: 'After' })
    .getByText('About a class, in other words.', { exact: false })
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Verify' }).click();
  await page.getByText('The trail is whole.').waitFor();
  expect(complaints).toEqual([]);
});

test('an app is added with permissions, its secret is shown once and gets a token, until it is switched off', async () => {
  await using tab = await profile.open('access');
  const { page, complaints } = tab;
  await page.getByRole('button', { name: 'Add an app' }).click();
  await page.getByLabel(/^Name/).fill('Night sync');
  await page.getByRole('combobox', { name: 'Application permissions' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'LearningAssignedCourse.Read.All' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create' }).click();
  const secret = await page.getByRole('alertdialog').locator('code').innerText();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  const row = page.getByRole('row', { name: /Night sync/ });
  const clientId = /[\da-f]{8}-[-\da-f]{27}/.exec(await row.innerText())?.[0] ?? '';
  const ask = () =>
    server.call({
      method: 'POST',
      path: `/${server.app.credentials.tenantId}/oauth2/v2.0/token`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: secret,
        scope: 'https://graph.microsoft.com/.default',
      }).toString(),
    });
  expect((await ask()).status).toBe(200);
  await row.getByRole('switch').click();
  await expect.poll(async () => (await ask()).status).not.toBe(200);
  expect(await page.getByText(secret).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('the focus returns to what opened a drawer, also through a form, and Escape closes it', async () => {
  await using tab = await profile.open('providers');
  const { page } = tab;
  const row = page.getByRole('button', { name: 'Fabrikam Learning' });
  await row.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Edit' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Edit' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate<string>('document.activeElement.textContent')).toBe('Fabrikam Learning');
});

test('the journal says whether the requests came that were expected', async () => {
  await using tab = await profile.open();
  const { page, complaints } = tab;
  await server.call({ path: '/v1.0/users?$top=1', token: await server.appToken('reader') });
  await page.goto('journal');
  await page.getByRole('button', { name: 'Verify' }).click();
  const form = page.getByRole('dialog');
  await form.getByRole('combobox', { name: 'Operation' }).fill('listUsers');
  await form.getByRole('button', { name: 'Check' }).click();
  await form.getByText('The requests arrived as expected').waitFor();
  await form.getByLabel('Number of requests').fill('99');
  await form.getByRole('button', { name: 'Check' }).click();
  await form.getByText('The requests did not arrive as expected').waitFor();
  expect(complaints).toEqual([]);
});

test('the explorer completes a body from the model, and says what is wrong with it before it is sent', async () => {
  await using tab = await profile.open(
    `explorer?method=POST&url=/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`,
  );
  const { page, complaints } = tab;
  const body = page.getByLabel('Body');
  await body.fill('{ "status": "done" }');
  await page.getByText('status must be one of: notStarted, inProgress, completed.').waitFor();
  await page.getByText('learnerUserId is required.').waitFor();
  await page.getByRole('button', { name: 'status' }).click();
  await page.getByRole('menuitem', { name: 'inProgress' }).click();
  await page.getByRole('button', { name: 'Add a property' }).click();
  await page.getByRole('menuitem', { name: 'completionPercentage' }).click();
  expect(JSON.parse(await body.inputValue())).toEqual({ status: 'inProgress', completionPercentage: 0 });
  expect(complaints).toEqual([]);
});

test('a refusal of the API is shown at the field that it names, with its reason and a link, and the form keeps what it holds', async () => {
  await using tab = await profile.open(`contents?provider=${PROVIDER}`);
  const { page } = tab;
  await page.getByRole('button', { name: CONTENT }).click();
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Address').fill('no address');
  await page.getByLabel(/^Description/).fill('Kept.');
  await page.getByRole('button', { name: 'Save' }).click();
  const field = page.getByLabel('Address');
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  const form = page.getByRole('dialog');
  await form.getByText('must be an absolute http or https URL; got "no address".', { exact: false }).first().waitFor();
  const link = form.getByRole('link', { name: /See it in the journal/ });
  const [journal] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
  await journal.getByRole('dialog').getByText('Vivarium console').first().waitFor();
  await journal.close();
  expect(await field.inputValue()).toBe('no address');
  expect(await page.getByLabel(/^Description/).inputValue()).toBe('Kept.');
});

test('the journal says why a request was refused, as it comes', async () => {
  await using tab = await profile.open('journal');
  const { page, complaints } = tab;
  const example = server.app.example;
  const { status } = await server.call({
    method: 'POST',
    path: example?.path ?? '',
    json: example?.body,
    token: await server.appToken('reader'),
  });
  expect(status).toBe(403);
  await page
    .getByRole('row', { name: /accessDenied/ })
    .getByRole('button')
    .click();
  const entry = page.getByRole('dialog');
  await entry.getByText("Your account doesn't have access to this report or data.", { exact: false }).first().waitFor();
  await entry.getByText('LearningAssignedCourse.ReadWrite.All', { exact: false }).first().waitFor();
  expect(complaints).toEqual([]);
});

test('rows are deleted together: those that are gone already are passed over, and hidden ones stay', async () => {
  const token = await server.appToken('writer');
  const root = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningContents`;
  for (const name of ['one', 'two', 'three']) {
    const json = { title: `Gone ${name}`, contentWebUrl: 'https://fabrikam.example/gone', languageTag: 'en-us' };
    const path = `${root}(externalId='gone-${name}')`;
    expect((await server.call({ method: 'PATCH', path, token, json })).status).toBeLessThan(300);
  }
  await using tab = await profile.open(`contents?provider=${PROVIDER}&filter=startswith(title,'Gone')`);
  const { page } = tab;
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  const filter = page.getByRole('searchbox');
  await filter.fill("startswith(title,'Manage')");
  await filter.press('Enter');
  await page.getByRole('row', { name: CONTENT }).waitFor();
  expect(await page.getByRole('button', { name: 'Delete 3 rows' }).count()).toBe(0);
  await filter.fill("startswith(title,'Gone')");
  await filter.press('Enter');
  const remove = page.getByRole('button', { name: 'Delete 3 rows' });
  await remove.waitFor();
  const { body } = await server.call({ path: `${root}?$filter=externalId eq 'gone-two'`, token });
  await server.call({ method: 'DELETE', path: `${root}/${body.value[0].id}`, token });
  await remove.click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Nothing matches', { exact: false }).waitFor();
});

test('the explorer sends a sample as an app, and says why it was answered so', async () => {
  await using tab = await profile.open('explorer');
  const { page } = tab;
  await page.getByLabel('Path and query').fill('/employeeExperience/learningProviders');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('403', { exact: false }).first().waitFor();
  await page.getByRole('tab', { name: 'Why' }).click();
  await page.getByText('accessDenied', { exact: false }).waitFor();
});

test('who has no session is asked for a token, and is told when it is wrong', async () => {
  await using tab = await openConsole(browser, server);
  const { page } = tab;
  await page.getByRole('button', { name: /Signed in as/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Use the admin token' }).click();
  await page.getByLabel('Admin token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('alert').getByText('The token opens no session', { exact: false }).waitFor();
  await page.getByLabel('Admin token').fill(server.app.admin?.token ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
});
