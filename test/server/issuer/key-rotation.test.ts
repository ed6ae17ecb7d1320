import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSigningKey } from '../../../src/auth/signing-keys.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { openRotatingKeys } from '../../../src/issuer/rotating-keys.ts';
import type { RotatingKeys } from '../../../src/issuer/rotating-keys.ts';
import type { SqlConnection } from '../../../src/store/connection.ts';
import { createDirectoryStore } from '../../../src/store/directory-store.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { startTestServer } from '../../support/server.ts';
import type { TestServer } from '../../support/server.ts';
import { createTestClock, GRAPH } from './authority.ts';

type TestClock = ReturnType<typeof createTestClock>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SKEW_MS = 300_000;
/** How long a key is shown before it signs. */
const ANNOUNCED_MS = 300_000;
const LOOK_MS = 60_000;
const PROVIDER = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';

let data: string;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'vivarium-keys-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** A server on the data folder of the test. */
function start(clock: Clock, settings: Readonly<Record<string, unknown>> = {}): Promise<TestServer> {
  const rotated = { ephemeral: false, data, signingKeyDays: 30, tokenLifetimeSeconds: 3600, ...settings };
  return startTestServer(rotated, clock, { hasOwnKeys: true });
}

async function getToken(server: TestServer): Promise<string> {
  const { tenantId, apps } = server.app.credentials;
  const { clientId, clientSecret } = apps['writer'] as { clientId: string; clientSecret: string };
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const { body } = await server.call({
    method: 'POST',
    path: `/${tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...form, scope: `${GRAPH}/.default` }).toString(),
  });
  return body.access_token;
}

async function listKeys(server: TestServer): Promise<readonly string[]> {
  const { body } = await server.call({ path: '/common/discovery/v2.0/keys' });
  return body.keys.map(({ kid }: { kid: string }) => kid);
}

async function isAccepted(server: TestServer, token: string): Promise<boolean> {
  return (await server.call({ path: `${PROVIDER}/learningContents`, token })).status === 200;
}

function openDatabaseOf(server: TestServer): SqlConnection {
  const limits = { maxWaitMs: 5000, slowStatementMs: 5000, onSlowStatement: () => {} };
  return openSqlite({ path: join(server.app.dataDir, 'vivarium.db'), ...limits });
}

function rotation(clock: Clock) {
  return { clock, maxAgeMs: 30 * DAY_MS, tokenLifetimeSeconds: 3600, makeKey: generateSigningKey };
}

/** The same database opened a second time, as another server on it does. */
async function openElsewhere(server: TestServer, clock: Clock): Promise<RotatingKeys & AsyncDisposable> {
  const connection = openDatabaseOf(server);
  const keys = await openRotatingKeys({ ...rotation(clock), store: createDirectoryStore(connection) });
  return { ...keys, [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() };
}

const keyOf = (token: string) => decodeProtectedHeader(token).kid as string;

/** Makes the next key when the one before is 30 days old, and waits until it signs. @returns the first token of it */
async function rotate(server: TestServer, clock: TestClock): Promise<string> {
  clock.advance(30 * DAY_MS);
  await getToken(server);
  clock.advance(ANNOUNCED_MS);
  return getToken(server);
}

describe('a signing key', () => {
  test('that is 30 days old has a successor, which is shown for five minutes before it signs', async () => {
    const clock = createTestClock();
    await using server = await start(clock);
    const first = keyOf(await getToken(server));
    clock.advance(30 * DAY_MS - 1);
    expect(keyOf(await getToken(server))).toBe(first);
    expect(await listKeys(server)).toEqual([first]);
    clock.advance(1);
    expect(keyOf(await getToken(server))).toBe(first);
    const [second, ...others] = await listKeys(server);
    expect(others).toEqual([first]);
    clock.advance(ANNOUNCED_MS - 1);
    expect(keyOf(await getToken(server))).toBe(first);
    clock.advance(1);
    expect(keyOf(await getToken(server))).toBe(second);
    expect(await listKeys(server)).toEqual([second, first]);
  });

  test('stays in the document, and its tokens good, until the last of them has expired', async () => {
    const clock = createTestClock();
    await using server = await start(clock);
    clock.advance(30 * DAY_MS);
    await getToken(server);
    clock.advance(ANNOUNCED_MS - 1);
    const last = await getToken(server);
    clock.advance(1);
    const next = keyOf(await getToken(server));
    clock.advance(HOUR_MS - 1000);
    expect(await isAccepted(server, last)).toBe(true);
    clock.advance(1000 + SKEW_MS - 1);
    expect(await listKeys(server)).toEqual([next, keyOf(last)]);
    clock.advance(LOOK_MS);
    expect(await listKeys(server)).toEqual([next]);
  });

  test('is followed by one, however many tokens are asked for at once', async () => {
    const clock = createTestClock();
    await using server = await start(clock);
    clock.advance(30 * DAY_MS);
    await Promise.all(Array.from({ length: 8 }, () => getToken(server)));
    expect(await listKeys(server)).toHaveLength(2);
    clock.advance(ANNOUNCED_MS);
    const tokens = await Promise.all(Array.from({ length: 8 }, () => getToken(server)));
    expect(new Set(tokens.map(keyOf)).size).toBe(1);
    expect(await listKeys(server)).toHaveLength(2);
  });

  test('outlives a start, and is gone after one when nothing of it can be good any more', async () => {
    const clock = createTestClock();
    const before = await start(clock);
    const [first, token] = [await listKeys(before), await getToken(before)];
    await before[Symbol.asyncDispose]();
    {
      await using again = await start(clock);
      expect(await listKeys(again)).toEqual(first);
      await rotate(again, clock);
      expect(await listKeys(again)).toHaveLength(2);
    }
    clock.advance(HOUR_MS + SKEW_MS);
    await using later = await start(clock);
    expect(await listKeys(later)).toHaveLength(1);
    expect(await listKeys(later)).not.toContain(keyOf(token));
  });

  test('that another server has made is known at the next look, or when a token names it', async () => {
    const clock = createTestClock();
    await using server = await start(clock);
    await using other = await openElsewhere(server, clock);
    const next = keyOf(await rotate(server, clock));
    expect(await other.findVerificationKey(next)).toBeDefined();
    expect(await other.findVerificationKey('no such key')).toBeUndefined();
    expect((await other.publicJwks()).keys.map(({ kid }) => kid)).toEqual(await listKeys(server));
    expect(keyOf(await other.sign({}))).toBe(next);
  });

  test('that nobody has made is looked for once in five seconds', async () => {
    const clock = createTestClock();
    await using server = await start(clock);
    await using connection = openDatabaseOf(server);
    const store = createDirectoryStore(connection);
    let looks = 0;
    const listSigningKeys = () => {
      looks += 1;
      return store.listSigningKeys();
    };
    const keys = await openRotatingKeys({ ...rotation(clock), store: { ...store, listSigningKeys } });
    for (const [passedMs, seen] of [
      [4999, 1],
      [1, 2],
      [0, 2],
      [4999, 2],
      [1, 3],
    ] as const) {
      clock.advance(passedMs);
      expect(await keys.findVerificationKey('no such key')).toBeUndefined();
      expect(looks).toBe(seen);
    }
  });

  test('is made by one of the servers that find it due at the same moment', async () => {
    const clock = createTestClock();
    await using server = await start(clock);
    const [first] = await listKeys(server);
    await using other = await openElsewhere(server, clock);
    await using third = await openElsewhere(server, clock);
    clock.advance(30 * DAY_MS);
    const signed = await Promise.all([getToken(server), other.sign({}), third.sign({})]);
    expect(signed.map(keyOf)).toEqual([first, first, first]);
    const shown = await listKeys(server);
    expect(shown).toHaveLength(2);
    clock.advance(ANNOUNCED_MS);
    for (const keys of [other, third]) {
      expect((await keys.publicJwks()).keys.map(({ kid }) => kid)).toEqual(shown);
      expect(keyOf(await keys.sign({}))).toBe(shown[0]);
    }
  });

  test.each([
    ['a minute later', LOOK_MS],
    ['when the clock is set back', -LOOK_MS],
  ])('that was taken out of the database counts no more %s', async (_, ms) => {
    const clock = createTestClock();
    await using server = await start(clock);
    const first = keyOf(await getToken(server));
    await using other = await openElsewhere(server, clock);
    await rotate(server, clock);
    expect(await other.findVerificationKey(first)).toBeDefined();
    await using connection = openDatabaseOf(server);
    await createDirectoryStore(connection).removeSigningKey(first);
    clock.advance(ms);
    expect(await other.findVerificationKey(first)).toBeUndefined();
  });

  test('is kept as long as the longest lifetime that its tokens ever had', async () => {
    const clock = createTestClock();
    const before = await start(clock, { tokenLifetimeSeconds: 40 * 86_400 });
    const long = await getToken(before);
    await before[Symbol.asyncDispose]();
    await using server = await start(clock);
    const next = await rotate(server, clock);
    clock.advance(9 * DAY_MS);
    expect(await listKeys(server)).toEqual([keyOf(next), keyOf(long)]);
    expect(Number(decodeJwt(long).exp) * 1000).toBeGreaterThan(clock.now());
  });

  test('has the longer lifetime of two that are noted at the same moment', async () => {
    await using server = await start(createTestClock());
    const first = keyOf(await getToken(server));
    await using connection = openDatabaseOf(server);
    const store = createDirectoryStore(connection);
    for (const seconds of [7200, 5400]) await store.raiseTokenLifetime(first, seconds);
    expect(await store.listSigningKeys()).toMatchObject([{ keyId: first, tokenLifetimeSeconds: 7200 }]);
  });

  test('is kept as long as the tokens that it is told to sign while its successor is announced', async () => {
    const clock = createTestClock();
    const before = await start(clock);
    clock.advance(30 * DAY_MS);
    await getToken(before);
    await before[Symbol.asyncDispose]();
    await using server = await start(clock, { tokenLifetimeSeconds: 2 * 86_400 });
    const long = await getToken(server);
    clock.advance(ANNOUNCED_MS);
    const next = await getToken(server);
    clock.advance(2 * DAY_MS - ANNOUNCED_MS - 1000);
    expect(await listKeys(server)).toEqual([keyOf(next), keyOf(long)]);
    expect(keyOf(next)).not.toBe(keyOf(long));
  });
});
