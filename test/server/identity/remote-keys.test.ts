import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RemoteKeys } from '../../../src/auth/remote-keys.ts';
import type { RemoteKeysOptions } from '../../../src/auth/remote-keys.ts';
import { createSigner, startKeyServer } from './signer.ts';
import type { KeyServer, Signer } from './signer.ts';

const FLOOR_MS = 300_000;
const RETRY_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const NO_KEY = /holds no key for RS256$/;

const old: Signer = await createSigner('RS256');
const fresh: Signer = await createSigner('RS256');

let keyServer: KeyServer;

beforeEach(async () => {
  keyServer = await startKeyServer();
  keyServer.publish([old.publicJwk]);
});

afterEach(() => keyServer[Symbol.asyncDispose]());

/** Keys behind a clock that stands still, with what they reported. */
function open(changes: Partial<RemoteKeysOptions> = {}) {
  const clock = { time: 0, now: () => clock.time };
  const reports: string[] = [];
  const keys = new RemoteKeys({
    source: { names: ['https://issuer.example'], jwksUri: keyServer.url, algorithms: ['RS256'] },
    clock,
    floorMs: FLOOR_MS,
    timeoutMs: 5000,
    onFetched: (keyCount) => reports.push(`${keyCount} fetched`),
    onFailed: (cause) => reports.push((cause as Error).message),
    ...changes,
  });
  const has = async (signer: Signer) => (await keys.find(signer.keyId)).length === 1;
  return { clock, keys, reports, has, [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose]() };
}

function answerWith(status: number, body: string): void {
  keyServer.answerWith((_request, response) => response.writeHead(status).end(body));
}

describe('a known key', () => {
  test('is fetched once', async () => {
    await using remote = open();
    expect([await remote.has(old), await remote.has(old)]).toEqual([true, true]);
    expect(keyServer.requests()).toBe(1);
  });

  test('is given at once after a day, while its set is fetched anew', async () => {
    await using remote = open();
    await remote.has(old);
    remote.clock.time = DAY_MS - 1;
    await remote.has(old);
    expect(keyServer.requests()).toBe(1);
    keyServer.publish([fresh.publicJwk]);
    remote.clock.time = DAY_MS;
    expect(await remote.has(old)).toBe(true);
    expect(await remote.has(fresh)).toBe(true);
    expect(await remote.has(old)).toBe(false);
    expect(keyServer.requests()).toBe(2);
  });

  test('is given before the fetch that it makes due has ended', async () => {
    await using remote = open();
    await remote.has(old);
    keyServer.publish([fresh.publicJwk]);
    remote.clock.time = DAY_MS;
    const found = remote.has(old);
    // A time at which an unknown key makes no fetch due: it joins the one that is under way.
    remote.clock.time = FLOOR_MS - 1;
    expect(await found).toBe(true);
    expect(remote.reports).toEqual(['1 fetched']);
    expect(await remote.has(fresh)).toBe(true);
  });

  test('keeps working while the issuer is unreachable, and retries now and then', async () => {
    await using remote = open();
    await remote.has(old);
    await keyServer.stop();
    for (const time of [DAY_MS, DAY_MS + 1, DAY_MS + RETRY_MS, 100 * DAY_MS]) {
      remote.clock.time = time;
      expect(await remote.has(old)).toBe(true);
      // Joins the fetch that goes on behind the answer.
      expect(await remote.has(fresh)).toBe(false);
    }
    expect(remote.reports).toEqual(['1 fetched', 'fetch failed', 'fetch failed', 'fetch failed']);
  });
});

describe('an unknown key', () => {
  test('is looked for once in a while, whatever id it has', async () => {
    await using remote = open();
    await remote.has(old);
    for (const id of ['a', 'b', 'a', fresh.keyId]) expect(await remote.keys.find(id)).toEqual([]);
    expect(keyServer.requests()).toBe(1);
    keyServer.publish([old.publicJwk, fresh.publicJwk]);
    remote.clock.time = FLOOR_MS - 1;
    expect(await remote.has(fresh)).toBe(false);
    remote.clock.time = FLOOR_MS;
    expect(await remote.has(fresh)).toBe(true);
    expect(keyServer.requests()).toBe(2);
  });

  test('is waited for by many and asked for once', async () => {
    await using remote = open();
    const found = await Promise.all(Array.from({ length: 50 }, () => remote.has(old)));
    expect(found.every((isFound) => isFound)).toBe(true);
    expect(keyServer.requests()).toBe(1);
  });

  test('is not found at an issuer that is down, which is asked again after half a minute', async () => {
    await using remote = open();
    await keyServer.stop();
    expect([await remote.has(old), await remote.has(old)]).toEqual([false, false]);
    await keyServer.restart();
    remote.clock.time = RETRY_MS - 1;
    expect(await remote.has(old)).toBe(false);
    remote.clock.time = RETRY_MS;
    expect(await remote.has(old)).toBe(true);
    expect(remote.reports).toEqual(['fetch failed', '1 fetched']);
  });

  test('delays a request at most by the timeout, and those behind it not at all', async () => {
    await using remote = open({ timeoutMs: 50 });
    void keyServer.hang();
    expect(await Promise.all([remote.has(old), remote.has(fresh)])).toEqual([false, false]);
    expect(remote.reports).toEqual(['The operation was aborted due to timeout']);
    expect(await remote.has(old)).toBe(false);
    expect(remote.reports).toHaveLength(1);
  });

  test('is given up when the server closes', async () => {
    const remote = open();
    const isAsked = keyServer.hang();
    const found = remote.has(old);
    await isAsked;
    await remote[Symbol.asyncDispose]();
    expect(await found).toBe(false);
    expect(await remote.has(old)).toBe(false);
    expect(remote.reports).toEqual([]);
  });
});

describe('a key document that cannot be used leaves the keys as they were', () => {
  test.each([
    { name: 'an error', status: 500, body: '{"keys":[]}', problem: /answered 500$/ },
    { name: 'a redirect', status: 302, body: '', problem: /fetch failed|redirect/ },
    { name: 'no JSON', status: 200, body: '<html>', problem: /JSON/ },
    { name: 'no object', status: 200, body: '"keys"', problem: /holds no JSON object$/ },
    { name: 'no list', status: 200, body: '{"keys":{}}', problem: /holds no list of keys$/ },
    { name: 'no key', status: 200, body: '{"keys":[]}', problem: NO_KEY },
    { name: 'odd members', status: 200, body: '{"keys":[null,1,"x",{},{"kid":1}]}', problem: NO_KEY },
    { name: 'a key of another type', status: 200, body: '{"keys":[{"kid":"a","kty":"EC"}]}', problem: NO_KEY },
    {
      name: 'too much',
      status: 200,
      body: `{"keys":["${'x'.repeat(1024 * 1024)}"]}`,
      problem: /is larger than 1048576/,
    },
  ])('$name', async ({ status, body, problem }) => {
    await using remote = open();
    await remote.has(old);
    answerWith(status, body);
    remote.clock.time = FLOOR_MS;
    expect(await remote.has(fresh)).toBe(false);
    expect(remote.reports).toEqual(['1 fetched', expect.stringMatching(problem)]);
    expect(await remote.has(old)).toBe(true);
  });

  test('keys that are not for signatures, or too short, are passed over', async () => {
    const short = { kty: 'RSA', kid: 'short', e: 'AQAB', n: Buffer.alloc(128, 0xff).toString('base64url') };
    const encrypting = { ...fresh.publicJwk, use: 'enc' };
    const signing = { ...fresh.publicJwk, use: undefined, key_ops: ['sign'] };
    keyServer.publish([short, encrypting, signing, { ...old.publicJwk, use: undefined }]);
    await using remote = open();
    expect(await remote.has(old)).toBe(true);
    expect(await remote.keys.find('short')).toEqual([]);
    expect(await remote.has(fresh)).toBe(false);
  });
});

describe('discovery', () => {
  /** Serves these members as the configuration, and the keys beside it. */
  function describeItself(configuration: object): void {
    keyServer.answerWith(({ url }, response) => {
      const isKeys = url === '/keys';
      response.end(JSON.stringify(isKeys ? { keys: [old.publicJwk] } : { ...configuration, url }));
    });
  }

  function discover(name: string) {
    return open({ source: { names: [name], algorithms: ['RS256'] } });
  }

  test.each(['', '/', '/realms/one', '/{tenantid}/v2.0', '/{tenantid}/'])('finds the keys of %j', async (path) => {
    const name = keyServer.origin + path;
    describeItself({ issuer: name, jwks_uri: keyServer.url });
    await using remote = discover(name);
    expect(await remote.has(old)).toBe(true);
  });

  test('asks for the configuration of every tenant where the name has a place for one', async () => {
    const asked: unknown[] = [];
    keyServer.answerWith(({ url }, response) => {
      asked.push(url);
      response.end('{}');
    });
    await using remote = discover(`${keyServer.origin}/{tenantid}/v2.0`);
    await remote.has(old);
    expect(asked).toEqual(['/common/v2.0/.well-known/openid-configuration']);
  });

  test('believes no configuration of another issuer', async () => {
    describeItself({ issuer: 'https://evil.example', jwks_uri: keyServer.url });
    await using remote = discover(keyServer.origin);
    expect(await remote.has(old)).toBe(false);
    expect(remote.reports).toEqual([expect.stringContaining('describes the issuer https://evil.example, not')]);
  });

  test.each([undefined, 5, '/keys', 'http://issuer.example/keys', 'file:///etc/keys'])(
    'takes no keys from %j',
    async (jwksUri) => {
      describeItself({ issuer: keyServer.origin, jwks_uri: jwksUri });
      await using remote = discover(keyServer.origin);
      expect(await remote.has(old)).toBe(false);
      expect(remote.reports).toEqual([expect.stringContaining('names no safe jwks_uri')]);
    },
  );
});
