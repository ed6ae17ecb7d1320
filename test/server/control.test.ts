/** The control API: who may use it, how it refuses, what it says of itself. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { printControlDocuments } from '../../scripts/golden-control.ts';
import { openSandboxPlace, OURS, THEIRS } from '../support/sandbox.ts';
import type { SandboxPlace, TestSandbox } from '../support/sandbox.ts';
import { startTestServer } from '../support/server.ts';

let place: SandboxPlace;
let server: TestSandbox;

beforeAll(async () => {
  place = await openSandboxPlace('sqlite');
  server = await place.start();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
}

interface OpenApi {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const readDocument = async (): Promise<OpenApi> => (await server.call({ path: '/_vivarium/openapi.json' })).body;

/** Requests of every operation, with values in place of parameters. */
async function listOperations() {
  const { paths } = await readDocument();
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: `/_vivarium${path.replaceAll(/\{\w+\}/g, '1')}`,
      operation,
    })),
  );
}

describe('the token', () => {
  test('is asked for by every operation that does not say that it is open', async () => {
    const operations = await listOperations();
    const open = operations.filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ operation }) => operation.operationId).toSorted()).toEqual(['getDocument', 'getHealth']);
    for (const { method, path, operation } of operations) {
      const { status, headers } = await server.call({ method, path });
      const isOpen = open.some((one) => one.operation === operation);
      expect({ method, path, isRefused: status === 401 }).toEqual({ method, path, isRefused: !isOpen });
      if (!isOpen) expect(headers['www-authenticate']).toMatch(/^Bearer /);
    }
  });

  test.each(['', 'Bearer', 'Bearer wrong', 'Basic dTpw', 'Bearer  '])('is not %j', async (authorization) => {
    const { status, body } = await server.call({ path: '/_vivarium/status', headers: { authorization } });
    expect({ status, body }).toMatchObject({ status: 401, body: { title: 'Unauthorized', status: 401 } });
  });

  test('is not a token of Microsoft Graph, nor one of those a token of the control API', async () => {
    const token = await server.appToken('writer');
    expect((await server.call({ path: '/_vivarium/status', token })).status).toBe(401);
    const control = server.app.control?.token;
    expect((await server.call({ path: '/v1.0/employeeExperience', token: control })).status).toBe(401);
  });

  test('tells a stranger nothing of paths', async () => {
    expect((await server.call({ path: '/_vivarium/no/such/path' })).status).toBe(401);
  });

  test('is kept in the data folder, for its owner only', async () => {
    const file = join(server.app.dataDir, 'control-token');
    expect(readFileSync(file, 'utf8')).toBe(`${server.app.control?.token}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('outlives resets and the seed', async () => {
    expect((await server.control('POST', '/reset')).status).toBe(204);
    expect((await server.control('POST', '/seed')).status).toBe(204);
    expect((await server.control('GET', '/status')).status).toBe(200);
  });
});

describe('a refusal', () => {
  const PROBLEM = { type: 'about:blank', title: expect.any(String), detail: expect.any(String) };

  const refused = async (call: Parameters<TestSandbox['call']>[0]) => {
    const { status, headers, body } = await server.call({ token: server.app.control?.token, ...call });
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toMatchObject({ ...PROBLEM, status });
    return { status, headers, problems: body.problems as readonly string[] };
  };

  test('of input tells everything that is wrong at once', async () => {
    const json = { name: '.hidden', tenant: 5, more: true };
    const { status, problems } = await refused({ method: 'POST', path: '/_vivarium/snapshots?dry=1', json });
    expect(status).toBe(400);
    expect(problems).toEqual([
      'unknown query parameter: dry; there are none',
      'the body must NOT have additional properties (more)',
      expect.stringMatching(/^name must match pattern/),
      'tenant must be string',
    ]);
  });

  test('of a body that is no JSON says why', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await refused({ method: 'POST', path: '/_vivarium/reset', headers, body: '{' });
    expect(answer).toMatchObject({ status: 400, problems: [expect.stringMatching(/^the body is not valid JSON: /)] });
  });

  test('of a body of another type names the types that are taken', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await refused({ method: 'POST', path: '/_vivarium/reset', headers, body: 'a=b' })).status).toBe(415);
  });

  test('of a body that is too large comes while it is still being sent', async () => {
    const body = ' '.repeat(5 * 1024 * 1024);
    const headers = { 'content-type': 'application/json' };
    expect((await refused({ method: 'POST', path: '/_vivarium/reset', headers, body })).status).toBe(413);
    expect((await refused({ method: 'POST', path: '/_vivarium/reset', headers, body, isChunked: true })).status).toBe(
      413,
    );
  });

  test('of a method names those of the path', async () => {
    const { status, headers } = await refused({ method: 'PUT', path: '/_vivarium/snapshots' });
    expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: 'GET, POST' });
  });

  test.each([
    ['GET', '/nothing', 404],
    ['GET', '/snapshots/%zz/file', 400],
    ['GET', '/snapshots/missing/file', 404],
    ['POST', '/snapshots/missing/restore', 404],
    ['DELETE', '/snapshots/missing', 404],
  ])('%s %s is %i', async (method, path, status) => {
    expect((await refused({ method, path: `/_vivarium${path}` })).status).toBe(status);
  });

  test('names no origin that may read it', async () => {
    const headers = { origin: 'https://page.example', 'access-control-request-method': 'POST' };
    const preflight = await server.call({ method: 'OPTIONS', path: '/_vivarium/reset', headers });
    const answer = await server.call({ path: '/_vivarium/health', headers });
    for (const one of [preflight, answer]) {
      expect(Object.keys(one.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});

test('a slash at the end, and HEAD in place of GET, make no difference', async () => {
  expect((await server.control('GET', '/snapshots/')).status).toBe(200);
  const head = await server.control('HEAD', '/status');
  expect({ status: head.status, text: head.text }).toEqual({ status: 200, text: '' });
});

describe('the document', () => {
  test('names the server that it is of', async () => {
    expect((await readDocument()).servers).toEqual([{ url: server.app.control?.url }]);
  });

  test('is the one in the repository: if a change is meant, run `npm run golden`', async () => {
    for (const [file, text] of await printControlDocuments()) {
      expect(readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8')).toBe(text);
    }
  });
});

test('the status shows tenants with what they hold, the clock, the database and the snapshots', async () => {
  await server.control('POST', '/reset');
  await server.control('POST', '/snapshots', { name: 'shown', tenant: 'fabrikam.onmicrosoft.com' });
  const { body } = await server.control('GET', '/status');
  const counts = { users: 4, apps: 7, providers: 4, contents: 5, activities: 3 };
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    baseUrl: server.origin,
    database: { kind: 'sqlite', schema: expect.stringMatching(/^\d{4}-/) },
    tenants: [
      { id: OURS, displayName: 'Contoso', domainName: 'contoso.onmicrosoft.com', counts },
      { id: THEIRS, displayName: 'Fabrikam', counts },
    ],
    clock: { mode: 'real', factor: 1 },
    faults: 0,
    limits: 0,
    snapshots: [{ name: 'shown', tenant: THEIRS, isUsable: true }],
  });
  expect(body.uptimeMs).toBeGreaterThan(0);
  await server.control('DELETE', '/snapshots/shown');
});

describe('the clock', () => {
  test('freezes, runs on, and returns to real time', async () => {
    const frozen = await server.control('PATCH', '/clock', { frozenAt: '2030-01-31T23:00:00+01:00' });
    expect(frozen.body).toMatchObject({ mode: 'frozen', now: '2030-01-31T22:00:00.000Z', factor: 0 });
    const later = await server.control('POST', '/clock/advance', { by: 'P1DT2H30M0.5S' });
    expect(later.body.now).toBe('2030-02-02T00:30:00.500Z');
    const earlier = await server.control('POST', '/clock/advance', { by: { ms: -500 } });
    expect(earlier.body.now).toBe('2030-02-02T00:30:00.000Z');
    expect((await server.call({ path: '/readyz' })).headers['date']).toBe('Sat, 02 Feb 2030 00:30:00 GMT');
    expect((await server.control('PATCH', '/clock', { now: '2031-01-01T00:00:00Z', factor: 60 })).body).toMatchObject({
      mode: 'running',
      factor: 60,
    });
    expect((await server.control('PATCH', '/clock', { mode: 'real' })).body).toMatchObject({
      mode: 'real',
      offsetMs: 0,
    });
  });

  test.each([
    {},
    { frozenAt: '2030-02-30T00:00:00Z' },
    { frozenAt: '2030-01-01T00:00:00Z', mode: 'real' },
    { now: '2030-01-01T00:00:00Z', factor: -1 },
    { factor: 0 },
    { mode: 'slow' },
  ])('%j is refused and changes nothing', async (change) => {
    expect((await server.control('PATCH', '/clock', change)).status).toBe(400);
    expect((await server.control('GET', '/clock')).body.mode).toBe('real');
  });

  test.each(['P1M', 'P', 'PT', '1h', 'P1Y', 'PT1.S'])('no duration: %s', async (by) => {
    expect((await server.control('POST', '/clock/advance', { by })).status).toBe(400);
  });
});

test('ids of a seed are the same each time', async () => {
  const ask = async () => {
    expect((await server.control('PUT', '/ids', { seed: 'a' })).status).toBe(204);
    return (await server.call({ path: '/v1.0/me' })).headers['request-id'];
  };
  const id = await ask();
  expect(await ask()).toBe(id);
  await server.control('PUT', '/ids', { seed: null });
  expect((await server.call({ path: '/v1.0/me' })).headers['request-id']).not.toBe(id);
});

describe('a server that is no sandbox', () => {
  /** Over plain HTTP: the public address is none that can be reached. */
  const read = async (app: TestSandbox['app'], path: string) => {
    const response = await fetch(`${app.httpUrl}${path}`);
    return { status: response.status, body: (await response.json()) as { readonly error?: { readonly code: string } } };
  };

  test.each([[{ sandbox: false }], [{ publicUrl: 'https://learning.example' }]])('%j', async (settings) => {
    await using plain = await startTestServer({ ...settings, httpPort: 0 });
    const unknown = await read(plain.app, '/no-such-root/status');
    for (const path of ['/_vivarium', '/_vivarium/health', '/_vivarium/openapi.json']) {
      const { status, body } = await read(plain.app, path);
      expect({ status, code: body.error?.code }).toEqual({ status: unknown.status, code: unknown.body.error?.code });
    }
    expect(plain.app.control).toBeUndefined();
    expect(existsSync(join(plain.app.dataDir, 'control-token'))).toBe(false);
  });

  test('is one all the same when it is asked to', async () => {
    await using asked = await startTestServer({ publicUrl: 'https://learning.example', sandbox: true, httpPort: 0 });
    expect((await read(asked.app, '/_vivarium/health')).status).toBe(200);
    expect(asked.app.control?.url).toBe('https://learning.example/_vivarium');
  });
});
