/** SCIM on a server: credentials that end, many users, limits, and what is counted and recorded of it. */
import { expect, test } from 'vitest';

import type { Seed } from '../../src/seed/seed-schema.ts';
import { createManySeed } from '../support/many-users.ts';
import { parseMetrics } from '../support/prometheus.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';

async function makeCredential({ app, call }: TestServer, json: object = {}) {
  const order = { method: 'POST', path: '/_admin/scim/credentials', token: app.admin?.token };
  const { body } = await call({ ...order, json: { displayName: 'Entra ID', ...json } });
  return body as { readonly token: string; readonly credential: { readonly id: string } };
}

const retitle = ({ call }: TestServer, token: string) =>
  call({
    method: 'PATCH',
    path: `/scim/v2/Users/${LEARNER}`,
    token,
    json: { schemas: [PATCH], Operations: [{ op: 'Replace', path: 'title', value: 'Engineer' }] },
  });

test('a credential is good until its end, by the clock of tokens, or for good', async () => {
  await using server = await startTestServer();
  const { app, call } = server;
  const [day, year, endless] = await Promise.all(
    [{ days: 1 }, {}, { days: null }].map((json) => makeCredential(server, json)),
  );
  const statuses = async () =>
    Promise.all(
      [day, year, endless].map(async (one) => (await call({ path: '/scim/v2/Users', token: one?.token })).status),
    );
  const advance = (by: string) =>
    call({ method: 'POST', path: '/_vivarium/clock/advance', token: app.control?.token, json: { by } });
  expect(await statuses()).toEqual([200, 200, 200]);
  expect((await advance('P2D')).status).toBe(200);
  expect(await statuses()).toEqual([401, 200, 200]);
  await advance('P400D');
  expect(await statuses()).toEqual([401, 401, 200]);
  const { body } = await call({ path: '/_admin/scim/credentials', token: app.admin?.token });
  const listed = body.value as readonly { readonly id: string; readonly hasEnded: boolean }[];
  const states = [day, year, endless].map((one) => listed.find(({ id }) => id === one?.credential.id)?.hasEnded);
  expect(states).toEqual([true, true, false]);
});

test('many users are looked at step by step: each page is found once, in order', async () => {
  const count = 2100;
  await using server = await startTestServer({}, undefined, { seed: createManySeed({}, count) as Seed });
  const { token } = await makeCredential(server);
  const list = async (query: string) => {
    const { body } = await server.call({ path: `/scim/v2/Users?${query}&attributes=userName`, token });
    const names = (body.Resources as readonly { readonly userName: string }[]).map(({ userName }) => userName);
    return { total: body.totalResults as number, names };
  };
  for (const query of ['filter=userName+co+"@"', 'sortBy=userName', 'sortBy=userName&sortOrder=descending', 'x=']) {
    const pages = await Promise.all([1, 1001, 2001].map((at) => list(`${query}&startIndex=${at}&count=1000`)));
    expect(pages.map(({ total }) => total)).toEqual([count, count, count]);
    const names = pages.flatMap((page) => page.names);
    expect(new Set(names).size).toBe(count);
    if (query.startsWith('sortBy')) {
      const sorted = names.toSorted();
      expect(names).toEqual(query.endsWith('descending') ? sorted.toReversed() : sorted);
    }
  }
});

test('a credential has its limit of requests, as an app has', async () => {
  await using server = await startTestServer({ throttleRequestsPerMinute: 2 });
  const [one, other] = await Promise.all([makeCredential(server), makeCredential(server)]);
  const ask = (token: string) => server.call({ path: '/scim/v2/Schemas', token });
  expect([(await ask(one.token)).status, (await ask(one.token)).status]).toEqual([200, 200]);
  const refused = await ask(one.token);
  expect(refused).toMatchObject({ status: 429, body: { status: '429' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await ask(other.token)).status).toBe(200);
});

test('the audit trail and the metrics have what a client does', async () => {
  await using server = await startTestServer({ audit: 'full', metricsPort: 0 });
  const { app, call } = server;
  const { token, credential } = await makeCredential(server);
  const { headers } = await retitle(server, token);
  await call({ path: '/scim/v2/Elsewhere', token });
  const ask = async (query: string) =>
    (await call({ path: `/_admin/audit?${query}`, token: app.admin?.token })).body.value as readonly object[];
  expect(await ask('kind=user')).toContainEqual(
    expect.objectContaining({
      action: 'updated',
      channel: 'scim',
      operation: 'patchScimUser',
      actor: credential.id,
      requestId: headers['request-id'],
      before: { jobTitle: null },
      after: { jobTitle: 'Engineer' },
    }),
  );
  const [made] = await ask('kind=scimCredential');
  expect(made).toMatchObject({ action: 'created', itemId: credential.id, operation: 'createScimCredential' });
  expect(JSON.stringify(made)).not.toContain(token);
  const families = parseMetrics(await (await fetch(app.metricsUrl as string)).text());
  const requests = families.get('vivarium_requests_total')?.samples.map(({ labels }) => labels);
  expect(requests).toContainEqual(expect.objectContaining({ operation: 'patchScimUser', status: '200' }));
  expect(requests).toContainEqual(expect.objectContaining({ operation: 'unknownScim', status: '404' }));
});
