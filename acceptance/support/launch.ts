/** Starts Vivarium the way its users do: the command line, a free port, a data folder and a ready file of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeSeed } from './seed.ts';
import type { Target } from './target.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'vivarium.js');

const READY_MS = 30_000;
const STOP_MS = 10_000;

export interface LaunchedServer extends AsyncDisposable {
  readonly target: Target;
}

/** A running server with these further flags. Disposing of it stops it and removes its data. */
export async function launchServer(flags: readonly string[] = []): Promise<LaunchedServer> {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'vivarium-acceptance-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  const dataFolder = join(folder, 'data');
  const readyFile = join(folder, 'ready.json');
  const { seedFile, signer } = await writeSeed(folder);
  const files = ['--data', dataFolder, '--ready-file', readyFile, '--seed', seedFile];
  const standard = ['start', '--port', '0', ...files, '--log-level', 'error'];
  const isReady = appearance(readyFile);
  const child = spawn(process.execPath, [PROGRAM, ...standard, ...flags], {
    cwd: folder,
    env: cleanEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  opening.defer(() => stop(child));
  // What ends this process early must not leave a server behind.
  process.once('exit', () => child.kill('SIGKILL'));
  const { promise: end, reject } = Promise.withResolvers<never>();
  child.once('exit', () => reject(new Error('The server ended before it was ready.')));
  await Promise.race([isReady, end]);
  const ready = JSON.parse(await readFile(readyFile, 'utf8')) as Target;
  const open = opening.move();
  return {
    target: { ...ready, own: { dataFolder, signer } },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** The environment without settings for Vivarium, which may be those of whoever runs the suite. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_')));
}

/** Resolves when the file is there, which is written as a whole. Throws when it does not come in time. */
function appearance(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(dirname(file), (_event, name) => {
      if (name === basename(file)) settle(resolve);
    });
    const timer = setTimeout(() => settle(() => reject(new Error(`No ${file} after ${READY_MS} ms.`))), READY_MS);
    const settle = (answer: () => void): void => {
      clearTimeout(timer);
      watcher.close();
      answer();
    };
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exit;
  clearTimeout(late);
}
