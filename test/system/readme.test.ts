import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The blocks of the README, run as a newcomer would, against a server started as a newcomer would. Only the port differs.

const root = join(import.meta.dirname, '..', '..');
const bin = join(root, 'bin', 'vivarium.js');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const README_ORIGIN = 'https://localhost:8443';

/** The environment of the test run may hold settings of whoever runs it. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_')));

interface Outcome {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

let directory: string;
let server: ChildProcess;
let banner: string;
let origin: string;
let secret: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vivarium-readme-'));
  server = spawn(process.execPath, [bin, 'start', '--port', '0', '--log-level', 'error'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  banner = await readUntil(server, 'To go back to the seed');
  origin = /https:\S+/.exec(banner)?.[0] ?? '';
  const credentials = JSON.parse(await readFile(join(directory, '.vivarium', 'sandbox.json'), 'utf8'));
  secret = credentials.apps.writer.clientSecret;
});

afterAll(async () => {
  if (server.exitCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  await rm(directory, { recursive: true, force: true });
});

test('the start prints what the README shows', () => {
  const shown = getBlock('text', 'is ready').split('\n');
  const lines = shown.filter((line) => line.trim() !== '…');
  for (const line of lines) expect(banner).toMatch(new RegExp(`^${patternOf(localize(line))}$`, 'm'));
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
  const host = new URL(origin).host;
  const { exitCode, stderr } = await runProgram(program.replace("Set(['localhost'])", `Set(['${host}'])`));
  expect(exitCode).toBe(1);
  expect(stderr).toContain('Access token is empty.');
});

test('the client that the README installs is the one that is tested', () => {
  const manifest = readFileSync(join(root, 'node_modules/@microsoft/microsoft-graph-client/package.json'), 'utf8');
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  expect(readme).toContain(`npm install ${name}@${version}\n`);
});

test('each token command prints a token and nothing else', async () => {
  const commands = getBlock('sh', 'npx vivarium token').split('\n');
  expect(commands.length).toBeGreaterThan(1);
  for (const command of commands) {
    const { stdout } = await runFile(process.execPath, [bin, ...command.split(' ').slice(2)]);
    expect(stdout, command).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  }
});

test('the session of commands goes as it was recorded', async () => {
  const [setUp, use] = ['vivarium init', 'vivarium fault add'].map((part) => readSession(getBlock('console', part)));
  const start = setUp?.find(({ command }) => command.startsWith('npx vivarium start'));
  // What a line of the session leaves to those below it.
  const state: string[] = [`npx() { shift; '${process.execPath}' '${bin}' "$@"; }`];
  const play = async ({ command, output }: Spoken): Promise<void> => {
    const { stdout, stderr } = await runShell([...state, localize(command, sessionOrigin)].join('\n'));
    expect({ command, stderr }).toEqual({ command, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^${patternOf(output === '' ? '' : `${output}\n`)}$`));
    if (/^(export |\w+=|\w+\(\))/.test(command)) state.push(command);
  };
  let sessionOrigin = '';
  for (const spoken of setUp ?? []) if (spoken !== start) await play(spoken);
  const words = start?.command.split(' ').slice(2) ?? [];
  const child = spawn(process.execPath, [bin, ...words, '--port', '0'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const printed = await readUntil(child, 'To go back to the seed');
    sessionOrigin = /https:\S+/.exec(printed)?.[0] ?? '';
    const [shown = ''] = start?.output.split('\n') ?? [];
    expect(printed.split('\n')[0]).toBe(localize(shown, sessionOrigin));
    for (const spoken of use ?? []) await play(spoken);
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
});

test('the server ends well when it is interrupted', async () => {
  const exit = once(server, 'exit');
  server.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
});

/** The first block of the language that holds the text. */
function getBlock(language: string, part: string): string {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))];
  const found = blocks.map(([, content = '']) => content.trimEnd()).find((content) => content.includes(part));
  if (found === undefined) throw new Error(`The README has no ${language} block with ${part}`);
  return found;
}

function localize(text: string, to = origin): string {
  return text.replaceAll(README_ORIGIN, to);
}

interface Spoken {
  readonly command: string;
  /** Without a line feed at its end. */
  readonly output: string;
}

/** A prompt, a command, and what it prints up to the next prompt. */
function readSession(block: string): readonly Spoken[] {
  return block
    .slice('$ '.length)
    .split('\n$ ')
    .map((part) => {
      const [command = '', ...output] = part.split('\n');
      return { command, output: output.join('\n') };
    });
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What the README leaves out or replaces. */
function patternOf(text: string): string {
  return RegExp.escape(text.replaceAll(TIME, '(a time)'))
    .replaceAll(RegExp.escape('(a time)'), TIME.source)
    .replaceAll('…', '.*')
    .replaceAll(RegExp.escape('(its secret)'), String.raw`\S+`)
    .replaceAll(RegExp.escape('(a token)'), String.raw`\S+`)
    .replaceAll(RegExp.escape('(a password)'), String.raw`\S+`);
}

function runShell(script: string): Promise<Outcome> {
  return runFile('sh', ['-c', script]);
}

/** In a folder of its own, which has the packages of the project in place of an installation. */
async function runProgram(program: string): Promise<Outcome> {
  const folder = join(directory, 'hello');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await writeFile(join(folder, 'app.mjs'), program);
  return runFile(process.execPath, [join(folder, 'app.mjs')]);
}

function runFile(file: string, args: readonly string[]): Promise<Outcome> {
  const more = { CLIENT_SECRET: secret, NODE_EXTRA_CA_CERTS: join(directory, '.vivarium', 'tls', 'ca.pem') };
  return new Promise((resolve) => {
    execFile(file, args, { cwd: directory, env: { ...env, ...more } }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

async function readUntil(child: ChildProcess, end: string): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    text += String(chunk);
    if (text.includes(end)) return text;
  }
  throw new Error(`The server ended without printing "${end}": ${text}`);
}
