/** The server as a process of its own, started as its users start it, to be stopped or killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Agent, request } from 'undici';

import { findQuietPort } from './quiet-port.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'vivarium.js');

/** Compiled once for all starts. */
const COMPILE_CACHE = join(tmpdir(), 'vivarium-compile-cache');

export interface ReadyLine {
  readonly baseUrl: string;
  readonly httpUrl?: string;
  readonly proxyUrl?: string | null;
  readonly proxyCaFile?: string | null;
  readonly caFile: string;
  readonly tenantId: string;
  readonly tokenUrl: string;
  readonly controlToken: string | null;
  readonly apps: Readonly<Record<string, { readonly clientId: string; readonly clientSecret: string }>>;
  readonly signInApps: Readonly<Record<string, { readonly clientId: string }>>;
  readonly users: Readonly<Record<string, { readonly id: string }>>;
  readonly samples: Readonly<Record<string, string>>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess extends AsyncDisposable {
  readonly pid: number;
  /** What it has written to standard error so far. */
  stderr(): string;
  /** What it prints once it accepts requests; rejects when it ends before. */
  readonly ready: Promise<ReadyLine>;
  readonly exited: Promise<Exit>;
  signal(name: NodeJS.Signals): void;
}

export function startServerProcess(dataDir: string, ...flags: readonly string[]): ServerProcess {
  return startProcess('start', dataDir, flags);
}

/** A server that keeps the record. */
export function startRecordProcess(dataDir: string, ...flags: readonly string[]): ServerProcess {
  return startProcess('serve', dataDir, flags);
}

function startProcess(command: 'start' | 'serve', dataDir: string, flags: readonly string[]): ServerProcess {
  const settings = ['--data', dataDir, '--output', 'json', '--log-level', 'error', ...flags];
  // The environment of the test run may hold settings of whoever runs it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_')));
  const child = spawn(process.execPath, [BIN, command, ...settings], {
    env: { ...env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const exited: Promise<Exit> = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const line = once(createInterface({ input: child.stdout }), 'line').then(
    ([text]) => JSON.parse(String(text)) as ReadyLine,
  );
  const died = exited.then((exit) => {
    throw new Error(`The server ended with ${JSON.stringify(exit)}: ${errors.join('')}`);
  });
  const ready = Promise.race([line, died]);
  // Whoever kills it early does not ask whether it is ready.
  ready.catch(() => {});
  died.catch(() => {});
  return {
    pid: child.pid ?? 0,
    stderr: () => errors.join(''),
    ready,
    exited,
    signal: (name) => void child.kill(name),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Where clients find whichever server of several. It leads nowhere: tests ask each at its own address. */
export const PUBLIC_URL = 'https://learning.example';

export interface NodeProcess extends ServerProcess {
  /** As it prints it, but with its own address in place of the public one. */
  readonly located: Promise<ReadyLine>;
}

/** One of several servers behind {@link PUBLIC_URL}. */
export async function startNodeProcess(dataDir: string, ...flags: readonly string[]): Promise<NodeProcess> {
  const port = await findQuietPort();
  const server = startServerProcess(dataDir, '--public-url', PUBLIC_URL, '--port', String(port), ...flags);
  const locate = (url: string) => url.replace(PUBLIC_URL, `https://localhost:${port}`);
  const located = server.ready.then((ready) => {
    return { ...ready, baseUrl: locate(ready.baseUrl), tokenUrl: locate(ready.tokenUrl) };
  });
  located.catch(() => {});
  return { ...server, located };
}

/** For the app of the seed, with the secret that the server has printed. */
export async function requestToken({ tokenUrl, apps, caFile }: ReadyLine, app: string): Promise<string> {
  const { clientId = '', clientSecret = '' } = apps[app] ?? {};
  const dispatcher = new Agent({ connect: { ca: readFileSync(caFile, 'utf8') } });
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'https://graph.microsoft.com/.default',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { body } = await request(tokenUrl, { dispatcher, method: 'POST', headers, body: form.toString() });
  const { access_token: token } = (await body.json()) as { access_token: string };
  await dispatcher.close();
  return token;
}
