import { readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  getBlock as getBlockOf,
  localize as localizeTo,
  openNewcomer,
  patternOf,
  readDocument,
  readSession,
  ROOT,
} from '../support/newcomer.ts';
import type { Newcomer, Outcome } from '../support/newcomer.ts';

// The blocks of the README, run as a newcomer would, against a server started as a newcomer would. Only the port differs.

const readme = readDocument('README.md');
const getBlock = (language: string, part: string): string => getBlockOf(readme, language, part);
const localize = (text: string): string => localizeTo(text, newcomer.origin);

let newcomer: Newcomer;

beforeAll(async () => {
  newcomer = await openNewcomer();
});

afterAll(() => newcomer[Symbol.asyncDispose]());

test('the start prints what the README shows', () => {
  const shown = getBlock('text', 'is ready').split('\n');
  const lines = shown.filter((line) => line.trim() !== '…');
  for (const line of lines) expect(newcomer.banner).toMatch(new RegExp(`^${patternOf(localize(line))}$`, 'm'));
});

test('the curl block creates the documented assignment, once, whatever the version', async () => {
  const block = localize(getBlock('sh', 'curl'));
  const created = await runShell(block);
  const [, answer = ''] = /^(\{.*\})\n201\n$/.exec(created.stdout) ?? [];
  expect(created).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(answer)).toMatchObject({
    '@odata.type': '#microsoft.graph.learningAssignment',
    id: expect.stringContaining('7ba2228a-e020-11ec-9d64-0242ac120002:'),
    status: 'notStarted',
  });
  expect((await runShell(block)).stdout).toMatch(/\n409\n$/);
  expect((await runShell(block.replace('/v1.0/', '/beta/'))).stdout).toMatch(/\n409\n$/);
});

test('the JavaScript program runs as it stands, and again', async () => {
  const program = localize(getBlock('js', 'microsoft-graph-client'));
  const expected = new RegExp(`^${patternOf(getBlock('text', 'created '))}\\n$`);
  for (const _ of ['once', 'again']) {
    const { exitCode, stdout, stderr } = await runProgram(program);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  }
});

test('a port in customHosts is the trap that the README names', async () => {
  const program = localize(getBlock('js', 'microsoft-graph-client'));
  const host = new URL(newcomer.origin).host;
  const { exitCode, stderr } = await runProgram(program.replace("Set(['localhost'])", `Set(['${host}'])`));
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Access token is empty.');
});

test('the client that the README installs is the one that is tested', () => {
  const manifest = readFileSync(join(ROOT, 'node_modules/@microsoft/microsoft-graph-client/package.json'), 'utf8');
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  expect(readme).toContain(`npm install ${name}@${version}\n`);
});

test('each token command prints a token and nothing else', async () => {
  const commands = getBlock('sh', 'npx vivarium token').split('\n');
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) {
    const { stdout } = await newcomer.runVivarium(...command.split(' ').slice(2));
    expect(stdout, command).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  }
});

test('the session of commands goes as it was recorded', async () => {
  const [setUp = [], use = []] = ['vivarium init', 'vivarium fault add'].map((part) =>
    readSession(getBlock('console', part)),
  );
  const start = setUp.find(({ command }) => command.startsWith('npx vivarium start'));
  using preparation = newcomer.openSession();
  await preparation.play(setUp.filter((spoken) => spoken !== start));
  await using server = await newcomer.start(start?.command.split(' ').slice(2) ?? []);
  const [shown = ''] = start?.output.split('\n') ?? [];
  expect(server.banner.split('\n')[0]).toBe(localizeTo(shown, server.origin));
  using session = newcomer.openSession(server.origin);
  await session.play(use);
});

test('the server ends well when it is interrupted', async () => {
  expect(await newcomer.interrupt()).toEqual([0, null]);
});

function runShell(script: string): Promise<Outcome> {
  return newcomer.run('sh', ['-c', script]);
}

/** In a folder of its own, which has the packages of the project in place of an installation. */
async function runProgram(program: string): Promise<Outcome> {
  const folder = join(newcomer.directory, 'hello');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await writeFile(join(folder, 'app.mjs'), program);
  return newcomer.run(process.execPath, [join(folder, 'app.mjs')]);
}
