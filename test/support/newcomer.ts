/** A newcomer with the documents: types what their blocks have, on a server that was started as they say, and sees what it prints. */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { expect } from 'vitest';

export const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'bin', 'vivarium.js');
/** Where the documents have their server. Only the port differs. */
const DOCUMENTED_ORIGIN = 'https://localhost:8443';

export interface Outcome {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started server, and a folder that things are typed in. */
export interface Newcomer extends AsyncDisposable {
  readonly directory: string;
  readonly banner: string;
  readonly origin: string;
  /** Runs a program in the folder, with the variables that the documents have their readers set. */
  run(file: string, args: readonly string[]): Promise<Outcome>;
  runVivarium(...words: readonly string[]): Promise<Outcome>;
  /** A server of its own in the same folder, as a session starts it. Disposing it ends it. */
  start(words: readonly string[]): Promise<StartedServer>;
  openSession(origin?: string): Session;
  /** Presses Ctrl-C, and gives exit code and signal. */
  interrupt(): Promise<readonly unknown[]>;
}

export interface StartedServer extends AsyncDisposable {
  readonly banner: string;
  readonly origin: string;
}

export async function openNewcomer(): Promise<Newcomer> {
  const directory = await mkdtemp(join(tmpdir(), 'vivarium-newcomer-'));
  const server = await startServer(directory, ['start', '--log-level', 'error']);
  const { banner, origin, child } = server;
  const variables = readVariables(directory, server);
  const run = (file: string, args: readonly string[]): Promise<Outcome> =>
    new Promise((resolve) => {
      execFile(file, args, { cwd: directory, env: variables }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
      });
    });
  return {
    directory,
    banner,
    origin,
    run,
    runVivarium: (...words) => run(process.execPath, [BIN, ...words]),
    start: (words) => startServer(directory, words),
    openSession: (sessionOrigin = origin) => openSession(directory, variables, sessionOrigin),
    interrupt: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      return exit;
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** All blocks of a language, in their order. */
export function blocksOf(document: string, language: string): readonly string[] {
  const blocks = document.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, content = '']) => content.trimEnd());
}

/** The first block of the language that holds the text. */
export function getBlock(document: string, language: string, part: string): string {
  const found = blocksOf(document, language).find((content) => content.includes(part));
  if (found === undefined) throw new Error(`There is no ${language} block with ${part}`);
  return found;
}

/** The blocks that are to be saved, by the file name beside their language. */
export function filesOf(document: string): ReadonlyMap<string, string> {
  const blocks = document.matchAll(/^```\w+ ([\w.-]+)\n([^]*?)^```$/gm);
  return new Map([...blocks].map(([, file = '', content = '']) => [file, content]));
}

export function localize(text: string, origin: string): string {
  return text.replaceAll(DOCUMENTED_ORIGIN, origin);
}

/** A command at a prompt, and what it prints up to the next prompt. */
export interface Spoken {
  readonly command: string;
  /** Without a line feed at its end. */
  readonly output: string;
}

/** Lines of a command after its first begin with `> `, as a shell shows them. */
export function readSession(block: string): readonly Spoken[] {
  return block
    .slice('$ '.length)
    .split('\n$ ')
    .map((part) => {
      const lines = part.split('\n');
      const end = lines.findIndex((line, index) => index > 0 && !line.startsWith('> '));
      const [first = '', ...more] = lines.slice(0, end === -1 ? lines.length : end);
      const command = [first, ...more.map((line) => line.slice('> '.length))].join('\n');
      return { command, output: end === -1 ? '' : lines.slice(end).join('\n') };
    });
}

const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What the documents leave out or replace. */
export function patternOf(text: string): string {
  return RegExp.escape(text.replaceAll(TIME, '(a time)'))
    .replaceAll(RegExp.escape('(a time)'), TIME.source)
    .replaceAll('…', '.*')
    .replaceAll(RegExp.escape('(its secret)'), String.raw`\S+`)
    .replaceAll(RegExp.escape('(a token)'), String.raw`\S+`)
    .replaceAll(RegExp.escape('(a password)'), String.raw`\S+`);
}

/** One shell, which keeps its variables and functions from one command to the next. */
export interface Session extends Disposable {
  /** Types each command, and expects what the document shows, and nothing on standard error. */
  play(spoken: readonly Spoken[]): Promise<void>;
}

/** Ends what a command has printed. */
const END = '\u0001';

function openSession(directory: string, env: NodeJS.ProcessEnv, origin: string): Session {
  const shell = spawn('sh', [], { cwd: directory, env, stdio: ['pipe', 'pipe', 'pipe'] });
  shell.stdin.write(`node() { '${process.execPath}' "$@"; }\nnpx() { shift; '${process.execPath}' '${BIN}' "$@"; }\n`);
  const readOutput = readPieces(shell.stdout);
  const readErrors = readPieces(shell.stderr);
  return {
    play: async (spoken) => {
      for (const { command, output } of spoken) {
        shell.stdin.write(`{ ${localize(command, origin)}\n} < /dev/null\nprintf '\\001'; printf '\\001' >&2\n`);
        const [stdout, stderr] = await Promise.all([readOutput(), readErrors()]);
        expect({ command, stderr }).toEqual({ command, stderr: '' });
        const shown = localize(output === '' ? '' : `${output}\n`, origin);
        expect(stdout, command).toMatch(new RegExp(`^${patternOf(shown)}$`));
      }
    },
    [Symbol.dispose]: () => shell.kill(),
  };
}

function readPieces(stream: Readable): () => Promise<string> {
  const chunks = stream.setEncoding('utf8').iterator() as AsyncIterator<string>;
  let text = '';
  return async () => {
    while (!text.includes(END)) {
      const { done, value } = await chunks.next();
      if (done === true) throw new Error(`The shell has ended: ${text}`);
      text += value;
    }
    const end = text.indexOf(END);
    const piece = text.slice(0, end);
    text = text.slice(end + END.length);
    return piece;
  };
}

interface ServerProcess extends StartedServer {
  readonly child: ChildProcessByStdio<Writable | null, Readable, null>;
}

async function startServer(directory: string, words: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [BIN, ...words, '--port', '0'], {
    cwd: directory,
    env: ownEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const banner = await readUntil(child, 'To go back to the seed');
  return {
    child,
    banner,
    origin: /https:\S+/.exec(banner)?.[0] ?? '',
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** The environment of the test run may hold settings of whoever runs it. */
function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_')));
}

/** Those of docs/clients/README.md, as the start prints them, and the CA for Node. */
function readVariables(directory: string, { banner, origin }: StartedServer): NodeJS.ProcessEnv {
  const [, clientId, clientSecret] = /^ *writer +(\S+) +(\S+)/m.exec(banner) ?? [];
  const caFile = join(directory, '.vivarium', 'tls', 'ca.pem');
  return {
    ...ownEnvironment(),
    GRAPH_URL: origin,
    TENANT_ID: /^ *Tenant +(\S+)/m.exec(banner)?.[1],
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
    CA_FILE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
  };
}

async function readUntil(child: ChildProcess, end: string): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    text += String(chunk);
    if (text.includes(end)) return text;
  }
  throw new Error(`The server ended without printing "${end}": ${text}`);
}
