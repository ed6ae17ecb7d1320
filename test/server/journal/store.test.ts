import { afterAll, beforeAll, expect, test } from 'vitest';

import { requestAppToken } from '../../support/server.ts';
import { PROVIDERS, startJournalServer, TENANT } from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';
import { OTHER_APP, writeTwoTenants } from './two-tenants.ts';

const OTHER = {
  tenant: '5c1e7f90-2b4d-4a6c-8e0f-1a2b3c4d5e6f',
  provider: '77777777-0000-4000-8000-000000000001',
  content: '77777777-0000-4000-8000-000000000002',
  user: '77777777-0000-4000-8000-000000000003',
  activity: '77777777-0000-4000-8000-000000000004',
};

let server: JournalServer;
/** Of the app of the second tenant. */
let token = '';
beforeAll(async () => {
  const { seed, [Symbol.dispose]: remove } = writeTwoTenants(OTHER);
  server = await startJournalServer({ seed });
  token = await requestAppToken(server.call, OTHER.tenant, {
    clientId: OTHER_APP.id,
    clientSecret: OTHER_APP.clientSecret,
  });
  remove();
});
afterAll(() => server[Symbol.asyncDispose]());

const sendBoth = async (): Promise<void> => {
  await server.asWriter({ path: PROVIDERS });
  await server.call({ path: PROVIDERS, token });
};
const idsOf = async (tenant: string) => (await server.read(`&tenant=${tenant}&kind=graph`)).map(({ id }) => id);

test("a tenant's reset takes its entries and leaves those of others, and ids go on", async () => {
  await sendBoth();
  const kept = await idsOf(OTHER.tenant);
  const newest = await server.lastId();
  expect((await server.control('POST', '/reset', { tenant: TENANT })).status).toBeLessThan(300);
  expect(await idsOf(TENANT)).toEqual([]);
  expect(await idsOf(OTHER.tenant)).toEqual(kept);
  await sendBoth();
  expect(Math.min(...(await idsOf(TENANT)))).toBeGreaterThan(newest);
});

test('a snapshot has the entries of its time, and a restore brings them back as they were', async () => {
  await server.control('POST', '/reset', {});
  await sendBoth();
  const before = await server.read();
  await server.control('POST', '/snapshots', { name: 'then' });
  await sendBoth();
  expect(await server.read()).toHaveLength(before.length + 2);
  expect((await server.control('POST', '/snapshots/then/restore', {})).status).toBeLessThan(300);
  expect(await server.read()).toEqual(before);
  await sendBoth();
  const ids = (await server.read()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(before.length + 2);
});
