/** The documentation in a real browser: read, searched and switched to dark, with no request to anywhere else. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { listViolations } from '../support/accessibility.ts';
import { openBrowser } from '../support/browser.ts';
import { openTab } from '../support/console-tab.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test('a reader finds a page by the index and by the search, in the dark, within the policy', async () => {
  await using tab = await openTab(browser, server, { baseURL: `${server.origin}/docs/` });
  const { page, complaints } = tab;
  await page.goto('');
  await page.getByRole('main').getByRole('link', { name: 'A sync script in an hour' }).click();
  await page.getByRole('heading', { level: 1, name: 'A sync script in an hour' }).waitFor();
  // The same in several languages is behind tabs.
  await page.getByText('Python: sync.py').click();
  await expect.poll(() => page.getByText('from urllib.request import').isVisible()).toBe(true);

  await page.getByRole('button', { name: 'Search' }).first().click();
  await page.getByRole('searchbox').fill('slow visibility');
  await page.getByRole('option').filter({ hasText: 'Faults' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'The sandbox' }).waitFor();
  await expect.poll(() => page.url()).toBe(`${server.origin}/docs/sandbox#faults`);

  await page.getByRole('switch').first().click();
  expect(await page.evaluate("document.documentElement.classList.contains('dark')")).toBe(true);

  await page.reload();
  expect(await page.evaluate("document.documentElement.classList.contains('dark')")).toBe(true);
  expect(await listViolations(page, { include: 'main' })).toEqual([]);
  expect(complaints).toEqual([]);
});
