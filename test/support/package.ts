/** The package as its users get it: packed from a copy of the checkout, and installed by npm into a project of its own. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = join(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** What a package is made from. */
const FOLDERS = ['bin', 'console', 'docs', 'node', 'profiles', 'schemas', 'scripts', 'seeds', 'site', 'src'];
const FILES = ['LICENSE', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
const PAGES = ['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md'];

export interface Outcome {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [member: string]: unknown;
}

/** Gives the name of the file, which lies in the folder. */
export async function packProject(folder: string): Promise<string> {
  const copy = join(folder, 'source');
  for (const name of [...FOLDERS, ...FILES, ...PAGES]) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const { stdout } = await succeed(run('npm', ['pack', '--silent', '--pack-destination', folder], copy));
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** Makes a project that asks for the packed file, with a lock, so that `npm ci` asks no registry. */
export function writeConsumer(project: string, tarball: string): void {
  mkdirSync(project, { recursive: true });
  cpSync(join(ROOT, 'docs', 'examples'), project, { recursive: true });
  cpSync(join(project, '..', tarball), join(project, tarball));
  const { name, version, bin, engines } = readJson<Manifest>(ROOT, 'package.json');
  const { devDependencies } = readJson<Manifest>(project, 'package.json');
  const lock = {
    name: 'learning-sync',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'learning-sync', devDependencies },
      [`node_modules/${name}`]: { version, resolved: `file:${tarball}`, dev: true, bin, engines },
    },
  };
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(lock));
}

/** Runs a program on the Node of the checkout, with npm's cache before the network. */
export function run(file: string, args: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env: environment(), maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

/** Runs scripts one after another. What they have left running in the background ends with it. */
export interface Shell extends Disposable {
  run(script: string, variables?: Readonly<Record<string, string>>): Promise<Outcome>;
}

export function openShell(cwd: string): Shell {
  const groups: number[] = [];
  return {
    run: async (script, variables = {}) => {
      const env = { ...environment(), ...variables };
      const child = spawn('bash', ['-e', '-c', script], {
        cwd,
        env,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      if (child.pid !== undefined) groups.push(child.pid);
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'exit'),
      ]);
      return { exitCode, stdout, stderr };
    },
    [Symbol.dispose]: () => groups.forEach(endGroup),
  };
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGTERM');
  } catch (error) {
    // Nothing of it is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The environment of the test run may hold settings of whoever runs it, and npm's of this project. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^(VIVARIUM_|npm_|NODE_OPTIONS|VITEST)/i.test(name));
  return {
    ...Object.fromEntries(entries),
    PATH: `${BIN}${delimiter}${process.env['PATH']}`,
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

async function succeed(outcome: Promise<Outcome>): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await outcome;
  if (exitCode !== 0) throw new Error(`It ended with ${exitCode}: ${stdout}${stderr}`);
  return { exitCode, stdout, stderr };
}

function readJson<Content>(folder: string, name: string): Content {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Content;
}
