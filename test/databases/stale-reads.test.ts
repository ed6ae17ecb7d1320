import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { openControl } from '../support/control.ts';
import type { Control } from '../support/control.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const ACTIVITIES =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities';

describe.each(STORE_DRIVERS)('on $name, a stale read', ({ create: createDatabase }) => {
  let database: TestDatabase;
  let server: TestServer;
  let control: Control;

  beforeAll(async () => {
    database = createDatabase();
    server = await startTestServer({ ...(await database.serverSettings()), sandbox: true });
    control = openControl(server);
  });
  afterEach(() => control('POST', '/reset'));
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const send = async (method: string, path: string, json?: object): Promise<Answer> =>
    server.call({ method, path, json, token: await server.appToken('writer') });

  const create = (externalId: string, changed: object = {}): Promise<Answer> =>
    send('POST', ACTIVITIES, {
      '@odata.type': '#microsoft.graph.learningAssignment',
      assignmentType: 'required',
      learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
      learnerUserId: LEARNER,
      externalcourseActivityId: externalId,
      status: 'notStarted',
      ...changed,
    });
  const update = (id: string, completionPercentage: number): Promise<Answer> =>
    send('PATCH', `${ACTIVITIES}/${id}`, {
      '@odata.type': '#microsoft.graph.learningAssignment',
      status: 'inProgress',
      completionPercentage,
    });
  /** What a page shows of each activity that the test created. */
  const created = (page: { readonly value: readonly Record<string, unknown>[] }): readonly unknown[] =>
    page.value
      .filter((one) => one['externalcourseActivityId'] !== null && one['learnerUserId'] === LEARNER)
      .map((one) => [one['externalcourseActivityId'], one['completionPercentage']]);
  const list = async (): Promise<readonly unknown[]> => created((await send('GET', ACTIVITIES)).body);

  test('does not know of the last create, by whatever path', async () => {
    await create('before');
    await control('POST', '/faults', { preset: 'staleReads' });
    const { body } = await create('created');
    expect(await list()).toEqual([['before', null]]);
    expect((await send('GET', `${ACTIVITIES}/${String(body.id)}`)).status).toBe(404);
    const byKey = await send('GET', `${ACTIVITIES}(externalcourseActivityId='created')`);
    expect([byKey.status, byKey.headers['x-vivarium-fault']]).toEqual([404, 'staleReads']);
  });

  test('shows what the last update has changed, and what the last delete has removed', async () => {
    const { body } = await create('one', { completionPercentage: 10 });
    await control('POST', '/faults', { preset: 'staleReads' });
    await update(String(body.id), 20);
    expect(await list()).toEqual([['one', 10]]);
    await send('DELETE', `${ACTIVITIES}/${String(body.id)}`);
    expect(await list()).toEqual([['one', 20]]);
  });

  test('lags so many writes as it is told, those that are refused not among them', async () => {
    const { body } = await create('one', { completionPercentage: 10 });
    await control('POST', '/faults', { preset: 'staleReads', effect: { writes: 2 } });
    expect(await list()).toEqual([['one', 10]]);
    await update(String(body.id), 20);
    expect(await list()).toEqual([['one', 10]]);
    await update(String(body.id), 30);
    expect(await list()).toEqual([['one', 10]]);
    await update(String(body.id), 40);
    expect((await create('one')).status).toBe(409);
    expect(await list()).toEqual([['one', 20]]);
  });

  test('lags behind writes of items, and for items', async () => {
    await control('POST', '/faults', { preset: 'staleReads' });
    const item = (id: string, method: string, more: object) => ({
      ...{ id, method, url: ACTIVITIES.slice('/v1.0'.length), headers: { 'Content-Type': 'application/json' } },
      ...more,
    });
    const json = {
      '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
      learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
      learnerUserId: LEARNER,
      externalcourseActivityId: 'of a batch',
      status: 'inProgress',
    };
    const requests = [item('1', 'POST', { body: json }), item('2', 'GET', { dependsOn: ['1'] })];
    const { body } = await send('POST', '/v1.0/$batch', { requests });
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([201, 200]);
    expect(created(body.responses[1].body)).toEqual([]);
    expect(await list()).toEqual([]);
  });

  test('is over when its fault is switched off or removed, and begins anew with it', async () => {
    await control('POST', '/faults', { preset: 'staleReads' });
    await create('one');
    expect(await list()).toEqual([]);
    await control('PATCH', '/faults/staleReads', { enabled: false });
    expect(await list()).toHaveLength(1);
    await control('PATCH', '/faults/staleReads', { enabled: true });
    expect(await list()).toHaveLength(1);
    await create('two');
    expect(await list()).toHaveLength(1);
    await control('DELETE', '/faults/staleReads');
    expect(await list()).toHaveLength(2);
  });

  describe('by time', () => {
    const NOON = Date.parse('2030-01-01T12:00:00Z');
    const CONTENTS = ACTIVITIES.replace('learningCourseActivities', 'learningContents');
    const at = async (minutes: number): Promise<void> => {
      await control('PATCH', '/clock', { frozenAt: new Date(NOON + minutes * 60_000).toISOString() });
    };
    /** With a token of the clock's time. */
    const sendNow = async (method: string, path: string, json?: object): Promise<Answer> =>
      server.call({ method, path, json, token: await server.app.mintToken({ app: 'writer' }) });
    const upsert = (externalId: string, title = externalId): Promise<Answer> =>
      sendNow('PATCH', `${CONTENTS}(externalId='${externalId}')`, {
        ...{ title, contentWebUrl: 'https://provider.example/course', languageTag: 'en-us' },
      });
    const titles = async (query = ''): Promise<readonly string[]> =>
      (await sendNow('GET', `${CONTENTS}${query}`)).body.value.map(({ title }: { title: string }) => title);
    const isFound = async (externalId: string): Promise<boolean> =>
      (await sendNow('GET', `${CONTENTS}(externalId='${externalId}')`)).status === 200;

    test('a content shows when it is old enough, and not before, by whatever path', async () => {
      await at(0);
      await control('POST', '/faults', { preset: 'contentVisibleLater' });
      const seeded = await titles();
      const { status, body } = await upsert('new');
      expect(status).toBe(202);
      const paths = [`${CONTENTS}/${String(body.id)}`, `${CONTENTS}(externalId='new')`];
      const statuses = async () => Promise.all(paths.map(async (path) => (await sendNow('GET', path)).status));
      await at(119);
      expect(await titles()).toEqual(seeded);
      expect(await titles("?$filter=externalId eq 'new'")).toEqual([]);
      expect((await sendNow('GET', `${CONTENTS}/$count`)).body).toBe(seeded.length);
      expect(await statuses()).toEqual([404, 404]);
      await at(120);
      expect(await titles()).toEqual([...seeded, 'new']);
      expect(await statuses()).toEqual([200, 200]);
    });

    test('writes know of it at once: another upsert, an activity, a delete', async () => {
      await at(0);
      await control('POST', '/faults', { preset: 'contentVisibleLater' });
      const { body } = await upsert('new');
      await at(10);
      expect((await upsert('new', 'changed')).body.id).toBe(body.id);
      const activity = { '@odata.type': '#microsoft.graph.learningAssignment', assignmentType: 'required' };
      const created = await sendNow('POST', ACTIVITIES, {
        ...{ ...activity, learningContentId: body.id, learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002' },
        status: 'notStarted',
      });
      expect(created.status).toBe(201);
      expect((await sendNow('GET', `${ACTIVITIES}/${String(created.body.id)}`)).status).toBe(200);
      await at(125);
      expect(await titles("?$filter=externalId eq 'new'")).toEqual(['new']);
      await at(131);
      expect(await titles("?$filter=externalId eq 'new'")).toEqual(['changed']);
    });

    test('each write by its own age, read alone or in a batch', async () => {
      await at(0);
      await control('POST', '/faults', { preset: 'contentVisibleLater', effect: { visibleAfter: 'PT1H30M' } });
      await upsert('first');
      await at(30);
      await upsert('second');
      const inBatch = async (externalId: string): Promise<boolean> => {
        const url = `${CONTENTS.slice('/v1.0'.length)}(externalId='${externalId}')`;
        const { body } = await sendNow('POST', '/v1.0/$batch', { requests: [{ id: '1', method: 'GET', url }] });
        return body.responses[0].status === 200;
      };
      const seen = async () => [await isFound('first'), await isFound('second'), await inBatch('second')];
      await at(89);
      expect(await seen()).toEqual([false, false, false]);
      await at(90);
      expect(await seen()).toEqual([true, false, false]);
      await at(120);
      expect(await seen()).toEqual([true, true, true]);
    });

    test('activities, when the rule is about them', async () => {
      await at(0);
      await control('POST', '/faults', {
        match: { path: '/**/learningCourseActivities**' },
        effect: { kind: 'stale', visibleAfter: 'PT5M' },
      });
      const late = {
        ...{ '@odata.type': '#microsoft.graph.learningAssignment', assignmentType: 'required', status: 'notStarted' },
        ...{ externalcourseActivityId: 'late', learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002' },
        learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
      };
      expect((await sendNow('POST', ACTIVITIES, late)).status).toBe(201);
      const found = async () => (await sendNow('GET', `${ACTIVITIES}(externalcourseActivityId='late')`)).status;
      expect(await found()).toBe(404);
      // A client that looks first creates it again, as it would of the service.
      expect((await sendNow('POST', ACTIVITIES, late)).status).toBe(409);
      await at(5);
      expect(await found()).toBe(200);
    });

    test('of many writes none shows too soon, and all in the end', async () => {
      await at(0);
      await control('POST', '/faults', { preset: 'contentVisibleLater' });
      for (let number = 0; number < 40; number += 1) {
        await at(number);
        await upsert(`content-${number}`);
      }
      for (const minutes of [119, 130, 150, 158]) {
        await at(minutes);
        const found = await Promise.all(Array.from({ length: 40 }, (_none, number) => isFound(`content-${number}`)));
        const tooYoung = found.slice(Math.max(0, minutes - 119));
        expect(tooYoung.every((one) => !one)).toBe(true);
      }
      await at(159);
      expect(await isFound('content-0')).toBe(true);
      expect(await isFound('content-39')).toBe(true);
    });

    test('is over with its fault, with a reset of the tenant, and with a snapshot of it', async () => {
      await at(0);
      const seeded = await titles();
      await upsert('before');
      await control('POST', '/snapshots', { name: 'ours', tenant: 'contoso.onmicrosoft.com' });
      await control('POST', '/faults', { preset: 'contentVisibleLater' });
      await upsert('new');
      expect(await titles()).toEqual([...seeded, 'before']);
      await control('POST', '/reset', { tenant: 'contoso.onmicrosoft.com' });
      expect(await titles()).toEqual(seeded);
      await upsert('newer');
      expect(await titles()).toEqual(seeded);
      await control('POST', '/snapshots/ours/restore');
      expect(await titles()).toEqual([...seeded, 'before']);
      await upsert('newest');
      await control('DELETE', '/faults/contentVisibleLater');
      expect(await titles()).toEqual([...seeded, 'before', 'newest']);
      await control('DELETE', '/snapshots/ours');
    });

    test.each(['PT0S', '2 hours', '-PT2H', 'P32D', 'P1M'])('cannot be ordered as %s', async (visibleAfter) => {
      const { status, body } = await control('POST', '/faults', {
        preset: 'contentVisibleLater',
        effect: { visibleAfter },
      });
      expect([status, body.problems]).toEqual([
        400,
        [`effect.visibleAfter must be a duration such as PT2H, up to P31D; got "${visibleAfter}".`],
      ]);
    });
  });
});
