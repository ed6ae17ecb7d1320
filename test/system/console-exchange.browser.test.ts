/** What comes into a server and goes out of it, by the console: files, records of other tenants, tenants themselves. */
import { text } from 'node:stream/consumers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { openBrowser } from '../support/browser.ts';
import { dropFile, openProfile } from '../support/console-tab.ts';
import type { Profile } from '../support/console-tab.ts';
import { assignmentHere, learnerId, licenseThere, PROVIDER_HERE, startPair, TARGET } from '../support/outward.ts';
import type { Pair } from '../support/outward.ts';
import { openReceiver, subscribe } from '../support/receiver.ts';

let pair: Pair;
let browser: Browser;
let profile: Profile;

beforeAll(async () => {
  [pair, browser] = await Promise.all([startPair({ learners: 1, here: { audit: 'full' } }), openBrowser()]);
  profile = await openProfile(browser, pair.here.server);
});
afterAll(async () => {
  await browser.close();
  await pair[Symbol.asyncDispose]();
});

const ACTIVITIES = `/employeeExperience/learningProviders/${PROVIDER_HERE}/learningCourseActivities`;

async function download(page: Page, name: string): Promise<{ readonly name: string; readonly text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
  return { name: file.suggestedFilename(), text: await text(await file.createReadStream()) };
}

const FILE = `Principal name;Course code;Course;State;Finished
learner@contoso.onmicrosoft.com;K-1;Paddle a kayak;Bestanden;05.03.2026
learner@contoso.onmicrosoft.com;K-2;Mend a kayak;Offen;
who@contoso.onmicrosoft.com;K-1;Paddle a kayak;Offen;
`;

test('a file is dropped, its columns are mapped, and it is imported; a refused row says why', async () => {
  await using tab = await profile.open('imports');
  const { page, complaints } = tab;
  await dropFile(page, 'kayaks.csv', FILE);
  const learner = page.getByRole('group', { name: 'Learner', exact: true });
  await learner.getByText('No user of the tenant has the userPrincipalName who@contoso.onmicrosoft.com.').waitFor();
  await page.getByLabel('Status for Bestanden').selectOption('completed');
  await page.getByLabel('Status for Offen').selectOption('notStarted');
  await page.getByLabel('Column for Completed on').selectOption('Finished');
  await page.getByLabel('Date formats of Completed on').fill('M/d/yyyy');
  await page.getByText("'Finished' must be a date as M/d/yyyy", { exact: false }).first().waitFor();
  await page.getByLabel('Date formats of Completed on').fill('dd.MM.yyyy');
  await page.getByText('2 created').waitFor();

  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByText('Dry run finished: nothing was stored').waitFor();
  await page.getByRole('button', { name: 'Run the import' }).click();
  await page.getByText('Import finished').waitFor();
  expect(await download(page, 'Refused rows')).toEqual({
    name: 'kayaks.refused-rows.csv',
    text: `${[FILE.split('\n')[0], FILE.split('\n')[3]].join('\n')}\n`,
  });
  expect((await download(page, 'All results')).text.split('\n').map((line) => line.slice(0, 31))).toEqual([
    '{"line":2,"outcome":"created"}',
    '{"line":3,"outcome":"created"}',
    '{"line":4,"outcome":"refused","',
    '',
  ]);
  const { body } = await pair.here.graph('GET', `${ACTIVITIES}?$filter=status eq 'completed'`);
  expect(body.value).toEqual([
    expect.objectContaining({ completedDateTime: expect.stringContaining('2026-03-05T00:00:00') }),
  ]);
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('row', { name: /kayaks\.csv.*Dry run: finished.*2 created.*1 refused/ }).waitFor();
  await page.getByRole('tab', { name: 'Export' }).click();
  await page.getByLabel('Filter', { exact: true }).fill("status eq 'completed'");
  expect((await download(page, 'Download')).text).toContain('"completedDateTime":"2026-03-05T00:00:00');
  expect(complaints).toEqual([]);
});

test('a mapping survives a profile that reads the file another way, and JSON that is no mapping', async () => {
  await using tab = await profile.open('imports');
  const { page } = tab;
  await dropFile(
    page,
    'items.csv',
    'STUD_ID|CPNT_TYP_ID|CPNT_ID|CPNT_TITLE|COMPL_DTE\n1|COURSE|K-1|Kayaks|2026-03-05\n',
  );
  await page.getByLabel('Mapping', { exact: true }).selectOption('successfactors');
  await expect.poll(() => page.getByLabel('Column separator').inputValue()).toBe('|');
  await page.getByText('Of the first 1 rows').waitFor();
  expect(await page.getByLabel('Mapping', { exact: true }).inputValue()).toBe('successfactors');
  await page.locator('summary').click();
  const json = page.getByRole('textbox', { name: 'The mapping as JSON' });
  await json.fill('5');
  await page.getByText('A mapping is a JSON object.').waitFor();
  await json.fill('{"kind":"activities","learner":null,"properties":{"dueDateTime":{"column":"COMPL_DTE","dates":5}}}');
  await page.getByText('properties.dueDateTime', { exact: false }).first().waitFor();
  expect(await json.inputValue()).toContain('"dates":5');
  await page.getByLabel('Encoding').selectOption('windows-1252');
  await json.fill('{"kind":"activities","asIs":true}');
  await page.getByRole('group', { name: 'Learner', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Undo my changes' }).click();
  expect(await page.getByLabel('Mapping', { exact: true }).inputValue()).toBe('successfactors');
});

test('a target is started, a dead letter says what is wrong, and is sent when it is retried; both sides are the same then', async () => {
  await licenseThere(pair, learnerId(0), 'none');
  expect((await pair.here.graph('POST', ACTIVITIES, assignmentHere({}))).status).toBe(201);
  await using tab = await profile.open('sync?tab=targets');
  const { page, complaints } = tab;
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Start' }).click();
  const letters = page.getByRole('region', { name: 'Learner without a licence there' });
  await letters.getByText('Assign one, then retry.', { exact: false }).waitFor();
  await licenseThere(pair, learnerId(0), 'premium');
  await letters.getByRole('button', { name: 'Retry all of these' }).click();
  await page.getByText('No dead letter').waitFor();
  await page.getByRole('tab', { name: 'Waiting (0)' }).waitFor();
  await page.getByRole('button', { name: 'Compare…' }).click();
  const comparison = page.getByRole('dialog', { name: `Compare with ${TARGET}` });
  await comparison.getByRole('button', { name: 'Compare', exact: true }).click();
  await comparison.getByText('Both sides are the same').waitFor();
  expect(complaints).toEqual([]);
});

test('the next requests are shown while a target is paused; what others wrote there is pulled', async () => {
  await using tab = await profile.open('sync?tab=targets');
  const { page, complaints } = tab;
  const choose = async (action: string): Promise<void> => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Send now' }).waitFor();
  const here = { externalCourseActivityId: 'previewed' };
  expect((await pair.here.graph('POST', ACTIVITIES, assignmentHere(here))).status).toBe(201);
  await choose('Next requests');
  const preview = page.getByRole('dialog', { name: `Next requests to ${TARGET}` });
  await preview.getByText('"previewed"', { exact: false }).waitFor();
  await preview.getByRole('button', { name: 'Close' }).click();

  const { provider, graph } = pair.there;
  const content = `/employeeExperience/learningProviders/${provider}/learningContents(externalId='theirs')`;
  const { body: made } = await graph('PATCH', content, {
    title: 'Theirs',
    contentWebUrl: 'https://fabrikam.example/theirs',
    languageTag: 'en-us',
  });
  const there = {
    externalCourseActivityId: 'theirs',
    learningContentId: made.id as string,
    learningProviderId: provider,
  };
  const theirs = `/employeeExperience/learningProviders/${provider}/learningCourseActivities`;
  expect(await graph('POST', theirs, assignmentHere(there))).toMatchObject({ status: 201 });
  await choose('Pull');
  const pull = page.getByRole('dialog', { name: `Pull from ${TARGET}` });
  await pull.getByRole('button', { name: 'Dry run' }).click();
  await pull.getByText('Dry run: nothing was stored').waitFor();
  await pull.getByRole('row', { name: /Created.*Activity.*theirs/ }).waitFor();
  await pull.getByRole('button', { name: 'Pull', exact: true }).click();
  await pull.getByText('Everything there is here now').waitFor();
  const { body } = await pair.here.graph('GET', `${ACTIVITIES}(externalcourseActivityId='theirs')`);
  expect(body).toMatchObject({ externalcourseActivityId: 'theirs' });
  expect(complaints).toEqual([]);
});

test('a subscription of an app is there with its requests, and gone when it is removed', async () => {
  await using receiver = await openReceiver();
  await subscribe(pair.here, receiver);
  await using tab = await profile.open('notifications');
  const { page, complaints } = tab;
  await page.getByRole('row', { name: /Activities of all providers.*Nothing sent yet.*Never/ }).waitFor();
  receiver.answerWith((_, response) => response.writeHead(404).end());
  expect((await pair.here.graph('POST', ACTIVITIES, assignmentHere({}))).status).toBe(201);
  await page.getByRole('row', { name: /1 to retry/ }).waitFor();
  await page.getByRole('button', { name: 'Activities of all providers' }).click();
  await page
    .getByRole('row', { name: /404.*Not found/ })
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No subscriptions').waitFor();
  expect(complaints).toEqual([]);
});

test('a tenant is added and changed, and removed when its domain is typed', async () => {
  await using tab = await profile.open('tenants');
  const { page } = tab;
  await page.getByRole('button', { name: 'Add a tenant' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name', { exact: false }).first().fill('Adatum');
  await form.getByLabel('Domain name').fill('contoso.onmicrosoft.com');
  await form.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => form.getByLabel('Domain name').getAttribute('aria-invalid')).toBe('true');
  expect(await form.getByLabel('Name', { exact: false }).first().inputValue()).toBe('Adatum');
  await form.getByLabel('Domain name').fill('adatum.example');
  await form.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Adatum' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Accepts activities of').selectOption('open');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('definition').getByText('Any learner').waitFor();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  const question = page.getByRole('alertdialog');
  const confirm = question.getByRole('button', { name: 'Remove' });
  expect(await confirm.isDisabled()).toBe(true);
  await question.getByLabel('Type adatum.example to confirm').fill('adatum.example');
  await confirm.click();
  await expect.poll(() => page.getByRole('button', { name: 'Adatum' }).count()).toBe(0);
});
