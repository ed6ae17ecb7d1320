// Makes the pictures of the console in `docs/images/`: a server with months of learning, as a browser shows it. With the name of a
// folder: every page there, at three widths, light and dark.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Browser, Page } from 'playwright-core';

import { WEBHOOK_EVENT_NAMES } from '../src/model/webhook.ts';
import { openBrowser } from '../test/support/browser.ts';
import { dropFile, whenLoaded } from '../test/support/console-tab.ts';
import { assignmentHere, learnerId, licenseThere, readStatus, startPair, until } from '../test/support/outward.ts';
import type { Pair } from '../test/support/outward.ts';
import { addWebhook, openReceiver, subscribe } from '../test/support/receiver.ts';
import type { Receiver } from '../test/support/receiver.ts';
import type { TestServer } from '../test/support/server.ts';

const FOLDER = join(import.meta.dirname, '..', 'docs', 'images');
const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
const LEARNERS = [
  '7ba2228a-e020-11ec-9d64-0242ac120002',
  'cea1684d-57dc-438d-a9d1-e666ec1a7f3d',
  '0b7d8a54-1f3e-4c7a-8f53-6a2d0c9e4b71',
] as const;
const TITLES = [
  ...['Plan a class', 'Lead a team', 'Write clearly', 'Secure your code', 'Run a meeting', 'Negotiate well'],
  ...['Cloud basics', 'Kubernetes in a day', 'Give feedback', 'Data privacy'],
];
const STATUSES = ['notStarted', 'inProgress', 'completed', 'completed'] as const;
const DAY_MS = 86_400_000;
const COUNT = 240;
/** Names for ids come after the rows. */
const SETTLE_MS = 500;
/** Learners without a licence in the tenant that records are sent to. */
const UNLICENSED = 2;

/** Every page, by the name of its picture. */
const PAGES: Readonly<Record<string, string>> = {
  home: '',
  overview: 'overview',
  imports: 'imports',
  'imports-history': 'imports?tab=history',
  'imports-export': 'imports?tab=export',
  sync: 'sync',
  'sync-targets': 'sync?tab=targets',
  notifications: 'notifications',
  webhooks: 'webhooks',
  'my-learning': `my?user=${LEARNERS[0]}`,
  providers: 'providers',
  contents: `contents?provider=${PROVIDER}`,
  activities: 'activities',
  learners: 'learners',
  explorer: 'explorer',
  journal: 'journal',
  faults: 'sandbox?tab=faults',
  limits: 'sandbox?tab=limits',
  inboxes: 'sandbox?tab=inboxes',
  snapshots: 'sandbox?tab=snapshots',
  clock: 'sandbox?tab=clock',
  access: 'access',
  tenants: 'tenants',
  audit: 'audit',
  backups: 'backups',
};
const WIDTHS = [390, 1280, 1920] as const;
const THEMES = ['light', 'dark'] as const;

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click();

const chooseMore = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name: 'More actions' }).first().click();
  await page.getByRole('menuitem', { name }).click();
};

/** What opens above a page. */
const DRAWERS: Readonly<Record<string, { readonly path: string; readonly open: (page: Page) => Promise<unknown> }>> = {
  'tenant-form': { path: 'tenants', open: press('Add a tenant') },
  'activity-form': { path: 'activities', open: press('Add an activity') },
  'activity-details': { path: 'activities', open: (page) => page.locator('tbody button').first().click() },
  refused: {
    path: `contents?provider=${PROVIDER}`,
    open: async (page) => {
      await press('Add a content')(page);
      await page.getByLabel('External ID').fill('AW-1');
      await page.getByLabel('Title').fill('Climb a mountain');
      await page.getByLabel('Address').fill('no address');
      await press('Create')(page);
    },
  },
  compare: {
    path: 'sync?tab=targets',
    open: async (page) => {
      await press('Compare…')(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Compare', exact: true }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'Repair' })
        .or(page.getByText('Both sides are the same'))
        .first()
        .waitFor();
    },
  },
  preview: { path: 'sync?tab=targets', open: chooseMore('Next requests…') },
  pull: {
    path: 'sync?tab=targets',
    open: async (page) => {
      await chooseMore('Pull…')(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Dry run' }).click();
      await page.getByRole('dialog').getByText('Dry run: nothing was stored').waitFor();
    },
  },
  'subscription-details': { path: 'notifications', open: (page) => page.locator('tbody button').first().click() },
  'subscription-remove': {
    path: 'notifications',
    open: async (page) => {
      await page.locator('tbody button').first().click();
      await press('Remove')(page);
    },
  },
  'webhook-details': { path: 'webhooks', open: (page) => page.getByRole('button', { name: /failing/ }).click() },
  'webhook-dead-letters': {
    path: 'webhooks',
    open: async (page) => {
      await page.getByRole('button', { name: /failing/ }).click();
      await page.getByRole('tab', { name: /Dead letters/ }).click();
    },
  },
  'webhook-form': { path: 'webhooks', open: press('Add a webhook') },
  'webhook-secret': {
    path: 'webhooks',
    open: async (page) => {
      await page.getByRole('button', { name: /taken/ }).click();
      await press('New secret')(page);
      await press('Make the secret')(page);
      await page.getByRole('alertdialog').waitFor();
    },
  },
  'inbox-details': { path: 'sandbox?tab=inboxes', open: (page) => page.locator('tbody button').first().click() },
  menu: {
    path: '',
    open: async (page) => {
      const menu = page.getByRole('button', { name: 'Open the menu' });
      if (await menu.isVisible()) await menu.click();
    },
  },
};

/** Of another system, with a learner whom nobody knows. */
const FILE = [
  'Email;Course code;Course;State;Progress;Finished',
  ...TITLES.map((title, index) =>
    [
      index === 3 ? 'who@contoso.com' : ['learner', 'admin'][index % 2] + '@contoso.onmicrosoft.com',
      ...[`LMS-${index}`, title, index % 3 === 0 ? 'Done' : 'Open', String(index * 10), '05.03.2026'],
    ].join(';'),
  ),
].join('\n');

const [everything] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'vivarium-screenshots-'));
try {
  const settings = { ephemeral: false, data: join(data, 'data'), backupFolder: join(data, 'backups') };
  await using pair = await startPair({ learners: UNLICENSED, here: { ...settings, audit: 'full' } });
  const { server } = pair.here;
  await fill(server);
  await importSome(server);
  await sendSome(pair);
  await using receiver = await openReceiver();
  await notifySome(pair, receiver);
  await receiveSome(server);
  const browser = await openBrowser();
  if (everything === undefined) await printDocumented(server, browser);
  else await printEverything(server, browser, everything);
  await browser.close();
} finally {
  rmSync(data, { recursive: true, force: true });
}

async function printDocumented(server: TestServer, browser: Browser): Promise<void> {
  const light = await openConsole(server, browser, { width: 1280, colorScheme: 'light' });
  for (const name of ['home', 'overview', 'activities', 'my-learning', 'sync-targets']) {
    await shoot(light, join(FOLDER, `console-${name}.webp`), PAGES[name]);
  }
  await light.goto('imports');
  await mapFile(light);
  await shoot(light, join(FOLDER, 'console-import.webp'));
  const dark = await openConsole(server, browser, { width: 1280, colorScheme: 'dark' });
  await dark.goto('journal?status=4xx');
  await dark.locator('tbody').getByRole('button').first().click();
  await shoot(dark, join(FOLDER, 'console-journal.webp'));
}

/** For people who look at all of it. */
async function printEverything(server: TestServer, browser: Browser, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const width of WIDTHS) {
    for (const colorScheme of THEMES) {
      const page = await openConsole(server, browser, { width, colorScheme });
      for (const [name, path] of Object.entries(PAGES)) {
        await shoot(page, join(folder, `${name}-${width}-${colorScheme}.png`), path);
      }
      await page.goto('imports');
      await mapFile(page);
      await shoot(page, join(folder, `imports-mapping-${width}-${colorScheme}.png`));
      for (const [name, { path, open }] of Object.entries(DRAWERS)) {
        await page.goto(path);
        await open(page);
        await shoot(page, join(folder, `${name}-${width}-${colorScheme}.png`));
      }
      await page.evaluate('sessionStorage.clear()');
      await page.reload();
      await shoot(page, join(folder, `sign-in-${width}-${colorScheme}.png`));
      await page.getByRole('button', { name: 'Sign in with your account' }).click();
      await shoot(page, join(folder, `issuer-${width}-${colorScheme}.png`));
      await page.context().close();
    }
  }
}

async function mapFile(page: Page): Promise<void> {
  await dropFile(page, 'courses.csv', FILE);
  await page.getByLabel('Learners are identified by').selectOption('userPrincipalName');
  await page.getByText('9 created').waitFor();
}

async function importSome({ call, app }: TestServer): Promise<void> {
  const token = app.admin?.token;
  for (const [name, dryRun] of [
    ['courses-2026-06.csv', true],
    ['courses-2026-06.csv', false],
    ['catalogue.ndjson', false],
  ] as const) {
    const order = { name, dryRun, kind: 'contents', provider: PROVIDER, format: 'ndjson' };
    const { body } = await call({ method: 'POST', path: '/_admin/imports', token, json: order });
    await call({
      method: 'POST',
      path: `/_admin/imports/${body.id}/rows`,
      token,
      headers: { 'content-type': 'application/x-ndjson' },
      body: ['one', 'two', 'three'].map((id) => JSON.stringify(contentOf(`${name}-${id}`, id !== 'two'))).join('\n'),
    });
    await call({ method: 'POST', path: `/_admin/imports/${body.id}/end`, token });
  }
}

function contentOf(externalId: string, isWhole: boolean): object {
  const contentWebUrl = isWhole ? 'https://fabrikam.example/course' : 'no address';
  return { externalId, title: `Course ${externalId}`, contentWebUrl, languageTag: 'en-us' };
}

/** To a tenant where some learners have no licence. */
async function sendSome(pair: Pair): Promise<void> {
  const { here, admin } = pair;
  for (let index = 0; index < UNLICENSED; index += 1) {
    await licenseThere(pair, learnerId(index), 'none');
    const learnerUserId = learnerId(index);
    await here.graph('POST', ACTIVITIES.slice('/v1.0'.length), assignmentHere({ learnerUserId }));
  }
  await admin('POST', '/start');
  await until(
    () => readStatus(pair),
    ({ waiting, dead, isScanning }) => waiting === 0 && isScanning === false && Number(dead) >= UNLICENSED,
    60_000,
  );
}

/** One endpoint that accepts notifications and messages, and one that fails, so that one of its messages is given up. */
async function notifySome({ here }: Pair, receiver: Receiver): Promise<void> {
  await subscribe(here, receiver, '/taken');
  await subscribe(here, receiver, '/failing');
  await addWebhook(here, receiver, { path: '/taken', description: 'Points for learners', events: WEBHOOK_EVENT_NAMES });
  await addWebhook(here, receiver, { path: '/failing', description: 'Reminders' });
  receiver.answerWith(({ url }, response) => response.writeHead(url === '/failing' ? 503 : 202).end());
  for (let index = 0; index < UNLICENSED; index += 1) {
    await here.graph('POST', ACTIVITIES.slice('/v1.0'.length), assignmentHere({ learnerUserId: learnerId(index) }));
  }
  await until(
    () => Promise.resolve(new Set(receiver.received.map(({ path }) => path)).size),
    (count) => count === 2,
  );
  const failing = async () => {
    const { body } = await here.server.call({ path: '/_admin/webhooks', token: here.server.app.admin?.token });
    return body.value.find(({ url }: { readonly url: string }) => url.endsWith('failing'));
  };
  await until(failing, ({ lastDelivery }) => lastDelivery?.status === 503);
  // As after three days.
  const database = new DatabaseSync(join(data, 'data', 'vivarium.db'));
  database.exec(
    `update notification set attempts = 9, next_at = 0 where target_id in (select webhook_id from webhook)`,
  );
  database.close();
  await until(failing, ({ dead }) => dead > 0);
}

/** As a program's webhooks, and a request that is none. */
async function receiveSome({ call }: TestServer): Promise<void> {
  for (const name of ['orders', 'points']) {
    await call({ method: 'POST', path: `/_inbox/${name}`, json: { type: 'order.paid', order: 1042, total: '19.90' } });
    await call({ method: 'POST', path: `/_inbox/${name}`, json: { type: 'order.sent', order: 1042 } });
  }
  await call({ path: '/_inbox/points?since=2026-01-01' });
}

interface Look {
  readonly width: number;
  readonly colorScheme: (typeof THEMES)[number];
}

async function openConsole(server: TestServer, browser: Browser, { width, colorScheme }: Look): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: `${server.origin}/console/`,
    colorScheme,
    viewport: { width, height: width < 700 ? 844 : width < 1500 ? 800 : 1080 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(server.app.console?.newLink() ?? '');
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** @param path another page than that which is open */
async function shoot(page: Page, file: string, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(path);
  await whenLoaded(page);
  await page.waitForTimeout(SETTLE_MS);
  if (file.endsWith('.webp')) await shootWebp(page, file);
  else await page.screenshot({ path: file });
}

/** Half as large as a PNG, since the package carries the documents' pictures. */
async function shootWebp(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
  await session.detach();
  writeFileSync(file, Buffer.from(data, 'base64'));
}

/** The same each time, but for the dates, which are around today. */
async function fill({ call, appToken }: TestServer): Promise<void> {
  const token = await appToken('writer');
  const contents: string[] = [];
  for (const [index, title] of TITLES.entries()) {
    const { body } = await call({
      method: 'PATCH',
      path: `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningContents(externalId='C-${index}')`,
      token,
      json: { title, contentWebUrl: `https://fabrikam.example/courses/${index}`, languageTag: 'en-us' },
    });
    contents.push(body.id);
  }
  let state = 7;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  for (let index = 0; index < COUNT; index += 1) {
    const status = STATUSES[Math.floor(random() * STATUSES.length)] ?? 'completed';
    const isAssignment = random() < 0.75;
    const content = contents[Math.floor(random() * random() * contents.length)];
    const dated = {
      assignmentType: random() < 0.7 ? 'required' : 'recommended',
      dueDateTime: { dateTime: new Date(Date.now() + (random() * 60 - 12) * DAY_MS).toISOString(), timeZone: 'UTC' },
      notes: { contentType: 'text', content: 'Please finish this before the review.' },
    };
    await call({
      method: 'POST',
      path: ACTIVITIES,
      token,
      json: {
        '@odata.type': `#microsoft.graph.${isAssignment ? 'learningAssignment' : 'learningSelfInitiatedCourse'}`,
        learnerUserId: LEARNERS[index % LEARNERS.length],
        learningContentId: content,
        learningProviderId: PROVIDER,
        status,
        completionPercentage: { notStarted: 0, inProgress: Math.floor(random() * 90), completed: 100 }[status],
        ...(status === 'completed' && {
          completedDateTime: new Date(Date.now() - random() * 88 * DAY_MS).toISOString(),
        }),
        ...(isAssignment && dated),
      },
    });
  }
  // Refusals to explain.
  const json = { ...assignmentHere({ learnerUserId: LEARNERS[0] }), completionPercentage: 120 };
  await call({ method: 'POST', path: ACTIVITIES, token: await appToken('reader'), json });
  await call({ method: 'POST', path: ACTIVITIES, token, json });
}
