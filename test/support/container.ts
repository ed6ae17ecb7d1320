/**
 * A container without an engine: the last stage of the Dockerfile as a root file system of its own, which nothing can be written
 * to, in namespaces of its own, run by a user without rights. What an engine would take from the Dockerfile is read from it.
 */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';

const DOCKERFILE = join(import.meta.dirname, '..', '..', 'Dockerfile');
const USER_ID = 1000;

export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
  readonly volumes: readonly string[];
}

/** What the last stage says of how it is run. */
export function readImageConfig(): ImageConfig {
  const file = DockerfileParser.parse(readFileSync(DOCKERFILE, 'utf8'));
  const last = file.getInstructions().findLastIndex((one) => one.getInstruction() === 'FROM');
  const lines = file.getInstructions().slice(last);
  const textOf = (keyword: string): string =>
    lines.find((one) => one.getInstruction() === keyword)?.getRawArgumentsContent() ?? '';
  const listOf = (keyword: string): readonly string[] =>
    JSON.parse(/\[.*\]/s.exec(textOf(keyword))?.[0] ?? '[]') as string[];
  const env = [...textOf('ENV').matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
  return {
    env: Object.fromEntries(env) as Record<string, string>,
    user: textOf('USER'),
    entrypoint: listOf('ENTRYPOINT'),
    command: listOf('CMD'),
    healthcheck: listOf('HEALTHCHECK'),
    volumes: textOf('VOLUME').split(/\s+/),
  };
}

/** Where installed packages lie on this machine, and in the image. */
const PACKAGES = { inImage: '/opt/node_modules', entry: '/opt/node_modules/vivarium/bin/vivarium.js' } as const;

/** Fills the folder with what the base image has of Node and a shell, and with mount points. */
export function makeRootFileSystem(root: string): void {
  const programs = [process.execPath, '/usr/bin/env', '/bin/sh'];
  const libraries = new Set(programs.flatMap(listLibraries));
  for (const file of libraries) copyTo(root, file, file);
  copyTo(root, process.execPath, '/usr/local/bin/node');
  copyTo(root, '/usr/bin/env', '/usr/bin/env');
  copyTo(root, '/bin/sh', '/bin/sh');
  for (const folder of ['/data', '/dev', '/tmp', PACKAGES.inImage]) mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, 'etc'));
  // As an engine writes it.
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  symlinkSync(PACKAGES.entry, join(root, 'usr/local/bin/vivarium'));
}

export interface Container {
  readonly root: string;
  /** The folder with installed packages. */
  readonly packages: string;
  /** The volume. */
  readonly data: string;
}

/** Runs the words in it, as an engine with a read-only root would, and with `/tmp` in memory. */
export function runInContainer(
  { root, packages, data }: Container,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): ChildProcess {
  const { env } = readImageConfig();
  const set = { PATH: '/usr/local/bin:/usr/bin:/bin', ...env, ...variables };
  const assignments = Object.entries(set).map(([name, value]) => `${name}=${value}`);
  const script = `
    mount --bind "$0" "$0"
    mount --bind "$1" "$0${PACKAGES.inImage}"
    mount -o remount,bind,ro "$0${PACKAGES.inImage}"
    mount --bind "$2" "$0/data"
    mount --rbind /dev "$0/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"
    mount -o remount,bind,ro "$0"
    root="$0"; shift 2
    exec chroot --userspec=${USER_ID}:${USER_ID} "$root" /usr/bin/env -i "$@"`;
  // A user of this machine without rights gets the ones to mount in a namespace of its own, and one user id there.
  const isRoot = process.getuid?.() === 0;
  const mapped = isRoot ? [] : ['--user', `--map-user=${USER_ID}`];
  const args = [...mapped, '--mount', '--pid', '--fork', '--kill-child', 'sh', '-e', '-c', script];
  return spawn('unshare', [...args, root, packages, data, ...assignments, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export { USER_ID as CONTAINER_USER_ID };

function listLibraries(program: string): readonly string[] {
  const printed = execFileSync('ldd', [program], { encoding: 'utf8' });
  return [...printed.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, file = '']) => file);
}

function copyTo(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  copyFileSync(from, join(root, to));
}
