/** A program keeps the record of one server true in another one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createServer } from '../../../src/index.ts';
import type { VivariumServer } from '../../../src/index.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-library-sync-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startPair() {
  await using opening = new AsyncDisposableStack();
  const there = opening.use(await createServer({ http: true }));
  const clientSecretFile = join(folder, 'secret');
  writeFileSync(clientSecretFile, there.apps['writer']?.clientSecret ?? '');
  const target = {
    ...{ name: 'viva', tenant: 'contoso.onmicrosoft.com', provider: PROVIDER },
    ...{ remoteTenant: there.tenantId, remoteProvider: PROVIDER, clientId: there.apps['writer']?.clientId },
    ...{ clientSecretFile, graphUrl: there.baseUrl, authority: there.baseUrl, requestsPerMinute: 120_000 },
  };
  const here = opening.use(await createServer({ http: true, syncTargets: [target] }));
  const open = opening.move();
  return { here, there, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

async function send(server: VivariumServer, method: string, path: string, json?: object) {
  const authorization = `Bearer ${await server.tokenFor({ app: 'writer' })}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(server.baseUrl + path, { method, headers, ...(json && { body: JSON.stringify(json) }) });
  return { status: answer.status, body: (answer.status === 204 ? {} : await answer.json()) as { readonly id: string } };
}

const assignment = (externalId: string, learnerUserId: string) => ({
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  learnerUserId,
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
  externalCourseActivityId: externalId,
  status: 'notStarted',
});

test('a program looks, sends, retries, compares and reads in', async () => {
  await using pair = await startPair();
  const { here, there } = pair;
  const { sync } = here.admin;
  // Of the seed, without an external id: it would be there twice.
  await send(there, 'DELETE', `${ACTIVITIES}/8ba2228a-e020-11ec-9d64-0242ac120003`);
  expect(await sync.targets()).toMatchObject([{ name: 'viva', state: 'new', requestsPerMinute: 120_000 }]);
  expect(await sync.pause('viva')).toMatchObject({ state: 'paused' });
  expect(await sync.start('viva')).toMatchObject({ state: 'started' });
  await sync.pause('viva');
  await sync.run('viva');

  const since = new Date().toISOString();
  const learner = here.users['learner']?.id ?? '';
  const { body: created } = await send(here, 'POST', ACTIVITIES, assignment('one', learner));
  // Reading the changes is what a paused target goes on with.
  await expect
    .poll(() => sync.preview('viva', { limit: 5 }), { timeout: 10_000 })
    .toMatchObject([{ method: 'POST', id: created.id.split(':').at(-1) }]);
  expect(await sync.items('viva', { state: 'waiting' })).toMatchObject([{ id: created.id, kind: 'activity' }]);
  expect(await sync.run('viva', { seconds: 30 })).toMatchObject({ sent: 1, dead: 0, target: { waiting: 0 } });
  expect(await sync.diff('viva')).toMatchObject({ differences: [], summary: { onlyHere: 0, isListed: true } });

  await there.admin.users.change(learner, { licence: 'none' });
  await send(here, 'POST', ACTIVITIES, assignment('two', learner));
  await expect.poll(() => sync.preview('viva'), { timeout: 10_000 }).toHaveLength(1);
  expect(await sync.run('viva')).toMatchObject({ dead: 1 });
  const [dead] = await sync.items('viva');
  expect(dead).toMatchObject({ reason: 'learnerUnlicensed', explanation: expect.stringContaining('Assign one') });
  expect(await sync.skip('viva', [dead?.id ?? ''])).toBe(1);
  expect(await sync.items('viva', { state: 'skipped', limit: 1 })).toHaveLength(1);
  await there.admin.users.change(learner, { licence: 'premium' });
  expect(await sync.retry('viva', 'all')).toBe(0);
  expect(await sync.retry('viva', { reason: 'learnerUnlicensed' })).toBe(0);
  expect(await sync.retry('viva', [dead?.id ?? ''])).toBe(1);
  expect(await sync.run('viva')).toMatchObject({ sent: 1 });
  expect(await sync.replay('viva', since)).toBe(2);
  await sync.run('viva');

  await send(there, 'POST', ACTIVITIES, assignment('theirs', learner));
  expect((await sync.diff('viva')).differences).toMatchObject([{ what: 'onlyThere', externalId: 'theirs' }]);
  expect(await sync.pull('viva', { dryRun: true })).toMatchObject({ summary: { created: 1 } });
  expect(await sync.pull('viva')).toMatchObject({ items: [{ outcome: 'created', externalId: 'theirs' }] });
  expect(await sync.diff('viva', { repair: true })).toMatchObject({ differences: [] });

  const accessToken = await there.tokenFor({ user: 'admin', scopes: ['LearningProvider.ReadWrite'] });
  expect(await sync.registerProvider('viva', accessToken)).toEqual({ id: PROVIDER, isNew: false });
  const [provider] = await sync.health({ tenant: here.tenantId, provider: PROVIDER });
  expect(provider).toMatchObject({ id: PROVIDER, accepted: 2 });
  await expect(sync.start('nowhere')).rejects.toMatchObject({ name: 'ControlRefusal', status: 404 });
});

test('a comparison that the other side breaks off says why', async () => {
  await using pair = await startPair();
  const { here, there } = pair;
  await there.close();
  await expect(here.admin.sync.diff('viva')).rejects.toThrow(/No token for viva: .* did not answer \(ECONNREFUSED\)/);
});
