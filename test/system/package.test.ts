import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';

import { CONTAINER_USER_ID, makeRootFileSystem, readImageConfig, runInContainer } from '../support/container.ts';
import type { Container } from '../support/container.ts';
import { openClient } from '../support/crash-load.ts';
import { requestToken } from '../support/server-process.ts';
import type { ReadyLine } from '../support/server-process.ts';
import { openShell, packProject, run, writeConsumer } from '../support/package.ts';
import type { Outcome } from '../support/package.ts';

// The packed files, installed by npm into a project of their own, and used there: as the guides and the example say.

const ROOT = join(import.meta.dirname, '..', '..');
// On a busy machine each of them takes its time.
const LIMIT_MS = 300_000;
const MAX_INSTALLED_BYTES = 15 * 1024 * 1024;
vi.setConfig({ testTimeout: LIMIT_MS });

let folder: string;
let project: string;
let tarball: string;
let jobs: Readonly<Record<string, Job>>;

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vivarium-package-'));
  project = join(folder, 'project');
  tarball = await packProject(folder);
  writeConsumer(project, tarball);
  ({ jobs } = parse(readFileSync(join(project, 'github-actions.yml'), 'utf8')) as { jobs: typeof jobs });
  expect(await run('npm', ['ci'], project)).toMatchObject({ exitCode: 0 });
}, LIMIT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runNode(...args: readonly string[]): Promise<Outcome> {
  return run(process.execPath, args, project);
}

/** Puts a package of the checkout where a project has its own, and says where. */
function lend(name: string): string {
  const place = join(project, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  if (!existsSync(place)) symlinkSync(join(ROOT, 'node_modules', name), place, 'junction');
  return place;
}

/** Saves the block of the guide that names the file, and gives the name. */
function saveBlock(name: string): string {
  const guide = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');
  const [, block = ''] = new RegExp(`^\`\`\`\\w+\\n(// ${RegExp.escape(name)}\\n[^]*?)^\`\`\`$`, 'm').exec(guide) ?? [];
  expect(block).not.toBe('');
  writeFileSync(join(project, name), block);
  return name;
}

test('holds what was built, and neither sources nor tests', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball], project);
  const files = stdout.trim().split('\n');
  expect(files).toEqual(
    expect.arrayContaining(['package/dist/index.js', 'package/dist/index.d.ts', 'package/LICENSE']),
  );
  expect(files).toEqual(expect.arrayContaining(['package/dist/console/index.html', 'package/dist/site/index.html']));
  const installed = readdirSync(join(project, 'node_modules', 'vivarium'), { recursive: true, withFileTypes: true });
  const sizes = installed
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_INSTALLED_BYTES);
  expect(files.filter((file) => /\/(src|test|scripts)\/|\.test\.js$|(?<!\.d)\.ts$/.test(file))).toEqual([]);
});

test('brings no other package', async () => {
  const { stdout } = await run('npm', ['ls', '--all', '--parseable'], project);
  expect(stdout.trim().split('\n')).toEqual([project, join(project, 'node_modules', 'vivarium')]);
});

test('passes on the licence of each package that it holds code of', () => {
  const vendor = join(project, 'node_modules', 'vivarium', 'dist', 'vendor');
  const licences = readFileSync(join(vendor, 'LICENSES.txt'), 'utf8');
  for (const name of ['fastify', 'pg', '@opentelemetry/api', 'undici']) expect(licences).toMatch(`${name} `);
});

test('is what those who look at packages want it to be', async () => {
  const tool = (name: string, file: string): string => join(ROOT, 'node_modules', name, file);
  const file = join(project, tarball);
  expect(await runNode(tool('publint', 'src/cli.js'), '--strict', file)).toMatchObject({ exitCode: 0 });
  const typesTool = tool('@arethetypeswrong/cli', 'dist/index.js');
  expect(await runNode(typesTool, '--profile', 'esm-only', file)).toMatchObject({ exitCode: 0 });
});

test("leaves the project's scripts on the Node that they had", () => {
  expect(existsSync(join(project, 'node_modules', '.bin', 'vivarium'))).toBe(true);
  expect(existsSync(join(project, 'node_modules', '.bin', 'node'))).toBe(false);
});

describe('the workflow for GitHub Actions', () => {
  // Twice in the same folder: what a run leaves must not be in the way of the next.
  test.each(['in-process', 'own-process', 'own-process'])('%s: each of its steps succeeds', async (name) => {
    const { env, steps } = jobs[name] as Job;
    const scripts = steps.flatMap(({ run: script }) => script ?? []);
    // Before all tests.
    expect(scripts.shift()).toBe('npm ci');
    expect(scripts).not.toEqual([]);
    using shell = openShell(project);
    for (const script of scripts) {
      expect({ script, ...(await shell.run(script, env)) }).toMatchObject({ exitCode: 0 });
    }
  });
});

describe('the guide', () => {
  test('its first program prints what it says', async () => {
    const guide = readFileSync(join(ROOT, 'docs', 'library.md'), 'utf8');
    const [, shown] = /^```text\n(200 [^]*?)^```$/m.exec(guide) ?? [];
    expect(await runNode(saveBlock('first.mjs'))).toEqual({ exitCode: 0, stdout: shown, stderr: '' });
  });

  test('the program of the README prints what it says', async () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const [, block = ''] = /^```js\n(import [^\n]* from 'vivarium';\n[^]*?)^```$/m.exec(readme) ?? [];
    const [, shown = ''] = /\/\/ (.*)\n$/.exec(block) ?? [];
    writeFileSync(join(project, 'readme.mjs'), block);
    expect(await runNode('readme.mjs')).toEqual({ exitCode: 0, stdout: `${shown}\n`, stderr: '' });
  });

  test('its test for node:test passes', async () => {
    const { exitCode, stdout } = await runNode('--test', saveBlock('node.test.mjs'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('pass 1') });
  });

  test.each([
    ['vitest.test.mjs', []],
    // With the hooks in the global scope, where Jest has them.
    ['jest.test.mjs', ['--globals']],
  ])('its test %s passes in Vitest', async (name, flags) => {
    const vitest = join(lend('vitest'), 'vitest.mjs');
    const outcome = await runNode(vitest, 'run', '--root', project, saveBlock(name), ...flags);
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('1 passed') });
  });
});

describe('the command line', () => {
  test('explains itself, and is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await run('npx', ['vivarium', '--version'], project)).toMatchObject({ exitCode: 0, stdout: `${version}\n` });
    const help = await run('npx', ['vivarium', '--help'], project);
    expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--ready-file') });
  });
});

test('has the protocol for assistants without packages beside it, and the schemas of its tools', async () => {
  const file = './node_modules/vivarium/dist/cli/mcp/server.js';
  const program = `const { createMcpServer } = await import('${file}'); console.log(typeof createMcpServer({}).connect)`;
  const { exitCode, stdout } = await runNode('--input-type=module', '--eval', program);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'function\n' });
});

test('threads and workers find their files: a server of two, its backups, an erasure', async () => {
  using shell = openShell(project);
  const { exitCode, stdout, stderr } = await shell.run(WITH_THREADS);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.any(String) });
  expect(stdout).toMatch(/^backups\/\S+\.backup$/m);
  expect(stdout.match(/: whole, /g)?.length).toBeGreaterThan(0);
});

test('an import loads nothing of the server, so that an older Node gets as far as the sentence for it', async () => {
  const script = `await import('vivarium');
    const loaded = process.moduleLoadList.filter((name) => /sqlite|NativeModule (https?|tls)$/.test(name));
    console.log(loaded.join(' ') || 'nothing');`;
  expect(await runNode('--input-type=module', '--eval', script)).toMatchObject({ exitCode: 0, stdout: 'nothing\n' });
});

describe.each([
  ['the types of Node', { types: ['node'], lib: ['es2024'] }],
  ['no types but its own', { types: [], lib: ['es2024', 'esnext.disposable'] }],
])('TypeScript, with %s,', (_name, own) => {
  const options = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };

  function compile(file: string): Promise<Outcome> {
    lend('@types/node');
    const compilerOptions = { ...options, target: 'es2024', module: 'nodenext', ...own };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    return runNode(join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc'), '--project', project);
  }

  test('accepts the example', async () => {
    expect(await compile('learning.ts')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  test('accepts the helper, and refuses what there is not', async () => {
    writeFileSync(join(project, 'refused.ts'), REFUSED);
    const { stdout } = await compile('refused.ts');
    expect(stdout.match(/^refused\.ts\(\d+/gm)).toEqual(['refused.ts(6', 'refused.ts(7']);
  });
});

test('the executable holds the package, keeps it in the cache of its user, and answers a create', async () => {
  const program = join(folder, 'vivarium');
  const built = await runNode(join(folder, 'source', 'scripts', 'build-executable.ts'), program);
  expect(built).toMatchObject({ exitCode: 0, stderr: '' });
  const cache = join(folder, 'cache');
  const environment = { PATH: '/usr/bin:/bin', HOME: folder, XDG_CACHE_HOME: cache };
  const flags = ['start', '--ephemeral', '--port', '0', '--output', 'json'];
  const server = spawn(program, flags, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void server.kill('SIGKILL'));
  const errors = text(server.stderr);
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as ReadyLine;
  const client = openClient(ready, await requestToken(ready, 'writer'));
  const { registrationId, learningContentId } = ready.samples;
  const path = `/learningProviders/${registrationId}/learningCourseActivities`;
  const created = await client.send('POST', path, {
    '@odata.type': '#microsoft.graph.learningSelfInitiatedCourse',
    ...{ externalcourseActivityId: 'first', learnerUserId: ready.users['learner']?.id, learningContentId },
    ...{ status: 'notStarted', completionPercentage: 0 },
  });
  expect(created.status).toBe(201);
  await client.close();
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
  expect(await errors).not.toContain('Warning');
  expect(readdirSync(join(cache, 'vivarium'))).toHaveLength(1);
});

describe('the image, as a root file system that nothing can be written to,', () => {
  let root: string;
  let container: Container;

  beforeAll(() => {
    root = join(folder, 'image');
    const data = join(folder, 'volume');
    mkdirSync(data);
    chownSync(data, CONTAINER_USER_ID, CONTAINER_USER_ID);
    makeRootFileSystem(root);
    container = { root, packages: join(project, 'node_modules'), data };
  });

  const end = async (server: ChildProcess): Promise<number | null> => {
    // The engine's signal goes to the first process in the container.
    const [pid] = readFileSync(join(container.data, 'server.json'), 'utf8').match(/(?<="pid":)\d+/) ?? [];
    expect(pid).toBe('1');
    execFileSync('pkill', ['-TERM', '--parent', String(server.pid)]);
    const [code] = (await once(server, 'exit')) as [number | null];
    return code;
  };

  test('starts as its user, is healthy, answers, stops by SIGTERM and starts again on its volume', async () => {
    const { entrypoint, command, healthcheck, user, volumes } = readImageConfig();
    expect({ user, volumes }).toEqual({ user: 'node', volumes: ['/data'] });
    const secrets: string[] = [];
    for (const variables of [{}, { VIVARIUM_LOG_LEVEL: 'error' }]) {
      const server = runInContainer(container, [...entrypoint, ...command], {
        ...variables,
        VIVARIUM_PORT: '0',
        VIVARIUM_OUTPUT: 'json',
      });
      const [line] = (await once(createInterface(server.stdout as Readable), 'line')) as [string];
      const { baseUrl, tokenUrl, apps } = JSON.parse(line) as ReadyLine;
      const { clientId = '', clientSecret = '' } = apps['writer'] ?? {};
      secrets.push(clientSecret);
      const health = runInContainer(container, healthcheck);
      expect(await once(health, 'exit')).toEqual([0, null]);
      const dispatcher = new Agent({ connect: { ca: readFileSync(join(container.data, 'tls', 'ca.pem'), 'utf8') } });
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
      const body = new URLSearchParams({ ...form, scope: 'https://graph.microsoft.com/.default' }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const issued = await request(tokenUrl, { dispatcher, method: 'POST', headers, body });
      const { access_token: token } = (await issued.body.json()) as { readonly access_token: string };
      const users = await request(`${baseUrl}/v1.0/users`, {
        dispatcher,
        headers: { authorization: `Bearer ${token}` },
      });
      expect(users.statusCode).toBe(200);
      await users.body.dump();
      await dispatcher.close();
      expect(await end(server)).toBe(0);
    }
    expect(new Set(secrets).size).toBe(1);
  });

  test('has no way to write anywhere but to its volume and /tmp', async () => {
    const write =
      'for f in /opt/x /usr/x /data/x /tmp/x /opt/node_modules/x; do (echo > $f) 2> /dev/null && echo $f; done; exit 0';
    const shell = runInContainer(container, ['sh', '-c', write]);
    expect(await text(shell.stdout as Readable)).toBe('/data/x\n/tmp/x\n');
  });
});

/** Two backups, one by the server in a thread, one beside it; what has gone is taken out of the file in another. */
const WITH_THREADS = `
npx vivarium start --workers 2 --no-sandbox --port 0 --data record --ready-file record.json --log-level warn \\
  --backup-folder backups --backup-every-hours 24 > record.log 2>&1 &
for turn in $(seq 1 600); do
  [ -s record.json ] && ls backups/*.backup > /dev/null 2>&1 && break
  sleep 0.1
done
npx vivarium healthcheck --data record
ls backups/*.backup
npx vivarium backup verify backups/*.backup
npx vivarium backup beside.backup --data record
npx vivarium backup verify beside.backup
npx vivarium learner erase learner@contoso.onmicrosoft.com --yes --data record
npx vivarium audit verify --data record
`;

/** Its last two lines are wrong. */
const REFUSED = `import type { FaultOrder, ServerOptions } from 'vivarium';
import { useVivarium } from 'vivarium/testing';
const hook = (run: () => Promise<void>): void => void run;
export const helper = useVivarium({}, { before: hook, beforeEach: hook, after: hook });
export const other = useVivarium({}, { beforeAll: hook, beforeEach: hook, afterAll: hook });
export const misspelt: ServerOptions = { prot: 8443 };
export const unknownEffect: FaultOrder = { effect: { kind: 'explode' } };
`;
