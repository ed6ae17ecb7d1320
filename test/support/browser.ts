/** A real browser for tests: the machine's own, else the one that comes with `npm ci`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import type { Browser, LaunchOptions } from 'playwright-core';

const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Nothing of its own goes over the network; without a sandbox, as continuous integration runs as root. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Throws when there is none: a test that needs one must not pass without it. */
export function openBrowser(): Promise<Browser> {
  const executablePath = PATHS.find((path) => existsSync(path));
  return chromium.launch(executablePath === undefined ? packedChromium() : { executablePath, args: ARGUMENTS });
}

const PACKAGE = join(import.meta.dirname, '..', '..', 'node_modules', '@sparticuz', 'chromium');

/** Fonts beside this file, as the packed ones are looked for in fixed places. */
const FONTS_CONFIGURATION = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir></fontconfig>`;

/**
 * The Chromium of `@sparticuz/chromium`, with its fonts, and the libraries that bare systems lack. Unpacked once, beside
 * the package, as the package itself would share one place in the temporary folder among all users.
 */
function packedChromium(): LaunchOptions {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`These tests need Chromium or Chrome; none found at ${PATHS.join(', ')}.`);
  }
  const home = join(PACKAGE, 'unpacked');
  if (!existsSync(home)) unpack(home);
  const env = { ...process.env, LD_LIBRARY_PATH: join(home, 'lib'), FONTCONFIG_PATH: home };
  return { executablePath: join(home, 'chromium'), args: ARGUMENTS, env };
}

/** Whole or not at all: test files that run side by side may unpack at the same time. */
function unpack(home: string): void {
  const folder = mkdtempSync(`${home}-`);
  const inflate = (name: string) => brotliDecompressSync(readFileSync(join(PACKAGE, 'bin', `${name}.br`)));
  writeFileSync(join(folder, 'chromium'), inflate('chromium'), { mode: 0o755 });
  for (const archive of ['fonts.tar', 'al2023.tar', 'swiftshader.tar']) {
    execFileSync('tar', ['-x'], { cwd: folder, input: inflate(archive) });
  }
  writeFileSync(join(folder, 'fonts.conf'), FONTS_CONFIGURATION);
  try {
    renameSync(folder, home);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(home)) throw error;
  }
}
