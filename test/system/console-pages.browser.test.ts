/** Every page of the console in a real browser: everybody can read and use it, on every screen and with every role. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { isTooWide, listViolations } from '../support/accessibility.ts';
import { openBrowser } from '../support/browser.ts';
import { dropFile, openProfile, whenLoaded } from '../support/console-tab.ts';
import {
  assignmentHere,
  learnerId,
  licenseThere,
  PROVIDER_HERE,
  readStatus,
  startPair,
  until,
} from '../support/outward.ts';
import type { Pair } from '../support/outward.ts';
import { addWebhook, openReceiver, subscribe } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';

const NAMES = [
  ...['', 'overview', 'my', 'providers', 'contents', 'activities', 'learners', 'imports', 'imports?tab=history'],
  ...['imports?tab=export', 'sync', 'sync?tab=targets', 'explorer', 'journal', 'access', 'audit', 'tenants', 'backups'],
  ...['notifications', 'webhooks'],
  ...['faults', 'limits', 'inboxes', 'snapshots', 'clock'].map((tab) => `sandbox?tab=${tab}`),
];

interface Shown {
  readonly path: string;
  /** What is done on the page first. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

const PAGES: readonly Shown[] = [
  ...NAMES.map((path) => ({ path })),
  {
    path: 'imports',
    prepare: async (page) => {
      await dropFile(page, 'courses.csv', 'Email,Course code,State,Finished\nx@y.example,K-1,Done,2026-01-02');
      await page.getByText('1 refused').waitFor();
    },
  },
  {
    path: 'notifications',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Activities of all providers' }).click();
      await page.getByText('Accepted by the endpoint.').waitFor();
    },
  },
  {
    path: 'webhooks',
    prepare: async (page) => {
      await page.locator('tbody button').click();
      await page.getByRole('row', { name: /webhook\.test.*Accepted/ }).waitFor();
    },
  },
  {
    path: 'webhooks',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Add a webhook' }).click();
      await page.getByRole('checkbox', { name: /^activity\.overdue/ }).waitFor();
    },
  },
];

/** Of the style library: they take the focus at the ends of a group and hand it on at once. */
const FOCUS_KEEPERS = '[data-tabster-dummy]';
const WIDTHS = [1280, 390] as const;
/** There a page has the elements that it has at the first width. */
const WIDEST = 1920;
/** What WCAG asks for: a page need not be scrolled in two directions. */
const LEAST_WIDTH = 320;
const HEIGHT = 900;
/** At all pages, at each width: minutes where the processors are busy. */
const LOOK_MS = 400_000;

let pair: Pair;
let browser: Browser;
let receiver: Receiver;

/** With a dead letter, a notification and a message, so that pages of what is sent have what they can have. */
beforeAll(async () => {
  [pair, browser, receiver] = await Promise.all([
    startPair({ learners: 1, here: { audit: 'full' } }),
    openBrowser(),
    openReceiver(),
  ]);
  await subscribe(pair.here, receiver);
  await addWebhook(pair.here, receiver);
  await licenseThere(pair, learnerId(0), 'none');
  await pair.here.graph(
    'POST',
    `/employeeExperience/learningProviders/${PROVIDER_HERE}/learningCourseActivities`,
    assignmentHere({}),
  );
  await pair.admin('POST', '/start');
  await until(
    () => readStatus(pair),
    ({ dead }) => dead === 1,
  );
});
afterAll(async () => {
  await browser.close();
  await pair[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

test.each(['light', 'dark'] as const)(
  'every page is accessible and fits the window, in the %s theme',
  { timeout: LOOK_MS },
  async (colorScheme) => {
    const viewport = { width: WIDTHS[0], height: HEIGHT };
    await using profile = await openProfile(browser, pair.here.server, { colorScheme, viewport });
    await using tab = await profile.open();
    const { page, complaints } = tab;
    const found: string[] = [];
    const look = async ({ path, prepare }: Shown, atWidth: number): Promise<void> => {
      await page.setViewportSize({ width: atWidth, height: HEIGHT });
      const name = `/${path}${prepare === undefined ? '' : ' with more'} at ${atWidth} px`;
      for (const { id, html } of await listViolations(page, { exclude: FOCUS_KEEPERS }))
        found.push(`${name} ${id}: ${html.join(' ')}`);
      if (await isTooWide(page)) found.push(`${name} is wider than the window`);
    };
    for (const shown of PAGES) {
      await page.goto(shown.path);
      await whenLoaded(page);
      await shown.prepare?.(page);
      for (const atWidth of WIDTHS) await look(shown, atWidth);
      for (const width of [WIDEST, LEAST_WIDTH]) {
        await page.setViewportSize({ width, height: HEIGHT });
        if (await isTooWide(page)) found.push(`/${shown.path} is wider than ${width} px`);
      }
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
  },
);

test('a viewer sees everything and is offered no change', async () => {
  await using profile = await openProfile(browser, pair.here.server, { role: 'viewer' });
  await using tab = await profile.open();
  const { page, complaints } = tab;
  const offer =
    /^(Create|Register|Add(?! a condition)|Delete|Restore|Clear|Save|Freeze|Start|Retry|Skip|Send again|Choose)/;
  for (const path of NAMES) {
    await page.goto(path);
    await whenLoaded(page);
    expect(await page.getByRole('button', { name: offer }).count(), path).toBe(0);
  }
  await page.goto('notifications');
  await page.getByRole('button', { name: 'Activities of all providers' }).click();
  await page.getByText('Accepted by the endpoint.').waitFor();
  expect(await page.getByRole('button', { name: /^(Redeliver|Remove)/ }).count()).toBe(0);
  await page.goto('webhooks');
  await page.locator('tbody button').click();
  await page.getByRole('row', { name: /webhook\.test.*Accepted/ }).waitFor();
  expect(await page.getByRole('button', { name: /^(Send|Edit|New|Replay|Remove)/ }).count()).toBe(0);
  expect(complaints).toEqual([]);
});
