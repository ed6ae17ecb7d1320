import { Agent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { openControl } from '../support/control.ts';
import type { Control } from '../support/control.ts';
import { openGraphClient } from '../support/graph-client.ts';
import { startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';

const ACTIVITIES =
  '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningCourseActivities';
const NOON = '2030-01-01T12:00:00Z';

let server: TestServer;
let control: Control;

beforeAll(async () => {
  server = await startTestServer();
  control = openControl(server);
});
afterEach(() => control('POST', '/reset'));
afterAll(() => server[Symbol.asyncDispose]());

async function freeze(time: string): Promise<void> {
  await control('PATCH', '/clock', { frozenAt: time });
}

async function addLimit(limit: object): Promise<string> {
  const { status, body } = await control('POST', '/limits', limit);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.id as string;
}

/** With a token of the clock's time. */
async function get(app: string, path = ACTIVITIES): Promise<Answer> {
  return server.call({ path, token: await server.app.mintToken({ app }) });
}

async function statuses(app: string, count: number, path?: string): Promise<readonly number[]> {
  const answers: number[] = [];
  for (let number = 0; number < count; number += 1) answers.push((await get(app, path)).status);
  return answers;
}

describe('a limit', () => {
  test('counts each app by itself, and lets it in again when its window is over', async () => {
    await freeze(NOON);
    await addLimit({ requests: 2, windowSeconds: 60 });
    expect(await statuses('writer', 3)).toEqual([200, 200, 429]);
    expect(await statuses('reader', 2)).toEqual([200, 200]);
    await freeze('2030-01-01T12:00:59.999Z');
    expect(await statuses('writer', 1)).toEqual([429]);
    await freeze('2030-01-01T12:01:00Z');
    expect(await statuses('writer', 3)).toEqual([200, 200, 429]);
  });

  test('begins a new window when the clock is set back', async () => {
    await freeze('2030-01-01T12:00:30Z');
    await addLimit({ requests: 1, windowSeconds: 60 });
    expect(await statuses('writer', 2)).toEqual([200, 429]);
    await freeze(NOON);
    expect(await statuses('writer', 2)).toEqual([200, 429]);
  });

  test('answers with the documented text, and the seconds that are left', async () => {
    await freeze(NOON);
    const id = await addLimit({ requests: 1, windowSeconds: 90 });
    await get('writer');
    await freeze('2030-01-01T12:00:20.500Z');
    const { status, headers, body } = await get('writer');
    expect(status).toBe(429);
    expect(body.error).toMatchObject({ code: 'tooManyRequests', message: 'Retry after 2 minutes' });
    expect([headers['retry-after'], headers['x-vivarium-limit']]).toEqual(['70', id]);
  });

  test('is about an app, an operation and a tenant, as it says', async () => {
    await freeze(NOON);
    await addLimit({
      match: { app: 'writer', operation: 'listProviderLearningCourseActivities', tenant: 'Contoso' },
      requests: 0,
      windowSeconds: 60,
    });
    expect((await control('GET', '/limits')).body.value[0].match.app).toBe('writer');
    expect(await statuses('reader', 1)).toEqual([200]);
    expect(await statuses('writer', 1, `${ACTIVITIES}/$count`)).toEqual([200]);
    expect(await statuses('writer', 1)).toEqual([429]);
  });

  test('of a tenant is shared by its apps', async () => {
    await freeze(NOON);
    await addLimit({ per: ['tenant'], requests: 2, windowSeconds: 60 });
    expect(await statuses('writer', 2)).toEqual([200, 200]);
    expect(await statuses('reader', 1)).toEqual([429]);
  });

  test('of each operation counts them apart', async () => {
    await freeze(NOON);
    await addLimit({ per: ['operation'], requests: 1, windowSeconds: 60 });
    expect(await statuses('writer', 2)).toEqual([200, 429]);
    expect(await statuses('writer', 2, `${ACTIVITIES}/$count`)).toEqual([200, 429]);
  });

  test('beside another one: Retry-After is the longer wait', async () => {
    await freeze(NOON);
    const [short, long] = [
      await addLimit({ requests: 0, windowSeconds: 10 }),
      await addLimit({ requests: 0, windowSeconds: 50 }),
    ];
    const { headers } = await get('writer');
    expect([headers['retry-after'], headers['x-vivarium-limit']]).toEqual(['50', `${short}, ${long}`]);
  });

  test('refuses items of a batch one by one', async () => {
    await addLimit({ match: { inBatch: true }, requests: 1, windowSeconds: 60 });
    const requests = ['1', '2'].map((id) => ({ id, method: 'GET', url: ACTIVITIES.slice('/v1.0'.length) }));
    const call = { method: 'POST', path: '/v1.0/$batch', json: { requests } };
    const { status, body } = await server.call({ ...call, token: await server.appToken('writer') });
    expect(status).toBe(200);
    expect(body.responses.map((response: { status: number }) => response.status)).toEqual([200, 429]);
    expect(Number(body.responses[1].headers['Retry-After'])).toBeGreaterThan(0);
  });

  test('tells in the journal who has not waited as it was told', async () => {
    await freeze(NOON);
    const id = await addLimit({ requests: 1, windowSeconds: 60 });
    await statuses('writer', 2);
    await freeze('2030-01-01T12:00:48Z');
    await statuses('writer', 1);
    await freeze('2030-01-01T12:00:50Z');
    await statuses('writer', 1);
    await freeze('2030-01-01T12:01:00Z');
    await statuses('writer', 1);
    const { body } = await control('GET', '/journal?order=oldest');
    expect(body.value.map(({ notes = [] }: { notes?: readonly string[] }) => notes)).toEqual([
      [],
      [`limit ${id}: told to wait 60 s`],
      [`limit ${id}: came back 12 s early, attempt 2`],
      [`limit ${id}: came back 10 s early, attempt 3`],
      [],
    ]);
  });
});

describe('a limit that punishes early calls', () => {
  const at = (seconds: number) => freeze(new Date(Date.parse(NOON) + seconds * 1000).toISOString());
  /** Status and Retry-After of a call at so many seconds after noon. */
  const callAt = async (seconds: number, app = 'writer'): Promise<readonly [number, string | undefined]> => {
    await at(seconds);
    const { status, headers } = await get(app);
    return [status, headers['retry-after']];
  };

  test('begins the wait again, and lets in who waits', async () => {
    await addLimit({ requests: 1, windowSeconds: 10, earlyFactor: 1 });
    expect(await callAt(0)).toEqual([200, undefined]);
    expect(await callAt(4)).toEqual([429, '6']);
    // The window is over by then, but for an early call that does not count.
    expect(await callAt(9)).toEqual([429, '6']);
    expect(await callAt(14.5)).toEqual([429, '6']);
    expect(await callAt(20.5)).toEqual([200, undefined]);
    expect((await control('GET', '/limits')).body.value[0]).toMatchObject({
      ...{ earlyFactor: 1, matchedCalls: 5, refusedCalls: 3, earlyCalls: 2 },
    });
  });

  test('makes it longer each time by its factor, and says so in the journal', async () => {
    const id = await addLimit({ requests: 1, windowSeconds: 10, earlyFactor: 2.5 });
    expect(await callAt(0)).toEqual([200, undefined]);
    expect(await callAt(0)).toEqual([429, '10']);
    expect(await callAt(9)).toEqual([429, '25']);
    expect(await callAt(20)).toEqual([429, '63']);
    expect(await callAt(83)).toEqual([200, undefined]);
    const { body } = await control('GET', '/journal?order=oldest&status=429');
    expect(body.value.map(({ notes }: { notes: readonly string[] }) => notes)).toEqual([
      [`limit ${id}: told to wait 10 s`],
      [`limit ${id}: came back 1 s early, attempt 2; told to wait 25 s from now`],
      [`limit ${id}: came back 14 s early, attempt 3; told to wait 63 s from now`],
    ]);
  });

  test('asks for no more than a day', async () => {
    await addLimit({ requests: 0, windowSeconds: 86_400, earlyFactor: 100 });
    expect(await callAt(0)).toEqual([429, '86400']);
    expect(await callAt(1)).toEqual([429, '86400']);
  });

  test('punishes the app in its tenant, also where all share a count', async () => {
    await addLimit({ per: [], requests: 1, windowSeconds: 10, earlyFactor: 2 });
    await callAt(0);
    expect(await callAt(1)).toEqual([429, '9']);
    expect(await callAt(2)).toEqual([429, '18']);
    expect(await callAt(10, 'reader')).toEqual([200, undefined]);
    expect(await callAt(10, 'reader')).toEqual([429, '10']);
    expect(await callAt(19)).toEqual([429, '36']);
  });

  test('forgets a wait that the clock, set back, has not come to', async () => {
    await addLimit({ requests: 1, windowSeconds: 10, earlyFactor: 2 });
    await callAt(100);
    await callAt(100);
    expect(await callAt(50)).toEqual([200, undefined]);
  });

  test('is removed by a reset, and continues from a snapshot', async () => {
    await addLimit({ requests: 1, windowSeconds: 10, earlyFactor: 2 });
    await callAt(0);
    await callAt(0);
    await control('POST', '/snapshots', { name: 'waiting' });
    expect(await callAt(5)).toEqual([429, '20']);
    await control('POST', '/snapshots/waiting/restore');
    expect(await callAt(6)).toEqual([429, '20']);
    await control('POST', '/reset');
    expect(await callAt(7)).toEqual([200, undefined]);
    await control('DELETE', '/snapshots/waiting');
  });

  test('takes the items of a batch for calls that left together', async () => {
    const id = await addLimit({ match: { inBatch: true }, requests: 1, windowSeconds: 10, earlyFactor: 2 });
    const requests = ['1', '2', '3'].map((item) => ({
      id: item,
      method: 'GET',
      url: ACTIVITIES.slice('/v1.0'.length),
    }));
    const batchAt = async (seconds: number): Promise<readonly [readonly number[], readonly string[]]> => {
      await at(seconds);
      const token = await server.app.mintToken({ app: 'writer' });
      const { body } = await server.call({ method: 'POST', path: '/v1.0/$batch', json: { requests }, token });
      const items: readonly { status: number; headers: Record<string, string> }[] = body.responses;
      return [items.map(({ status }) => status), items.map(({ headers }) => headers['Retry-After'] ?? '')];
    };
    expect(await batchAt(0)).toEqual([
      [200, 429, 429],
      ['', '10', '10'],
    ]);
    expect(await batchAt(4)).toEqual([
      [429, 429, 429],
      ['20', '20', '20'],
    ]);
    expect(await batchAt(24)).toEqual([
      [200, 429, 429],
      ['', '10', '10'],
    ]);
    const { body } = await control('GET', '/journal?order=oldest&kind=batchItem&status=429');
    expect(body.value.slice(2, 4).map(({ notes }: { notes: readonly string[] }) => notes)).toEqual([
      [`limit ${id}: came back 6 s early, attempt 2; told to wait 20 s from now`],
      [`limit ${id}: told to wait 20 s`],
    ]);
  });
});

test('the Graph client waits for Retry-After, and is not punished', async () => {
  await addLimit({ requests: 1, windowSeconds: 2, earlyFactor: 10 });
  const dispatcher = new Agent({ connect: { ca: server.ca } });
  const client = openGraphClient({ origin: server.origin, token: await server.appToken('writer'), dispatcher });
  const list = async (): Promise<unknown> => client.api(ACTIVITIES.slice('/v1.0'.length)).get();
  for (const answer of await Promise.all([list(), list()])) expect(answer).toHaveProperty('value');
  expect((await control('GET', '/limits')).body.value[0]).toMatchObject({ refusedCalls: 1, earlyCalls: 0 });
  await dispatcher.close();
});

test('a preset limits to 20 a minute', async () => {
  await freeze(NOON);
  expect(await addLimit({ preset: '429After20PerMinute' })).toBe('429After20PerMinute');
  const answered = await statuses('writer', 22);
  expect(answered.filter((status) => status === 429)).toHaveLength(2);
  expect((await control('GET', '/limits')).body).toEqual({
    value: [
      {
        ...{ id: '429After20PerMinute', preset: '429After20PerMinute', match: {}, per: ['app', 'tenant'] },
        ...{ requests: 20, windowSeconds: 60, matchedCalls: 22, refusedCalls: 2, earlyCalls: 1 },
      },
    ],
  });
});

test('limits are removed, one or all', async () => {
  await addLimit({ name: 'none', requests: 0, windowSeconds: 60 });
  await addLimit({ name: 'other', requests: 5, windowSeconds: 60 });
  expect((await control('DELETE', '/limits/non')).body.detail).toBe('There is no limit "non". Did you mean "none"?');
  expect((await control('DELETE', '/limits/none')).status).toBe(204);
  expect((await get('writer')).status).toBe(200);
  expect((await control('DELETE', '/limits')).status).toBe(204);
  expect((await control('GET', '/limits')).body).toEqual({ value: [] });
});

test('an invalid limit is refused with every problem listed', async () => {
  const { status, body } = await control('POST', '/limits', {
    match: { app: 'writr', operation: 'listLearningProvider' },
    per: ['planet'],
    windowSeconds: 0,
  });
  expect(status).toBe(400);
  expect(body.problems).toEqual([
    "the body must have required property 'requests'",
    expect.stringMatching(/^per\.0 must be equal to one of the allowed values/),
    'windowSeconds must be >= 1',
    'match.operation: there is no "listLearningProvider". Did you mean "listLearningProviders"?',
    'match.app: there is no "writr" in the directory. Did you mean "writer"?',
  ]);
  expect((await control('POST', '/limits', { preset: 'flaky503' })).body.problems[0]).toBe(
    'preset: "flaky503" is a fault: POST /faults takes it.',
  );
});

test('a snapshot has the limits with what they have counted', async () => {
  await freeze(NOON);
  await addLimit({ requests: 2, windowSeconds: 60 });
  await statuses('writer', 1);
  await control('POST', '/snapshots', { name: 'limited' });
  await statuses('writer', 1);
  await control('POST', '/snapshots/limited/restore');
  expect(await statuses('writer', 2)).toEqual([200, 429]);
  await control('DELETE', '/snapshots/limited');
});
