/** The documentation on a server: the pages that `npm ci` builds, under a policy that lets nothing else in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { SECTIONS, sitePathOf } from '../../site/pages.ts';
import { SCHEMA_NAMES, schemaIdOf } from '../../src/lib/schema-files.ts';
import { registerPages } from '../../src/server/pages-route.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('has every document of the list at its address, as npm run build:site makes it', async () => {
  const files = ['docs/index.md', 'docs/decisions/0001-node-and-types.md', 'site/decisions/index.md'];
  for (const file of [...files, ...SECTIONS.flatMap(({ pages }) => pages.map((page) => page.file))]) {
    const address = sitePathOf(file)
      .replace(/(^|\/)index\.md$/, '$1')
      .replace(/\.md$/, '');
    const { status, headers, text } = await server.call({ path: `/docs/${address}` });
    expect([file, status, headers['content-type']]).toEqual([file, 200, 'text/html; charset=utf-8']);
    expect(text).toContain('</h1>');
  }
});

test('has the schemas of this release, for any origin', async () => {
  for (const name of SCHEMA_NAMES) {
    const { status, headers, body } = await server.call({ path: `/schemas/${name}.json` });
    expect([status, headers['content-type']]).toEqual([200, 'application/schema+json']);
    expect([headers['access-control-allow-origin'], body.$id]).toEqual(['*', schemaIdOf(name)]);
  }
});

test('answers an address without a page with 404, and never leaves the folder', async () => {
  for (const path of ['/docs/none', '/docs/none/', '/docs/%2e%2e%2fconsole/index', '/docs/..%2f..%2fpackage.json']) {
    const { status, text } = await server.call({ path });
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('devDependencies');
  }
  expect((await server.call({ path: '/docs/none' })).status).toBe(404);
  const { status, headers } = await server.call({ path: '/docs' });
  expect([status, headers['location']]).toEqual([308, '/docs/']);
});

test('its policy takes scripts and styles from files of this server alone', async () => {
  const { headers, text } = await server.call({ path: '/docs/' });
  const policy = (headers['content-security-policy'] ?? '').split('; ');
  expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]));
  expect(policy.join(' ')).not.toContain('unsafe');
  for (const [, source] of text.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]*)"/g)) {
    expect(source).toMatch(/^\/docs\//);
  }
});

test('is where a browser is led to when there is no console, and not there when it is switched off', async () => {
  const headers = { Accept: 'text/html' };
  await using alone = await startTestServer({ console: false });
  expect((await alone.call({ path: '/', headers })).headers['location']).toBe('/docs/');
  await using without = await startTestServer({ docs: false });
  const { status, body } = await without.call({ path: '/docs/', headers });
  expect([status, body.error.code]).toEqual([400, 'BadRequest']);
});

test('says what to run when it has not been built', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-docs-'));
  const app = fastify();
  const pages = { root: '/docs', folder, findFile: () => undefined, notFoundFile: '404.html', notBuilt: 'Build it.' };
  await app.register(registerPages, pages);
  const { statusCode, body } = await app.inject('/docs/');
  expect([statusCode, body]).toEqual([503, 'Build it.\n']);
  await app.close();
  rmSync(folder, { recursive: true });
});
