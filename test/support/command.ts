/** The command line as its users run it: a process for each command. */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BIN = join(import.meta.dirname, '..', '..', 'bin', 'vivarium.js');
/** For what hangs. */
const HANGING_MS = 100_000;

export interface Outcome {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of the test run may hold settings of whoever runs it. */
export const cleanEnvironment: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VIVARIUM_'))),
  NODE_COMPILE_CACHE: join(tmpdir(), 'vivarium-compile-cache'),
};

export interface Place {
  /** The working directory. */
  readonly directory: string;
  readonly env?: NodeJS.ProcessEnv;
}

export function runVivarium(args: readonly string[], place: Place): Promise<Outcome> {
  return runFile(process.execPath, [BIN, ...args], place);
}

export function runFile(file: string, args: readonly string[], { directory, env }: Place): Promise<Outcome> {
  const options = { cwd: directory, env: { ...cleanEnvironment, ...env }, timeout: HANGING_MS };
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
