/** `vivarium mcp` as an assistant uses it: scripted sessions of the official client, over standard input and over HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { BIN, cleanEnvironment } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../../support/server-process.ts';

let directory: string;
let server: ServerProcess;
let ready: ReadyLine;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-mcp-'));
  server = startServerProcess(join(directory, 'data'), '--port', '0');
  ready = await server.ready;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const newClient = (): Client => new Client({ name: 'test', version: '1.0.0' });

// oxlint-disable-next-line no-explicit-any -- tests look into what a client can see
type Seen = any;

/** The JSON, or the text of an error, that a tool answers with. */
async function call(client: Client, name: string, args: Readonly<Record<string, unknown>> = {}): Promise<Seen> {
  const { content, isError = false } = await client.callTool({ name, arguments: args });
  const [first] = content as readonly { readonly text: string }[];
  return isError ? { error: first?.text } : JSON.parse(first?.text ?? '');
}

const PATH = '/employeeExperience/learningCourseActivities/none';

test('over standard input: a fault is added, a request refused and explained, the calls verified, all reset', async () => {
  const env = Object.fromEntries(Object.entries(cleanEnvironment).map(([name, value]) => [name, String(value)]));
  const args = [BIN, 'mcp', '--data', join(directory, 'data')];
  const client = newClient();
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));

  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual([
    'status',
    'seed_info',
    'reset',
    'add_fault',
    'list_faults',
    'remove_fault',
    'list_requests',
    'show_request',
    'explain_refusal',
    'verify_calls',
    'send_request',
  ]);
  expect(await call(client, 'status')).toMatchObject({ baseUrl: ready.baseUrl, faults: 0 });
  const seed = await call(client, 'seed_info');
  expect(seed.apps.map(({ name }: { name: string }) => name)).toContain('writer');
  expect(JSON.stringify(seed)).not.toContain(ready.apps['writer']?.clientSecret);

  const refused = await call(client, 'send_request', { method: 'GET', path: PATH, app: 'reader' });
  expect(refused).toMatchObject({ status: 404, body: { error: { code: 'notFound' } } });
  const explained = await call(client, 'explain_refusal', { requestId: refused.headers['request-id'] });
  expect(explained).toMatchObject({ row: 'assignmentNotFound', when: expect.stringContaining('does not exist') });
  expect(await call(client, 'verify_calls', { path: PATH, exactly: 1 })).toMatchObject({ isSatisfied: true });
  expect(await call(client, 'verify_calls', { path: PATH, exactly: 2 })).toMatchObject({ isSatisfied: false });

  const { id } = await call(client, 'add_fault', { preset: 'serviceUnavailable', calls: { first: 1 } });
  expect(await call(client, 'send_request', { method: 'GET', path: PATH, app: 'reader' })).toMatchObject({
    status: 503,
  });
  expect(await call(client, 'list_faults')).toMatchObject([{ id }]);
  await call(client, 'remove_fault', { id });
  expect(await call(client, 'list_faults')).toEqual([]);
  const { value } = await call(client, 'list_requests', { status: '5xx' });
  expect(value).toHaveLength(1);
  expect(await call(client, 'show_request', { requestId: value[0].requestId })).toMatchObject({ status: 503 });

  expect(await call(client, 'reset')).toEqual({ done: 'The sandbox is as its seed has it.' });
  expect((await call(client, 'remove_fault', { id: 'none' })).error).toMatch(/none/);
  expect((await call(client, 'send_request', { method: 'GET', path: PATH })).error).toMatch(/either an app or a user/);
  await client.close();
});

test('over HTTP: for clients with the control token, and for no page of another origin', async () => {
  const child = spawn(process.execPath, [BIN, 'mcp', '--data', join(directory, 'data'), '--http-port', '0'], {
    env: cleanEnvironment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [line] = await once(createInterface({ input: child.stderr }), 'line');
  const url = new URL(String(line).replace(/^vivarium mcp listens at /, ''));
  const authorization = `Bearer ${ready.controlToken}`;

  const client = newClient();
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization } } }));
  expect((await client.listTools()).tools).toHaveLength(11);
  expect(await call(client, 'status')).toMatchObject({ baseUrl: ready.baseUrl });
  await client.close();

  const post = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await fetch(url, { method: 'POST', headers, body: '{}' })).status;
  expect(await post({})).toBe(401);
  expect(await post({ authorization: 'Bearer other' })).toBe(401);
  expect(await post({ authorization, origin: 'https://evil.example' })).toBe(403);

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
