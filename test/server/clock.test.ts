import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { getGuid } from '../../src/lib/ids.ts';
import type { TenantId } from '../../src/lib/ids.ts';
import { createSandboxClock, LATEST_MS, MAX_FACTOR } from '../../src/sandbox/clock.ts';
import type { SandboxClock } from '../../src/sandbox/clock.ts';
import { sharedStore } from '../../src/sandbox/common-store.ts';
import { requestAppToken, startTestServer } from '../support/server.ts';
import type { Answer, TestServer } from '../support/server.ts';
import { sendWire } from '../support/wire.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2030, 0, 2, 12);
const NOON_TEXT = 'Wed, 02 Jan 2030 12:00:00 GMT';

/** A clock that is moved by hand. */
function createBase(start = NOON) {
  let now = start;
  return { now: () => now, pass: (ms: number) => void (now += ms) };
}

describe('a sandbox clock', () => {
  test('shows the base clock until it is set', () => {
    const base = createBase();
    const clock = createSandboxClock(base);
    base.pass(5);
    expect(clock.describe()).toEqual({ mode: 'real', now: '2030-01-02T12:00:00.005Z', factor: 1, offsetMs: 0 });
  });

  test('does not run while frozen, and moves when advanced', () => {
    const base = createBase();
    const clock = createSandboxClock(base);
    clock.freeze();
    base.pass(HOUR_MS);
    clock.advance(1500);
    expect(clock.describe()).toEqual({
      mode: 'frozen',
      now: '2030-01-02T12:00:01.500Z',
      factor: 0,
      offsetMs: 1500 - HOUR_MS,
    });
  });

  test('runs on from the time it is set to', () => {
    const base = createBase();
    const clock = createSandboxClock(base);
    clock.set(NOON + DAY_MS);
    base.pass(1000);
    expect(clock.describe()).toEqual({
      mode: 'running',
      now: '2030-01-03T12:00:01.000Z',
      factor: 1,
      offsetMs: DAY_MS,
    });
    clock.advance(-2 * DAY_MS);
    expect(clock.now()).toBe(NOON - DAY_MS + 1000);
  });

  test('runs at its factor, also after it was set', () => {
    const base = createBase();
    const clock = createSandboxClock(base);
    clock.run(60);
    base.pass(1000);
    expect(clock.now()).toBe(NOON + MINUTE_MS);
    clock.set(NOON);
    base.pass(1000);
    expect(clock.now()).toBe(NOON + MINUTE_MS);
    clock.freeze(NOON);
    clock.set(NOON);
    base.pass(1000);
    expect(clock.now()).toBe(NOON + 1000);
  });

  test('continues from a captured state, and returns to real time', () => {
    const base = createBase();
    const clock = createSandboxClock(base);
    clock.run(2);
    base.pass(500);
    const state = JSON.parse(JSON.stringify(clock.capture()));
    const real = createSandboxClock(base).capture();
    base.pass(HOUR_MS);
    clock.freeze();
    clock.restore(state);
    base.pass(500);
    expect(clock.describe()).toMatchObject({ mode: 'running', now: '2030-01-02T12:00:02.000Z', factor: 2 });
    clock.restore(real);
    expect(clock.describe()).toMatchObject({ mode: 'real', offsetMs: 0 });
  });

  test.each([
    ['a time before 1970', (clock: ReturnType<typeof createSandboxClock>) => clock.set(-1)],
    ['a time after 9999', (clock) => clock.freeze(LATEST_MS + 1)],
    ['no number', (clock) => clock.set(Number.NaN)],
    ['a step beyond its end', (clock) => clock.advance(LATEST_MS)],
    ['a factor of 0', (clock) => clock.run(0)],
    ['a factor above the greatest', (clock) => clock.run(MAX_FACTOR + 1)],
  ])('refuses %s and stays as it is', (_what, change) => {
    const clock = createSandboxClock(createBase());
    clock.freeze(NOON + 1);
    expect(() => change(clock)).toThrow(RangeError);
    expect(clock.describe()).toMatchObject({ mode: 'frozen', now: '2030-01-02T12:00:00.001Z' });
  });

  test('stops at the last moment that it can show', () => {
    const base = createBase();
    const clock = createSandboxClock(base);
    clock.set(LATEST_MS - 1);
    base.pass(DAY_MS);
    expect(clock.describe().now).toBe('9999-12-31T23:59:59.999Z');
  });

  test('is not affected by resets of one tenant', () => {
    const clock = createSandboxClock(createBase());
    const store = sharedStore('clock', clock);
    const tenantId = getGuid<TenantId>('2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10');
    clock.freeze(NOON + 7);
    store.reset(tenantId);
    store.restore({ mode: 'real' }, tenantId);
    expect(store.capture(tenantId)).toBeUndefined();
    expect(store.capture()).toEqual({ mode: 'frozen', now: NOON + 7 });
    store.reset();
    expect(clock.describe().mode).toBe('real');
  });
});

function clockOf({ app: { control } }: TestServer): SandboxClock {
  if (control === undefined) throw new Error('The server has no sandbox.');
  return control.clock;
}

describe('a server goes by its clock', () => {
  const limit = 100;
  let server: TestServer;

  beforeAll(async () => {
    const settings = { throttleRequestsPerMinute: limit, tokenLifetimeSeconds: 3600, httpPort: 0 };
    server = await startTestServer(settings);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => clockOf(server).freeze(NOON));

  const provider = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
  const list = (token: string): Promise<Answer> => server.call({ path: `${provider}/learningContents`, token });
  const post = (path: string, form: Readonly<Record<string, string>>): Promise<Answer> =>
    server.call({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    });
  const getToken = (): Promise<string> => {
    const { credentials } = server.app;
    return requestAppToken(server.call, credentials.tenantId, credentials.apps['writer'] as never);
  };

  test('in the times of tokens, which it accepts from the first to the last', async () => {
    const clock = clockOf(server);
    const token = await getToken();
    expect(decodeJwt(token)).toMatchObject({ iat: NOON / 1000, nbf: NOON / 1000, exp: (NOON + HOUR_MS) / 1000 });
    const statusAt = async (ms: number): Promise<number> => {
      clock.freeze(ms);
      return (await list(token)).status;
    };
    expect(await statusAt(NOON)).toBe(200);
    expect(await statusAt(NOON + HOUR_MS - 1)).toBe(200);
    expect(await statusAt(NOON + HOUR_MS)).toBe(401);
    expect(await statusAt(NOON)).toBe(200);
    expect(await statusAt(NOON - HOUR_MS)).toBe(401);
    expect(await statusAt(NOON)).toBe(200);
  });

  test('in the dates of every answer', async () => {
    const { tenantId } = server.app.credentials;
    const broken = await sendWire(server.app.httpUrl as string, { text: 'no HTTP at all\r\n\r\n' });
    const unread = await sendWire(server.app.httpUrl as string, {
      text: 'CONNECT there:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    });
    const refused = await list('no token');
    const answers = [
      broken,
      unread,
      refused,
      await list(await getToken()),
      await server.call({ path: '/livez' }),
      await server.call({ path: '/v1.0/$metadata' }),
      await server.call({ path: '/nowhere' }),
      await server.call({ method: 'OPTIONS', path: provider, headers: { origin: 'https://x.example' } }),
      await server.call({ path: `/${tenantId}/discovery/v2.0/keys` }),
      await server.call({ path: `/${tenantId}/oauth2/v2.0/authorize` }),
    ];
    expect(answers.map(({ headers }) => headers['date'])).toEqual(answers.map(() => NOON_TEXT));
    expect(refused.body.error.innerError.date).toBe('2030-01-02T12:00:00Z');
    const denied = await post(`/${tenantId}/oauth2/v2.0/token`, {});
    expect(denied.body.timestamp).toBe('2030-01-02 12:00:00Z');
  });

  test('and dates answers by the time of day once it is real again', async () => {
    clockOf(server).reset();
    const { headers } = await server.call({ path: '/livez' });
    expect(Math.abs(Date.parse(headers['date'] as string) - Date.now())).toBeLessThan(DAY_MS);
  });

  test('in the lifetime of a device code', async () => {
    const { tenantId } = server.app.credentials;
    const clientId = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a15';
    const { body } = await post(`/${tenantId}/oauth2/v2.0/devicecode`, { client_id: clientId, scope: 'openid' });
    const poll = async (): Promise<string> => {
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: body.device_code };
      return (await post(`/${tenantId}/oauth2/v2.0/token`, { ...grant, client_id: clientId })).body.error;
    };
    expect(await poll()).toBe('authorization_pending');
    clockOf(server).freeze(NOON - HOUR_MS);
    expect(await poll()).toBe('authorization_pending');
    clockOf(server).freeze(NOON + 900_000);
    expect(await poll()).toBe('expired_token');
  });

  test('in the rotation of keys', async () => {
    await using other = await startTestServer({}, createBase());
    const listKeys = async (): Promise<readonly string[]> => {
      const { body } = await other.call({ path: '/common/discovery/v2.0/keys' });
      return body.keys.map(({ kid }: { kid: string }) => kid);
    };
    const [first] = await listKeys();
    clockOf(other).advance(91 * DAY_MS);
    expect(await listKeys()).toEqual([expect.not.stringMatching(first as string), first]);
  });

  test('in the minute of a throttle, which a jump back ends', async () => {
    const clock = clockOf(server);
    clock.freeze(NOON + 1000 * DAY_MS);
    const token = await getToken();
    const statuses = async (): Promise<ReadonlySet<number>> => {
      const answers = await Promise.all(Array.from({ length: limit }, () => list(token)));
      return new Set(answers.map(({ status }) => status));
    };
    expect(await statuses()).toEqual(new Set([200]));
    expect((await list(token)).status).toBe(429);
    clock.advance(MINUTE_MS / limit - 1);
    expect((await list(token)).status).toBe(429);
    clock.advance(1);
    expect((await list(token)).status).toBe(200);
    expect((await list(token)).status).toBe(429);
    clock.advance(2 * MINUTE_MS);
    expect(await statuses()).toEqual(new Set([200]));
    expect((await list(token)).status).toBe(429);
    clock.advance(-1);
    expect((await list(token)).status).toBe(200);
  });

  test('in the ids of activities, which stay in order when it goes back', async () => {
    const clock = clockOf(server);
    clock.freeze(NOON + 2000 * DAY_MS);
    const token = await getToken();
    const create = async (externalcourseActivityId: string): Promise<string> => {
      const { body } = await server.call({
        method: 'POST',
        path: `${provider}/learningCourseActivities`,
        token,
        json: { ...course, externalcourseActivityId },
      });
      return body.id.split(':')[1];
    };
    const [first, second] = [await create('clock-1'), await create('clock-2')];
    clock.advance(-1);
    const third = await create('clock-3');
    expect(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16)).toBe(NOON + 2000 * DAY_MS);
    expect([third, second, first].toSorted()).toEqual([first, second, third]);
  });

  const course = {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    learningContentId: '57baf9dc-e020-11ec-9d64-0242ac120002',
    learnerUserId: '7ba2228a-e020-11ec-9d64-0242ac120002',
    status: 'inProgress',
  };
});
