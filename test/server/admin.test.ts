/** The admin API: where it is, who may use it, what it says of itself. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createServer } from '../../src/index.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let folder: string;
let data: string;
let sandbox: TestServer;
let plain: TestServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-admin-'));
  data = join(folder, 'data');
  sandbox = await startTestServer({});
  plain = await startTestServer({ ephemeral: false, data, sandbox: false });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (server: TestServer, path: string, token = server.app.admin?.token) =>
  server.call({ path: `/_admin${path}`, token });

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
}

describe('the token', () => {
  test('is asked for by every operation that does not say that it is open', async () => {
    const { paths } = (await sandbox.call({ path: '/_admin/openapi.json' })).body as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    };
    const open: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { operationId, security }] of Object.entries(methods)) {
        const isOpen = security?.length === 0;
        if (isOpen) open.push(operationId);
        const target = `/_admin${path.replaceAll(/\{\w+\}/g, '1')}`;
        const { status } = await sandbox.call({ method: method.toUpperCase(), path: target });
        if (operationId === 'openSession') continue; // Refuses what opens no session: console.test.ts
        expect({ operationId, isRefused: status === 401 }).toEqual({ operationId, isRefused: !isOpen });
      }
    }
    expect(open.toSorted()).toEqual(['describeSignIn', 'getDocument', 'getHealth', 'openSession']);
  });

  test('is kept in the data folder, for its owner only', () => {
    const file = join(data, 'admin-token');
    expect(readFileSync(file, 'utf8')).toBe(`${plain.app.admin?.token}\n`);
    expect(plain.app.admin?.tokenFile).toBe(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('may be the control token in a sandbox, but does not open the control API', async () => {
    expect((await ask(sandbox, '/status', sandbox.app.control?.token)).status).toBe(200);
    expect((await sandbox.call({ path: '/_vivarium/status', token: sandbox.app.admin?.token })).status).toBe(401);
  });

  test('is not a token of Microsoft Graph, nor one of those the admin token', async () => {
    expect((await ask(plain, '/status', await plain.appToken('writer'))).status).toBe(401);
    expect((await plain.call({ path: '/v1.0/users', token: plain.app.admin?.token })).status).toBe(401);
  });

  test('of a file that the settings name is taken from there, and none is made', async () => {
    const adminTokenFile = join(folder, 'token');
    writeFileSync(adminTokenFile, 'a token of sixteen'.replaceAll(' ', '-'));
    await using server = await startTestServer({ adminTokenFile, sandbox: false });
    expect((await ask(server, '/status', 'a-token-of-sixteen')).status).toBe(200);
    expect(existsSync(join(server.app.dataDir, 'admin-token'))).toBe(false);
  });

  test.each([
    ['short', /has fewer than 16 characters/],
    ['', /is empty/],
    [undefined, /cannot be read/],
  ])('that is %j stops the start', async (text, problem) => {
    const adminTokenFile = join(folder, `token-${text}`);
    if (text !== undefined) writeFileSync(adminTokenFile, text);
    await expect(startTestServer({ adminTokenFile })).rejects.toThrow(problem);
  });
});

test('the status says what runs, with and without the sandbox', async () => {
  const common = {
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    uptimeMs: expect.any(Number),
    hasDocs: true,
    database: { kind: 'sqlite', schema: expect.stringMatching(/^\d{4}-/) },
  };
  expect((await ask(sandbox, '/status')).body).toEqual({ ...common, isSandbox: true, baseUrl: sandbox.origin });
  expect((await ask(plain, '/status')).body).toEqual({ ...common, isSandbox: false, baseUrl: plain.origin });
});

test('a refusal is a problem', async () => {
  const { status, headers, body } = await ask(plain, '/no/such/path');
  expect({ status, type: headers['content-type'] }).toEqual({ status: 404, type: 'application/problem+json' });
  expect(body).toMatchObject({ status: 404, detail: 'The admin API has no such path.' });
});

test('asking it leaves no entry in the journal of a sandbox, and moves no sequence of ids', async () => {
  const seed = () => sandbox.call({ method: 'PUT', path: '/_vivarium/ids', token, json: { seed: 'a' } });
  const token = sandbox.app.control?.token;
  const requestId = async () => (await sandbox.call({ path: '/v1.0/me' })).headers['request-id'];
  await seed();
  const id = await requestId();
  await seed();
  await ask(sandbox, '/status');
  expect(await requestId()).toBe(id);
  const { body } = await sandbox.call({ path: '/_vivarium/journal', token });
  expect(JSON.stringify(body)).not.toContain('_admin');
});

test('switched off, its paths are as unknown as any other, and no token is made', async () => {
  await using server = await startTestServer({ adminApi: false });
  const unknown = await server.call({ path: '/no-such-root/status' });
  for (const path of ['/_admin', '/_admin/health', '/_admin/openapi.json']) {
    const { status, body } = await server.call({ path });
    expect({ status, code: body.error?.code }).toEqual({ status: unknown.status, code: unknown.body.error?.code });
  }
  expect(server.app.admin).toBeUndefined();
  expect(existsSync(join(server.app.dataDir, 'admin-token'))).toBe(false);
});

describe('a program', () => {
  test('calls it by methods', async () => {
    await using server = await createServer({ http: true, sandbox: false });
    expect(await server.admin.status()).toMatchObject({ isSandbox: false, baseUrl: server.baseUrl });
    expect(await server.admin.tenants.list()).toEqual([
      {
        id: server.tenantId,
        displayName: 'Contoso',
        domainName: 'contoso.onmicrosoft.com',
        hasServicePlan: true,
        directory: null,
        openLicence: null,
      },
    ]);
    const headers = { authorization: `Bearer ${server.adminToken}` };
    expect((await fetch(`${server.adminUrl}/status`, { headers })).status).toBe(200);
  });

  test('gets a clear refusal when it is off', async () => {
    await using server = await createServer({ http: true, adminApi: false });
    await expect(server.admin.status()).rejects.toThrow('The admin API is off.');
    expect({ url: server.adminUrl, token: server.adminToken }).toEqual({ url: undefined, token: undefined });
  });
});
