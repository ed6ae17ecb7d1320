/** Several servers on one PostgreSQL database: what each of them does, the others know. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findCredentialsFile } from '../../src/seed/credentials.ts';
import { mintToken } from '../../src/app/commands/mint-token.ts';
import type { App } from '../../src/app.ts';
import { runVivarium } from '../support/command.ts';
import { startNode } from '../support/nodes.ts';
import type { NodeAnswer, ServerNode } from '../support/nodes.ts';
import { createOwnDatabase, findPostgresUrl } from '../support/postgres.ts';
import type { OwnDatabase } from '../support/postgres.ts';
import { PUBLIC_URL, requestToken, startNodeProcess } from '../support/server-process.ts';
import type { NodeProcess } from '../support/server-process.ts';
import { testSettings } from '../support/server.ts';

const KEYS = '/common/discovery/v2.0/keys';

let database: OwnDatabase;
let open: AsyncDisposableStack;

beforeEach(async () => {
  open = new AsyncDisposableStack();
  database = open.use(await createOwnDatabase(await findPostgresUrl()));
});
afterEach(() => open.disposeAsync());

const start = async (settings?: Readonly<Record<string, unknown>>) => open.use(await startNode(database.url, settings));

async function runSql(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The documented create, with an external id of its own. */
async function create(on: ServerNode, token: string): Promise<NodeAnswer> {
  const { path, body } = on.app.example as NonNullable<App['example']>;
  return on.call({ method: 'POST', path, token, json: { ...body, externalCourseActivityId: randomUUID() } });
}

async function listKeys(on: ServerNode): Promise<readonly string[]> {
  const { body } = await on.call({ path: KEYS });
  return body.keys.map(({ kid }: { kid: string }) => kid);
}

describe('servers that start on an empty database at the same moment', () => {
  test('fill it once, make one key, and show the same credentials, each with certificates of its own', async () => {
    const nodes = await Promise.all([start(), start(), start()]);
    const [first, ...others] = nodes as [ServerNode, ...ServerNode[]];
    expect(await runSql('select count(*)::int as count from signing_key')).toEqual([{ count: 1 }]);
    for (const other of others) {
      expect(other.app.credentials).toEqual(first.app.credentials);
      expect(await listKeys(other)).toEqual(await listKeys(first));
    }
    for (const { app } of nodes)
      expect(findCredentialsFile(join(app.dataDir, 'sandbox.json'))).toEqual(app.credentials);
    const authorities = nodes.map(({ app }) => readFileSync(app.caFile as string, 'utf8'));
    expect(new Set(authorities).size).toBe(nodes.length);
  });

  test('read one seed; who comes later is told that his was not read', async () => {
    await start();
    const later = await start({ seed: join(import.meta.dirname, '..', '..', 'seeds', 'default.yaml') });
    expect(later.app.notices).toEqual(['The database already holds data: the seed file was not read.']);
  });
});

test('credentials that only a data folder has are imported into the database', async () => {
  const first = await start();
  const { credentials, dataDir } = first.app;
  await first.app[Symbol.asyncDispose]();
  await runSql('delete from sandbox_card');
  const again = await start({ data: dataDir });
  expect(again.app.credentials).toEqual(credentials);
  expect((await start()).app.credentials).toEqual(credentials);
});

describe('what one server does', () => {
  let one: ServerNode;
  let other: ServerNode;

  beforeEach(async () => {
    [one, other] = [await start(), await start()];
  });

  test('the other accepts: its tokens, and what was created with them', async () => {
    const token = await one.appToken('writer');
    const created = await create(other, token);
    expect(created.status).toBe(201);
    const { path } = one.app.example as NonNullable<App['example']>;
    expect(await one.call({ path: `${path}/${created.body.id}`, token })).toEqual({
      status: 200,
      body: expect.anything(),
    });
  });

  test('the other knows at once: a switch, and who has signed in', async () => {
    const { credentials, example } = one.app;
    const { path } = example as NonNullable<App['example']>;
    const [provider] = path.split('/learningCourseActivities');
    const admin = await one.app.mintToken({ user: 'admin' });
    const token = await one.appToken('writer');
    const switchTo = (isCourseActivitySyncEnabled: boolean) =>
      one.call({ method: 'PATCH', path: provider as string, token: admin, json: { isCourseActivitySyncEnabled } });
    expect((await create(other, token)).status).toBe(201);
    expect((await switchTo(false)).status).toBe(204);
    expect((await create(other, token)).status).toBe(400);
    expect((await switchTo(true)).status).toBe(204);
    expect((await create(other, token)).status).toBe(201);
    const { clientId } = credentials.signInApps['portal'] as App['credentials']['signInApps'][string];
    const { userPrincipalName, password } = credentials.users['learner'] as App['credentials']['users'][string];
    const ask = (on: ServerNode, form: Readonly<Record<string, string>>) =>
      on.call({
        method: 'POST',
        path: `/${credentials.tenantId}/oauth2/v2.0/token`,
        form: { client_id: clientId, scope: 'User.Read offline_access', ...form },
      });
    const signedIn = await ask(one, { grant_type: 'password', username: userPrincipalName, password });
    const refresh = { grant_type: 'refresh_token', refresh_token: signedIn.body.refresh_token as string };
    expect((await ask(other, refresh)).status).toBe(200);
  });

  test('the other knows within seconds: a change of a tenant', async () => {
    const token = await one.appToken('writer');
    expect((await create(other, token)).status).toBe(201);
    await runSql('update tenant set has_service_plan = false');
    await expect.poll(async () => (await create(other, token)).status, { timeout: 20_000 }).toBe(403);
  });

  test('the other refuses within its 5 seconds: a disabled user, an app without its permission, and at once a lost licence', async () => {
    const administrator = await one.appToken('administrator');
    const writer = await one.appToken('writer');
    const learner = await one.app.mintToken({ user: 'learner' });
    const { id = '' } = one.app.credentials.users['learner'] ?? {};
    const { clientId = '' } = one.app.credentials.apps['reader'] ?? {};
    const reader = await one.appToken('reader');
    const readMe = async () => (await other.call({ path: '/v1.0/me', token: learner })).status;
    const readAll = async () =>
      (await other.call({ path: '/v1.0/employeeExperience/learningCourseActivities', token: reader })).status;
    const ask = async (method: string, path: string, json?: unknown) => {
      const { status, body } = await one.call({ method, path: `/v1.0${path}`, token: administrator, json });
      expect(status, JSON.stringify(body)).toBeLessThan(300);
      return body;
    };
    expect([await readMe(), await readAll(), (await create(other, writer)).status]).toEqual([200, 200, 201]);

    const { value: skus } = await ask('GET', '/subscribedSkus');
    const held = await ask('GET', `/users/${id}?$select=assignedLicenses`);
    const removeLicenses = held.assignedLicenses.map(({ skuId }: { skuId: string }) => skuId);
    expect(skus.map(({ skuId }: { skuId: string }) => skuId)).toEqual(expect.arrayContaining(removeLicenses));
    await ask('POST', `/users/${id}/assignLicense`, { addLicenses: [], removeLicenses });
    expect((await create(other, writer)).status).toBe(403);

    await ask('PATCH', `/users/${id}`, { accountEnabled: false });
    const { value } = await ask('GET', `/servicePrincipals(appId='${clientId}')/appRoleAssignments`);
    for (const { id: assignment } of value)
      await ask('DELETE', `/servicePrincipals(appId='${clientId}')/appRoleAssignments/${assignment}`);
    const bound = { timeout: 6_000, interval: 100 };
    await expect.poll(readMe, bound).toBe(401);
    await expect.poll(readAll, bound).toBe(403);
    await ask('PATCH', `/users/${id}`, { accountEnabled: true });
    await expect.poll(readMe, bound).toBe(200);
  });
});

test('two servers write one audit trail at once, and it is whole', async () => {
  const nodes = [await start(), await start()] as const;
  const [one] = nodes;
  const token = await one.appToken('writer');
  const { path, body } = one.app.example as NonNullable<App['example']>;
  const [shared] = await Promise.all([create(one, token), create(nodes[1], token)]);
  const change = (on: ServerNode, completionPercentage: number) =>
    on.call({
      method: 'PATCH',
      path: `${path}/${shared.body.id}`,
      token,
      json: { '@odata.type': body['@odata.type'], status: 'inProgress', completionPercentage },
    });
  const rounds = Array.from({ length: 40 }, (_, index) => index + 1);
  const answers = await Promise.all(
    rounds.flatMap((round) => nodes.flatMap((node) => [create(node, token), change(node, round)])),
  );
  expect(answers.filter(({ status }) => status !== 201 && status !== 204 && status !== 503)).toEqual([]);
  const changed = answers.filter(({ status }) => status === 204).length;
  for (const { app } of nodes) await app[Symbol.asyncDispose]();
  const ask = async (...words: readonly string[]) => {
    const flags = ['--database', database.url, '--data', one.app.dataDir, '--output', 'json'];
    const { exitCode, stdout } = await runVivarium(['audit', ...words, ...flags], { directory: tmpdir() });
    expect(exitCode).toBe(0);
    return JSON.parse(stdout);
  };
  const history = await ask('history', shared.body.id);
  expect(history.map(({ action }: { action: string }) => action)).toEqual([
    'created',
    ...Array.from({ length: changed }, () => 'updated'),
  ]);
  const { value } = await ask('verify');
  const mine = value.find(({ tenant }: { tenant: string }) => tenant === one.app.credentials.tenantId);
  expect(mine).toMatchObject({ problems: [] });
  expect(mine.chains).toBeGreaterThan(1);
});

test('a throttle counts what all servers admit', async () => {
  const throttleRequestsPerMinute = 400;
  const [one, other] = [await start({ throttleRequestsPerMinute }), await start({ throttleRequestsPerMinute })];
  const token = await one.appToken('writer');
  const ask = (on: ServerNode) => on.call({ path: '/v1.0/users', token });
  while ((await ask(one)).status === 200);
  // By itself it would admit 400 as well, and the exchange is a second away.
  let admitted = 0;
  await expect
    .poll(
      async () => {
        const { status } = await ask(other);
        if (status === 200) admitted += 1;
        return status;
      },
      { interval: 50, timeout: 25_000 },
    )
    .toBe(429);
  expect(admitted).toBeLessThan(throttleRequestsPerMinute);
});

test('a token from the command line needs the database, and no data folder', async () => {
  const node = await start();
  const data = mkdtempSync(join(tmpdir(), 'vivarium-elsewhere-'));
  open.defer(() => rmSync(data, { recursive: true, force: true }));
  const settings = testSettings({
    ephemeral: false,
    database: database.url,
    publicUrl: PUBLIC_URL,
    data: join(data, 'new'),
  });
  const token = await mintToken(settings, { app: 'writer' });
  expect((await node.call({ path: '/v1.0/users', token })).status).toBe(200);
});

describe('an upgrade', () => {
  const later = (compatibleSince: string) => `
    alter table learning_course_activity add column noted_by text;
    insert into schema_migration (name) values ('9001-later');
    insert into schema_compatibility (name, compatible_since) values ('9001-later', '${compatibleSince}')`;

  test('that older servers can live with leaves them at work, and lets them start', async () => {
    const running = await start();
    const token = await running.appToken('writer');
    expect((await create(running, token)).status).toBe(201);
    await runSql(later('0003-several-nodes'));
    expect((await create(running, token)).status).toBe(201);
    expect((await running.call({ path: '/readyz' })).status).toBe(200);
    const restarted = await start();
    expect((await create(restarted, token)).status).toBe(201);
    expect(await restarted.call({ path: '/readyz' })).toEqual({
      status: 200,
      body: { status: 'ready', checks: { database: 'ok', schema: 'ok', load: 'ok' } },
    });
  });

  test('that they cannot live with is told to whoever routes to them, and to who starts one', async () => {
    const running = await start();
    await runSql(later('9000-between'));
    expect(await running.call({ path: '/readyz' })).toEqual({
      status: 503,
      body: { status: 'unready', checks: { database: 'ok', schema: 'incompatible', load: 'ok' } },
    });
    await expect(start()).rejects.toThrow(
      'it is of a later release: since 9001-later, servers have to know 9000-between, and this one knows no later than 0017-webhooks',
    );
  });
});

describe('processes', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vivarium-nodes-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const spawn = (name: string): Promise<NodeProcess> =>
    startNodeProcess(join(folder, name), '--database', database.url, '--migrate-at-start');

  test('that start together on an empty database with empty folders serve as one, and after one has died', async () => {
    const [first, second] = [await spawn('first'), await spawn('second')];
    await using _first = first;
    await using _second = second;
    const [one, other] = [await first.located, await second.located];
    expect(other.apps).toEqual(one.apps);
    const token = await requestToken(one, 'writer');
    first.signal('SIGKILL');
    await first.exited;
    const dispatcher = open.adopt(new Agent({ connect: { ca: readFileSync(other.caFile, 'utf8') } }), (one) =>
      one.close(),
    );
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode } = await request(`${other.baseUrl}/v1.0/users`, { dispatcher, headers });
    expect(statusCode).toBe(200);
  });
});
