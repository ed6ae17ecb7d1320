/** A browser's tab with the console, and what is done in every journey. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

import type { TestServer } from './server.ts';

export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** What went wrong without anybody saying so: messages of the browser, refused requests, violated policies. */
  readonly complaints: readonly string[];
}

export interface TabOptions extends BrowserContextOptions {
  /** Origins that requests may go to besides that of the server. */
  readonly others?: readonly string[];
}

/** On no page yet. */
export async function openTab(
  browser: Browser,
  { origin }: Pick<TestServer, 'origin'>,
  { others = [], ...options }: TabOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: `${origin}/console/`, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'debug' && message.type() !== 'info') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const isKnown = [origin, ...others].some((known) => request.url().startsWith(known));
    if (!isKnown && !request.url().startsWith('data:')) complaints.push(`a request to ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Signed in by the link of a start. */
export async function openConsole(browser: Browser, server: TestServer, options?: TabOptions): Promise<Tab> {
  const tab = await openTab(browser, server, options);
  await tab.page.goto(server.app.console?.newLink() ?? '');
  await tab.page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  return tab;
}

/** Nothing stands for data that is still to come; the journal's stream goes on all the time. */
export async function whenLoaded(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.getByLabel('Loading').count()).toBe(0);
}

/** Of the navigation. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

export async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name: option }).first().click();
}
