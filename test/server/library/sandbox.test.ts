import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useVivarium } from '../../../src/testing.ts';
import type { TestHooks } from '../../../src/testing.ts';

// Through the helper for test files, with the hooks of a real runner: this one.

const vivarium = useVivarium({ http: true }, { afterAll, beforeAll, beforeEach });

async function get(path = '/users'): Promise<Response> {
  const { server } = vivarium;
  const headers = { authorization: `Bearer ${await server.tokenFor({ app: 'writer' })}` };
  return fetch(`${server.baseUrl}/v1.0${path}`, { headers });
}

async function statusesOf(count: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < count; sent += 1) statuses.push((await get()).status);
  return statuses;
}

/** One content more. Gives how many there are then. */
async function addContent(): Promise<number> {
  const { server } = vivarium;
  const { registrationId } = server.samples;
  const path = `/employeeExperience/learningProviders/${registrationId}/learningContents`;
  const externalId = `course-${(await countContents(path)) + 1}`;
  const authorization = `Bearer ${await server.tokenFor({ app: 'writer' })}`;
  await fetch(`${server.baseUrl}/v1.0${path}(externalId='${externalId}')`, {
    method: 'PATCH',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ title: externalId, contentWebUrl: 'https://fabrikam.example/c', languageTag: 'en-us' }),
  });
  return countContents(path);
}

async function countContents(path: string): Promise<number> {
  const { value } = (await (await get(path)).json()) as { value: readonly unknown[] };
  return value.length;
}

// No order between these two: whichever comes second finds the seed's one content, too.
test.each(['a test', 'and another'])('%s begins with the seed, without faults, with an empty journal', async () => {
  const { server } = vivarium;
  expect(await server.faults.list()).toEqual([]);
  expect((await server.journal.query()).value).toEqual([]);
  expect(await addContent()).toBe(2);
  await server.faults.add({ effect: { kind: 'error', row: 'serviceUnavailable' } });
});

test('a snapshot is gone back to, by its object and by its name', async () => {
  const { server } = vivarium;
  await addContent();
  const snapshot = await server.snapshot('two-contents');
  expect(await addContent()).toBe(3);
  await snapshot.restore();
  expect(await addContent()).toBe(3);
  await server.restore('two-contents');
  expect(await addContent()).toBe(3);
  await expect(server.restore('no-such')).rejects.toMatchObject({ name: 'ControlRefusal', status: 404 });
});

test('faults are added, counted, switched off and removed', async () => {
  const { faults } = vivarium.server;
  const fault = await faults.add({
    name: 'busy',
    match: { operation: 'listUsers' },
    calls: { first: 2 },
    effect: { kind: 'error', row: 'tooManyRequests', retryAfterSeconds: 7 },
  });
  expect((await get()).headers.get('retry-after')).toBe('7');
  expect(await faults.get(fault.id)).toMatchObject({ id: 'busy', hits: 1 });
  await faults.setEnabled(fault.id, false);
  expect(await statusesOf(1)).toEqual([200]);
  await faults.setEnabled(fault.id, true);
  expect(await statusesOf(2)).toEqual([429, 200]);
  await faults.remove(fault.id);
  await faults.add({ latency: { kind: 'fixed', ms: 0 } });
  await faults.clear();
  expect(await faults.list()).toEqual([]);
});

test('an invalid order is refused with every problem listed', async () => {
  const order = { effect: { kind: 'error', row: 'toManyRequests' }, calls: { first: 0 } } as const;
  await expect(vivarium.server.faults.add(order)).rejects.toMatchObject({
    name: 'ControlRefusal',
    status: 400,
    problems: expect.arrayContaining([expect.stringContaining('tooManyRequests')]),
  });
});

test('presets can be listed, and each can be added', async () => {
  const { faults, limits } = vivarium.server;
  const presets = await faults.listPresets();
  expect(presets.length).toBeGreaterThan(1);
  for (const { kind, name } of presets) {
    if (kind === 'fault') await faults.add({ preset: name });
    else await limits.add({ preset: name });
  }
  expect((await faults.list()).length + (await limits.list()).length).toBe(presets.length);
});

test('limits let so many requests through', async () => {
  const { limits } = vivarium.server;
  const limit = await limits.add({ requests: 1, windowSeconds: 3600 });
  expect(await statusesOf(2)).toEqual([200, 429]);
  expect(await limits.list()).toMatchObject([{ id: limit.id, refusedCalls: 1 }]);
  await limits.remove(limit.id);
  await limits.clear();
  expect(await statusesOf(1)).toEqual([200]);
});

test('the journal tells what came, and whether that was expected', async () => {
  const { journal } = vivarium.server;
  await get();
  await get('/users/nobody');
  const { value } = await journal.query({ status: [404, '5xx'] });
  expect(value).toMatchObject([{ operation: 'getUser', status: 404 }]);
  const [entry] = value;
  expect(await journal.get(entry?.id ?? 0)).toEqual(entry);
  expect(await journal.curl(entry?.id ?? 0)).toContain('/v1.0/users/nobody');
  expect(await journal.har({ operation: 'getUser' })).toMatchObject({ log: { version: '1.2', entries: [{}] } });
  const once = { match: { operation: 'listUsers' }, count: { exactly: 1 } } as const;
  expect(await journal.verify(once)).toMatchObject({ isSatisfied: true, found: 1 });
  expect(await journal.verifyNoneBut([{ operation: 'listUsers' }])).toMatchObject({ isSatisfied: false, found: 1 });
  await journal.clear();
  expect(await journal.verify(once)).toMatchObject({ isSatisfied: false, found: 0 });
});

test('the clock is frozen, set, moved on, run and let go', async () => {
  const { clock } = vivarium.server;
  expect(await clock.freeze('2030-01-02T03:04:05Z')).toMatchObject({ mode: 'frozen', now: '2030-01-02T03:04:05.000Z' });
  expect(await clock.advance('PT1H')).toMatchObject({ now: '2030-01-02T04:04:05.000Z' });
  expect(await clock.advance(-1000)).toMatchObject({ now: '2030-01-02T04:04:04.000Z' });
  expect(new Date((await get()).headers.get('date') ?? '')).toEqual(new Date('2030-01-02T04:04:04Z'));
  expect(await clock.set(new Date('2031-01-01T00:00:00Z'))).toMatchObject({ mode: 'running', factor: 1 });
  expect(await clock.run(60)).toMatchObject({ mode: 'running', factor: 60 });
  expect(await clock.freeze()).toMatchObject({ mode: 'frozen', now: expect.stringMatching(/^2031-/) });
  expect(await clock.real()).toMatchObject({ mode: 'real' });
  expect(await clock.show()).toMatchObject({ mode: 'real', offsetMs: 0 });
});

test('ids are the same again for the same seed', async () => {
  const { server } = vivarium;
  const takeId = async (): Promise<string | null> => {
    await server.seedIds('a run');
    return (await get()).headers.get('request-id');
  };
  expect(await takeId()).toBe(await takeId());
  await server.seedIds(null);
});

test('the control API opens to its token', async () => {
  const { controlUrl, controlToken } = vivarium.server;
  const headers = { authorization: `Bearer ${controlToken}` };
  expect((await fetch(`${controlUrl}/status`, { headers })).status).toBe(200);
  expect((await fetch(`${controlUrl}/status`)).status).toBe(401);
});

test('the helper takes the hooks of node:test and Mocha as well, in the order of a file', async () => {
  const registered: string[] = [];
  const runs: (() => Promise<void>)[] = [];
  const hook = (name: string) => (run: () => Promise<void>) => {
    registered.push(name);
    runs.push(run);
  };
  const hooks: TestHooks = { before: hook('before'), beforeEach: hook('beforeEach'), after: hook('after') };
  const other = useVivarium({ http: true }, hooks);
  expect(() => other.server).toThrow('The server runs while tests run');
  expect(registered).toEqual(['before', 'beforeEach', 'after']);
  const [before, beforeEachTest, after] = runs;
  await before?.();
  await beforeEachTest?.();
  expect((await fetch(`${other.server.baseUrl}/readyz`)).status).toBe(200);
  await after?.();
  expect(() => other.server).toThrow('The server runs while tests run');
});

test('without hooks, where the runner has none in its global scope, the helper says what to do', () => {
  expect(() => useVivarium()).toThrow('Pass them: useVivarium(options, { beforeAll, beforeEach, afterAll })');
});
