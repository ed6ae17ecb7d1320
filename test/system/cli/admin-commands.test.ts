/** Commands on the admin API: on a server that runs, and on the data of one that does not. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { BIN, cleanEnvironment, runVivarium } from '../../support/command.ts';
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

test('people and apps are changed on a server that runs, and on what it has left', async () => {
  const data = join(directory, 'people');
  await using server = startServerProcess(data, '--port', '0', '--no-sandbox');
  await server.ready;
  const run = (line: string) => runVivarium([...line.split(' '), '--data', data], { directory });
  const add = await run('user add ada@contoso.com --display-name Ada --licence premium');
  expect(add).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Added ada@contoso\.com \([0-9a-f-]{36}\)\.\n$/),
  });
  expect(await run('user remove ada@contoso.com')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/--yes/),
  });
  expect(await run('user change nobody@contoso.com --disable')).toMatchObject({ exitCode: 1 });
  server.signal('SIGTERM');
  await server.exited;
  expect(await run('licence assign ada@contoso.com none')).toMatchObject({
    exitCode: 0,
    stdout: 'ada@contoso.com has the licence none.\n',
  });
  writeFileSync(
    join(directory, 'people.csv'),
    'userPrincipalName,displayName\nada@contoso.com,Ada\nbo@contoso.com,Bo\n',
  );
  expect((await run('import people.csv --kind users')).stdout).toBe('people.csv: 2 users: 1 created, 1 unchanged.\n');
  expect((await run('user list --search bo@')).stdout).toMatch(/^Bo +bo@contoso\.com +none +yes/m);
  expect(await run('user remove bo@contoso.com --yes')).toMatchObject({
    exitCode: 0,
    stdout: 'Removed bo@contoso.com.\n',
  });
  const app = JSON.parse((await run('app add Sync --role LearningContent.Read.All --output json')).stdout);
  expect(app).toMatchObject({ app: { displayName: 'Sync' }, secret: { secretText: expect.any(String) } });
  expect((await run('app rotate-secret Sync --yes')).stdout).toMatch(/^Secret +\S+\nGood until 20/);
  expect((await run('app list')).stdout).toMatch(/^Sync +.+ yes +1 +0 +LearningContent\.Read\.All$/m);
});

test('what a command changes in stopped data is recorded as its server would, with the login name of its user', async () => {
  const data = join(directory, 'recorded');
  const key = join(directory, 'audit.key');
  writeFileSync(key, 'k'.repeat(40));
  await using server = startServerProcess(data, '--port', '0', '--audit', 'full', '--audit-key-file', key);
  await server.ready;
  server.signal('SIGTERM');
  await server.exited;
  const run = (...words: readonly string[]) => runVivarium([...words, '--data', data], { directory });
  expect(await run('user', 'add', 'ada@contoso.com', '--display-name', 'Ada')).toMatchObject({ exitCode: 0 });
  const [record] = JSON.parse((await run('audit', 'tail', '--limit', '1', '--output', 'json')).stdout).value;
  expect(record).toMatchObject({ channel: 'commandLine', operation: 'addUser', actor: userInfo().username });
  expect(await run('audit', 'verify')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(': whole, ') });

  writeFileSync(join(directory, 'other.key'), 'o'.repeat(40));
  const add = ['user', 'add', 'bo@contoso.com', '--display-name', 'Bo'];
  expect(await run(...add, '--audit-key-file', 'other.key')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('sealed with another key'),
  });
  rmSync(key);
  expect(await run(...add)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('audit.key') });
  const facts = join(data, 'server.json');
  writeFileSync(facts, JSON.stringify({ ...JSON.parse(readFileSync(facts, 'utf8')), auditKeyFile: undefined }));
  expect(await run(...add)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('not known here') });
  writeFileSync(key, 'k'.repeat(40));
  expect(await run('user', 'list', '--search', 'bo@', '--audit-key-file', key)).toMatchObject({
    stdout: expect.not.stringContaining('bo@'),
  });
});

test('audit tail pages, filters, and follows what is written', async () => {
  const data = join(directory, 'audit');
  await using server = startServerProcess(data, '--port', '0', '--no-sandbox');
  await server.ready;
  const run = (line: string) => runVivarium([...line.split(' '), '--data', data], { directory });
  await run('user add ada@contoso.com --display-name Ada');
  const args = ['audit', 'tail', '--limit', '1', '--follow', '--kind', 'user', '--output', 'json', '--data', data];
  const follow = spawn(process.execPath, [BIN, ...args], { cwd: directory, env: cleanEnvironment });
  const lines = createInterface({ input: follow.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? '');
  expect(await next()).toMatchObject({ operation: 'addUser', after: { displayName: 'Ada' } });
  await run('licence assign ada@contoso.com premium');
  expect(await next()).toMatchObject({ operation: 'changeUser', after: { licence: 'premium' } });
  follow.kill();
  const page = JSON.parse((await run('audit tail --limit 1 --output json')).stdout);
  expect(page).toMatchObject({ value: [{ operation: 'changeUser' }], hasMore: true });
  const older = await run(`audit tail --limit 1 --before ${page.before}`);
  expect(older.stdout).toMatch(/ created +user +\S+ +addUser\b.*\nThere may be more: --before \S+\n$/);
  server.signal('SIGTERM');
  await server.exited;
  expect(await run('audit tail --follow')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--follow needs a server that runs.'),
  });
});
