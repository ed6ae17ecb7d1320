import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { Agent, fetch } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { createServer } from '../../src/index.ts';
import type { Inbox, VivariumServer } from '../../src/index.ts';

const SECRET = `whsec_${Buffer.from('a secret that is long enough').toString('base64')}`;
const SUBSCRIPTIONS = '/v1.0/subscriptions';
const ACTIVITIES =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities';

const ASSIGNMENT = {
  '@odata.type': '#microsoft.graph.learningAssignment',
  assignmentType: 'required',
  status: 'notStarted',
  learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
  learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
};

let server: VivariumServer;
let dispatcher: Agent;

beforeAll(async () => {
  server = await createServer({ audit: 'full' });
  dispatcher = new Agent({ connect: { ca: server.caCertificate as string } });
});
afterEach(() => server.reset());
afterAll(async () => {
  await dispatcher.close();
  await server.close();
});

type Sent = Omit<NonNullable<Parameters<typeof fetch>[1]>, 'dispatcher'>;

const send = (path: string, options: Sent = {}) => fetch(server.baseUrl + path, { ...options, dispatcher });

describe('an inbox', () => {
  test('takes any request without a token, and shows it as it came', async () => {
    const sent = await send('/_inbox/orders/?attempt=2&client_secret=hidden', {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: 'Bearer hidden', 'x-note': 'as it is' },
      body: '{"completed":true,"password":"hidden"}',
    });
    expect(sent.status).toBe(204);
    const [request, ...others] = await server.inboxes.requests('orders');
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'PUT', status: 204, body: { encoding: 'utf8', isCut: false } });
    expect(request?.headers).toContainEqual(['x-note', 'as it is']);
    expect(request?.headers).toContainEqual(['authorization', 'Bearer [redacted]']);
    expect(JSON.stringify(request)).toContain('attempt=2');
    expect(JSON.stringify(request)).not.toContain('hidden');
    expect(await server.inboxes.list()).toMatchObject([
      { name: 'orders', url: `${server.baseUrl}/_inbox/orders`, requests: 1, lastReceivedAt: request?.receivedAt },
    ]);
  });

  test('keeps bytes that are no text, and the beginning of a long body', async () => {
    await send('/_inbox/bytes', { method: 'POST', body: Uint8Array.of(0xff, 0xfe, 0) });
    await send('/_inbox/bytes', { method: 'POST', body: 'a'.repeat(70_000) });
    const [bytes, long] = await server.inboxes.requests('bytes');
    expect(bytes?.body).toMatchObject({ text: '//4A', encoding: 'base64' });
    expect(long?.body).toMatchObject({ sizeBytes: 70_000, isCut: true });
    expect(long?.body?.text).toHaveLength(65_536);
  });

  test('keeps the newest 200 requests', async () => {
    for (let number = 1; number <= 205; number += 1) await send(`/_inbox/${number % 2 === 0 ? 'even' : 'odd'}`);
    const [even, odd] = await Promise.all([server.inboxes.requests('even'), server.inboxes.requests('odd')]);
    expect(even.length + odd.length).toBe(200);
    expect(even[0]?.id).toBe((odd[0]?.id ?? 0) - 1);
  });

  test('has a name of its own; others are refused', async () => {
    expect((await send('/_inbox/%24name')).status).toBe(404);
    expect((await send(`/_inbox/${'a'.repeat(65)}`)).status).toBe(404);
    expect((await send('/_inbox')).status).toBe(400);
    await expect(server.inboxes.change('a b', {})).rejects.toMatchObject({ status: 400 });
    expect(await server.inboxes.list()).toEqual([]);
  });

  test('answers as it is set, to as many requests as it says', async () => {
    await server.inboxes.change('flaky', {
      reply: { status: 503, headers: { 'retry-after': '1' }, body: '{"wait":1}', next: 2 },
    });
    const answers = [await send('/_inbox/flaky'), await send('/_inbox/flaky'), await send('/_inbox/flaky')];
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 204]);
    expect(answers[0]?.headers.get('retry-after')).toBe('1');
    expect(await answers[0]?.text()).toBe('{"wait":1}');
    expect((await server.inboxes.requests('flaky')).map(({ status }) => status)).toEqual([503, 503, 204]);
    expect(await server.inboxes.get('flaky')).not.toHaveProperty('reply');
  });

  test('keeps what a change does not name, and resets what it has as null', async () => {
    await server.inboxes.change('hooks', { secret: SECRET });
    await server.inboxes.change('hooks', { reply: { status: 500 } });
    expect(await server.inboxes.get('hooks')).toMatchObject({ hasSecret: true, reply: { status: 500 } });
    await server.inboxes.change('hooks', { secret: null });
    expect(await server.inboxes.get('hooks')).toMatchObject({ hasSecret: false, reply: { status: 500 } });
    await server.inboxes.change('hooks', { reply: null });
    expect(await server.inboxes.get('hooks')).not.toHaveProperty('reply');
  });

  test('takes as long as it is set to', async () => {
    await server.inboxes.change('slow', { reply: { status: 200, delayMs: 150 } });
    const begun = performance.now();
    await send('/_inbox/slow');
    expect(performance.now() - begun).toBeGreaterThan(140);
  });

  test('names everything that is wrong with its settings', async () => {
    await expect(server.inboxes.change('x', { secret: 'plain', reply: { status: 99 } })).rejects.toMatchObject({
      status: 400,
      problems: ['secret must match pattern "^whsec_[A-Za-z0-9+/]{8,}={0,2}$"', 'reply.status must be >= 200'],
    });
    const reply = { status: 204, headers: { 'Content-Length': '5' }, body: 'text' };
    await expect(server.inboxes.change('x', { reply })).rejects.toMatchObject({
      problems: [
        'reply.headers: Content-Length is reserved for the server',
        'reply.body: an answer with status 204 has no body',
      ],
    });
  });

  test.each(['Trailer', 'TE', 'http2-settings', 'Proxy-Connection', 'Cache-Control', 'Content-Security-Policy'])(
    'is not set to answer with %s, which could not be sent as it is',
    async (name) => {
      await expect(
        server.inboxes.change('x', { reply: { status: 200, headers: { [name]: 'x' } } }),
      ).rejects.toMatchObject({ problems: [`reply.headers: ${name} is reserved for the server`] });
    },
  );

  test('is not listed after its last setting was reset or used up', async () => {
    await server.inboxes.change('a', { secret: null });
    await server.inboxes.change('b', { reply: { status: 500, next: 1 } });
    await send('/_inbox/b');
    await server.inboxes.change('c', { reply: { status: 500 } });
    await server.inboxes.change('c', { reply: null });
    expect((await server.inboxes.list()).map(({ name }) => name)).toEqual(['b']);
    expect(await server.inboxes.get('b')).not.toHaveProperty('reply');
  });

  test('shows a request over HTTP/2 without its pseudo-headers', async () => {
    await using other = await createServer({ http2: true });
    const client = connect(other.baseUrl, { ca: other.caCertificate as string });
    const stream = client.request({ ':path': '/_inbox/x', 'x-note': 'kept' });
    await once(stream, 'response');
    client.close();
    const [request] = await other.inboxes.requests('x');
    const names = request?.headers.map(([name]) => name);
    expect(names).toContain('x-note');
    expect(names).not.toContain(':path');
  });

  test('is waited for until as many requests have arrived, or the time is over', async () => {
    const waiting = server.inboxes.requests('later', { atLeast: 2, waitSeconds: 30 });
    await send('/_inbox/later');
    await send('/_inbox/other');
    await send('/_inbox/later');
    const requests = await waiting;
    expect(requests).toHaveLength(2);
    const after = requests[0]?.id;
    expect(await server.inboxes.requests('later', { after, waitSeconds: 30 })).toEqual(requests.slice(1));
    expect(await server.inboxes.requests('later', { atLeast: 3, waitSeconds: 1 })).toEqual(requests);
  });

  test('runs nothing in a browser of what it is set to answer', async () => {
    await server.inboxes.change('page', {
      reply: { status: 200, headers: { 'content-type': 'text/html' }, body: '<script>' },
    });
    const { headers } = await send('/_inbox/page');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('answers the validation of a subscription, whatever it is set to', async () => {
    await server.inboxes.change('graph', { reply: { status: 500 } });
    const answer = await send('/_inbox/graph?validationToken=a%20%2Btoken', { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toBe('a +token');
  });

  test('receives the notifications of this server over HTTPS', async () => {
    const { url } = await server.inboxes.get('graph');
    const authorization = `Bearer ${await server.tokenFor({ app: 'writer' })}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const subscription = {
      changeType: 'created',
      notificationUrl: url,
      resource: 'employeeExperience/learningCourseActivities',
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      clientState: 'ours',
    };
    const made = await send(SUBSCRIPTIONS, { method: 'POST', headers, body: JSON.stringify(subscription) });
    expect(made.status).toBe(201);
    const created = await send(ACTIVITIES, { method: 'POST', headers, body: JSON.stringify(ASSIGNMENT) });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    const [handshake, notification] = await server.inboxes.requests('graph', { atLeast: 2, waitSeconds: 30 });
    expect(handshake?.url).toContain('validationToken=');
    expect(JSON.parse(notification?.body?.text ?? '')).toMatchObject({
      value: [{ clientState: 'ours', resourceData: { id } }],
    });
  });
});

describe('a signature', () => {
  interface Signing {
    readonly id?: string;
    readonly at?: number;
    readonly key?: string;
    readonly body?: string;
  }
  const NOW = Math.floor(Date.now() / 1000);

  const sign = ({ id = 'msg_1', at = NOW, key = SECRET, body = '{}' }: Signing): string => {
    const secret = Buffer.from(key.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('base64')}`;
  };
  const OTHER = `whsec_${Buffer.from('another secret of some length').toString('base64')}`;

  test.each([
    ['valid', sign({}), NOW],
    ['valid', `${sign({ key: OTHER })} ${sign({})}`, NOW],
    ['wrong', sign({ key: OTHER }), NOW],
    ['wrong', sign({ body: '{} ' }), NOW],
    ['wrong', sign({ id: 'msg_2' }), NOW],
    ['wrong', sign({ at: NOW - 1 }), NOW],
    ['wrong', sign({}).replace('v1,', 'v1a,'), NOW],
    ['expired', sign({ at: NOW - 600 }), NOW - 600],
    ['expired', sign({ at: NOW + 600 }), NOW + 600],
    ['missing', '', NOW],
    ['missing', sign({}), 'noon'],
  ])('is %s: %s', async (verdict, signature, at) => {
    await server.inboxes.change('hooks', { secret: SECRET });
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(at), 'webhook-signature': signature };
    await send('/_inbox/hooks', { method: 'POST', headers, body: '{}' });
    const [request] = await server.inboxes.requests('hooks');
    expect(request?.webhook).toEqual({ id: 'msg_1', signature: verdict, isRepeated: false });
  });

  test('of a webhook of this server is valid', async () => {
    const { url } = await server.inboxes.get('hooks');
    const { webhook, secret } = await server.admin.webhooks.add({ url, events: ['activity.completed'] });
    await server.inboxes.change('hooks', { secret });
    expect(await server.admin.webhooks.test(webhook.id)).toMatchObject({ status: 204 });
    const [message] = await server.inboxes.requests('hooks');
    expect(message?.webhook).toMatchObject({ signature: 'valid', isRepeated: false });
    expect(JSON.parse(message?.body?.text ?? '')).toMatchObject({ type: 'webhook.test' });
  });

  test('is not checked without a secret; a repeated id is seen', async () => {
    for (const id of ['msg_1', 'msg_1', 'msg_2']) await send('/_inbox/hooks', { headers: { 'webhook-id': id } });
    const webhooks = (await server.inboxes.requests('hooks')).map(({ webhook }) => webhook);
    expect(webhooks.map((webhook) => webhook?.isRepeated)).toEqual([false, true, false]);
    expect(webhooks.every((webhook) => webhook?.signature === undefined)).toBe(true);
  });
});

describe('inboxes', () => {
  const namesOf = (inboxes: readonly Inbox[]) => inboxes.map(({ name }) => name);

  test('are part of a snapshot, and of a reset', async () => {
    await send('/_inbox/kept');
    await server.inboxes.change('set', { secret: SECRET });
    const snapshot = await server.snapshot('inboxes');
    await server.reset();
    expect(await server.inboxes.list()).toEqual([]);
    await send('/_inbox/between');
    await snapshot.restore();
    expect(namesOf(await server.inboxes.list())).toEqual(['kept', 'set']);
    const [kept] = await server.inboxes.requests('kept');
    await send('/_inbox/kept');
    expect((await server.inboxes.requests('kept'))[1]?.id).toBeGreaterThan(kept?.id ?? 0);
  });

  test('are waited for through a restore', async () => {
    await send('/_inbox/kept');
    const snapshot = await server.snapshot('waited-for');
    await server.reset();
    const waiting = server.inboxes.requests('kept', { waitSeconds: 60 });
    // The wait has begun: requests of one client are answered in their order.
    await server.inboxes.list();
    await snapshot.restore();
    expect(await waiting).toHaveLength(1);
  });

  test('are forgotten one by one, or all', async () => {
    for (const name of ['a', 'b', 'c']) await send(`/_inbox/${name}`);
    await server.inboxes.remove('b');
    expect(namesOf(await server.inboxes.list())).toEqual(['a', 'c']);
    await server.inboxes.clear();
    expect(await server.inboxes.list()).toEqual([]);
  });

  test('are set under the eyes of the audit trail, which never has a secret', async () => {
    await server.inboxes.change('hooks', { secret: SECRET, reply: { status: 500 } });
    const page = await server.admin.audit.list({ kind: 'sandbox', tenant: 'none' });
    expect(page.value.at(-1)).toMatchObject({ operation: 'changeInbox' });
    expect(JSON.stringify(page)).toContain('"hasSecret":true');
    expect(JSON.stringify(page)).not.toContain(SECRET.slice(6));
  });

  test('are not there without the sandbox', async () => {
    await using other = await createServer({ http: true, sandbox: false });
    const answer = await fetch(`${other.baseUrl}/_inbox/any`, { method: 'POST' });
    expect(answer.status).toBe(400);
  });
});
