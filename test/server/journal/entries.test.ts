import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { sendWire } from '../../support/wire.ts';
import { createTestClock } from '../issuer/authority.ts';
import {
  activity,
  ACTIVITIES,
  LEARNER,
  PROVIDER,
  PROVIDERS,
  SEEDED_ACTIVITY,
  startJournalServer,
  TENANT,
} from './journal-server.ts';
import type { JournalServer } from './journal-server.ts';

let server: JournalServer;
beforeAll(async () => {
  server = await startJournalServer({ httpPort: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Counted, as time depends on the machine. */
describe('The work for an entry', () => {
  afterEach(() => vi.restoreAllMocks());

  test('grows with the bytes of a body, not with its pieces', async () => {
    const body = JSON.stringify(activity({ externalcourseActivityId: 'in-pieces' })) + ' '.repeat(3000);
    const pieces = body.replaceAll(/./g, (character) => `1\r\n${character}\r\n`);
    const head = ['Host: a', `Authorization: Bearer ${await server.appToken('writer')}`, 'Transfer-Encoding: chunked'];
    const type = ['Content-Type: application/json', 'Connection: close', '', ''];
    const text = `POST ${ACTIVITIES} HTTP/1.1\r\n${[...head, ...type].join('\r\n')}${pieces}0\r\n\r\n`;
    const copies = [vi.spyOn(Buffer, 'allocUnsafeSlow'), vi.spyOn(Buffer, 'concat')];
    const answer = await sendWire(server.app.httpUrl ?? '', { text });
    expect(answer.status).toBe(201);
    expect(copies.reduce((count, { mock }) => count + mock.calls.length, 0)).toBeLessThan(50);
    const entry = await server.entryOf({ ...answer, text: answer.body, body: undefined });
    expect(entry.request.body).toMatchObject({ text: body, sizeBytes: body.length });
  });

  test('does not parse a body that the server has read, nor one that it has not', async () => {
    const parsed = vi.spyOn(JSON, 'parse');
    const timesParsed = () => parsed.mock.calls.filter(([text]) => text.length > 100_000).length;
    const json = activity({ learnerUserId: 'nobody', notes: { contentType: 'text', content: 'x'.repeat(100_000) } });
    expect((await server.asWriter({ method: 'POST', path: ACTIVITIES, json })).status).toBe(400);
    expect(timesParsed()).toBe(1);
    const headers = { 'content-type': 'text/plain' };
    const other = { method: 'POST', path: ACTIVITIES, body: JSON.stringify(json), headers };
    expect((await server.asWriter(other)).status).toBe(415);
    expect(timesParsed()).toBe(1);
  });
});

describe('An entry', () => {
  test('has what was sent, what was answered, and whom it concerns', async () => {
    const json = activity({ externalcourseActivityId: 'entries-1' });
    const headers = { 'client-request-id': 'from-the-client', 'X-Own-Header': 'Kept As Sent' };
    const answer = await server.asWriter({ method: 'POST', path: `${ACTIVITIES}?x=1`, json, headers });
    const entry = await server.entryOf(answer);

    expect(entry).toMatchObject({
      kind: 'graph',
      requestId: answer.headers['request-id'] ?? '',
      clientRequestId: 'from-the-client',
      method: 'POST',
      origin: server.origin,
      url: `${ACTIVITIES}?x=1`,
      version: 'v1.0',
      operation: 'createLearningCourseActivity',
      app: { name: 'writer' },
      tenant: { id: TENANT, name: 'Contoso' },
      learners: [{ id: LEARNER, name: 'learner@contoso.onmicrosoft.com' }],
      status: 201,
      delivery: 'whole',
      request: { httpVersion: '1.1', body: { text: JSON.stringify(json), encoding: 'utf8', isCut: false } },
      response: { body: { text: answer.text, sizeBytes: Buffer.byteLength(answer.text) } },
      deviations: [],
      notes: [],
    });
    const sent = Object.fromEntries(entry.request.headers);
    expect(sent).toMatchObject({ 'X-Own-Header': 'Kept As Sent', authorization: 'Bearer [redacted]' });
    const answered = Object.fromEntries(entry.response?.headers ?? []);
    expect(answered).toMatchObject({ location: answer.headers['location'], Date: answer.headers['date'] });
    expect(entry.durationMs).toBeGreaterThan(0);
    expect(entry.user).toBeUndefined();
  });

  test('names the user of a delegated token, who is the learner below /me', async () => {
    const token = await server.userToken('learner');
    const answer = await server.call({ path: '/beta/me/employeeExperience/learningCourseActivities', token });
    expect(await server.entryOf(answer)).toMatchObject({
      version: 'beta',
      operation: 'listMyLearningCourseActivities',
      user: { id: LEARNER, name: 'learner@contoso.onmicrosoft.com' },
      learners: [{ id: LEARNER }],
    });
  });

  test.each([
    ['the path names by id', `/v1.0/users/${LEARNER}/employeeExperience/learningCourseActivities`],
    [
      'the path names by name',
      '/v1.0/users/learner@contoso.onmicrosoft.com/employeeExperience/learningCourseActivities',
    ],
    ['the answer names', `${ACTIVITIES}/${SEEDED_ACTIVITY}`],
    ['one of a list is of', ACTIVITIES],
  ])('has the learner whom %s', async (_, path) => {
    expect((await server.entryOf(await server.asWriter({ path }))).learners).toContainEqual(
      expect.objectContaining({ id: LEARNER }),
    );
  });

  test('has the learner of an activity that is gone, also when its id does not name the learner', async () => {
    await using own = await startJournalServer();
    const answer = await own.asWriter({ method: 'DELETE', path: `${ACTIVITIES}/${SEEDED_ACTIVITY}` });
    expect(answer.status).toBe(204);
    expect((await own.entryOf(answer)).learners).toEqual([{ id: LEARNER, name: 'learner@contoso.onmicrosoft.com' }]);
  });

  test('has the learner of an activity that was written by its external id', async () => {
    const json = activity({ externalcourseActivityId: 'entries-key' });
    expect(await server.asWriter({ method: 'POST', path: ACTIVITIES, json })).toMatchObject({ status: 201 });
    const path = `${ACTIVITIES}(externalcourseActivityId='entries-key')`;
    for (const call of [
      { method: 'PATCH', path, json: { status: 'completed' } },
      { method: 'DELETE', path },
    ]) {
      const answer = await server.asWriter(call);
      expect(answer.status).toBe(204);
      expect((await server.entryOf(answer)).learners).toMatchObject([{ id: LEARNER }]);
    }
  });

  test('has a compressed body as it was read', async () => {
    const json = JSON.stringify(activity({ externalcourseActivityId: 'entries-gzip' }));
    const answer = await server.asWriter({
      method: 'POST',
      path: ACTIVITIES,
      body: gzipSync(json),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(201);
    expect((await server.entryOf(answer)).request.body).toMatchObject({ text: json, sizeBytes: json.length });
  });

  test('has the beginning of a long body, and says so', async () => {
    const text = 'ä'.repeat(50_000);
    const headers = { 'content-type': 'application/json' };
    const answer = await server.asWriter({ method: 'POST', path: ACTIVITIES, body: `"${text}`, headers });
    const { body } = (await server.entryOf(answer)).request;
    expect(body).toMatchObject({ encoding: 'utf8', sizeBytes: 100_001, isCut: true });
    expect(text.startsWith(body?.text.slice(1) ?? '-')).toBe(true);
    expect(Buffer.byteLength(body?.text ?? '')).toBe(65_535);
  });

  test('has bytes that are no text in base64', async () => {
    const body = Uint8Array.of(0xff, 0xfe, 0x00);
    const headers = { 'content-type': 'application/json' };
    const answer = await server.asWriter({ method: 'POST', path: ACTIVITIES, body, headers });
    expect((await server.entryOf(answer)).request.body).toMatchObject({
      text: '//4A',
      encoding: 'base64',
      sizeBytes: 3,
    });
  });

  test('has the unread body of a request, and no body of an answer to HEAD', async () => {
    const refused = await server.call({ method: 'POST', path: ACTIVITIES, json: { not: 'read' } });
    expect(refused.status).toBe(401);
    expect((await server.entryOf(refused)).request.body?.text).toBe('{"not":"read"}');
    const head = await server.asWriter({ method: 'HEAD', path: ACTIVITIES });
    const entry = await server.entryOf(head);
    expect(entry).toMatchObject({ method: 'HEAD', status: 200, delivery: 'whole' });
    expect(entry.response).not.toHaveProperty('body');
  });

  test('is dated by the clock of the sandbox', async () => {
    await using own = await startJournalServer({}, createTestClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678)));
    const answer = await own.call({ path: PROVIDERS });
    expect((await own.entryOf(answer)).receivedAt).toBe('2026-01-02T03:04:05.678Z');
    await own.control('PATCH', '/clock', { frozenAt: '2030-05-06T07:08:09Z' });
    const later = await own.call({ path: PROVIDERS });
    expect((await own.entryOf(later)).receivedAt).toBe('2030-05-06T07:08:09.000Z');
    const after2029 = await own.read('&since=2029-01-01T00:00:00Z');
    expect(after2029.map(({ requestId }) => requestId)).toEqual([later.headers['request-id']]);
    expect(await own.read('&until=2029-01-01T00:00:00Z&kind=graph')).toHaveLength(1);
  });

  test('tells of habits that the reference does not have, and of faults', async () => {
    const fault = await server.control('POST', '/faults', {
      preset: 'assignmentNotFound',
      match: { operation: 'getLearningCourseActivity' },
    });
    const answer = await server.asWriter({
      path: `/v1.0/employeeExperience/learningCourseActivities/${SEEDED_ACTIVITY}`,
    });
    await server.control('DELETE', `/faults/${fault.body.id}`);
    const entry = await server.entryOf(answer);
    expect(entry).toMatchObject({ status: 404, refusal: { row: 'assignmentNotFound', nearMisses: [] } });
    expect(entry.notes.join()).toContain(fault.body.id);
    const other = await server.asWriter({ path: `${ACTIVITIES}?top=1` });
    expect((await server.entryOf(other)).deviations).not.toEqual([]);
  });
});

describe('A batch', () => {
  test('is an entry, and so is each of its items, in the order of the batch', async () => {
    const requests = [
      { id: 'list', method: 'GET', url: '/employeeExperience/learningCourseActivities?$top=1' },
      {
        id: 'create',
        dependsOn: ['list'],
        method: 'POST',
        url: ACTIVITIES.slice('/v1.0'.length),
        headers: { 'Content-Type': 'application/json', 'X-Item': 'yes' },
        body: activity({ externalcourseActivityId: 'batch-1' }),
      },
      { id: 'lost', method: 'GET', url: '/employeeExperiance/learningProviders', dependsOn: ['create'] },
      { id: 'waits', method: 'GET', url: '/users', dependsOn: ['lost'] },
      {
        id: 'nested',
        dependsOn: ['waits'],
        method: 'POST',
        url: '/$batch',
        headers: { 'Content-Type': 'application/json' },
        body: { requests: [] },
      },
    ];
    const answer = await server.asWriter({ method: 'POST', path: '/beta/$batch', json: { requests } });
    const [batch, ...items] = await server.read(`&requestId=${answer.headers['request-id']}`);

    expect(batch).toMatchObject({ kind: 'graph', url: '/beta/$batch', status: 200 });
    expect(batch).not.toHaveProperty('operation');
    expect(
      items.map(({ kind, batch: place, url, operation, status, refusal }) => [
        kind,
        place,
        url,
        operation,
        status,
        refusal?.row,
      ]),
    ).toEqual([
      [
        'batchItem',
        { entry: batch?.id, item: 'list' },
        '/beta/employeeExperience/learningCourseActivities?$top=1',
        'listLearningCourseActivities',
        200,
        undefined,
      ],
      [
        'batchItem',
        { entry: batch?.id, item: 'create' },
        ACTIVITIES.replace('v1.0', 'beta'),
        'createLearningCourseActivity',
        201,
        undefined,
      ],
      [
        'batchItem',
        { entry: batch?.id, item: 'lost' },
        '/beta/employeeExperiance/learningProviders',
        undefined,
        400,
        'segmentNotFound',
      ],
      ['batchItem', { entry: batch?.id, item: 'waits' }, '/beta/users', undefined, 424, 'failedDependency'],
      ['batchItem', { entry: batch?.id, item: 'nested' }, '/beta/$batch', undefined, 400, 'batchInvalid'],
    ]);
    const [, create, lost] = items;
    expect(create).toMatchObject({ app: { name: 'writer' }, tenant: { id: TENANT }, learners: [{ id: LEARNER }] });
    expect(JSON.parse(create?.request.body?.text ?? '')).toMatchObject({ externalcourseActivityId: 'batch-1' });
    expect(create?.request.headers).toContainEqual(['x-item', 'yes']);
    expect(JSON.parse(create?.response?.body?.text ?? '')).toMatchObject({ externalcourseActivityId: 'batch-1' });
    expect(lost?.refusal?.nearMisses).toEqual([
      'The path would match listLearningProviders as GET /employeeExperience/learningProviders.',
    ]);
  });
});

describe('What is recorded', () => {
  test('the control API and the questions after health are not', async () => {
    const before = await server.lastId();
    for (const path of ['/livez', '/readyz', '/health', '/', '/_vivarium/status', '/_vivarium/nothing']) {
      await server.call({ path });
    }
    expect(await server.lastId()).toBe(before);
  });

  test('paths of the authority are, with the client that asks and why it is refused', async () => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: server.app.credentials.apps['writer']?.clientId ?? '',
      client_secret: 'not the right one',
      scope: 'https://graph.microsoft.com/.default',
    });
    const answer = await server.call({
      method: 'POST',
      path: '/contoso.onmicrosoft.com/oauth2/v2.0/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    expect(await server.entryOf(answer)).toMatchObject({
      kind: 'issuer',
      status: 401,
      app: { name: 'writer' },
      tenant: { id: TENANT },
      refusal: { row: 'clientSecretInvalid', message: expect.stringContaining('secret') },
    });
  });

  test('their forms are, also without a Content-Type', async () => {
    const path = '/contoso.onmicrosoft.com/oauth2/v2.0/token';
    const body = Buffer.from('grant_type=client_credentials&client_secret=topsecret');
    const answer = await server.call({ method: 'POST', path, body });
    const { request } = await server.entryOf(answer);
    expect(request.body).toMatchObject({ text: 'grant_type=client_credentials&client_secret=[redacted]' });
    const match = {
      kind: 'issuer',
      body: { grant_type: 'client_credentials' },
      requestId: answer.headers['request-id'] ?? '',
    };
    expect(await server.verify({ match })).toMatchObject({ found: 1 });
  });

  test('an unreadable request is recorded by its first line, without secrets', async () => {
    const text = 'GET /v1.0/x?access_token=topsecret\r\nnot a header\r\n\r\n';
    const answer = await sendWire(server.app.httpUrl ?? '', { text, isEnded: true });
    expect(answer.status).toBe(400);
    const [entry] = await server.read(`&requestId=${answer.headers['request-id']}`);
    expect(entry).toMatchObject({
      kind: 'unreadable',
      method: '',
      url: 'GET /v1.0/x?access_token=[redacted]',
      status: 400,
      refusal: { row: 'requestMalformed' },
      response: { body: { text: answer.body } },
    });
  });

  test('a body that is too large is, with the refusal that came before its end', async () => {
    await using own = await startJournalServer({ bodyLimitBytes: 1024 });
    const answer = await own.asWriter({
      method: 'POST',
      path: ACTIVITIES,
      json: { filler: 'x'.repeat(200_000) },
      isChunked: true,
    });
    expect(answer.status).toBe(413);
    expect(await own.entryOf(answer)).toMatchObject({
      status: 413,
      delivery: 'whole',
      refusal: { row: 'payloadTooLarge' },
      response: { body: { text: answer.text } },
    });
  });

  test.each(['reset', 'truncate'])('an answer that a fault breaks is (%s), before its client knows', async (kind) => {
    const effect = kind === 'reset' ? { kind, when: 'after' } : { kind, bytes: 10 };
    const fault = await server.control('POST', '/faults', {
      match: { operation: 'listProviderLearningCourseActivities' },
      effect,
    });
    expect(fault.status, fault.text).toBe(201);
    const before = await server.lastId();
    await expect(server.asWriter({ path: ACTIVITIES })).rejects.toThrow();
    const broken = await server.read(`&after=${before}`);
    await server.control('DELETE', '/faults');
    // The client may try a second time by itself.
    expect(new Set(broken.map(({ operation }) => operation))).toEqual(
      new Set(['listProviderLearningCourseActivities']),
    );
    expect(broken[0]).toMatchObject({ status: 200, delivery: kind === 'reset' ? 'none' : 'cut' });
    expect(broken[0]?.notes.join()).toContain(fault.body.id);
  });

  test('nothing is, when the server is no sandbox', async () => {
    await using own = await startJournalServer({ sandbox: false });
    expect((await own.asWriter({ path: `${PROVIDERS}/${PROVIDER}/learningContents` })).status).toBe(200);
    expect((await own.control('GET', '/journal')).status).toBe(400);
  });
});
