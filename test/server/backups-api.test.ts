/** Backups by the admin API: listed, taken, verified, and refused. */
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const home = mkdtempSync(join(tmpdir(), 'vivarium-backups-'));
const backupFolder = join(home, 'backups');
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ ephemeral: false, data: join(home, 'data'), backupFolder, backupKeep: 2 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

const call = (path: string, method = 'GET') =>
  server.call({ path: `/_admin/backups${path}`, method, token: server.app.admin?.token });

test('the first one is taken by the start, is listed with the schedule, and can be restored', async () => {
  await expect.poll(async () => (await call('')).body.value.length, { timeout: 10_000 }).toBe(1);
  const { body } = await call('');
  expect(body.schedule).toEqual({ everyHours: 24, keep: 2 });
  const [{ name, sizeBytes }] = body.value;
  expect(readdirSync(backupFolder)).toContain(name);
  expect(sizeBytes).toBeGreaterThan(1000);
  const verified = await call(`/${name}/verify`, 'POST');
  expect([verified.status, verified.body.rows > 10]).toEqual([200, true]);
});

test('one is taken at once, and not two at a time', async () => {
  // Names tell seconds.
  await expect.poll(async () => (await call('', 'POST')).status, { timeout: 10_000 }).toBe(201);
  const { value } = (await call('')).body;
  expect(value.map(({ name }: { name: string }) => name)).toEqual(
    value
      .map(({ name }: { name: string }) => name)
      .toSorted()
      .toReversed(),
  );
  const newest = `/${value[0].name}/verify`;
  const both = await Promise.all([call(newest, 'POST'), call(newest, 'POST')]);
  expect(both.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 409]);
});

test('a damaged one is refused, and one that is not there', async () => {
  const [{ name }] = (await call('')).body.value;
  truncateSync(join(backupFolder, name), 500);
  expect((await call(`/${name}/verify`, 'POST')).status).toBe(409);
  expect((await call('/..%2fdata/verify', 'POST')).status).toBe(404);
});

test('a server without a folder for them has none', async () => {
  await using plain = await startTestServer();
  const at = (method: string) => plain.call({ path: '/_admin/backups', method, token: plain.app.admin?.token });
  expect((await at('GET')).body).toEqual({ schedule: null, value: [] });
  expect((await at('POST')).status).toBe(409);
});
