import { createHash, X509Certificate } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createRsaCertificate } from '../../server/issuer/certificates.ts';
import { BIN, cleanEnvironment, runVivarium } from '../../support/command.ts';
import type { Outcome } from '../../support/command.ts';
import { createManySeed, MANY_USERS } from '../../support/many-users.ts';
import { startServerProcess } from '../../support/server-process.ts';
import type { ReadyLine, ServerProcess } from '../../support/server-process.ts';

// Of thousands of users, what is printed names the first ten. Files that programs read have all.

const ROBOT_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a17';
const MORE = MANY_USERS - 10;

let directory: string;
let server: ServerProcess;
let line: ReadyLine;
let thumbprint: string;

const run = (...args: readonly string[]): Promise<Outcome> => runVivarium(args, { directory });

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vivarium-many-'));
  const { certificatePem } = await createRsaCertificate('CN=robot');
  thumbprint = createHash('sha1').update(new X509Certificate(certificatePem).raw).digest('hex').toUpperCase();
  const robot = { id: ROBOT_ID, certificates: [certificatePem], roles: ['LearningContent.Read.All'] };
  const writer = { id: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11', roles: ['LearningContent.ReadWrite.All'] };
  const device = { id: '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a18', isPublicClient: true, redirectUris: [] };
  writeFileSync(join(directory, 'seed.json'), JSON.stringify(createManySeed({ robot, writer, device })));
  const seed = ['--seed', join(directory, 'seed.json'), '--ready-file', join(directory, 'ready.json')];
  server = startServerProcess(join(directory, '.vivarium'), '--port', '0', ...seed);
  line = await server.ready;
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

interface Ready extends ReadyLine {
  readonly certificateApps: object;
  readonly omitted?: object;
}

const readReady = (): Ready => JSON.parse(readFileSync(join(directory, 'ready.json'), 'utf8')) as Ready;

describe('of thousands of users', () => {
  test('the line of a start has the first ten, and counts the others; the ready file has all', () => {
    const file = readReady();
    expect(Object.keys(file.users)).toHaveLength(MANY_USERS);
    expect(file).not.toHaveProperty('omitted');
    const users = Object.fromEntries(Object.entries(file.users).slice(0, 10));
    expect(line).toEqual({ ...file, users, omitted: { users: MORE } });
  });

  test('variables name the first ten', async () => {
    const { stdout } = await run('env');
    expect(stdout.match(/_PASSWORD=/g)).toHaveLength(10);
    expect(stdout).toContain(`\n# Left out: ${MORE} more users. A token for any of them: vivarium token --user NAME\n`);
    expect(Object.keys(JSON.parse((await run('env', '--output', 'json')).stdout) as object)).not.toContain(
      'GRAPH_U10_PASSWORD',
    );
  });

  test.each([
    ['--data', '.vivarium'],
    ['--ready-file', 'ready.json'],
  ])('%s %s: each gets a token, and a wrong name a short answer', async (...place) => {
    expect((await run('token', '--user', `u${MANY_USERS - 1}`, ...place)).stdout).toMatch(/^ey/);
    expect(await run('token', '--user', `u_${MANY_USERS - 1}`, ...place)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^vivarium: There is no user named u_4999\\. Did you mean u4999\\? There are: (u\\d+, ){9}u\\d+ and ${MORE} more\\.\n$`,
        ),
      ),
    });
  });
});

describe('an app with a certificate alone', () => {
  const app = () => ({ clientId: ROBOT_ID, certificateThumbprints: [thumbprint], roles: ['LearningContent.Read.All'] });

  test('is in the ready file and in the line of the start, by its thumbprint', () => {
    for (const ready of [line as Ready, readReady()]) {
      expect(ready.certificateApps).toEqual({ robot: app() });
      expect(ready.apps).not.toHaveProperty('robot');
    }
  });

  test('has its id among the variables', async () => {
    expect((await run('env')).stdout).toContain(`export GRAPH_ROBOT_CLIENT_ID='${ROBOT_ID}'\n`);
  });

  test('gets a token by the data folder alone', async () => {
    expect((await run('token', '--app', 'robot', '--data', '.vivarium')).stdout).toMatch(/^ey/);
    const { exitCode, stderr } = await run('token', '--app', 'robot', '--ready-file', 'ready.json');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^vivarium: robot proves itself with a certificate, .+ Name the data folder with --data/,
      ),
    });
  });
});

test('an app that no redirect leads to is in the ready file as well', () => {
  expect(readReady().signInApps['device']).toEqual({ clientId: expect.any(String), scopes: [], redirectUris: [] });
});

// The last test: it stops the server.
test('the text of a start has the first ten users, and every app', async () => {
  server.signal('SIGTERM');
  await server.exited;
  const { file, text } = await readBanner('--data', '.vivarium');
  const users = text.slice(text.indexOf('\nUsers\n'), text.indexOf('\nA token for anyone else'));
  expect(users.trimEnd().split('\n').slice(2)).toEqual([
    ...Array.from({ length: 10 }, (_, index) => expect.stringMatching(new RegExp(`^  u${index} .+ user${index}@many`))),
    `  … and ${MORE} more: ${join(directory, '.vivarium', 'sandbox.json')}`,
  ]);
  expect(text).toMatch(
    new RegExp(`^  robot +${ROBOT_ID}  certificate ${thumbprint} +LearningContent\\.Read\\.All$`, 'm'),
  );
  expect(Object.keys(file.users)).toHaveLength(MANY_USERS);
});

/** What a person sees of a start, and the file that the others of a long list are in. */
async function readBanner(...flags: readonly string[]): Promise<{ readonly text: string; readonly file: Ready }> {
  const args = ['start', '--port', '0', '--log-level', 'error', ...flags];
  const child = spawn(process.execPath, [BIN, ...args], { cwd: directory, env: cleanEnvironment });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('Stop with Ctrl-C')) break;
  }
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  const path = / more: (.+)$/m.exec(text)?.[1] ?? '';
  return { text, file: JSON.parse(readFileSync(path, 'utf8')) as Ready };
}
