// Makes the pictures of the console in `docs/images/`: a server with a year of learning, as a browser shows it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

import { openBrowser } from '../test/support/browser.ts';
import { startTestServer } from '../test/support/server.ts';
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

mkdirSync(FOLDER, { recursive: true });
await using server = await startTestServer({});
await fill(server);
const browser = await openBrowser();
for (const colorScheme of ['light', 'dark'] as const) {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    colorScheme,
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(server.app.console?.newLink() ?? '');
  if (colorScheme === 'light') {
    await shoot(page, 'home', '');
    await shoot(page, 'overview', 'overview');
    await shoot(page, 'activities', 'activities');
    await shoot(page, 'my-learning', `my?user=${LEARNERS[0]}`);
  } else {
    await page.goto(`${server.origin}/console/journal?status=4xx`);
    await page.locator('tbody').getByRole('button').first().click();
    await shoot(page, 'journal');
  }
  await context.close();
}
await browser.close();

async function shoot(page: Page, name: string, path?: string): Promise<void> {
  if (path !== undefined) await page.goto(`${server.origin}/console/${path}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(FOLDER, `console-${name}.png`) });
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
  await call({ method: 'POST', path: ACTIVITIES, token: await appToken('reader'), json: server.app.example?.body });
  await call({
    method: 'POST',
    path: ACTIVITIES,
    token,
    json: { ...(server.app.example?.body as object), completionPercentage: 120 },
  });
}
