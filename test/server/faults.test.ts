import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { GraphError } from '@microsoft/microsoft-graph-client';
import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { ERRORS } from '../../src/model/errors.ts';
import type { ErrorName } from '../../src/model/errors.ts';
import type { ErrorRow } from '../../src/model/rows.ts';
import { FAULT_PRESETS } from '../../src/sandbox/faults/fault-presets.ts';
import { openControl } from '../support/control.ts';
import type { Control } from '../support/control.ts';
import { openGraphClient } from '../support/graph-client.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, Call, TestServer } from '../support/server.ts';

const PROVIDER = '01e8f81b-3060-4dec-acf0-0389665a0a38';
const PROVIDER_SYNC_OFF = 'ba9790ef-21d5-4c17-808c-acda55230253';
const LEARNER = '7ba2228a-e020-11ec-9d64-0242ac120002';
const UNLICENSED = '3c1f0a52-e020-11ec-9d64-0242ac120002';
const ACTIVITIES = `/v1.0/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
const PROVIDERS = '/v1.0/employeeExperience/learningProviders';
const JSON_HEADERS = { 'content-type': 'application/json' };
const SEEDED = '8ba2228a-e020-11ec-9d64-0242ac120003';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let server: TestServer;
let control: Control;
let dispatcher: Agent;

beforeAll(async () => {
  server = await startTestServer({ httpPort: 0, explainRefusals: false });
  control = openControl(server);
  dispatcher = new Agent({ connect: { ca: server.ca } });
});
afterEach(async () => {
  await control('POST', '/reset');
});
afterAll(async () => {
  await dispatcher.close();
  await server[Symbol.asyncDispose]();
});

let created = 0;

function newActivity(changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  created += 1;
  return {
    '@odata.type': '#microsoft.graph.learningAssignment',
    assignedDateTime: '2021-05-11T22:57:17Z',
    assignmentType: 'required',
    completionPercentage: 20,
    learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
    learnerUserId: LEARNER,
    externalcourseActivityId: `activity-${created}`,
    status: 'notStarted',
    ...changed,
  };
}

async function send(call: Call, app = 'writer'): Promise<Answer> {
  return server.call({ token: await server.appToken(app), ...call });
}

function create(changed: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
  return send({ method: 'POST', path: ACTIVITIES, json: newActivity(changed) });
}

function byKey(externalId: string): Promise<Answer> {
  return send({ path: `${ACTIVITIES}(externalcourseActivityId='${externalId}')` });
}

async function addFault(fault: Readonly<Record<string, unknown>>): Promise<string> {
  const { status, body } = await control('POST', '/faults', fault);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id as string;
}

describe('every error row is reached by its name', () => {
  const rows = Object.entries(ERRORS) as [ErrorName, ErrorRow][];

  test.each(rows)('%s', async (name, row) => {
    await addFault({ preset: name });
    const { status, headers, body } = await create();
    expect({ status, code: body.error.code }).toEqual({ status: row.status, code: row.code });
    const [start = '', end = ''] = row.message.split(/\{.*\}/);
    expect(body.error.message.startsWith(start) && body.error.message.endsWith(end)).toBe(true);
    expect(body.error.message).not.toMatch(/[{}]/);
    expect(headers['x-vivarium-fault']).toBe(name);
    expect(headers['content-type']).toBe('application/json');
    expect(body.error.innerError['request-id']).toBe(headers['request-id']);
    if (row.status === 401) expect(headers['www-authenticate']).toMatch(/^Bearer realm="", authorization_uri="http/);
    if (row.status === 429 || row.status === 503) expect(headers['retry-after']).toBe('1');
    if (row.status === 405) expect(headers['allow']).toBe('GET');
  });

  test('and is shown in the list of presets', async () => {
    const { body } = await control('GET', '/fault-presets');
    const names = body.value.map((preset: { name: string }) => preset.name);
    expect(names).toEqual(expect.arrayContaining(rows.map(([name]) => name)));
    expect(new Set(names).size).toBe(names.length);
  });

  test('and each preset of the weather is taken', async () => {
    for (const { name } of FAULT_PRESETS) expect(await addFault({ preset: name, enabled: false })).toBe(name);
  });
});

describe('a row looks the same by name as when it comes about', () => {
  interface Real {
    readonly row: ErrorName;
    readonly request: () => Promise<Call>;
    readonly fields?: readonly string[];
    readonly values?: Readonly<Record<string, string>>;
    /** Refused before any fault: so that of the preset is seen on another call. */
    readonly isEarly?: boolean;
  }
  const post = (path: string, json: unknown) => async (): Promise<Call> => ({ method: 'POST', path, json });
  const get = (path: string) => async (): Promise<Call> => ({ path });
  const patch =
    (json: unknown, id = UNKNOWN) =>
    async (): Promise<Call> => ({
      method: 'PATCH',
      path: `${ACTIVITIES}/${id}`,
      json: { '@odata.type': '#microsoft.graph.learningAssignment', ...(json as object) },
    });

  const real: readonly Real[] = [
    { row: 'methodNotAllowed', request: async () => ({ method: 'PUT', path: ACTIVITIES, json: {} }) },
    { row: 'accessDenied', request: async () => ({ path: PROVIDERS }) },
    {
      row: 'providerNotEnabled',
      request: post(ACTIVITIES.replace(PROVIDER, PROVIDER_SYNC_OFF), newActivity({ learningContentId: UNKNOWN })),
    },
    { row: 'registrationIdInvalid', request: post(ACTIVITIES.replace(PROVIDER, UNKNOWN), newActivity()) },
    { row: 'assignmentNotFound', request: get(`${ACTIVITIES}/${LEARNER}:${UNKNOWN}`) },
    {
      row: 'assignmentNotFoundOnUpdate',
      request: patch({ status: 'completed', completionPercentage: 100 }, `${LEARNER}:${UNKNOWN}`),
    },
    { row: 'fieldsInvalid', fields: ['status'], request: post(ACTIVITIES, newActivity({ status: 'asleep' })) },
    {
      row: 'fieldValidationFailed',
      fields: ['learnerUserId'],
      request: post(ACTIVITIES, newActivity({ learnerUserId: undefined })),
    },
    { row: 'userLicenseInvalid', request: post(ACTIVITIES, newActivity({ learnerUserId: UNLICENSED })) },
    { row: 'propertyUnknown', fields: ['colour'], request: post(ACTIVITIES, newActivity({ colour: 'red' })) },
    {
      row: 'requiredFieldsMissing',
      fields: ['status'],
      request: patch({ completionPercentage: 3 }, SEEDED),
    },
    { row: 'fieldsEmpty', fields: ['status'], request: patch({ status: '' }, SEEDED) },
    {
      row: 'contentOfAnotherProvider',
      request: post(ACTIVITIES, newActivity({ learningContentId: '9c0e7b36-e020-11ec-9d64-0242ac120002' })),
    },
    {
      row: 'conflict',
      request: async () => {
        const activity = newActivity();
        await send({ method: 'POST', path: ACTIVITIES, json: activity });
        return { method: 'POST', path: ACTIVITIES, json: activity };
      },
    },
    {
      row: 'preconditionFailed',
      request: async () => ({
        method: 'DELETE',
        path: `${ACTIVITIES}/${String((await create()).body.id)}`,
        headers: { 'if-match': 'W/"99"' },
      }),
    },
    { row: 'skipTokenInvalid', request: get(`${ACTIVITIES}?$skiptoken=x`) },
    { row: 'orderByInvalid', request: get(`/v1.0/users?$orderby=`), values: { reason: 'it is empty.' } },
    { row: 'batchTooLarge', request: post('/v1.0/$batch', { requests: Array.from({ length: 21 }, () => ({})) }) },
    { row: 'batchInvalid', request: post('/v1.0/$batch', {}) },
    { row: 'payloadEmpty', request: async () => ({ method: 'POST', path: ACTIVITIES, headers: JSON_HEADERS }) },
    {
      row: 'contentTypeUnsupported',
      request: async () => ({ method: 'POST', path: ACTIVITIES, body: 'x', headers: { 'content-type': 'text/xml' } }),
    },
    {
      row: 'contentEncodingUnsupported',
      isEarly: true,
      request: async () => ({
        method: 'POST',
        path: ACTIVITIES,
        body: '{}',
        headers: { ...JSON_HEADERS, 'content-encoding': 'br' },
      }),
    },
    {
      row: 'authenticationMissing',
      isEarly: true,
      request: async () => ({ path: ACTIVITIES, headers: { authorization: '' } }),
    },
    {
      row: 'authenticationMalformed',
      isEarly: true,
      request: async () => ({ path: ACTIVITIES, headers: { authorization: 'Bearer none' } }),
    },
    {
      row: 'payloadUnreadable',
      request: async () => ({
        method: 'POST',
        path: ACTIVITIES,
        body: '[]',
        headers: JSON_HEADERS,
      }),
    },
    { row: 'contentTypeMissing', request: async () => ({ method: 'POST', path: ACTIVITIES, body: new Uint8Array(2) }) },
    { row: 'segmentNotFound', request: get('/v1.0/employeeExperience/nothing') },
    { row: 'queryOptionUnsupported', request: get(`${ACTIVITIES}?$search=x`) },
    { row: 'queryOptionInvalid', request: get(`${ACTIVITIES}?$top=x`) },
    { row: 'filterInvalid', request: get(`${ACTIVITIES}?$filter=`) },
    { row: 'meNeedsUser', request: get('/v1.0/me/employeeExperience/learningCourseActivities') },
    { row: 'userNotFound', request: get(`/v1.0/users/${UNKNOWN}/employeeExperience`) },
    { row: 'contentNotFound', request: get(`${PROVIDERS}/${PROVIDER}/learningContents/${UNKNOWN}`) },
  ];

  test.each(real)('$row', async ({ row, request, fields, values, isEarly }) => {
    const call = await request();
    const truth = await send(call);
    expect(truth.body.error.message, 'it comes about').toBeDefined();
    await addFault({ preset: row, effect: { fields, values } });
    const fault = await send(isEarly === true ? { path: ACTIVITIES } : call);
    expect(fault.headers['x-vivarium-fault']).toBe(row);
    expect(seen(fault)).toEqual(seen(truth));
  });

  /** What a client can tell one refusal from another by. */
  function seen({ status, headers, body }: Answer): unknown {
    const { innerError, ...error } = body.error;
    const named = ['content-type', 'www-authenticate', 'allow', 'retry-after', 'odata-version', 'cache-control'];
    return {
      status,
      headers: Object.fromEntries(named.map((name) => [name, headers[name]])),
      error,
      innerError: Object.keys(innerError),
    };
  }
});

test('the Graph client treats a fault as the error that it injects', async () => {
  const client = openGraphClient({ origin: server.origin, token: await server.appToken('writer'), dispatcher });
  const asked = client.api(`/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`);
  for (const row of ['accessDenied', 'internalServerError', 'conflict', 'assignmentNotFound', 'fieldsEmpty'] as const) {
    const id = await addFault({ preset: row });
    const thrown = await (asked.get() as Promise<unknown>).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(GraphError);
    const { statusCode, code, message } = thrown as GraphError;
    const { status, code: expected, message: sentence } = ERRORS[row];
    expect({ statusCode, code, message }).toEqual({ statusCode: status, code: expected, message: sentence });
    await control('DELETE', `/faults/${id}`);
  }
  // It tries again by itself when it is told to wait.
  await addFault({ preset: 'throttledOnce' });
  expect((await asked.get()) as unknown).toHaveProperty('value');
  expect((await control('GET', '/faults/throttledOnce')).body).toMatchObject({ matchedCalls: 2, hits: 1 });
});

test.each([
  ['no header', { retryAfterSeconds: null }],
  ['a fraction', { retryAfterSeconds: 0.2 }],
  ['a date', { retryAfterForm: 'date' }],
  ['the default of the preset', {}],
])('the Graph client comes back after a 429 with %s', async (_what, effect) => {
  const client = openGraphClient({ origin: server.origin, token: await server.appToken('writer'), dispatcher });
  await addFault({ name: 'busy', preset: 'tooManyRequests', calls: { first: 1 }, effect });
  const path = `/employeeExperience/learningProviders/${PROVIDER}/learningCourseActivities`;
  expect((await client.api(path).get()) as unknown).toHaveProperty('value');
  expect((await control('GET', '/faults/busy')).body).toMatchObject({ matchedCalls: 2, hits: 1 });
});

describe('rules are about', () => {
  const struck = async (answer: Promise<Answer>) => (await answer).headers['x-vivarium-fault'] !== undefined;
  const effect = { kind: 'error', row: 'conflict' };
  const list = () => send({ path: ACTIVITIES });

  test.each([
    ['a method', { method: 'post' }, true, false],
    ['several methods', { method: ['PATCH', 'GET'] }, false, true],
    ['an operation', { operation: 'createLearningCourseActivity' }, true, false],
    ['a path with keys of any value', { path: ACTIVITIES.replace('/v1.0', '').replace(PROVIDER, '{id}') }, true, true],
    ['a path with a key', { path: `/employeeexperience/learningproviders/${PROVIDER}/**` }, true, true],
    ['another path', { path: '/employeeExperience/learningProviders/{id}' }, false, false],
    ['an app by name', { app: 'writer' }, true, true],
    ['another app', { app: 'reader' }, false, false],
    ['an app by id', { app: '6A1C2F10-4D3B-4B8E-9D2A-5F7E8C9B0A11' }, true, true],
    ['a tenant', { tenant: 'contoso.onmicrosoft.com', method: 'GET' }, false, true],
    ['a user, whom an app is not', { user: 'learner' }, false, false],
    ['items of batches', { inBatch: true }, false, false],
  ])('%s', async (_what, match, isCreateStruck, isListStruck) => {
    await addFault({ match, effect });
    expect([await struck(create()), await struck(list())]).toEqual([isCreateStruck, isListStruck]);
  });

  test('a user', async () => {
    await addFault({ match: { user: 'learner@contoso.onmicrosoft.com' }, effect });
    const mine = async (user: string) =>
      server.call({ path: '/v1.0/me', token: await server.userToken(user, ['User.Read']) });
    expect([await struck(mine('learner')), await struck(mine('admin'))]).toEqual([true, false]);
  });

  test('an item by its id, however its path names it', async () => {
    await addFault({ match: { path: `/employeeExperience/learningProviders/${PROVIDER}` }, effect });
    const admin = await server.userToken('admin', ['LearningProvider.Read']);
    const answer = server.call({ path: `${PROVIDERS}('${PROVIDER}')`, token: admin });
    expect(await struck(answer)).toBe(true);
  });

  test('calls within a time of the clock', async () => {
    await addFault({ window: { from: '2030-01-01T10:00:00Z', until: '2030-01-01T11:00:00+00:00' }, effect });
    const at = async (now: string): Promise<boolean> => {
      await control('PATCH', '/clock', { frozenAt: now });
      // A token is good for an hour.
      const token = await server.app.mintToken({ app: 'writer' });
      return struck(server.call({ path: ACTIVITIES, token }));
    };
    expect(await at('2030-01-01T09:59:59.999Z')).toBe(false);
    expect(await at('2030-01-01T10:00:00Z')).toBe(true);
    expect(await at('2030-01-01T10:59:59Z')).toBe(true);
    expect(await at('2030-01-01T11:00:00Z')).toBe(false);
  });

  test('no calls while they are switched off, and those do not count', async () => {
    const id = await addFault({ effect, calls: { nth: 2 } });
    expect(await struck(list())).toBe(false);
    await control('PATCH', `/faults/${id}`, { enabled: false });
    expect(await struck(list())).toBe(false);
    expect((await control('PATCH', `/faults/${id}`, { enabled: true })).body).toMatchObject({ matchedCalls: 1 });
    expect(await struck(list())).toBe(true);
  });

  test('calls that are left over from others: the same orders strike the same calls again', async () => {
    const strikes = async (): Promise<readonly boolean[]> => {
      await control('DELETE', '/faults');
      await addFault({ preset: 'flaky500', probability: 0.5, seed: 42 });
      const answers: boolean[] = [];
      for (let number = 0; number < 24; number += 1) answers.push(await struck(list()));
      return answers;
    };
    const first = await strikes();
    expect(new Set(first)).toEqual(new Set([true, false]));
    expect(await strikes()).toEqual(first);
  });
});

describe('what an error says can be given', () => {
  test('values, fields and the time to wait', async () => {
    await addFault({ effect: { kind: 'error', row: 'filterInvalid', values: { reason: 'because.' } } });
    expect((await create()).body.error.message).toBe('Invalid filter clause: because.');
    await control('DELETE', '/faults');
    await addFault({ preset: 'fieldsInvalid', effect: { fields: ['status', 'notes'] } });
    expect((await create()).body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'status',
      'notes',
    ]);
    await control('DELETE', '/faults');
    await addFault({ preset: 'tooManyRequests', effect: { retryAfterSeconds: 90 } });
    const { headers, body } = await create();
    expect([headers['retry-after'], body.error.message]).toEqual(['90', 'Retry after 2 minutes']);
  });

  describe('when to come back', () => {
    const forms: readonly [object, string | undefined, string][] = [
      [{}, '1', 'Retry after 1 minutes'],
      [{ retryAfterSeconds: null }, undefined, 'Retry after 1 minutes'],
      [{ retryAfterSeconds: 0 }, '0', 'Retry after 1 minutes'],
      [{ retryAfterSeconds: 1.5 }, '1.5', 'Retry after 1 minutes'],
      [{ retryAfterSeconds: 61, retryAfterForm: 'seconds' }, '61', 'Retry after 2 minutes'],
      [{ retryAfterForm: 'date' }, 'Tue, 01 Jan 2030 12:00:01 GMT', 'Retry after 1 minutes'],
      [{ retryAfterSeconds: 90.2, retryAfterForm: 'date' }, 'Tue, 01 Jan 2030 12:01:31 GMT', 'Retry after 2 minutes'],
      [{ retryAfterSeconds: null, values: { noOfMinutes: 7 } }, undefined, 'Retry after 7 minutes'],
    ];
    const ofRows = (['tooManyRequests', 'serviceUnavailable'] as const).flatMap((row) =>
      forms.map((form) => [row, ...form] as const),
    );

    test.each(ofRows)('%s, %j', async (preset, effect, header, message) => {
      await control('PATCH', '/clock', { frozenAt: '2030-01-01T12:00:00Z' });
      await addFault({ preset, effect });
      const token = await server.app.mintToken({ app: 'writer' });
      const alone = await server.call({ path: ACTIVITIES, token });
      expect([alone.headers['retry-after'], alone.body.error.message]).toEqual([header, message]);
      await control('DELETE', '/faults');
      await addFault({ preset, effect, match: { inBatch: true } });
      const requests = [{ id: '1', method: 'GET', url: ACTIVITIES.replace('/v1.0', '') }];
      const { body } = await server.call({ method: 'POST', path: '/v1.0/$batch', json: { requests }, token });
      const [item] = body.responses;
      expect([item.headers['Retry-After'], item.body.error.message]).toEqual([header, message]);
    });

    test('a row that names no time has the header only if it is given', async () => {
      await addFault({ preset: 'conflict', effect: { retryAfterForm: 'date' } });
      expect((await create()).headers['retry-after']).toBeUndefined();
      await control('DELETE', '/faults');
      await addFault({ preset: 'internalServerError', effect: { retryAfterSeconds: 3 } });
      expect((await create()).headers['retry-after']).toBe('3');
    });

    const ofProxies = forms.filter(([effect]) => !('values' in effect));
    test.each(ofProxies)('by the answer of a proxy, %j', async (effect, header) => {
      await control('PATCH', '/clock', { frozenAt: '2030-01-01T12:00:00Z' });
      await addFault({ preset: 'maintenance', effect });
      const { headers } = await server.call({ path: ACTIVITIES, token: await server.app.mintToken({ app: 'writer' }) });
      expect(headers['retry-after']).toBe(header);
    });

    test.each([
      [{ retryAfterSeconds: null, retryAfterForm: 'date' }, 'effect.retryAfterForm: with retryAfterSeconds null'],
      [{ retryAfterSeconds: -1 }, 'effect.retryAfterSeconds must be >= 0'],
      [{ retryAfterSeconds: 'none' }, 'effect.retryAfterSeconds must be number,null'],
      [
        { retryAfterForm: 'minutes' },
        'effect.retryAfterForm must be equal to one of the allowed values: seconds, date',
      ],
    ])('is refused: %j', async (effect, problem) => {
      const { status, body } = await control('POST', '/faults', { preset: 'tooManyRequests', effect });
      expect([status, body.problems]).toEqual([400, [expect.stringContaining(problem)]]);
    });
  });

  test('a gateway effect answers with an HTML page', async () => {
    await addFault({ preset: 'maintenance' });
    const { status, headers, text: page } = await create();
    expect([status, headers['content-type'], headers['retry-after']]).toEqual([503, 'text/html', '1']);
    expect(page).toContain('<h1>503 Service Unavailable</h1>');
  });

  test.each([
    ['application/json', '{ "error": "upstream" }'],
    ['application/json; charset=utf-8', '"upstream"'],
    ['application/problem+json', '{"title":"upstream"}'],
    ['application/json', '{"error":'],
    ['text/plain', 'Grüße'],
  ])('a proxy sends the body of its own as given: %s, %s', async (contentType, body) => {
    await addFault({ effect: { kind: 'gateway', status: 503, body, contentType } });
    const { headers, text } = await create();
    expect([headers['content-type'], text]).toEqual([contentType, body]);
    const { body: entries } = await control('GET', '/journal?limit=1');
    expect(entries.value[0].response.body.text).toBe(body);
  });
});

describe.each(['https', 'http'] as const)('over %s, a connection', (scheme) => {
  test('that is reset before leaves nothing stored', async () => {
    await addFault({ preset: 'resetBefore', match: { method: 'POST' } });
    const activity = newActivity();
    expect(await sendRaw(scheme, await request('POST', ACTIVITIES, activity))).toEqual({
      error: 'ECONNRESET',
      text: '',
    });
    expect((await byKey(String(activity['externalcourseActivityId']))).status).toBe(404);
  });

  test('that is reset after leaves all stored', async () => {
    await addFault({ preset: 'resetAfterCommitOnce' });
    const activity = newActivity();
    const post = await request('POST', ACTIVITIES, activity);
    expect(await sendRaw(scheme, post)).toEqual({ error: 'ECONNRESET', text: '' });
    expect((await byKey(String(activity['externalcourseActivityId']))).status).toBe(200);
    // Whoever sends it again is told.
    expect((await sendRaw(scheme, post)).text).toMatch(/^HTTP\/1.1 409 /);
  });

  test('that ends within the body announces all of it', async () => {
    await addFault({ preset: 'truncatedBody', effect: { bytes: 7 } });
    const { error, text: answer } = await sendRaw(scheme, await request('GET', ACTIVITIES));
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(error).toBeUndefined();
    expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBeGreaterThan(100);
    expect(body).toBe('{"@odat');
  });

  test('is in order when only the JSON is not', async () => {
    await addFault({ preset: 'malformedBody' });
    const { text: answer } = await sendRaw(scheme, await request('GET', ACTIVITIES));
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(Number(/content-length: (\d+)/i.exec(head)?.[1])).toBe(Buffer.byteLength(body));
    expect(() => JSON.parse(body) as unknown).toThrow(SyntaxError);
  });

  test('brings a slow body whole', async () => {
    const list = await request('GET', ACTIVITIES);
    const bodyOf = (answer: string) => answer.split('\r\n\r\n')[1] ?? '';
    const whole = bodyOf((await sendRaw(scheme, list)).text);
    const bytesPerSecond = whole.length * 4;
    await addFault({ preset: 'slowBody', effect: { bytesPerSecond } });
    const begin = performance.now();
    const { text: answer } = await sendRaw(scheme, list);
    // A quarter of a second, but for the last step, and timers that fire early.
    expect(performance.now() - begin).toBeGreaterThan(120);
    expect(bodyOf(answer)).toBe(whole);
  });

  test.each(['truncatedBody', 'malformedBody', 'slowBody'])(
    'asked with HEAD, has no body to break: %s',
    async (preset) => {
      await addFault({ preset });
      const { error, text: answer } = await sendRaw(scheme, await request('HEAD', ACTIVITIES));
      expect(error).toBeUndefined();
      expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
      expect(answer).toContain(`x-vivarium-fault: ${preset}`);
      expect(answer.endsWith('\r\n\r\n')).toBe(true);
    },
  );
});

test('body effects leave an answer without a body alone', async () => {
  const { body } = await create();
  await addFault({ preset: 'truncatedBody', match: { method: 'DELETE' } });
  const { text: answer } = await sendRaw('https', await request('DELETE', `${ACTIVITIES}/${String(body.id)}`));
  expect(answer).toMatch(/^HTTP\/1.1 204 No Content\r\n/);
});

test('latency follows real time, also while the clock is frozen', async () => {
  await control('PATCH', '/clock', { frozenAt: new Date().toISOString() });
  await addFault({ latency: { kind: 'fixed', ms: 150 } });
  const begin = performance.now();
  expect((await send({ path: ACTIVITIES })).status).toBe(200);
  expect(performance.now() - begin).toBeGreaterThan(140);
});

test('a client that leaves ends its waiting: nothing holds a server up that stops', async () => {
  // Longer than this test may take.
  const own = await startTestServer({ httpPort: 0, shutdownGraceMs: 120_000 });
  const ownControl = openControl(own);
  await ownControl('POST', '/faults', { preset: 'timeout' });
  const { port, hostname: host } = new URL(own.app.httpUrl as string);
  const socket = connect({ port: Number(port), host });
  const token = await own.appToken('writer');
  socket.write(`GET ${ACTIVITIES} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`);
  const hits = async () => (await ownControl('GET', '/faults/timeout')).body.hits as number;
  while ((await hits()) === 0);
  socket.destroy();
  await own[Symbol.asyncDispose]();
});

/** A request as it is on the wire. */
async function request(method: string, path: string, json?: unknown): Promise<string> {
  const body = json === undefined ? '' : JSON.stringify(json);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${await server.appToken('writer')}`,
    'Connection: close',
    ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** All that comes until the connection ends, and the code of the error that ended it. */
async function sendRaw(
  scheme: 'http' | 'https',
  message: string,
): Promise<{ readonly error: string | undefined; readonly text: string }> {
  const { port, hostname: host } = new URL(scheme === 'https' ? server.origin : (server.app.httpUrl as string));
  const address = { port: Number(port), host };
  const socket = scheme === 'https' ? connectTls({ ...address, ca: server.ca }) : connect(address);
  const chunks: Buffer[] = [];
  socket.write(message);
  const error = await new Promise<string | undefined>((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', (cause: NodeJS.ErrnoException) => resolve(cause.code));
    socket.on('end', () => resolve(undefined));
  });
  socket.destroy();
  return { error, text: Buffer.concat(chunks).toString() };
}

describe('in a batch', () => {
  const batch = async (...requests: readonly object[]): Promise<Answer> =>
    send({ method: 'POST', path: '/v1.0/$batch', json: { requests } });
  const item = (id: string, json: object, more: object = {}) => ({
    ...{ id, method: 'POST', url: ACTIVITIES.replace('/v1.0', ''), headers: { 'Content-Type': 'application/json' } },
    body: json,
    ...more,
  });

  test('an item is refused with its own Retry-After, and the others are run', async () => {
    await addFault({ preset: 'tooManyRequests', match: { inBatch: true }, calls: { nth: 2 } });
    const { status, headers, body } = await batch(
      item('1', newActivity()),
      item('2', newActivity()),
      item('3', newActivity()),
    );
    expect([status, headers['x-vivarium-fault']]).toEqual([200, undefined]);
    expect(body.responses.map((response: { status: number }) => response.status)).toEqual([201, 429, 201]);
    expect(body.responses[1]).toMatchObject({
      headers: { 'Retry-After': '1', 'x-vivarium-fault': 'tooManyRequests' },
      body: { error: { code: 'tooManyRequests', message: 'Retry after 1 minutes' } },
    });
  });

  test.each([
    ['application/json', '{ "error": "upstream" }', { error: 'upstream' }],
    ['text/html', '<html></html>', '<html></html>'],
  ])('an item has the body of a proxy as its value: %s', async (contentType, body, value) => {
    await addFault({ match: { inBatch: true }, effect: { kind: 'gateway', status: 503, body, contentType } });
    const { body: answered } = await batch(item('1', newActivity()));
    expect(answered.responses[0]).toMatchObject({ headers: { 'Content-Type': contentType }, body: value });
  });

  test('all is refused when the rule is about the batch', async () => {
    await addFault({ preset: 'serviceUnavailable', match: { path: '/$batch' } });
    expect((await batch(item('1', newActivity()))).status).toBe(503);
    expect((await create()).status).toBe(201);
  });

  test('an item that is reset takes the answer of the batch along', async () => {
    await addFault({ preset: 'resetBefore', match: { inBatch: true }, calls: { nth: 2 } });
    const [lost, kept, dependent] = [newActivity(), newActivity(), newActivity()];
    const requests = [
      item('1', kept),
      item('2', lost, { dependsOn: ['1'] }),
      item('3', dependent, { dependsOn: ['2'] }),
    ];
    expect((await sendRaw('https', await request('POST', '/v1.0/$batch', { requests }))).error).toBe('ECONNRESET');
    const found = await Promise.all(
      [lost, kept, dependent].map((one) => byKey(String(one['externalcourseActivityId']))),
    );
    expect(found.map(({ status }) => status)).toEqual([404, 200, 404]);
  });
});

describe('a fault that is not valid', () => {
  test('is refused with every problem listed', async () => {
    const { status, headers, body } = await control('POST', '/faults', {
      preset: 'toManyRequests',
      colour: 'red',
      match: { operation: 'createLearningCourseActivty', app: 'writr', path: 'users' },
      probability: 2,
      latency: { kind: 'uniform', minMs: 5, maxMs: 1 },
      effect: { kind: 'error', row: 'serviceUnavailble' },
      window: { from: 'yesterday' },
    });
    expect([status, headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(body.problems).toEqual([
      'preset: there is no "toManyRequests". Did you mean "tooManyRequests"?',
      'the body must NOT have additional properties (colour)',
      'probability must be <= 1',
      'match.operation: there is no "createLearningCourseActivty". Did you mean "createLearningCourseActivity"?',
      'match.path must begin with "/", as "users" does not.',
      'match.app: there is no "writr" in the directory. Did you mean "writer"?',
      'effect.row: there is no "serviceUnavailble". Did you mean "serviceUnavailable"?',
      'latency.minMs must not be greater than latency.maxMs.',
      'window.from must be a date and time; got "yesterday".',
    ]);
    expect((await control('GET', '/faults')).body).toEqual({ value: [] });
  });

  test.each([
    ['nothing', {}, 'A fault needs a preset, a latency or an effect.'],
    ['an unknown effect', { effect: { kind: 'explode' } }, /^effect value of tag "kind" must be in oneOf$/],
    ['a wrong member of an effect', { effect: { kind: 'reset', when: 'never' } }, /^effect\.when /],
    ['a match of a wrong kind', { preset: 'flaky503', match: { method: 5 } }, /^match\.method /],
    ['a limit', { preset: '429After20PerMinute' }, /is a limit: POST \/limits takes it\.$/],
  ])('such as %s', async (_what, fault, problem) => {
    const { status, body } = await control('POST', '/faults', fault);
    expect(status).toBe(400);
    expect(body.problems).toHaveLength(1);
    expect(body.problems[0]).toMatch(problem);
  });

  test('or takes a name that is taken', async () => {
    await addFault({ name: 'mine', preset: 'conflict' });
    expect((await control('POST', '/faults', { name: 'mine', preset: 'conflict' })).status).toBe(409);
    expect(await addFault({ preset: 'conflict' })).toBe('conflict');
    expect(await addFault({ preset: 'conflict' })).toBe('conflict-2');
  });
});

test('faults are listed, shown and removed', async () => {
  await addFault({ name: 'one', preset: 'conflict' });
  await addFault({ name: 'two', preset: 'flaky503', seed: 3 });
  const { body } = await control('GET', '/faults');
  expect(body.value.map(({ id }: { id: string }) => id)).toEqual(['one', 'two']);
  expect((await control('GET', '/faults/two')).body).toEqual({
    ...{ id: 'two', enabled: true, preset: 'flaky503', match: {}, probability: 0.1, seed: 3 },
    effect: { kind: 'error', row: 'serviceUnavailable', retryAfterSeconds: 1 },
    ...{ matchedCalls: 0, hits: 0 },
  });
  expect((await control('GET', '/status')).body).toMatchObject({ faults: 2 });
  expect((await control('DELETE', '/faults/one')).status).toBe(204);
  expect((await control('GET', '/faults/onne')).body.detail).toBe('There is no fault "onne".');
  expect((await control('DELETE', '/faults/tow')).body.detail).toBe('There is no fault "tow". Did you mean "two"?');
  expect((await control('DELETE', '/faults')).status).toBe(204);
  expect((await control('GET', '/faults')).body).toEqual({ value: [] });
});

test('the journal tells which fault it was, also when nothing was answered', async () => {
  await addFault({ name: 'broken', preset: 'resetAfterCommit' });
  await addFault({ name: 'late', latency: { kind: 'fixed', ms: 1 } });
  await sendRaw('https', await request('POST', ACTIVITIES, newActivity()));
  const { body } = await control('GET', '/journal?operation=createLearningCourseActivity&limit=1');
  // What was done, and that nobody was told.
  expect(body.value).toMatchObject([
    {
      ...{ method: 'POST', status: 201, delivery: 'none' },
      notes: ['fault broken: reset, on call 1', 'fault late: latency, on call 1'],
    },
  ]);
});

test('a snapshot has the faults as they were, counters included', async () => {
  const id = await addFault({ preset: 'conflict', calls: { nth: 2 } });
  await create();
  await control('POST', '/snapshots', { name: 'with-fault' });
  await control('DELETE', '/faults');
  await control('POST', '/snapshots/with-fault/restore');
  expect((await create()).headers['x-vivarium-fault']).toBe(id);
  await control('DELETE', '/snapshots/with-fault');
});
