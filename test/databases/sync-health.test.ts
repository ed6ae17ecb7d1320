/** How well providers keep their records: what is counted of their writes, and what the record shows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { RegistrationId, TenantId, UserId } from '../../src/lib/ids.ts';
import type { SyncHealth } from '../../src/library/admin-types.ts';
import { getGuid } from '../../src/lib/ids.ts';
import { createSyncStore, HOUR_MS } from '../../src/store/sync-store.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';

const UNKNOWN_LEARNER = '99999999-0000-4000-8000-000000000001';
const OTHER_PROVIDER = '99999999-0000-4000-8000-000000000002';

async function readHealth({ app, call }: TestServer, query = `tenant=${app.credentials.tenantId}`) {
  const { status, body } = await call({ path: `/_admin/sync?${query}`, token: app.admin?.token });
  expect(status).toBe(200);
  return (body as { readonly value: readonly SyncHealth[] }).value;
}

/** The provider of the documented create. */
function ownProvider({ app }: TestServer): string {
  const [, id = ''] = /learningProviders\/([^/]+)/.exec(app.example?.path ?? '') ?? [];
  return id;
}

async function readOwn(server: TestServer): Promise<SyncHealth> {
  return (await readHealth(server)).find((provider) => provider.id === ownProvider(server)) as SyncHealth;
}

let folder: string;
/** Servers on a database need one. */
let adminTokenFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-sync-'));
  adminTokenFile = join(folder, 'token');
  writeFileSync(adminTokenFile, 'a-token-of-the-tests', { mode: 0o600 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(STORE_DRIVERS)('the health of a provider on $name', ({ create }) => {
  test('tells of writes, refusals, unmapped learners, overdue activities and unused contents', async () => {
    await using database = create();
    const settings = { ...(await database.serverSettings()), adminTokenFile };
    const wanted = await (async () => {
      await using server = await startTestServer(settings);
      const { path, body } = server.app.example as NonNullable<typeof server.app.example>;
      const token = await server.appToken('writer');
      const post = async (changes: object, to = path) =>
        (await server.call({ method: 'POST', path: to, token, json: { ...(body as object), ...changes } })).status;
      const before = await readOwn(server);
      expect(before).toMatchObject({ accepted: 0, refused: 0, lastWriteAt: null, refusals: [] });
      const dueDateTime = { dateTime: '2020-01-01T00:00:00', timeZone: 'UTC' };
      expect(await post({ externalCourseActivityId: 'one', dueDateTime })).toBe(201);
      expect(
        await post({
          externalCourseActivityId: 'two',
          dueDateTime: { ...dueDateTime, dateTime: '2999-01-01T00:00:00' },
        }),
      ).toBe(201);
      expect(await post({ externalCourseActivityId: 'three', learnerUserId: UNKNOWN_LEARNER })).toBe(400);
      const item = {
        id: '1',
        method: 'POST',
        url: path.slice('/v1.0'.length),
        headers: { 'content-type': 'application/json' },
      };
      const inBatch = { ...(body as object), externalCourseActivityId: 'four', learnerUserId: UNKNOWN_LEARNER };
      await server.call({
        method: 'POST',
        path: '/v1.0/$batch',
        token,
        json: { requests: [{ ...item, body: inBatch }] },
      });
      // Of no provider of the tenant: nothing is kept of it.
      expect(await post({}, path.replace(/learningProviders\/[^/]+/, `learningProviders/${OTHER_PROVIDER}`))).toBe(400);
      const after = await readOwn(server);
      expect(after).toMatchObject({
        accepted: 2,
        refused: 2,
        refusals: [{ error: 'fieldsInvalid', count: 2 }],
        unmappedLearners: { count: 1, value: [{ id: UNKNOWN_LEARNER, requests: 2 }] },
        overdueActivities: before.overdueActivities + 1,
      });
      expect(Date.parse(after.lastWriteAt as string)).toBeGreaterThan(Date.now() - 60_000);
      expect(after.byHour.reduce((total, { accepted }) => total + accepted, 0)).toBe(2);
      const used = (body as { readonly learningContentId: string }).learningContentId;
      expect(after.contentsWithoutActivity.value.map(({ id }) => id)).not.toContain(used);
      expect((await readHealth(server)).map(({ id }) => id)).not.toContain(OTHER_PROVIDER);
      return after;
    })();
    // A start later, and on another server of a shared database, it is the same.
    await using again = await startTestServer(settings);
    expect(await readOwn(again)).toEqual(wanted);
  });

  test('adds up what servers count, and keeps hours for a week and totals for good', async () => {
    await using database = create();
    const key = await (async () => {
      await using server = await startTestServer(await database.serverSettings());
      const tenantId = getGuid<TenantId>(server.app.credentials.tenantId);
      return { tenantId, registrationId: getGuid<RegistrationId>(ownProvider(server)) };
    })();
    const [one, other] = [createSyncStore(database.connect()), createSyncStore(database.connect())];
    const now = 1000 * HOUR_MS;
    const learner = { ...key, learnerUserId: getGuid<UserId>(UNKNOWN_LEARNER), requests: 1, lastAt: now };
    const count = { ...key, outcome: 'accepted', requests: 3, lastAt: now };
    await one.add({ counts: [count], learners: [learner] }, now);
    await other.add({ counts: [{ ...count, lastAt: now - 10 }], learners: [learner] }, now);
    expect(await one.listTotals(key)).toEqual([{ ...count, hour: 0, requests: 6 }]);
    expect(await other.listHours(key, 0)).toMatchObject([{ hour: 0 }, { hour: 1000, requests: 6, lastAt: now }]);
    expect(await other.listUnmapped(key)).toEqual([{ ...learner, requests: 2 }]);
    const later = now + 8 * 24 * HOUR_MS;
    await one.add({ counts: [{ ...count, lastAt: later }], learners: [] }, later);
    expect(await one.listHours(key, 1)).toMatchObject([{ hour: 1192, requests: 3 }]);
    expect(await one.listTotals(key)).toMatchObject([{ requests: 9, lastAt: later }]);
    expect(await one.listUnmapped(key)).toEqual([]);
  });

  test('keeps the latest thousand of the learners that nobody is', async () => {
    await using database = create();
    const key = await (async () => {
      await using server = await startTestServer(await database.serverSettings());
      const tenantId = getGuid<TenantId>(server.app.credentials.tenantId);
      return { tenantId, registrationId: getGuid<RegistrationId>(ownProvider(server)) };
    })();
    const store = createSyncStore(database.connect());
    const learners = Array.from({ length: 1010 }, (_, index) => ({
      ...key,
      learnerUserId: getGuid<UserId>(`99999999-0000-4000-8000-${String(index).padStart(12, '0')}`),
      requests: 1,
      lastAt: 1000 * HOUR_MS + index,
    }));
    await store.add({ counts: [], learners }, 1000 * HOUR_MS);
    const kept = await store.listUnmapped(key);
    expect(kept.length).toBe(1000);
    expect(kept[0]).toEqual(learners.at(-1));
  });
});

test('a reset of a sandbox forgets what was counted', async () => {
  await using server = await startTestServer();
  const { path, body } = server.app.example as NonNullable<typeof server.app.example>;
  const token = await server.appToken('writer');
  await server.call({ method: 'POST', path, token, json: body });
  expect(await readOwn(server)).toMatchObject({ accepted: 1 });
  const reset = await server.call({
    method: 'POST',
    path: '/_vivarium/reset',
    token: server.app.control?.token,
    json: {},
  });
  expect(reset.status).toBeLessThan(300);
  expect(await readOwn(server)).toMatchObject({ accepted: 0, lastWriteAt: null });
});

test('one provider can be asked for, and what does not exist is refused', async () => {
  await using server = await startTestServer();
  const tenant = server.app.credentials.tenantId;
  const [first] = await readHealth(server);
  expect(await readHealth(server, `tenant=${tenant}&provider=${first?.id}`)).toHaveLength(1);
  const ask = async (query: string) =>
    (await server.call({ path: `/_admin/sync?${query}`, token: server.app.admin?.token })).status;
  expect(await ask(`tenant=${tenant}&provider=${OTHER_PROVIDER}`)).toBe(404);
  expect(await ask('tenant=nowhere')).toBe(404);
  expect(await ask('')).toBe(400);
});
