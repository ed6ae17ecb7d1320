import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { runFile, runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';
import { startServerProcess } from '../../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../../support/server-process.ts';

// The file by which scripts and commands find a server that has no folder.

const JWT = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;

let directory: string;
let readyFile: string;

async function makeFolder(): Promise<void> {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-ready-'));
  readyFile = join(directory, 'ready.json');
}

const run = (...args: readonly string[]): Promise<Outcome> => runVivarium(args, { directory });

function startEphemeral(...flags: readonly string[]): ServerProcess {
  return startServerProcess(
    join(directory, 'unused'),
    '--ephemeral',
    '--port',
    '0',
    '--ready-file',
    readyFile,
    ...flags,
  );
}

function claimsOf({ stdout }: Outcome): unknown {
  return JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString());
}

describe('of an ephemeral server', () => {
  let server: ServerProcess;
  let ready: ReadyLine;

  beforeAll(async () => {
    await makeFolder();
    server = startEphemeral('--http-port', '0');
    ready = await server.ready;
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  test('names the process, its version, its folder and its ports', async () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
    ) as object & {
      version: string;
    };
    const written = JSON.parse(readFileSync(readyFile, 'utf8')) as Record<string, string>;
    expect(written).toMatchObject({ pid: server.pid, version, dataDir: null });
    expect(written['port']).toBe(Number(new URL(ready.baseUrl).port));
    expect(written['httpUrl']).toBe(`http://localhost:${written['httpPort']}`);
    expect((await fetch(`${written['httpUrl']}/readyz`)).status).toBe(200);
  });

  test.each([
    ['status', /^Server +https:/],
    ['healthcheck', /is ready\.\n$/],
    ['journal list', /./],
  ])('leads %s to it', async (line, stdout) => {
    const expected = { exitCode: 0, stdout: expect.stringMatching(stdout), stderr: '' };
    expect(await run(...line.split(' '), '--ready-file', readyFile)).toEqual(expected);
    const env = { VIVARIUM_READY_FILE: 'ready.json' };
    expect(await runVivarium(line.split(' '), { directory, env })).toEqual(expected);
  });

  test('gives tokens for apps and users', async () => {
    const app = await run('token', '--app', 'writer', '--ready-file', readyFile);
    expect(app).toEqual({ exitCode: 0, stdout: expect.stringMatching(JWT), stderr: '' });
    expect(claimsOf(app)).toMatchObject({ idtyp: 'app', iss: expect.stringContaining(ready.baseUrl) });
    const user = await run('token', '--user', 'admin', '--scope', 'LearningProvider.Read', '--ready-file', readyFile);
    expect(claimsOf(user)).toMatchObject({ idtyp: 'user', scp: 'LearningProvider.Read' });
    const everything = await run('token', '--user', 'learner', '--ready-file', readyFile);
    expect(claimsOf(everything)).toMatchObject({ scp: expect.stringContaining('LearningProvider.ReadWrite') });
    const { stdout } = await run('token', '--app', 'writer', '--ready-file', readyFile, '--output', 'json');
    expect(JSON.parse(stdout)).toEqual({ token: expect.any(String) });
  });

  test.each([
    [['--app', 'nobody'], 1, /^vivarium: There is no app named nobody\. There are: writer, /],
    [
      ['--user', 'learner', '--scope', 'LearningContent.Read.All'],
      2,
      /^vivarium: https:.+ issued no token: AADSTS65001/,
    ],
  ])('says why there is no token: %j', async (args, exitCode, stderr) => {
    const outcome = await run('token', '--ready-file', readyFile, ...args);
    expect(outcome).toEqual({ exitCode, stdout: '', stderr: expect.stringMatching(stderr) });
  });

  test('gives variables for a shell', async () => {
    const { stdout } = await run('env', '--ready-file', readyFile);
    const script = `${stdout}\nprintf '%s\\n' "$GRAPH_BASE_URL" "$GRAPH_TOKEN_URL" "$GRAPH_CA_FILE" "$GRAPH_TENANT_ID" \
      "$GRAPH_WRITER_CLIENT_ID" "$GRAPH_WRITER_CLIENT_SECRET" "$GRAPH_LEARNER_USER_ID" "$GRAPH_REGISTRATION_ID"`;
    const { baseUrl, tokenUrl, caFile, tenantId, apps, users, samples } = ready;
    expect((await runFile('sh', ['-c', script], { directory })).stdout.trim().split('\n')).toEqual([
      baseUrl,
      tokenUrl,
      caFile,
      tenantId,
      apps['writer']?.clientId,
      apps['writer']?.clientSecret,
      users['learner']?.id,
      samples['registrationId'],
    ]);
    const powershell = await run('env', '--ready-file', readyFile, '--shell', 'powershell');
    expect(powershell.stdout).toContain(`$env:GRAPH_BASE_URL = '${baseUrl}'\n`);
    const dotenv = await run('env', '--ready-file', readyFile, '--shell', 'dotenv');
    expect(dotenv.stdout).toContain(`GRAPH_BASE_URL=${baseUrl}\n`);
    const json = await run('env', '--ready-file', readyFile, '--output', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      GRAPH_BASE_URL: baseUrl,
      GRAPH_PORTAL_CLIENT_ID: expect.any(String),
    });
  });

  test('of another server than the one that answers is noticed before a secret is sent', async () => {
    const content = JSON.parse(readFileSync(readyFile, 'utf8')) as object;
    await writeFile(join(directory, 'stale.json'), JSON.stringify({ ...content, instance: 'of-yesterday' }));
    const stderr = expect.stringMatching(
      /^vivarium: The server at https:\S+ does not belong to the data folder or ready file /,
    );
    const token = await run('token', '--app', 'writer', '--ready-file', 'stale.json');
    expect(token).toEqual({ exitCode: 3, stdout: '', stderr });
    expect(await run('status', '--ready-file', 'stale.json')).toEqual({ exitCode: 3, stdout: '', stderr });
  });

  test('and a folder are not both named', async () => {
    const { exitCode, stderr } = await run('status', '--ready-file', readyFile, '--data', 'data');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'vivarium: --data and --ready-file each name a server: give one of them.\n',
    });
    // The flag is nearer than the variable.
    const other = await runVivarium(['status', '--data', 'data'], {
      directory,
      env: { VIVARIUM_READY_FILE: readyFile },
    });
    expect(other).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('The data folder') });
  });
});

describe('the ready file', () => {
  beforeEach(makeFolder);
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('is removed when the server stops, unless it is that of another one', async () => {
    await using first = startEphemeral();
    await first.ready;
    await using second = startEphemeral();
    await second.ready;
    first.signal('SIGTERM');
    await first.exited;
    expect(existsSync(readyFile)).toBe(true);
    second.signal('SIGTERM');
    await second.exited;
    expect(await readdir(directory)).toEqual([]);
    const { exitCode, stderr } = await run('status', '--ready-file', readyFile);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringMatching(/^vivarium: Ready file .+ready\.json not found: its server is not running\./),
    });
  });

  test('of an earlier run is removed also when the settings are wrong', async () => {
    await writeFile(readyFile, 'old');
    expect(await run('start', '--ready-file', 'ready.json', '--port', 'x')).toMatchObject({ exitCode: 2 });
    expect(await readdir(directory)).toEqual([]);
  });

  test.each(['vivarium.json', 'vivarium.yaml', 'vivarium.yml', 'Vivarium.json'])('is not named %s', async (name) => {
    await writeFile(join(directory, name), 'port: 0');
    const { exitCode, stderr } = await run('start', '--ready-file', name, '--config', name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `--ready-file must not be named ${name}: commands read a file of that name as their configuration. Choose another name`,
    );
    expect(readFileSync(join(directory, name), 'utf8')).toBe('port: 0');
  });

  test.each(['config', 'seed', 'cert', 'database-ca'])('is not the file of --%s', async (flag) => {
    await writeFile(join(directory, 'other.yaml'), 'port: 0');
    const { exitCode, stderr } = await run('start', '--ready-file', 'other.yaml', `--${flag}`, 'other.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`--ready-file and --${flag} name the same file`);
    expect(existsSync(join(directory, 'other.yaml'))).toBe(true);
  });

  test('that is read as configuration is recognised', async () => {
    const content = { baseUrl: 'https://localhost:1', tenantId: 'x', tokenUrl: null, apps: {} };
    await writeFile(join(directory, 'vivarium.json'), JSON.stringify(content));
    const sentence = 'is the ready file of a server: delete it, and choose another name with --ready-file.';
    expect(await run('status')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `vivarium: The configuration file ${join(directory, 'vivarium.json')} ${sentence}\n`,
    });
  });

  test.each([
    ['{"port": 0}', /is not one that a server of this release has written\. Name the file/],
    ['port: 0', /is not valid JSON\. Name the file/],
  ])('that holds %j is refused', async (text, stderr) => {
    await writeFile(readyFile, text);
    expect(await run('status', '--ready-file', readyFile)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(stderr),
    });
  });
});

test('env prints the variables of the server of a data folder, and says when there is none', async () => {
  await makeFolder();
  const none = await run('env', '--data', 'data');
  expect(none).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('knows of no server') });
  await using server = startServerProcess(join(directory, 'data'), '--port', '0');
  const { baseUrl, tokenUrl } = await server.ready;
  const { stdout } = await run('env', '--data', 'data');
  expect(stdout).toContain(`export GRAPH_BASE_URL='${baseUrl}'\nexport GRAPH_TOKEN_URL='${tokenUrl}'\n`);
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});
