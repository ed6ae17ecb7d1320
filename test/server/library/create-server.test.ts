import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPort } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';

import { createServer } from '../../../src/index.ts';
import type { Seed, ServerOptions, VivariumServer } from '../../../src/index.ts';
import { checkNode } from '../../../src/library/node-version.ts';

const USERS = '/v1.0/users?$select=displayName';

const ownSeed: Seed = {
  tenants: [
    {
      id: '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10',
      displayName: 'Fourth Coffee',
      domainName: 'fourthcoffee.example',
      users: {
        barista: {
          id: '7ba2228a-e020-11ec-9d64-0242ac120002',
          userPrincipalName: 'bea@fourthcoffee.example',
          displayName: 'Bea Barista',
          licence: 'premium',
        },
      },
      apps: { writer: { id: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11', roles: ['LearningContent.ReadWrite.All'] } },
    },
  ],
  samples: { house: 'blend' },
};

async function listUsers(server: VivariumServer): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${await server.tokenFor({ app: 'writer' })}` };
  const response = await fetch(server.baseUrl + USERS, { headers });
  const { value } = (await response.json()) as { value: readonly { displayName: string }[] };
  return value.map(({ displayName }) => displayName);
}

describe('a server', () => {
  test('speaks HTTPS on a free port, with a certificate that its caller can trust', async () => {
    await using server = await createServer();
    const dispatcher = new Agent({ connect: { ca: server.caCertificate as string } });
    const answer = await undiciFetch(`${server.baseUrl}/readyz`, { dispatcher });
    expect(answer.status).toBe(200);
    expect(server).toMatchObject({ baseUrl: expect.stringMatching(/^https:\/\/localhost:\d+$/), httpUrl: undefined });
    expect(existsSync(server.caFile as string)).toBe(true);
    await dispatcher.close();
  });

  test('speaks plain HTTP when asked to, and its tokens name that address', async () => {
    await using server = await createServer({ http: true });
    expect(await listUsers(server)).toHaveLength(4);
    expect(server).toMatchObject({
      baseUrl: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      tokenUrl: `${server.baseUrl}/${server.tenantId}/oauth2/v2.0/token`,
      caCertificate: undefined,
      caFile: undefined,
    });
  });

  test('closes once, however often it is called, and leaves nothing behind', async () => {
    const server = await createServer();
    await Promise.all([server.close(), server.close(), server[Symbol.asyncDispose]()]);
    await expect(fetch(`${server.baseUrl}/readyz`)).rejects.toThrow('fetch failed');
    expect(existsSync(server.caFile as string)).toBe(false);
  });

  test('gives tokens to apps and to people, and says whom it knows', async () => {
    await using server = await createServer({ http: true });
    const authorization = `Bearer ${await server.tokenFor({ user: 'learner', scopes: ['User.Read'] })}`;
    const me = await fetch(`${server.baseUrl}/v1.0/me?$select=id`, { headers: { authorization } });
    expect(await me.json()).toMatchObject({ id: server.users['learner']?.id });
    const refused = await fetch(`${server.baseUrl}/v1.0/employeeExperience/learningProviders`, {
      headers: { authorization },
    });
    expect(refused.status).toBe(403);
    await expect(server.tokenFor({ app: 'wirter' })).rejects.toThrow(/There is no app named wirter/);
  });

  test('begins with a seed that is an object, and returns to it', async () => {
    await using server = await createServer({ http: true, seed: ownSeed });
    expect(await listUsers(server)).toEqual(['Bea Barista']);
    expect(server.samples).toEqual({ house: 'blend' });
    expect(Object.keys(server.users)).toEqual(['barista']);
    await server.reset();
    expect(await listUsers(server)).toEqual(['Bea Barista']);
  });

  test('takes another seed while it runs', async () => {
    await using server = await createServer({ http: true });
    await server.reseed(ownSeed);
    expect(await listUsers(server)).toEqual(['Bea Barista']);
    expect(Object.keys(server.users)).toEqual(['barista']);
    await server.reset();
    expect(await listUsers(server)).toEqual(['Bea Barista']);
  });
});

test('servers sign with the same key, until one of them is old enough for another', async () => {
  await using first = await createServer({ http: true });
  await using second = await createServer({ http: true });
  const [before] = await listKeyIds(second);
  expect(await listKeyIds(first)).toEqual([before]);
  await first.clock.advance('P100D');
  const keyIds = await listKeyIds(first);
  expect(keyIds).toHaveLength(2);
  expect(new Set(keyIds).size).toBe(2);
  expect(await listUsers(first)).toHaveLength(4);
  expect(await listKeyIds(second)).toEqual([before]);
});

async function listKeyIds({ baseUrl, tenantId }: VivariumServer): Promise<readonly string[]> {
  const response = await fetch(`${baseUrl}/${tenantId}/discovery/v2.0/keys`);
  const { keys } = (await response.json()) as { keys: readonly { kid: string }[] };
  return keys.map(({ kid }) => kid);
}

describe('a folder of data', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'vivarium-library-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('keeps data, keys and certificates, which are its own', async () => {
    const data = join(folder, 'data');
    await using other = await createServer();
    await using first = await createServer({ data, seed: ownSeed });
    const { caCertificate } = first;
    const token = await first.tokenFor({ app: 'writer' });
    await first.close();
    await using second = await createServer({ data, port: Number(new URL(first.baseUrl).port) });
    expect(second).toMatchObject({ caCertificate, users: first.users });
    expect(caCertificate).not.toBe(other.caCertificate);
    const dispatcher = new Agent({ connect: { ca: second.caCertificate as string } });
    const headers = { authorization: `Bearer ${token}` };
    const answer = await undiciFetch(`${second.baseUrl}/v1.0/users`, { dispatcher, headers });
    expect(answer.status).toBe(200);
    await dispatcher.close();
  });

  test('a seed may be a file', async () => {
    const seed = join(folder, 'seed.yaml');
    writeFileSync(seed, JSON.stringify(ownSeed));
    await using server = await createServer({ http: true, seed });
    expect(await listUsers(server)).toEqual(['Bea Barista']);
  });
});

describe('options', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('that do not fit are refused together, by the names that the program gave', async () => {
    const options = { prot: 1, host: 'a b', readyFile: 'ready.json', cert: 'cert.pem', maxRequestsInFlight: 0 };
    const refusal = await refusalOf(options);
    expect(refusal.name).toBe('StartError');
    for (const sentence of [
      'Unknown option: prot. Did you mean port?',
      'readyFile is a setting of the command line only.',
      'host must be a host name or an IP address, without a port, not "a b".',
      'maxRequestsInFlight must be a whole number from 1 to 1000000, not 0.',
      'cert needs key: give both',
    ]) {
      expect(refusal.message).toContain(sentence);
    }
    expect(refusal.message).not.toContain('--');
  });

  test.each<[ServerOptions, string]>([
    [{ http: true, host: '0.0.0.0' }, 'http is for loopback only, and host is 0.0.0.0.'],
    [{ http: true, cert: 'cert.pem', key: 'key.pem' }, 'http needs no cert and no key.'],
    [{ http: true, httpPort: 0 }, 'http and httpPort exclude one another.'],
    [{ embeddedIssuer: false }, 'embeddedIssuer: false needs trustedIssuers'],
    [{ seed: 'nowhere.yaml' }, 'nowhere.yaml cannot be read: ENOENT'],
    [{ seed: { tenants: [] } }, 'tenants must NOT have fewer than 1 items'],
    [{ data: join(import.meta.filename, 'data') }, 'Choose a folder that can be written with data.'],
  ])('%o: %s', async (options, sentence) => {
    const refusal = await refusalOf(options);
    expect(refusal).toMatchObject({ name: 'StartError', message: expect.stringContaining(sentence) });
  });

  test('a port that is taken is said to be', async () => {
    const taken = createPort().listen(0, 'localhost');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    expect((await refusalOf({ port })).message).toBe(
      `Port ${port} is in use. Stop the other server or choose another with port (0 picks a free one).`,
    );
    taken.close();
  });

  test('come from the program alone: the environment has no say', async () => {
    vi.stubEnv('VIVARIUM_HOST', 'nowhere.invalid');
    vi.stubEnv('VIVARIUM_NO_SETTING', 'x');
    await using server = await createServer({ http: true });
    expect(server.baseUrl).toContain('localhost');
  });

  test('without a sandbox there is no control API', async () => {
    await using server = await createServer({ http: true, sandbox: false });
    expect(server).toMatchObject({ controlUrl: undefined, controlToken: undefined });
    await expect(server.reset()).rejects.toThrow('Start the server with sandbox: true');
  });
});

async function refusalOf(options: object): Promise<Error> {
  try {
    await using server = await createServer(options);
    throw new Error(`It started: ${server.baseUrl}`);
  } catch (refusal) {
    return refusal as Error;
  }
}

test('a program reads and verifies the audit trail', async () => {
  await using server = await createServer({ http: true, audit: 'full' });
  const { users, audit } = server.admin;
  const { id } = await users.add({ userPrincipalName: 'ada@contoso.example', displayName: 'Ada' });
  await users.change(id, { licence: 'premium' });
  const history = await audit.history(id);
  expect(history.map(({ operation }) => operation)).toEqual(['addUser', 'changeUser']);
  const newest = await audit.list({ limit: 1, kind: 'user' });
  expect(newest).toMatchObject({ value: history.slice(1), hasMore: true });
  expect((await audit.list({ kind: 'user', before: newest.before })).value).toEqual(history.slice(0, 1));
  const all = [];
  for await (const record of audit.export({ tenant: server.tenantId })) all.push(record);
  expect(all).toEqual(expect.arrayContaining([...history]));
  expect(await audit.verify()).toMatchObject({ isWhole: true });
  await expect(audit.list({ kind: 'no such' })).rejects.toMatchObject({ name: 'ControlRefusal', status: 400 });
});

test('a program makes the token of a provisioning client, and ends it', async () => {
  await using server = await createServer({ http: true });
  const { scimCredentials } = server.admin;
  const { token, path, credential } = await scimCredentials.add({ displayName: 'Entra ID', days: 30 });
  const send = async () =>
    (await fetch(`${server.baseUrl}${path}/Users`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await scimCredentials.list()).toEqual([credential]);
  expect(await send()).toBe(200);
  await scimCredentials.remove(credential.id);
  expect(await send()).toBe(401);
  expect(await scimCredentials.list()).toEqual([]);
});

test('an older Node gets a message with the version that is needed', () => {
  expect(() => checkNode('22.21.0')).toThrow(
    /^Vivarium as a library .* needs Node 24 or newer there; this is Node 22\.21\.0\./,
  );
  expect(() => checkNode(process.versions.node)).not.toThrow();
});

test('servers leave no listeners behind in their process', async () => {
  const count = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  await (await createServer({ http: true })).close();
  const before = count();
  for (let start = 0; start < 12; start += 1) await (await createServer({ http: true })).close();
  expect(count()).toEqual(before);
});
