/** Trouble for a database, by the means of the system: what begins it gives what ends it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { runOn } from './postgres.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { ServerProcess } from './server-process.ts';

/** The system refuses the process what would make a file larger than this, as a quota does. */
export function limitFiles({ pid }: Pick<ServerProcess, 'pid'>, bytes: number): () => void {
  const limit = (size: number | 'unlimited') => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:`]);
  limit(bytes);
  return () => void limit('unlimited');
}

/** The log of writes cannot grow. */
export function fillDisk(server: Pick<ServerProcess, 'pid'>, folder: string): () => void {
  return limitFiles(server, statSync(join(folder, 'vivarium.db-wal')).size);
}

/** Another connection takes the lock that writes need. */
export function lockFile(folder: string): () => void {
  const other = new DatabaseSync(join(folder, 'vivarium.db'), { timeout: 5000 });
  other.exec('begin immediate');
  return () => {
    if (other.isOpen) other.close();
  };
}

/** Stops all processes of a PostgreSQL where they are. */
export async function freeze({ url, folder }: PostgresServer): Promise<() => void> {
  const rows = await runOn(url, 'select pid from pg_stat_activity where pid <> pg_backend_pid()');
  const postmaster = Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10);
  const processes = [postmaster, ...rows.map(({ pid }) => Number(pid))];
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const pid of processes) process.kill(pid, signal);
  };
  signalAll('SIGSTOP');
  return () => signalAll('SIGCONT');
}

/** PostgreSQL refuses writes, as a standby does. */
export async function makeReadOnly({ url }: PostgresServer): Promise<() => Promise<void>> {
  const turn = async (state: 'on' | 'off'): Promise<void> => {
    await runOn(url, `alter system set default_transaction_read_only = ${state}`);
    await runOn(url, 'select pg_reload_conf()');
  };
  await turn('on');
  return () => turn('off');
}
