/** Databases to measure on: filled once, then served by a process that is killed and started again. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

import { startPostgres } from '../../test/support/postgres-server.ts';
import { startVivarium } from '../servers/vivarium.ts';
import type { VivariumOptions } from '../servers/vivarium.ts';
import { fill } from './fill.ts';
import { newLedger, verifyLedger } from './ledger.ts';
import type { Ledger } from './ledger.ts';

export interface BenchData extends AsyncDisposable {
  readonly options: VivariumOptions;
  readonly ledger: Ledger;
  /** Loads in bulk up to so many activities. No server may run on the data. */
  grow(loaded: number): Promise<void>;
  /** Reads all files of the database, so that they lie in the system's cache, as those of a server that has run for long. */
  readThrough(): void;
  /**
   * Call it when the server has been killed. The database is killed as well where it is a process, and opened again.
   * @throws when something that was answered is not there, or something that was refused is
   */
  verify(): Promise<void>;
}

/** Counts each request and refuses none: a limit for the apps of a tenant together can be ten times that of one. */
const UNREACHED_LIMIT = ['--throttle-tenant-requests-per-minute', '10000000'];
/** As a server is traced that answers thousands of requests a second. */
const TRACED_SHARE = '0.1';

/** Servers on SQLite that differ in how they are started; each has a database of its own. */
const VARIANTS = {
  sqlite: {},
  sandbox: { hasSandbox: true },
  metrics: { flags: ['--metrics-port', '0'] },
  audit: { audit: 'full' },
  record: {
    audit: 'full',
    flags: ['--metrics-port', '0', ...UNREACHED_LIMIT],
    tracedShare: TRACED_SHARE,
  },
} as const satisfies Readonly<Record<string, Partial<VivariumOptions>>>;

export type SqliteVariant = keyof typeof VARIANTS;

export async function createSqliteData(folder: string, variant: SqliteVariant = 'sqlite'): Promise<BenchData> {
  const options = { dataDir: join(folder, variant), ...VARIANTS[variant] };
  return createData(options, { folder: options.dataDir, restart: async () => {}, dispose: async () => {} });
}

/** PostgreSQL as it comes: fsync and synchronous_commit are on. */
export async function createPostgresData(folder: string): Promise<BenchData> {
  const server = await startPostgres({ isDurable: true });
  const options = { dataDir: join(folder, 'postgres'), database: server.url };
  const restart = async (): Promise<void> => {
    await server.stop('immediate');
    await server.start();
  };
  return createData(options, { folder: server.folder, restart, dispose: () => server[Symbol.asyncDispose]() });
}

interface Database {
  /** Of its files. */
  readonly folder: string;
  restart(): Promise<void>;
  dispose(): PromiseLike<void>;
}

async function createData(options: VivariumOptions, database: Database): Promise<BenchData> {
  await using first = await startVivarium(options);
  const registrationId = first.ready.samples['registrationId'] as string;
  await first.end('SIGTERM');
  const ledger = newLedger();
  return {
    options,
    ledger,
    grow: async (loaded) => {
      await fill(options, { from: ledger.loaded, to: loaded });
      ledger.loaded = loaded;
      // What the system has not written yet, it would write while the first rounds are measured.
      spawnSync('sync');
    },
    readThrough: () => readFiles(database.folder),
    verify: async () => {
      await database.restart();
      await verifyLedger(options, registrationId, ledger);
      ledger.created.length = 0;
      ledger.refused.length = 0;
      ledger.updated.clear();
    },
    [Symbol.asyncDispose]: database.dispose,
  };
}

function readFiles(folder: string): void {
  const buffer = Buffer.alloc(1024 * 1024);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = openSync(join(entry.parentPath, entry.name), 'r');
    while (readSync(file, buffer) > 0);
    closeSync(file);
  }
}
