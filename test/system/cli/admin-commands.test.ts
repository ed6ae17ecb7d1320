/** Commands on the admin API: on a server that runs, and on the data of one that does not. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runVivarium } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-admin-commands-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const list = (...flags: readonly string[]) => runVivarium(['tenant', 'list', ...flags], { directory });

test('a command works on a server that runs, on what it has left, and on no folder without data', async () => {
  const data = join(directory, 'data');
  expect(await list('--data', data)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('holds no data') });
  await using server = startServerProcess(data, '--port', '0', '--no-sandbox', '--ready-file', join(data, 'ready'));
  const { baseUrl } = await server.ready;
  const running = await list('--data', data);
  expect(running).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Contoso +contoso\./m) });
  expect(await list('--ready-file', join(data, 'ready'))).toEqual(running);
  const byUrl = await list('--data', data, '--url', baseUrl, '--output', 'json');
  expect(JSON.parse(byUrl.stdout)).toMatchObject([{ displayName: 'Contoso' }]);
  server.signal('SIGKILL');
  await server.exited;
  expect(await list('--data', data)).toEqual(running);
  expect(await list('--data', data, '--url', baseUrl)).toMatchObject({ exitCode: 3 });
  expect(readFileSync(join(data, 'admin-token'), 'utf8')).toMatch(/^[\w-]{43}\n$/);
});

test('a server without the API keeps its data to itself', async () => {
  const data = join(directory, 'closed');
  await using server = startServerProcess(data, '--port', '0', '--no-admin-api');
  await server.ready;
  const { exitCode, stderr } = await list('--data', data);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringMatching(/is in use by the server at/) });
});

test('sync health has a block for each provider, or JSON, and refuses a tenant that does not exist', async () => {
  const data = join(directory, 'sync');
  await using server = startServerProcess(data, '--port', '0', '--no-sandbox');
  const { tenantId, samples } = await server.ready;
  const health = (...flags: readonly string[]) =>
    runVivarium(['sync', 'health', '--data', data, '--tenant', tenantId, ...flags], { directory });
  const { stdout, exitCode } = await health();
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^.+ {2}[0-9a-f-]{36}.*\n {2}Last write +none\n {2}Accepted +0, in the last 24 hours 0\n {2}Refused +0\n/,
  );
  const one = await health('--provider', samples['registrationId'] as string, '--output', 'json');
  expect(JSON.parse(one.stdout)).toMatchObject([{ id: samples['registrationId'], refusals: [] }]);
  expect(await health('--tenant', 'nowhere')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('There is no tenant nowhere.'),
  });
});
