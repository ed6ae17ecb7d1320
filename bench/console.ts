/**
 * What the console costs: the first load, the first page that a person sees, a page of a table of 100,000 rows, and ten
 * consoles that stay open. `npm run bench:console [-- COUNT]`
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';

import { openBrowser } from '../test/support/browser.ts';
import { fill } from './data/fill.ts';
import { startVivarium } from './servers/vivarium.ts';
import type { Vivarium } from './servers/vivarium.ts';

const ASSETS = join(import.meta.dirname, '..', 'dist', 'console', 'assets');
const ROUNDS = 15;
const CONSOLES = 10;

const count = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'vivarium-bench-console-'));
const dataDir = join(folder, 'data');
try {
  await (await startVivarium({ dataDir })).end('SIGTERM');
  await fill({ dataDir }, { from: 0, to: count });
  // Modules that are compiled for the first time take 30 MB: those of a start that is measured have been.
  await (await startVivarium({ dataDir, hasSandbox: true })).end('SIGTERM');
  const server = await startVivarium({ dataDir, hasSandbox: true });
  const browser = await openBrowser();
  const result = { activities: count, ...measureBuild(), ...(await measure(server, browser, dataDir)) };
  await browser.close();
  await server.end('SIGTERM');
  console.log(JSON.stringify(result, undefined, 2));
  writeFileSync(new URL('console.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Kilobytes of gzipped JavaScript. */
function measureBuild(): { readonly allKb: number } {
  const sizes = readdirSync(ASSETS).map((name) => gzipSync(readFileSync(join(ASSETS, name))).length);
  return { allKb: Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1000) };
}

async function measure({ ready, readPeakMegabytes }: Vivarium, browser: Browser, data: string) {
  const token = readFileSync(join(data, 'admin-token'), 'utf8').trim();
  const origin = ready.httpUrl;
  const session = await (
    await fetch(`${origin}/_admin/sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    })
  ).text();
  const memoryBefore = readPeakMegabytes();
  const { page, firstLoadKb } = await openHome(browser, origin, session);
  const firstRenderMs = await median(async () => {
    await page.reload();
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  });
  await page.goto(`${origin}/console/activities`);
  await page.getByRole('button', { name: 'Next page' }).waitFor();
  const nextPageMs = await median(async () => {
    const first = await page.locator('tbody tr').first().innerHTML();
    await page.getByRole('button', { name: 'Next page' }).click();
    while ((await page.locator('tbody tr').first().innerHTML()) === first);
  });
  const others = await Promise.all(Array.from({ length: CONSOLES - 1 }, () => openHome(browser, origin, session)));
  await Promise.all(others.map(({ page: other }) => other.goto(`${origin}/console/journal`)));
  return {
    firstLoadKb,
    firstRenderMs,
    nextPageMs,
    megabytesBefore: memoryBefore,
    megabytesWithTen: readPeakMegabytes(),
  };
}

async function openHome(
  browser: Browser,
  origin: string,
  session: string,
): Promise<{ page: Page; firstLoadKb: number }> {
  const context = await browser.newContext();
  await context.addInitScript((text) => sessionStorage.setItem('vivarium-session', text), session);
  const page = await context.newPage();
  const scripts: Promise<Buffer>[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.push(response.body());
  });
  await page.goto(`${origin}/console/`);
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor();
  const bytes = (await Promise.all(scripts)).reduce((sum, script) => sum + gzipSync(script).length, 0);
  page.removeAllListeners('response');
  return { page, firstLoadKb: Math.round(bytes / 1000) };
}

async function median(work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return Math.round(times.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0);
}
