/** A server that is measured: a process of its own. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

export interface ServerProcess extends AsyncDisposable {
  /** User and system, of all its threads and processes. */
  readCpuSeconds(): number;
  /** The most memory that it ever had in use; of several processes, each at its time. */
  readPeakMegabytes(): number;
  /** Settles when the process has gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface Command {
  /** Of Node: its own flags, a script, the flags of that. */
  readonly args: readonly string[];
  /** Takes what is written. */
  readonly logFile: string;
  readonly folder?: string;
  /** Beside those of production. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

const CONNECT_PAUSE_MS = 100;

/** Starts a server that says in a line of its standard output when it is ready. @throws when it ends before */
export async function startTalking(command: Command): Promise<ServerProcess & { readonly firstLine: string }> {
  const { child, died } = run(command, 'pipe');
  const line = once(createInterface({ input: child.stdout as Readable }), 'line');
  const [firstLine] = await Promise.race([line, died]);
  return { ...describe(child), firstLine: String(firstLine) };
}

/** Starts a server that is ready when it takes connections. @throws when it ends before */
export async function startListening(command: Command, port: number): Promise<ServerProcess> {
  const { child, died } = run(command, 'log');
  while (!(await Promise.race([isListening(port), died]))) await pause(CONNECT_PAUSE_MS);
  return describe(child);
}

function run(
  { args, logFile, folder, environment }: Command,
  output: 'pipe' | 'log',
): { child: ChildProcess; died: Promise<never> } {
  const log = openSync(logFile, 'a');
  const child = spawn(process.execPath, args, {
    env: { ...serverEnvironment(), ...environment },
    stdio: ['ignore', output === 'pipe' ? 'pipe' : log, log],
    ...(folder !== undefined && { cwd: folder }),
  });
  closeSync(log);
  // A run that breaks off leaves no server behind.
  const abandon = () => void child.kill('SIGKILL');
  process.once('exit', abandon);
  const died = once(child, 'exit').then(([code, signal]): never => {
    process.off('exit', abandon);
    throw new Error(`${args.join(' ')} ended with ${code ?? signal}: ${readFileSync(logFile, 'utf8').slice(-2000)}`);
  });
  died.catch(() => {});
  return { child, died };
}

/** As in production, without settings of whoever runs the bench. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_') && name !== 'NODE_OPTIONS');
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' };
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

function describe(child: ChildProcess): ServerProcess {
  const { pid } = child;
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    readCpuSeconds: () => sum(listProcesses(pid).map((one) => readCpuSecondsOf(`/proc/${one}/task`))),
    readPeakMegabytes: () =>
      sum(listProcesses(pid).map((one) => peakMegabytesOf(readFileSync(`/proc/${one}/status`, 'utf8')))),
    end,
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  };
}

/** Itself and those that it has started. */
function listProcesses(pid = 0): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.map(Number)];
}

/** The nanoseconds that each thread has run, the first field of its schedstat; `stat` has them in ticks of 10 ms. */
function readCpuSecondsOf(tasks: string): number {
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number.parseInt(readFileSync(join(tasks, task, 'schedstat'), 'utf8'), 10),
  );
  return sum(nanoseconds) / 1e9;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function peakMegabytesOf(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
