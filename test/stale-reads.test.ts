import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { openControl } from './support/control.ts';
import type { Control } from './support/control.ts';
import { startTestServer } from './support/server.ts';
import type { Answer, TestServer } from './support/server.ts';
import { STORE_DRIVERS } from './support/store.ts';
import type { TestDatabase } from './support/store.ts';

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
      learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
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
  /** What a read shows of each activity. */
  const list = async (): Promise<readonly unknown[]> => {
    const { body } = await send('GET', ACTIVITIES);
    return body.value
      .filter((one: Record<string, unknown>) => one['externalcourseActivityId'] !== null)
      .map((one: Record<string, unknown>) => [one['externalcourseActivityId'], one['completionPercentage']]);
  };

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
      learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
      externalcourseActivityId: 'of a batch',
      status: 'inProgress',
    };
    const requests = [item('1', 'POST', { body: json }), item('2', 'GET', { dependsOn: ['1'] })];
    const { body } = await send('POST', '/v1.0/$batch', { requests });
    expect(body.responses.map(({ status }: { status: number }) => status)).toEqual([201, 200]);
    expect(body.responses[1].body.value).toHaveLength(1);
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
});
