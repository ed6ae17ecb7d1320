/** Webhooks: events of activities and contents, to a real endpoint, verified with the library of Standard Webhooks. */
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openControl } from '../support/control.ts';
import type { Control } from '../support/control.ts';
import { openReceiver } from '../support/receiver.ts';
import type { Received, Receiver } from '../support/receiver.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { STORE_DRIVERS } from '../support/store.ts';
import type { TestDatabase } from '../support/store.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const CONTENT = '57baf9dc-e020-11ec-9d64-0242ac120002';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const BASE = `/v1.0/employeeExperience/learningProviders/${PROVIDER}`;
const ACTIVITIES = `${BASE}/learningCourseActivities`;
const ALL_EVENTS = [
  ...['activity.created', 'activity.progressed', 'activity.completed', 'activity.overdue', 'activity.deleted'],
  ...['content.created', 'content.updated', 'content.deleted'],
];
const WAIT = { timeout: 15_000, interval: 20 };
const AUDITS = ['full', 'metadata', 'off'] as const;

interface Bench extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly server: TestServer;
  readonly control: Control;
  send(method: string, path: string, json?: object): Promise<Answer>;
  admin(method: string, path: string, json?: object): Promise<Answer>;
  create(externalId: string, values?: object): Promise<string>;
}

async function openBench(database: TestDatabase, settings: object = {}): Promise<Bench> {
  const server = await startTestServer({ ...(await database.serverSettings()), sandbox: true, ...settings });
  const send: Bench['send'] = async (method, path, json) =>
    server.call({ method, path, json, token: await server.appToken('writer') });
  return {
    ...{ database, server, send },
    control: openControl(server),
    admin: (method, path, json) =>
      server.call({ method, path: `/_admin${path}`, json, token: server.app.admin?.token }),
    create: async (externalId, values = {}) => {
      const { status, body } = await send('POST', ACTIVITIES, {
        '@odata.type': '#microsoft.graph.learningAssignment',
        assignmentType: 'required',
        learningContentId: CONTENT,
        learnerUserId: LEARNER,
        externalcourseActivityId: externalId,
        status: 'notStarted',
        ...values,
      });
      expect([status, body]).toEqual([201, expect.anything()]);
      return String(body.id);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const typesOf = (received: readonly Received[]): readonly string[] => received.map(({ body }) => body.type);
const headersOf = ({ headers }: Received) => headers as Record<string, string>;

describe.each(STORE_DRIVERS)('on $name, a webhook', ({ create: createDatabase }) => {
  let bench: Bench;
  let receiver: Receiver;

  beforeAll(async () => {
    bench = await openBench(createDatabase(), { audit: 'full' });
  });
  beforeEach(async () => {
    receiver = await openReceiver();
  });
  afterEach(async () => {
    await bench.control('POST', '/reset');
    await receiver[Symbol.asyncDispose]();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  const add = async (changed: object = {}): Promise<{ readonly id: string; readonly secret: string }> => {
    const { status, body } = await bench.admin('POST', '/webhooks', {
      url: receiver.url,
      events: ALL_EVENTS,
      ...changed,
    });
    expect([status, body]).toEqual([201, expect.anything()]);
    return { id: String(body.webhook.id), secret: String(body.secret) };
  };

  test('is told of an activity as v1.0 has it, signed, and of what happens to it', async () => {
    const { id, secret } = await add();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const activity = await bench.create('one');
    await expect.poll(() => typesOf(receiver.received), WAIT).toEqual(['activity.created']);
    const [first] = receiver.received as [Received];
    const current = await bench.send('GET', `${ACTIVITIES}/${activity}`);
    const { '@odata.context': _, ...expected } = current.body;
    expect(new Verifier(secret).verify(first.text, headersOf(first))).toEqual({
      type: 'activity.created',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { ...expected, registrationId: PROVIDER, tenantId: bench.server.app.credentials.tenantId },
    });
    expect(first.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'vivarium' });

    await bench.send('PATCH', `${ACTIVITIES}/${activity}`, { status: 'completed', completionPercentage: 100 });
    await bench.send('PATCH', `${ACTIVITIES}/${activity}`, {
      status: 'completed',
      notes: { contentType: 'text', content: 'well done' },
    });
    await bench.send('DELETE', `${ACTIVITIES}/${activity}`);
    // In any order.
    await expect
      .poll(() => typesOf(receiver.received).toSorted(), WAIT)
      .toEqual(['activity.completed', 'activity.created', 'activity.deleted']);
    const gone = { id: activity, registrationId: PROVIDER, tenantId: bench.server.app.credentials.tenantId };
    expect(receiver.received.find(({ body }) => body.type === 'activity.deleted')?.body.data).toEqual(gone);
    const described = async () => (await bench.admin('GET', `/webhooks/${id}`)).body;
    await expect
      .poll(described, WAIT)
      .toMatchObject({ waiting: 0, dead: 0, lastDelivery: { status: 202, problem: null } });
    expect(JSON.stringify(await described())).not.toContain(secret);
  });

  test('is told of contents, of its events alone, and of its providers alone', async () => {
    await add({ events: ['content.created', 'content.updated', 'content.deleted'], url: `${receiver.url}/contents` });
    await add({ events: ['activity.created'], registrationIds: [PROVIDER], url: `${receiver.url}/provider` });
    const other = '01e8f81b-3060-4dec-acf0-0389665a0a39';
    await add({ registrationIds: [other], url: `${receiver.url}/other` });
    const path = `${BASE}/learningContents(externalId='new')`;
    const content = { title: 'One', contentWebUrl: 'https://learn.example/1', languageTag: 'en-us' };
    expect((await bench.send('PATCH', path, content)).status).toBeLessThan(300);
    expect((await bench.send('PATCH', path, { ...content, title: 'Two' })).status).toBeLessThan(300);
    const { body } = await bench.send('GET', path);
    expect((await bench.send('DELETE', `${BASE}/learningContents/${body.id}/$ref`)).status).toBe(204);
    await bench.create('one');
    const at = (where: string) => receiver.received.filter((one) => one.path === where);
    await expect
      .poll(() => typesOf(at('/contents')).toSorted(), WAIT)
      .toEqual(['content.created', 'content.deleted', 'content.updated']);
    await expect.poll(() => typesOf(at('/provider')), WAIT).toEqual(['activity.created']);
    expect(at('/other')).toEqual([]);
  });

  test('is told of a due date that passes, once, unless it is completed or moved before', async () => {
    const { body: clock } = await bench.control('GET', '/clock');
    const now = Date.parse((clock as { readonly now: string }).now);
    const due = (hours: number) => {
      const dateTime = new Date(now + hours * 3_600_000).toISOString().replace('Z', '0000');
      return { dueDateTime: { dateTime, timeZone: 'UTC' } };
    };
    const before = { past: await bench.create('past', due(-1)), coming: await bench.create('coming', due(1)) };
    await add({ events: ['activity.overdue'] });
    const later = await bench.create('later', due(1));
    const moved = await bench.create('moved', due(1));
    const completed = await bench.create('completed', due(1));
    await bench.create('undated');
    expect((await bench.send('PATCH', `${ACTIVITIES}/${moved}`, { ...due(3), status: 'notStarted' })).text).toBe('');
    await bench.send('PATCH', `${ACTIVITIES}/${completed}`, { status: 'completed', completionPercentage: 100 });
    await bench.control('POST', '/clock/advance', { by: 'PT2H' });
    const told = () => receiver.received.map(({ body }) => body.data.id as string);
    await expect.poll(() => told().toSorted(), WAIT).toEqual([before.coming, later].toSorted());
    expect(receiver.received[0]?.body).toMatchObject({ type: 'activity.overdue', data: { status: 'notStarted' } });
    // Reopened with the date that it had: this one was never told. The one that was told is not told again.
    await bench.send('PATCH', `${ACTIVITIES}/${later}`, { status: 'completed', completionPercentage: 100 });
    await bench.send('PATCH', `${ACTIVITIES}/${later}`, { status: 'inProgress', completionPercentage: 10 });
    await bench.control('POST', '/clock/advance', { by: 'PT2H' });
    await expect.poll(() => told().toSorted(), WAIT).toEqual([before.coming, later, moved].toSorted());
    expect(told()).not.toContain(before.past);
  });

  test("signs with the secret before as long as a rotation lasts, and refuses are the receiver's", async () => {
    const { id, secret } = await add({ events: ['activity.created'] });
    const rotated = await bench.admin('POST', `/webhooks/${id}/secret`, {});
    expect(rotated.body.webhook.previousSecretEndDateTime).toMatch(/Z$/);
    expect((await bench.admin('POST', `/webhooks/${id}/test`)).body).toMatchObject({
      status: 202,
      event: 'webhook.test',
    });
    const [sent] = receiver.received as [Received];
    expect(sent.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    for (const good of [secret, rotated.body.secret]) new Verifier(good).verify(sent.text, headersOf(sent));
    const last = await bench.admin('POST', `/webhooks/${id}/secret`, { overlapHours: 0 });
    expect(last.body.webhook.previousSecretEndDateTime).toBeNull();
    await bench.admin('POST', `/webhooks/${id}/test`);
    const [, after] = receiver.received as [Received, Received];
    new Verifier(last.body.secret).verify(after.text, headersOf(after));
    const stale = { ...headersOf(after), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 600) };
    for (const [key, text, headers] of [
      [secret, after.text, headersOf(after)],
      [rotated.body.secret, after.text, headersOf(after)],
      [last.body.secret, after.text.replace('webhook.test', 'webhook.text'), headersOf(after)],
      [last.body.secret, after.text, stale],
      [last.body.secret, after.text, { ...headersOf(after), 'webhook-id': 'another' }],
    ] as const)
      expect(() => new Verifier(key).verify(text, headers)).toThrow();
  });

  test('is told again of what was not taken, with the same id, and what was given up can be sent again', async () => {
    const { id } = await add({ events: ['activity.created'] });
    receiver.answerWith((_, response) => response.writeHead(503, { 'retry-after': '1' }).end('busy'));
    await bench.create('one');
    await expect.poll(() => receiver.received.length, WAIT).toBe(1);
    await expect
      .poll(async () => (await bench.admin('GET', `/webhooks/${id}`)).body.failingSinceDateTime, WAIT)
      .toMatch(/Z$/);
    // Days later.
    await using connection = bench.database.connect();
    await connection.script('update notification set attempts = 9, next_at = 0');
    await expect
      .poll(async () => (await bench.admin('GET', '/webhooks/dead-letters')).body.value, WAIT)
      .toMatchObject([
        { webhook: id, event: 'activity.created', attempts: 10, problem: 'status 503', registrationId: PROVIDER },
      ]);
    receiver.answerWith(undefined);
    const [dead] = (await bench.admin('GET', `/webhooks/dead-letters?webhook=${id}`)).body.value;
    expect((await bench.admin('POST', `/webhooks/${id}/redeliver`, { message: LEARNER })).status).toBe(404);
    const again = await bench.admin('POST', `/webhooks/${id}/redeliver`, { message: dead.message });
    expect(again.body).toMatchObject({ waiting: 1, dead: 0 });
    await expect.poll(() => receiver.received.length, WAIT).toBe(3);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([dead.message]));
    // What was taken is noted after the receiver has it.
    const sent = async () => (await bench.admin('GET', `/webhooks/deliveries?webhook=${id}`)).body.value;
    await expect.poll(sent, WAIT).toMatchObject([
      { status: 202, problem: null, attempt: 1 },
      { status: 503, problem: 'status 503', attempt: 10, answer: 'busy' },
      { status: 503, problem: 'status 503', attempt: 1, answer: 'busy' },
    ]);
    expect((await bench.admin('GET', `/webhooks/${id}`)).body.failingSinceDateTime).toBeNull();
  });

  test('whose address was wrong is sent what waits as soon as it has another one', async () => {
    const { id } = await add({ events: ['activity.created'], url: 'http://127.0.0.1:9/' });
    await bench.create('one');
    await expect
      .poll(async () => (await bench.admin('GET', `/webhooks/${id}`)).body, WAIT)
      .toMatchObject({
        waiting: 1,
        lastDelivery: { status: null, problem: expect.any(String) },
      });
    await bench.admin('PATCH', `/webhooks/${id}`, { url: receiver.url });
    await expect.poll(() => typesOf(receiver.received), WAIT).toEqual(['activity.created']);
  });

  test('signs with at most five secrets', async () => {
    const { id } = await add();
    const rotate = (body: object) => bench.admin('POST', `/webhooks/${id}/secret`, body);
    for (let count = 1; count < 5; count += 1) expect((await rotate({})).status).toBe(200);
    const refused = await rotate({});
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('already signs with 5 secrets')]);
    expect((await rotate({ overlapHours: 0 })).status).toBe(200);
    expect((await rotate({})).status).toBe(200);
  });

  test('gets what waits within seconds when its receiver was away for a moment', async () => {
    await add({ events: ['activity.created'] });
    receiver.answerWith((request) => request.socket.destroy());
    await Promise.all(Array.from({ length: 16 }, (_, index) => bench.create(`away ${index}`)));
    await expect.poll(() => receiver.received.length, WAIT).toBeGreaterThan(1);
    receiver.answerWith(undefined);
    const ids = () => new Set(receiver.received.map(({ body }) => body.data.externalcourseActivityId));
    const waiting = async () => (await bench.admin('GET', '/webhooks')).body.value[0].waiting;
    await expect.poll(waiting, WAIT).toBe(0);
    expect(ids().size).toBe(16);
  });

  test('that is enabled again is tried at once, however long Retry-After was', async () => {
    const { id } = await add({ events: ['activity.created'] });
    receiver.answerWith((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    await bench.create('one');
    const failing = async () => (await bench.admin('GET', `/webhooks/${id}`)).body.failingSinceDateTime;
    await expect.poll(failing, WAIT).toMatch(/Z$/);
    receiver.answerWith(undefined);
    await bench.admin('PATCH', `/webhooks/${id}`, { isEnabled: false });
    await bench.admin('PATCH', `/webhooks/${id}`, { isEnabled: true });
    await expect.poll(async () => (await bench.admin('GET', `/webhooks/${id}`)).body.waiting, WAIT).toBe(0);
  });

  test('is told of what goes with its provider', async () => {
    await add({ events: ['activity.deleted', 'content.deleted'] });
    const id = await bench.create('one');
    const path = `/v1.0/employeeExperience/learningProviders/${PROVIDER}`;
    const token = await bench.server.userToken('admin');
    expect((await bench.server.call({ method: 'DELETE', path, token })).status).toBe(204);
    const told = () => receiver.received.map(({ body }) => `${body.type} ${body.data.id}`);
    await expect.poll(told, WAIT).toContain(`activity.deleted ${id}`);
    await expect.poll(told, WAIT).toContain(`content.deleted ${CONTENT}`);
  });

  test('is disabled by 410, and after days of failures; what waits goes on when it is enabled', async () => {
    const { id } = await add({ events: ['activity.created'] });
    receiver.answerWith((_, response) => response.writeHead(410).end());
    await bench.create('one');
    const state = async () => (await bench.admin('GET', `/webhooks/${id}`)).body;
    await expect.poll(state, WAIT).toMatchObject({ isEnabled: false, disabledReason: 'gone', waiting: 1 });
    await bench.create('not told of');
    expect((await bench.admin('POST', `/webhooks/${id}/replay`, { since: '2020-01-01T00:00:00Z' })).status).toBe(409);
    receiver.answerWith((_, response) => response.writeHead(500).end());
    await using connection = bench.database.connect();
    expect((await bench.admin('PATCH', `/webhooks/${id}`, { isEnabled: true })).body).toMatchObject({
      isEnabled: true,
      disabledReason: null,
    });
    await expect.poll(async () => (await state()).failingSinceDateTime, WAIT).toMatch(/Z$/);
    await connection.script('update webhook set failing_since = 1');
    await connection.script('update notification set next_at = 0');
    await expect.poll(state, WAIT).toMatchObject({ isEnabled: false, disabledReason: 'failing' });
    receiver.answerWith(undefined);
    await bench.admin('PATCH', `/webhooks/${id}`, { isEnabled: true });
    await expect.poll(state, WAIT).toMatchObject({ waiting: 0, failingSinceDateTime: null });
    const taken = (await bench.admin('GET', '/webhooks/deliveries')).body.value.filter(
      (one: { status: number }) => one.status === 202,
    );
    expect(taken).toHaveLength(1);
  });

  test('is told again of what has happened since a time, and says when that is not kept', async () => {
    const { id } = await add({ events: ['activity.created'] });
    const begun = new Date().toISOString();
    await bench.create('one');
    await bench.create('two');
    await expect.poll(() => receiver.received.length, WAIT).toBe(2);
    const replayed = await bench.admin('POST', `/webhooks/${id}/replay`, { since: begun });
    expect(replayed.body).toMatchObject({ isComplete: true, sinceDateTime: begun });
    await expect.poll(() => receiver.received.length, WAIT).toBe(4);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
    const early = await bench.admin('POST', `/webhooks/${id}/replay`, { since: '2020-01-01T00:00:00Z' });
    expect(early.body).toMatchObject({ isComplete: false, sinceDateTime: expect.not.stringMatching(/^2020/) });
    expect((await bench.admin('POST', `/webhooks/${id}/replay`, { since: 'yesterday' })).status).toBe(400);
  });

  test('keeps no messages of a person who is erased, and tells that some may be missing', async () => {
    const { id } = await add();
    receiver.answerWith((_, response) => response.writeHead(500).end());
    const person = { userPrincipalName: 'gone@contoso.onmicrosoft.com', displayName: 'Gone', licence: 'premium' };
    const { body: user } = await bench.admin('POST', '/users', person);
    const dueDateTime = { dateTime: '2098-01-01T00:00:00.0000000', timeZone: 'UTC' };
    await bench.create('one', { dueDateTime, learnerUserId: user.id });
    await using connection = bench.database.connect();
    const find = async () => {
      const sql = 'select guid_text(learner_user_id) as learner from webhook_due';
      const rows = await connection.read({ name: 'due', sql }, {});
      return rows.map(({ learner }) => connection.dialect.columns.guid.decode(learner ?? null));
    };
    await expect.poll(find, WAIT).toContain(user.id);
    await expect.poll(() => receiver.received.length, WAIT).toBe(1);
    expect((await bench.admin('POST', `/learners/${user.id}/erase`, {})).status).toBe(200);
    receiver.answerWith(undefined);
    expect(await find()).not.toContain(user.id);
    await expect.poll(() => typesOf(receiver.received), WAIT).toContain('webhook.missed');
    expect(JSON.stringify(receiver.received.at(-1)?.body)).not.toContain(user.id);
    expect((await bench.admin('GET', `/webhooks/${id}`)).body.dead).toBe(0);
  });

  test('is refused where its address may not be reached, or something of it is wrong', async () => {
    for (const url of [
      'nonsense',
      'ftp://x.example',
      'https://u:p@x.example',
      'http://10.0.0.1/',
      'http://[fe80::1]/',
    ]) {
      const { status, body } = await bench.admin('POST', '/webhooks', { url, events: ['activity.created'] });
      expect([url, status, JSON.stringify(body)]).toEqual([url, 400, expect.stringContaining('url must be')]);
    }
    for (const wrong of [{ events: [] }, { events: ['activity.moved'] }, { registrationIds: ['x'] }, { more: 1 }])
      expect((await bench.admin('POST', '/webhooks', { url: receiver.url, events: ALL_EVENTS, ...wrong })).status).toBe(
        400,
      );
    const { id } = await add();
    for (const path of ['/webhooks/nonsense', `/webhooks/${LEARNER}`]) {
      expect((await bench.admin('GET', path)).status).toBe(404);
      expect((await bench.admin('DELETE', path)).status).toBe(404);
      expect((await bench.admin('POST', `${path}/test`)).status).toBe(404);
    }
    expect((await bench.admin('DELETE', `/webhooks/${id}`)).status).toBe(204);
    expect((await bench.admin('GET', '/webhooks')).body.value).toEqual([]);
  });

  test('has its changes in the audit trail, without its secrets', async () => {
    const { id, secret } = await add({ url: `${receiver.url}/path?key=hidden`, description: 'first' });
    await bench.admin('PATCH', `/webhooks/${id}`, { description: 'second', isEnabled: false });
    const { body: rotated } = await bench.admin('POST', `/webhooks/${id}/secret`, {});
    await bench.admin('DELETE', `/webhooks/${id}`);
    const { body, text } = await bench.admin('GET', `/audit/history?item=${id}`);
    expect(body.value).toMatchObject([
      { kind: 'webhook', action: 'created', operation: 'createWebhook', after: { url: `${receiver.url}/path` } },
      { action: 'updated', operation: 'changeWebhook', before: { description: 'first' }, after: { isEnabled: false } },
      { action: 'updated', operation: 'rotateWebhookSecret' },
      { action: 'deleted', operation: 'removeWebhook' },
    ]);
    for (const hidden of [secret, rotated.secret, 'hidden']) expect(text).not.toContain(hidden);
  });

  test('is gone with a reset, with what waited for it', async () => {
    await add();
    receiver.answerWith((_, response) => response.writeHead(500).end());
    await bench.create('one');
    await expect.poll(() => receiver.received.length, WAIT).toBeGreaterThan(0);
    await bench.control('POST', '/reset');
    expect((await bench.admin('GET', '/webhooks')).body.value).toEqual([]);
    expect((await bench.admin('GET', '/webhooks/deliveries')).body.value).toEqual([]);
  });
});

describe.each(STORE_DRIVERS)('on $name, events', ({ create: createDatabase }) => {
  test.each(AUDITS)('are those of transitions, with audit %s', async (audit) => {
    await using bench = await openBench(createDatabase(), audit === 'off' ? { audit } : { audit });
    await using receiver = await openReceiver();
    await bench.admin('POST', '/webhooks', { url: receiver.url, events: ALL_EVENTS });
    const patch = async (id: string, json: object) =>
      expect(await bench.send('PATCH', `${ACTIVITIES}/${id}`, json)).toMatchObject({ status: 204, text: '' });
    const told = () =>
      receiver.received.map(({ body }) => `${body.type} ${body.data.externalcourseActivityId ?? ''}`.trim());
    const rows: readonly (readonly [
      name: string,
      start: object,
      steps: readonly object[],
      events: readonly string[],
    ])[] = [
      ['created', {}, [], []],
      ['born completed', { status: 'completed', completionPercentage: 100 }, [], ['completed']],
      ['started', {}, [{ status: 'inProgress' }], ['progressed']],
      ['further', { status: 'inProgress' }, [{ status: 'inProgress', completionPercentage: 50 }], ['progressed']],
      ['completed', {}, [{ status: 'completed', completionPercentage: 100 }], ['completed']],
      [
        'noted',
        { status: 'completed' },
        [{ status: 'completed', notes: { contentType: 'text', content: 'x' } }],
        ['completed'],
      ],
      ['moved', {}, [{ status: 'notStarted', dueDateTime: { dateTime: '2098-01-01T00:00:00', timeZone: 'UTC' } }], []],
      [
        'same',
        { status: 'inProgress', completionPercentage: 5 },
        [{ status: 'inProgress', completionPercentage: 5 }],
        [],
      ],
    ];
    const expected = rows.flatMap(([name, , , events]) =>
      ['created', ...events].map((event) => `activity.${event} ${name}`),
    );
    for (const [name, start, steps] of rows) {
      const id = await bench.create(name, start);
      for (const step of steps) await patch(id, step);
    }
    const marker = await bench.create('last');
    await bench.send('DELETE', `${ACTIVITIES}/${marker}`);
    const ofRows = () =>
      told()
        .filter((one) => one.includes(' ') && !one.endsWith('last'))
        .toSorted();
    await expect.poll(told, WAIT).toContain('activity.deleted');
    await expect.poll(ofRows, WAIT).toEqual(expected.toSorted());
    // Nothing else waits.
    const left = async () => (await bench.admin('GET', '/webhooks')).body.value;
    await expect.poll(left, WAIT).toMatchObject([{ waiting: 0, dead: 0 }]);
    expect(ofRows()).toHaveLength(expected.length);
  });
});
