/** Databases of tests: every driver makes empty ones, and can look at them and lock them from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';

import type { SqlConnection } from '../../src/store/connection.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { WriteLimits } from '../../src/store/write-limits.ts';
import { CITUS_URL, createShardedDatabase } from './citus.ts';
import { createPostgresDatabase } from './postgres.ts';
import type { TestLimits } from './postgres.ts';

export type DatabaseName = 'sqlite' | 'postgres';

declare module 'vitest' {
  interface ProvidedContext {
    /** Those that the project tests. */
    readonly databases: readonly DatabaseName[];
  }
}

export interface TestDatabase extends AsyncDisposable {
  /** Of a server that is to keep its data in it, by their names; it brings the schema itself. */
  serverSettings(): Promise<Readonly<Record<string, unknown>>>;
  /** Its file, or its URL; nothing is migrated. */
  findPlace(): Promise<string>;
  /** A connection of its own to the database as it is: nothing is migrated. */
  connect(limits?: TestLimits): SqlConnection;
  /** As `connect`, with this release's schema. */
  open(limits?: TestLimits): Promise<SqlConnection>;
  /** How many transactions have changed it so far, seen from outside; on PostgreSQL only those that changed the schema. */
  countCommits(): number | Promise<number>;
  /** Another process takes the lock that writes need and keeps it until it is disposed. */
  lockElsewhere(): Promise<AsyncDisposable>;
}

export interface StoreDriver {
  readonly name: string;
  readonly create: () => TestDatabase;
  /** Whether units of one turn share a transaction, and take effect in their order. */
  readonly hasGroupCommit: boolean;
  readonly catalogue: {
    /** Gives the name of every table. */
    readonly tables: string;
    /** Gives the first column of every index: in_table, index_name, first_column. */
    readonly keys: string;
  };
}

export const SQLITE: StoreDriver = {
  name: 'sqlite',
  create: createSqliteDatabase,
  hasGroupCommit: true,
  catalogue: {
    tables: "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
    keys: `select m.name as in_table, l.name as index_name, i.name as first_column
      from sqlite_schema m join pragma_index_list(m.name) l join pragma_index_info(l.name) i
      where m.type = 'table' and i.seqno = 0 order by 1, 2`,
  },
};

export const POSTGRES: StoreDriver = {
  name: 'postgres',
  create: () => createPostgresDatabase(LIMITS),
  hasGroupCommit: false,
  catalogue: {
    tables: "select tablename as name from pg_tables where schemaname = 'public'",
    keys: `select t.relname as in_table, i.relname as index_name, a.attname as first_column
      from pg_index x
      join pg_class t on t.oid = x.indrelid and t.relnamespace = to_regnamespace('public')
      join pg_class i on i.oid = x.indexrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0] order by 1, 2`,
  },
};

/** PostgreSQL, sharded by tenant over a cluster. */
const createCitus = (coordinatorUrl: string): StoreDriver => ({
  ...POSTGRES,
  name: 'citus',
  create: () => createShardedDatabase(LIMITS, coordinatorUrl),
});

/** What joins here has to keep the whole contract, and whatever a client can see. */
const DRIVERS: Readonly<Record<DatabaseName, readonly StoreDriver[]>> = {
  sqlite: [SQLITE],
  postgres: CITUS_URL === undefined ? [POSTGRES] : [POSTGRES, createCitus(CITUS_URL)],
};

/** Of the project's databases. */
export const STORE_DRIVERS: readonly StoreDriver[] = inject('databases').flatMap((name) => DRIVERS[name]);

const LIMITS: WriteLimits = { maxWaitMs: 10_000 };

function createSqliteDatabase(): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'vivarium-store-'));
  // As a server calls the one in its data folder.
  const path = join(folder, 'vivarium.db');
  const opened: SqlConnection[] = [];
  const connect: TestDatabase['connect'] = (limits) => {
    const connection = openSqlite({ path, ...LIMITS, ...limits, slowStatementMs: 60_000, onSlowStatement: () => {} });
    opened.push(connection);
    return connection;
  };
  return {
    serverSettings: () => Promise.resolve({ ephemeral: false, data: folder }),
    findPlace: () => Promise.resolve(path),
    connect,
    open: async (limits) => {
      const connection = connect(limits);
      await migrate(connection);
      return connection;
    },
    countCommits: () => countLogCommits(readFileSync(`${path}-wal`)),
    lockElsewhere: () => lockSqlite(path),
    [Symbol.asyncDispose]: async () => {
      // Tests may have closed some of them already.
      await Promise.allSettled(opened.map((connection) => connection[Symbol.asyncDispose]()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** The write-ahead log, as its file format says: the last frame of each transaction carries the size of the database. */
function countLogCommits(log: Buffer): number {
  if (log.length === 0) return 0;
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  let commits = 0;
  for (let frame = LOG_HEADER_BYTES; frame + frameBytes <= log.length; frame += frameBytes) {
    if (log.readUInt32BE(frame + 4) !== 0) commits += 1;
  }
  return commits;
}

const LOCK_SCRIPT = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1], { timeout: 5000 });
  database.exec('begin exclusive');
  console.log('locked');
  process.stdin.on('end', () => {
    database.exec('rollback');
    database.close();
  });
  process.stdin.resume();
`;

async function lockSqlite(path: string): Promise<AsyncDisposable> {
  const flags = ['--disable-warning=ExperimentalWarning', '-e', LOCK_SCRIPT, path];
  const holder = spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  return {
    [Symbol.asyncDispose]: async () => {
      holder.stdin.end();
      await ended;
    },
  };
}
