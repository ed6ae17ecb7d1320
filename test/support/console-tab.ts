/** A browser's tab with the console, and what is done in every journey. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

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

/** In a profile of its own, and on no page yet. */
export async function openTab(
  browser: Browser,
  { origin }: Pick<TestServer, 'origin'>,
  { others = [], ...options }: TabOptions = {},
): Promise<Tab> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: `${origin}/console/`, ...options });
  const { page, complaints } = await openPage(context, [origin, ...others]);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

async function openPage(context: BrowserContext, known: readonly string[]): Promise<Pick<Tab, 'page' | 'complaints'>> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() !== 'debug' && message.type() !== 'info') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const isKnown = known.some((one) => request.url().startsWith(one));
    if (!isKnown && !request.url().startsWith('data:')) complaints.push(`a request to ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  return { page, complaints };
}

/** A profile of a browser that is signed in: its tabs share what they have loaded. */
export interface Profile extends AsyncDisposable {
  /** @param path below that of the console */
  open(path?: string): Promise<Tab>;
}

export interface ProfileOptions extends BrowserContextOptions {
  readonly role?: 'viewer' | 'operator' | 'administrator';
}

export async function openProfile(
  browser: Browser,
  { origin, app, call }: TestServer,
  { role = 'administrator', ...options }: ProfileOptions = {},
): Promise<Profile> {
  const json = { token: app.admin?.token, role };
  const { body } = await call({ method: 'POST', path: '/_admin/sessions', json });
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: `${origin}/console/`,
    // Nothing has to be waited for that only moves.
    reducedMotion: 'reduce',
    ...options,
  });
  await context.addInitScript((session) => sessionStorage.setItem('vivarium-session', session), JSON.stringify(body));
  return {
    open: async (path = '') => {
      const { page, complaints } = await openPage(context, [origin]);
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return { page, complaints, [Symbol.asyncDispose]: () => page.close() };
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
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
  // By its element: below a drawer it has no role.
  await page.locator('h1').waitFor();
  await page.locator('body:not(:has([aria-label="Loading"]))').waitFor({ state: 'attached' });
}

export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const files = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([${JSON.stringify(text)}], ${JSON.stringify(name)}));
    return transfer;
  })()`);
  await page.getByRole('group', { name: 'Drop a file here' }).dispatchEvent('drop', { dataTransfer: files });
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
