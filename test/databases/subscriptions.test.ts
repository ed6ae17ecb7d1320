/** Change notifications in Microsoft Graph's form, to a real endpoint. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openControl } from '../support/control.ts';
import type { Control } from '../support/control.ts';
import { openReceiver } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const BASE = `/v1.0/employeeExperience/learningProviders/${PROVIDER}`;
const ACTIVITIES = `${BASE}/learningCourseActivities`;
const ALL = 'employeeExperience/learningCourseActivities';
const WAIT = { timeout: 10_000, interval: 20 };

describe.each(STORE_DRIVERS)('on $name, a subscription', ({ create: createDatabase }) => {
  let database: TestDatabase;
  let server: TestServer;
  let control: Control;
  let receiver: Receiver;

  beforeAll(async () => {
    database = createDatabase();
    server = await startTestServer({ ...(await database.serverSettings()), sandbox: true });
    control = openControl(server);
  });
  beforeEach(async () => {
    receiver = await openReceiver();
  });
  afterEach(async () => {
    await control('POST', '/reset');
    await receiver[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });

  const send = async (method: string, path: string, json?: object, app = 'writer'): Promise<Answer> =>
    server.call({ method, path, json, token: await server.appToken(app) });
  const inMinutes = async (minutes: number): Promise<string> => {
    const { body } = await control('GET', '/clock');
    const now = Date.parse((body as { readonly now: string }).now);
    return new Date(now + minutes * 60_000).toISOString();
  };
  const bodyOf = async (changed: object = {}): Promise<object> => ({
    changeType: 'created,updated,deleted',
    notificationUrl: `${receiver.url}/changes?x=1`,
    lifecycleNotificationUrl: `${receiver.url}/lifecycle`,
    resource: ALL,
    expirationDateTime: await inMinutes(120),
    clientState: 'known to us',
    ...changed,
  });
  const subscribe = async (changed: object = {}): Promise<string> => {
    const { status, body } = await send('POST', '/v1.0/subscriptions', await bodyOf(changed));
    expect([status, body]).toEqual([201, expect.anything()]);
    return String(body.id);
  };
  const create = async (externalId: string, type = 'learningAssignment'): Promise<string> => {
    const { status, body } = await send('POST', ACTIVITIES, {
      '@odata.type': `#microsoft.graph.${type}`,
      ...(type === 'learningAssignment' && { assignmentType: 'required' }),
      learningContentId: CONTENT,
      learnerUserId: LEARNER,
      externalcourseActivityId: externalId,
      status: 'notStarted',
    });
    expect(status).toBe(201);
    return String(body.id);
  };
  const told = (path = '/changes'): readonly Readonly<Record<string, unknown>>[] =>
    receiver.received.filter((one) => one.path === path).flatMap(({ body }) => body.value);

  test('validates its endpoints, is read, renewed and removed by its app, and tells of what was changed', async () => {
    const created = await send('POST', '/beta/subscriptions', await bodyOf({ resource: `/${ALL}` }));
    expect(created).toMatchObject({
      status: 201,
      headers: { location: `${server.origin}/beta/subscriptions('${created.body.id}')` },
      body: {
        '@odata.context': `${server.origin}/beta/$metadata#subscriptions/$entity`,
        resource: `/${ALL}`,
        changeType: 'created,updated,deleted',
        clientState: 'known to us',
        latestSupportedTlsVersion: 'v1_2',
        includeResourceData: false,
      },
    });
    expect(receiver.validations).toHaveLength(2);
    const path = `/v1.0/subscriptions/${created.body.id}`;
    expect((await send('GET', path)).body).toMatchObject({
      id: created.body.id,
      notificationUrl: `${receiver.url}/changes?x=1`,
    });
    // The state is known to the app.
    const listed = { id: created.body.id, clientState: null };
    expect((await send('GET', '/v1.0/subscriptions')).body.value).toMatchObject([listed]);
    for (const [method, name] of [
      ['GET', path],
      ['DELETE', path],
    ] as const)
      expect((await send(method, name, undefined, 'reader')).status).toBe(404);
    expect((await send('GET', '/v1.0/subscriptions', undefined, 'reader')).body.value).toEqual([]);

    const id = await create('one');
    await send('PATCH', `${ACTIVITIES}/${id}`, { status: 'inProgress', completionPercentage: 40 });
    await send('DELETE', `${ACTIVITIES}/${id}`);
    await expect.poll(() => told().map(({ changeType }) => changeType), WAIT).toContain('deleted');
    const resource = `employeeExperience/learningProviders('${PROVIDER}')/learningCourseActivities('${id}')`;
    const { tenantId } = server.app.credentials;
    expect(told()).toContainEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      subscriptionId: created.body.id,
      subscriptionExpirationDateTime: expect.stringMatching(/Z$/),
      clientState: 'known to us',
      changeType: 'created',
      resource,
      tenantId,
      resourceData: {
        '@odata.type': '#Microsoft.Graph.learningAssignment',
        '@odata.id': resource,
        '@odata.etag': 'W/"1"',
        id,
      },
    });

    const expirationDateTime = await inMinutes(1000);
    const renewed = await send('PATCH', path, { expirationDateTime });
    expect([renewed.status, Date.parse(renewed.body.expirationDateTime)]).toEqual([
      200,
      Date.parse(expirationDateTime),
    ]);
    expect((await send('PATCH', path, { resource: 'x' })).status).toBe(400);
    expect((await send('POST', `${path}/reauthorize`)).status).toBe(204);
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await send('GET', path)).body.error).toMatchObject({
      code: 'ResourceNotFound',
      message: 'The object was not found.',
    });
  });

  test('is of one provider, one kind of change, and what the app may read', async () => {
    await subscribe({ resource: `${BASE.slice(6)}/learningContents`, changeType: 'updated' });
    await subscribe({
      resource: `employeeExperience/learningProviders('${PROVIDER}')/learningCourseActivities`,
      changeType: 'deleted',
    });
    const ofAssignments = await bodyOf({ changeType: 'created', notificationUrl: `${receiver.url}/assignments` });
    expect((await send('POST', '/v1.0/subscriptions', ofAssignments, 'assigner')).status).toBe(201);
    const ofContents = await bodyOf({ resource: `${BASE.slice(6)}/learningContents` });
    expect((await send('POST', '/v1.0/subscriptions', ofContents, 'assigner')).status).toBe(403);
    await create('own', 'learningSelfInitiatedCourse');
    const id = await create('one');
    await send('PATCH', `${BASE}/learningContents/${CONTENT}`, { title: 'Another title' });
    await send('DELETE', `${ACTIVITIES}/${id}`);
    await expect.poll(() => told().length, WAIT).toBe(2);
    expect(new Set(told().map(({ changeType }) => changeType))).toEqual(new Set(['deleted', 'updated']));
    await expect.poll(() => told('/assignments').map(({ resourceData }) => resourceData), WAIT).toMatchObject([{ id }]);
    expect(told().find(({ changeType }) => changeType === 'updated')).toMatchObject({
      resource: `employeeExperience/learningProviders('${PROVIDER}')/learningContents('${CONTENT}')`,
      resourceData: { '@odata.type': '#Microsoft.Graph.learningContent', id: CONTENT },
    });
  });

  test('is told again of what was not taken', async () => {
    await subscribe();
    let refusals = 0;
    receiver.answerWith((_, response) => {
      refusals += 1;
      receiver.answerWith(undefined);
      response.writeHead(503).end();
    });
    await create('one');
    await expect.poll(() => refusals, WAIT).toBe(1);
    const [first] = told();
    await expect.poll(() => told().length, WAIT).toBe(2);
    expect(told()[1]).toEqual(first);
  });

  test('is seen by administrators, with what was sent and what was given up, which can be sent again', async () => {
    const id = await subscribe();
    const admin = (method: string, path: string): Promise<Answer> =>
      server.call({ method, path: `/_admin/subscriptions${path}`, token: server.app.admin?.token });
    receiver.answerWith((_, response) => response.writeHead(500).end());
    await create('one');
    const failed = { subscription: id, status: 500, problem: 'status 500', notifications: 1 };
    await expect
      .poll(async () => (await admin('GET', '/deliveries?limit=5')).body.value, WAIT)
      .toContainEqual({
        ...failed,
        sentDateTime: expect.any(String),
        tookMs: expect.any(Number),
      });
    // Hours later.
    await using connection = database.connect();
    await connection.script('update notification set state = 2');
    const described = { id, endpoint: `${receiver.url}/changes`, resource: ALL, waiting: 0, dead: 1 };
    expect((await admin('GET', '')).body.value).toMatchObject([
      { ...described, lastDelivery: { status: 500, problem: 'status 500', notifications: 1 } },
    ]);
    receiver.answerWith(undefined);
    const before = told().length;
    expect((await admin('POST', `/${id}/redeliver`)).body).toMatchObject({ ...described, waiting: 1, dead: 0 });
    await expect.poll(() => told().length, WAIT).toBe(before + 1);
    const newest = async () => (await admin('GET', `/deliveries?subscription=${id}`)).body.value[0];
    await expect.poll(newest, WAIT).toMatchObject({ status: 202, problem: null });
    expect((await admin('GET', '')).body.value).toMatchObject([{ lastDelivery: { status: 202, problem: null } }]);
    expect((await admin('DELETE', `/${id}`)).status).toBe(204);
    for (const [method, path] of [
      ['DELETE', `/${id}`],
      ['POST', `/${id}/redeliver`],
      ['DELETE', '/nonsense'],
    ] as const)
      expect((await admin(method, path)).status).toBe(404);
    expect((await send('GET', `/v1.0/subscriptions/${id}`)).status).toBe(404);
  });

  test('is told that it has missed something after an erasure, and then of what comes', async () => {
    const id = await subscribe();
    const path = '/_admin/learners/3c1f0a52-e020-11ec-9d64-0242ac120002/erase';
    const erased = await server.call({ method: 'POST', path, token: server.app.admin?.token, json: {} });
    expect(erased.status).toBe(200);
    await expect.poll(() => told('/lifecycle'), WAIT).toMatchObject([{ subscriptionId: id, lifecycleEvent: 'missed' }]);
    await send('PATCH', `${BASE}/learningContents/${CONTENT}`, { title: 'Told of' });
    await subscribe({ resource: `${BASE.slice(6)}/learningContents`, notificationUrl: `${receiver.url}/contents` });
    await send('PATCH', `${BASE}/learningContents/${CONTENT}`, { title: 'Told of again' });
    await expect.poll(() => told('/contents').length, WAIT).toBe(1);
  });

  test('whose endpoint fails does not stand in the way of others, and catches up when it works', async () => {
    await subscribe({ changeType: 'created' });
    const calm = await openReceiver();
    await subscribe({ changeType: 'created', notificationUrl: calm.url, lifecycleNotificationUrl: null });
    receiver.answerWith((_, response) => response.writeHead(500).end());
    // More than are looked at in one go.
    await Promise.all(Array.from({ length: 220 }, (_, index) => create(`many ${index}`)));
    await expect.poll(() => calm.received.flatMap(({ body }) => body.value).length, WAIT).toBe(220);
    const requests = receiver.received.length;
    expect(requests).toBeLessThan(30);
    receiver.answerWith(undefined);
    const ids = () => new Set(told().map(({ id }) => id));
    await expect.poll(() => ids().size, { timeout: 30_000, interval: 50 }).toBe(220);
    await calm[Symbol.asyncDispose]();
  });

  test('is warned before its end, and told of it', async () => {
    const id = await subscribe({ expirationDateTime: await inMinutes(60) });
    await control('POST', '/clock/advance', { by: 'PT40M' });
    await expect.poll(() => told('/lifecycle').length, WAIT).toBe(1);
    await control('POST', '/clock/advance', { by: 'PT40M' });
    await expect.poll(() => told('/lifecycle').length, WAIT).toBe(2);
    expect(told('/lifecycle')).toMatchObject([
      { subscriptionId: id, lifecycleEvent: 'reauthorizationRequired', clientState: 'known to us' },
      { subscriptionId: id, lifecycleEvent: 'subscriptionRemoved', clientState: 'known to us' },
    ]);
  });

  test('that ends last is told of it, even if its endpoint fails at first', async () => {
    const id = await subscribe({ expirationDateTime: await inMinutes(60) });
    let requests = 0;
    receiver.answerWith((_, response) => {
      requests += 1;
      response.writeHead(requests === 1 ? 503 : 202).end();
    });
    await control('POST', '/clock/advance', { by: 'PT2H' });
    await expect.poll(() => told('/lifecycle').length, WAIT).toBe(2);
    const removed = { subscriptionId: id, lifecycleEvent: 'subscriptionRemoved' };
    expect(told('/lifecycle')).toMatchObject([removed, removed]);
    await using connection = database.connect();
    const states = () => connection.read({ name: 'states', sql: 'select tenant_id from notification_state' }, {});
    await expect.poll(states, WAIT).toEqual([]);
  });

  test('is told of changes at once while its lifecycle endpoint fails', async () => {
    await subscribe({ expirationDateTime: await inMinutes(60) });
    receiver.answerWith((request, response) => {
      response.writeHead(request.url === '/lifecycle' ? 500 : 202).end();
    });
    await control('POST', '/clock/advance', { by: 'PT40M' });
    await expect.poll(() => told('/lifecycle').length, WAIT).toBe(3);
    // The next attempt for the lifecycle endpoint is five seconds away.
    const begun = performance.now();
    await create('one');
    await expect.poll(() => told().length, WAIT).toBe(1);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  test('keeps a renewal that is made while its new endpoint is validated', async () => {
    const path = `/v1.0/subscriptions/${await subscribe()}`;
    const expirationDateTime = await inMinutes(1000);
    let release: (() => void) | undefined;
    receiver.answerWith((request, response) => {
      const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('validationToken') ?? '';
      release = () => response.writeHead(200, { 'content-type': 'text/plain' }).end(token);
    });
    const moving = send('PATCH', path, { notificationUrl: `${receiver.url}/moved` });
    await expect.poll(() => release, WAIT).toBeDefined();
    expect((await send('PATCH', path, { expirationDateTime })).status).toBe(200);
    release?.();
    expect((await moving).status).toBe(200);
    const { body } = await send('GET', path);
    expect([body.notificationUrl, Date.parse(body.expirationDateTime)]).toEqual([
      `${receiver.url}/moved`,
      Date.parse(expirationDateTime),
    ]);
  });

  test.each([
    ['another status', 202, 'text/plain', '{token}', 'must respond with 200 OK'],
    ['another type', 200, 'application/json', '{token}', 'text/plain'],
    ['another text', 200, 'text/plain', 'something', 'Response must exactly match validationToken query parameter.'],
  ])('is refused where its endpoint answers with %s', async (_, status, type, text, message) => {
    receiver.answerWith((request, response) => {
      const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('validationToken') ?? '';
      response.writeHead(status, { 'content-type': type }).end(text.replace('{token}', token));
    });
    const answer = await send('POST', '/v1.0/subscriptions', await bodyOf());
    expect([answer.status, answer.body.error]).toMatchObject([
      400,
      { code: 'InvalidRequest', message: expect.stringContaining(message) },
    ]);
    expect((await send('GET', '/v1.0/subscriptions')).body.value).toEqual([]);
  });

  test('has all that is wrong with it refused at once', async () => {
    const wrong = await bodyOf({
      changeType: 'created,moved',
      resource: 'users',
      expirationDateTime: await inMinutes(50_000),
      clientState: 'x'.repeat(129),
      latestSupportedTlsVersion: 'v2',
      includeResourceData: true,
    });
    const { status, body } = await send('POST', '/v1.0/subscriptions', wrong);
    const targets = (body.error.details as readonly { readonly target: string }[]).map(({ target }) => target);
    expect([status, targets.toSorted()]).toEqual([
      400,
      [
        'changeType',
        'clientState',
        'expirationDateTime',
        'includeResourceData',
        'latestSupportedTlsVersion',
        'resource',
      ],
    ]);
  });
});
