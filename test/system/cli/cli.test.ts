import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from 'commander';
import { createProgram } from '../../../src/cli/commands.ts';
import { COMMAND_EXAMPLES } from '../../../src/cli/examples.ts';
import { pathOf } from '../../../src/cli/help.ts';
import { SETTINGS } from '../../../src/config/settings.ts';

// Real processes, started as a user starts them: through bin/vivarium.js, in a folder of their own.

const root = join(import.meta.dirname, '..', '..', '..');
const bin = join(root, 'bin', 'vivarium.js');
const READY_MS = 50_000;

/** The environment of the test run may hold settings of whoever runs it. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_')));

let directory: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-cli-'));
});

afterEach(async () => {
  await Promise.all([...children].map(kill));
  await rm(directory, { recursive: true, force: true });
});

interface Outcome {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd: directory, env: { ...env, ...more }, timeout: READY_MS, killSignal: 'SIGKILL' as const };
    execFile(process.execPath, [bin, ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

interface Ready {
  readonly baseUrl: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly tokenUrl: string;
  readonly apps: Readonly<Record<string, { clientId: string; clientSecret: string; roles: string[] }>>;
  readonly users: Readonly<Record<string, { id: string; userPrincipalName: string }>>;
  readonly samples: Readonly<Record<string, string>>;
  readonly dataDir: string | null;
  readonly httpUrl: string | null;
}

/** A server on a free port and the test's data folder; gives it with the line that it prints. */
async function start(...args: readonly string[]): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = launch(['--output', 'json', ...args]);
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  return { child, ready: JSON.parse(line) as Ready };
}

function launch(args: readonly string[]): ChildProcess {
  const standard = ['start', '--port', '0', '--data', 'data', '--log-level', 'error'];
  const child = spawn(process.execPath, [bin, ...standard, ...args], { cwd: directory, env });
  children.add(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
  const exit = once(child, 'exit');
  child.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

describe('the help', () => {
  test.each([[['--help']], [['start', '--help']], [['help', 'start']]])('of %j explains every flag', async (args) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const setting of SETTINGS) {
      const value = setting.default === undefined ? '' : `default: ${String(setting.default) || 'none'}; `;
      expect(words).toContain(` ${setting.flag}`);
      expect(words).toContain(setting.description);
      expect(words).toContain(`${value}env: ${setting.env}`);
    }
    expect(words).toContain('Exit codes: 0 ended well 1 could not start');
  });

  test('names the commands', async () => {
    expect((await run(['--help'])).stdout).toMatch(/^Usage: .+\n\n.+\n\nCommands:\s+start\s.+\s+token\s.+\n\nServer:/s);
  });

  test('of a command below another is that of the command', async () => {
    const { exitCode, stdout, stderr } = await run(['help', 'fault', 'add']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: vivarium fault add /);
    expect(stdout).toBe((await run(['fault', 'add', '--help'])).stdout);
    const unknown = await run(['help', 'fault', 'ad']);
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('(Did you mean add?)') });
  });

  test('of every command has examples, which name it', () => {
    const program = createProgram({
      load: unused,
      loadForServer: unused,
      loadForRecord: unused,
      loadForProxy: unused,
      end: unused,
    });
    const paths = listLeaves(program);
    expect(paths).toEqual(expect.arrayContaining(['start', 'fault add', 'version']));
    expect(Object.keys(COMMAND_EXAMPLES).toSorted()).toEqual(paths.toSorted());
    for (const [path, examples] of Object.entries(COMMAND_EXAMPLES)) {
      for (const example of examples) expect(`${example} `).toContain(`${path} `);
    }
  });

  function unused(): never {
    throw new Error('No command is run');
  }

  function listLeaves(command: Command): readonly string[] {
    const below = command.commands.flatMap(listLeaves);
    // A group takes words only to say which of them it does not know.
    const isGroup = below.length > 0 && command.registeredArguments.every((argument) => argument.name() === 'words');
    return isGroup ? below : [pathOf(command), ...below];
  }
});

test('--version and version print the version of the package', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  expect(await run(['version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  expect(JSON.parse((await run(['version', '--output', 'json'])).stdout)).toEqual({ version });
});

describe('wrong usage ends with exit code 2 and a line each', () => {
  test.each([
    [['--prot', '1'], "unknown option '--prot' (Did you mean --port?). See vivarium start --help."],
    [['strat'], "unknown command 'strat' (Did you mean start?). See vivarium --help."],
    [['--port'], "option '-p, --port <number>' argument missing. See vivarium start --help."],
    [
      ['--port', 'x', '--key', 'k'],
      '--port must be a whole number from 0 to 65535, not "x".',
      /^vivarium: --key needs/,
    ],
    [['init', '--data', 'x'], "unknown option '--data'. See vivarium init --help."],
    [['token'], 'name an app or a user: --app NAME or --user NAME. See vivarium token --help.'],
    [['token', '--app', 'a', '--user', 'u'], "option '--app <app>' cannot be used with option '--user <user>'. See"],
    [['token', '--app', 'a', '--scope', 's'], "option '--app <app>' cannot be used with option '--scope <scope>'. See"],
  ])('%j', async (args, line, next?: RegExp) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    const [first, second] = stderr.split('\n');
    expect(first).toContain(`vivarium: ${line}`);
    expect(second).toMatch(next ?? /^$/);
  });

  test.each([
    [['--output', 'json', '--port', 'x'], {}],
    [['--output=json', '--nope'], {}],
    [['--nope'], { VIVARIUM_OUTPUT: 'json' }],
  ])('or as one JSON object: %j', async (args, more) => {
    const { stderr } = await run(args, more);
    expect(JSON.parse(stderr)).toEqual({ error: { exitCode: 2, message: expect.any(String) } });
  });
});

describe('what keeps the server from starting ends with exit code 1 and one line', () => {
  const startIn = (data: string, ...args: readonly string[]) =>
    run(['--port', '0', '--data', data, '--log-level', 'error', ...args]);

  function expectLine({ exitCode, stdout, stderr }: Outcome, line: RegExp): void {
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([expect.stringMatching(line), '']);
  }

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const mended = `Stop the other server or choose another with --port \\(0 picks a free one\\)\\.`;
    expectLine(
      await run(['--port', String(port), '--data', 'data', '--log-level', 'error']),
      new RegExp(`^vivarium: Port ${port} is in use\\. ${mended}$`),
    );
    other.close();
  });

  test('a host that is not here', async () => {
    const outcome = await startIn('data', '--host', '203.0.113.7');
    expectLine(
      outcome,
      /^vivarium: Cannot listen on 203\.0\.113\.7: not an address of this machine \(EADDRNOTAVAIL\)\. .+--host\.$/,
    );
  });

  test('a data folder below a file', async () => {
    await writeFile(join(directory, 'file'), '');
    expectLine(await startIn('file/data'), /^vivarium: The data folder .+file\/data .+ENOTDIR.+--data/);
  });

  // Root passes permission bits, but not these.
  test('a data folder that the system does not allow', async () => {
    const folder = process.platform === 'linux' ? '/proc/vivarium/data' : '/dev/null/vivarium/data';
    expectLine(await startIn(folder), new RegExp(`^vivarium: The data folder ${folder} .+--data`));
  });

  test.each([
    ['invalid YAML', 'tenant: ['],
    ['no seed', 'tenant: 7'],
  ])('a seed file that is %s', async (_what, text) => {
    await writeFile(join(directory, 'seed.yaml'), text);
    expectLine(await startIn('data', '--seed', 'seed.yaml'), /^vivarium: The seed file .+seed\.yaml /);
  });

  test('a seed file that is not there', async () => {
    expectLine(await startIn('data', '--seed', 'none.yaml'), /^vivarium: .+none\.yaml .+ENOENT/);
  });

  test('a ready file that cannot be written', async () => {
    const outcome = await startIn(
      'data',
      '--ready-file',
      'none/ready.json',
      '--output',
      'json',
      '--log-level',
      'error',
    );
    const message = expect.stringMatching(/^The ready file .+none\/ready\.json cannot be written \(ENOENT\)\. /);
    expect(JSON.parse(outcome.stderr)).toEqual({ error: { exitCode: 1, message } });
  });
});

describe('a started server', () => {
  test('describes itself in the ready file and in the line it prints', async () => {
    const { ready } = await start('--ready-file', 'ready.json', '--http-port', '0');
    const file = await readWhenWritten('ready.json');
    expect(JSON.parse(file)).toEqual(ready);
    expect(ready.dataDir).toBe(join(directory, 'data'));
    expect(Object.keys(JSON.parse(file) as object)).toEqual([
      'baseUrl',
      'caFile',
      'tenantId',
      'tokenUrl',
      'apps',
      'users',
      'samples',
      'signInApps',
      'certificateApps',
      'controlUrl',
      'controlToken',
      'version',
      'pid',
      'instance',
      'dataDir',
      'port',
      'httpPort',
      'httpUrl',
      'metricsUrl',
      'proxyUrl',
      'proxyCaFile',
      'localUrl',
      'adminUrl',
      'adminTokenFile',
    ]);
    expect(Object.keys(ready.apps)).toEqual(['writer', 'reader', 'assigner', 'none', 'website', 'administrator']);
    expect(Object.keys(ready.apps['writer'] ?? {})).toEqual(['clientId', 'clientSecret', 'roles']);
    expect(Object.keys(ready.users)).toEqual(['learner', 'unlicensed', 'assigner', 'admin']);
    expect(Object.keys(ready.users['learner'] ?? {})).toEqual(['id', 'userPrincipalName', 'password']);
    expect(Object.keys(ready.samples).toSorted()).toEqual([
      'learningContentId',
      'learningContentIdOther',
      'learningCourseActivityId',
      'registrationId',
      'registrationIdOther',
      'registrationIdSyncOff',
    ]);
    expect(ready.httpUrl).toMatch(/^http:\/\//);
    expect((await stat(join(directory, 'ready.json'))).mode & 0o777).toBe(0o600);
  });

  test('keeps ids and secrets for the next start, and ends well when asked to', async () => {
    const first = await start();
    expect(await stop(first.child)).toBe(0);
    const second = await start();
    expect(await stop(second.child, 'SIGINT')).toBe(0);
    const { apps, users, tenantId, caFile } = first.ready;
    expect(second.ready).toMatchObject({ apps, users, tenantId, caFile });
  });

  test('keeps nothing when it is ephemeral', async () => {
    const { child, ready } = await start('--ephemeral');
    expect(ready.dataDir).toBeNull();
    expect(await stop(child)).toBe(0);
    expect(await readdir(directory)).toEqual([]);
  });

  test('removes the ready file of an earlier run before it starts', async () => {
    await writeFile(join(directory, 'ready.json'), 'old');
    await writeFile(join(directory, 'file'), '');
    await run(['--ready-file', 'ready.json', '--data', 'file/data']);
    expect(await readdir(directory)).toEqual(['file']);
  });

  test('outlives the reader of its output', async () => {
    const child = launch(['--ready-file', 'ready.json']);
    child.stdout?.destroy();
    await readWhenWritten('ready.json');
    expect(await stop(child)).toBe(0);
  });

  test('ends when npm, asked to end, has ended the shell between them', async () => {
    const command = `"${process.execPath}" "${bin}" --port 0 --data data --ready-file ready.json; true`;
    const shell = spawn('sh', ['-c', command], { cwd: directory, env: { ...env, npm_lifecycle_event: 'start' } });
    await readWhenWritten('ready.json');
    shell.kill('SIGTERM');
    shell.stdout.resume();
    shell.stderr.resume();
    // Its streams stay open for as long as the server has them.
    expect(await once(shell, 'close')).toEqual([null, 'SIGTERM']);
  });

  test('waits for a request in flight, but not after a second signal', async () => {
    const { child, ready } = await start('--http-port', '0', '--shutdown-grace-ms', '600000');
    const { hostname, port } = new URL(ready.httpUrl ?? '');
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`POST ${new URL(ready.tokenUrl).pathname} HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n`);
    socket.write('Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n');
    await once(socket, 'data');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    // What comes soon after the first is taken for its echo, and what comes while the process ends would end it otherwise.
    const signals = setInterval(() => child.kill('SIGTERM'), 1000);
    const outcome = await exit;
    clearInterval(signals);
    expect(outcome).toEqual([128 + constants.signals.SIGTERM, null]);
  });
});

describe('the text for a person', () => {
  /** Stands in for curl: notes its arguments and answers as the token endpoint does. */
  const FAKE_CURL = `#!${process.execPath}
require('node:fs').appendFileSync('calls', JSON.stringify(process.argv.slice(2)) + '\\n');
console.log('{"token_type":"Bearer","expires_in":3599,"access_token":"the.token"}');
`;

  test('has lines to paste that get a token and create an assignment with it', async () => {
    const child = launch(['--output', 'text']);
    const text = await readUntil(child, /To go back to the seed.+\n/);
    const ready = await findCredentials();
    await writeFile(join(directory, 'curl'), FAKE_CURL);
    await chmod(join(directory, 'curl'), 0o755);
    await paste(/^TOKEN=[^]+?learningCourseActivities'?$/m.exec(text)?.[0] ?? '');
    const [token, create] = (await readFile(join(directory, 'calls'), 'utf8')).split('\n').map(parseCall);
    const { clientId, clientSecret } = ready.apps['writer'] ?? {};
    const form = [
      `client_id=${clientId}`,
      `client_secret=${clientSecret}`,
      'scope=https://graph.microsoft.com/.default',
    ];
    expect(token?.filter((argument) => argument !== '-d')).toEqual([
      '-sS',
      '--cacert',
      expect.stringMatching(/\.pem$/),
      ...form,
      'grant_type=client_credentials',
      expect.stringMatching(new RegExp(`^https://.+/${ready.tenantId}/oauth2/v2.0/token$`)),
    ]);
    expect(create).toEqual(
      expect.arrayContaining(['Authorization: Bearer the.token', 'Content-Type: application/json']),
    );
    const body = create?.find((argument) => argument.startsWith('{')) ?? '';
    expect(JSON.parse(body)).toMatchObject({ '@odata.type': expect.stringContaining('learningAssignment') });
  });

  test('says who can use it, where its data is and how to go back to the seed', async () => {
    const child = launch(['--output', 'text']);
    const text = await readUntil(child, /To go back to the seed.+\n/);
    const ready = await findCredentials();
    const facts = [
      ready.tenantId,
      join(directory, 'data'),
      'npx vivarium reset --data data',
      ...Object.entries(ready.apps).flatMap(([name, app]) => [name, app.clientId, app.clientSecret, ...app.roles]),
      ...Object.entries(ready.users).flatMap(([name, user]) => [name, user.id, user.userPrincipalName]),
    ];
    for (const fact of facts) expect(text).toContain(fact);
  });

  /** What the server has printed once it matches. */
  async function readUntil(child: ChildProcess, pattern: RegExp): Promise<string> {
    let text = '';
    for await (const chunk of child.stdout as NodeJS.ReadableStream) {
      text += String(chunk);
      if (pattern.test(text)) break;
    }
    return text;
  }

  async function findCredentials(): Promise<Pick<Ready, 'tenantId' | 'apps' | 'users'>> {
    return JSON.parse(await readFile(join(directory, 'data', 'sandbox.json'), 'utf8')) as Ready;
  }

  async function paste(lines: string): Promise<void> {
    const path = `${directory}${delimiter}${env['PATH']}`;
    const [code] = await once(spawn('sh', ['-c', lines], { cwd: directory, env: { ...env, PATH: path } }), 'exit');
    expect(code).toBe(0);
  }

  function parseCall(line: string): string[] | undefined {
    return line === '' ? undefined : (JSON.parse(line) as string[]);
  }
});

describe('the token command', () => {
  const JWT = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;
  let shared: string;

  beforeAll(async () => {
    directory = shared = await mkdtemp(join(tmpdir(), 'vivarium-cli-'));
    const { child } = await start();
    await stop(child);
  });

  afterAll(() => rm(shared, { recursive: true, force: true }));

  const mint = (...args: readonly string[]) => run(['token', '--data', join(shared, 'data'), ...args]);

  test('prints a token for an app and nothing else', async () => {
    const outcome = await mint('--app', 'writer');
    expect(outcome).toEqual({ exitCode: 0, stdout: expect.stringMatching(JWT), stderr: '' });
    expect(claimsOf(outcome)).toMatchObject({ idtyp: 'app', roles: expect.arrayContaining([expect.any(String)]) });
  });

  test('prints a token for a user, with the scopes asked for', async () => {
    const outcome = await mint('--user', 'learner', '--scope', 'user.read openid', '--scope', 'LearningProvider.Read');
    expect(outcome).toEqual({ exitCode: 0, stdout: expect.stringMatching(JWT), stderr: '' });
    const scp = 'User.Read LearningProvider.Read openid';
    expect(claimsOf(outcome)).toMatchObject({ idtyp: 'user', aud: 'https://graph.microsoft.com', scp });
    const other = await mint('--user', 'learner', '--scope', 'api://vivarium/.default');
    expect(claimsOf(other)).toMatchObject({ aud: 'api://vivarium', scp: expect.stringContaining('User.Read ') });
  });

  test.each([
    ['unknown', 'A.Read', 650053],
    ['of apps alone', 'LearningAssignedCourse.ReadWrite.All', 650053],
    ['without consent', 'LearningContent.Read.All', 65001],
    ['of a foreign resource', 'https://other.example/User.Read', 500011],
    ['of two resources', 'User.Read api://vivarium/User.Read', 700022],
    ['missing', '', 90014],
  ])('refuses a scope that is %s, as the authorization endpoint does', async (_name, scope, number) => {
    const { exitCode, stdout, stderr } = await mint('--user', 'learner', '--scope', scope);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^vivarium: AADSTS${number}: .+ which has consent for: User.Read, .+\\n$`));
  });

  test('takes the settings from the environment', async () => {
    const outcome = await run(['token', '--app', 'none'], { VIVARIUM_DATA: join(shared, 'data') });
    expect(outcome.stdout).toMatch(JWT);
  });

  test.each([
    ['--app', ['writer', 'reader', 'assigner', 'none']],
    ['--user', ['learner', 'unlicensed', 'assigner', 'admin']],
  ])('names the known ones when %s is unknown', async (flag, known) => {
    const { exitCode, stdout, stderr } = await mint(flag, 'nobody');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^vivarium: .+nobody.+\n$/);
    for (const name of known) expect(stderr).toContain(name);
  });

  test('says what to do when there is no data yet', async () => {
    const outcome = await run(['token', '--app', 'writer', '--data', 'none']);
    expect(outcome).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^vivarium: The data folder .+none holds no data yet\. .+--data\.\n$/),
    });
  });

  function claimsOf({ stdout }: Outcome): unknown {
    return JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString());
  }
});

/** The file's content as soon as it is there, which it is as a whole. */
async function readWhenWritten(name: string): Promise<string> {
  const path = join(directory, name);
  const watcher = watch(directory);
  try {
    const signal = AbortSignal.timeout(READY_MS);
    while (!existsSync(path)) await once(watcher, 'change', { signal });
  } finally {
    watcher.close();
  }
  return readFile(path, 'utf8');
}
