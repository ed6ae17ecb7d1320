/** Where a server that is killed keeps its data. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

import type { SqlConnection } from '../../src/store/connection.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { createOwnDatabase, findPostgresUrl, postgresOptions, runOn } from './postgres.ts';

export interface CrashPlace extends AsyncDisposable {
  /** The data folder; not there before the first start. What is beside it belongs to nobody else. */
  readonly folder: string;
  /** Of the command line, beside the folder. */
  readonly flags: readonly string[];
  /** Settles when nothing that a killed server has begun goes on any more. */
  awaitSilence(): Promise<void>;
  /** To the database as it is. */
  connect(): SqlConnection;
  /** The database itself finds nothing wrong with what killed servers have left. */
  expectWhole(): Promise<void>;
}

export async function createSqlitePlace(): Promise<CrashPlace> {
  const home = await createHome();
  const folder = join(home, 'data');
  return {
    folder,
    flags: [],
    awaitSilence: () => Promise.resolve(),
    connect: () => connectSqlite(folder),
    expectWhole: async () => expect(await checkSqlite(folder)).toEqual(['ok']),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

/** @param serverUrl of PostgreSQL; the run's server when not given */
export async function createPostgresPlace(serverUrl?: string): Promise<CrashPlace> {
  const home = await createHome();
  const folder = join(home, 'data');
  const database = await createOwnDatabase(serverUrl ?? (await findPostgresUrl()));
  const countSessions = async () => Number((await runOn(database.url, SESSIONS))[0]?.['sessions']);
  // What was sent before the end is still carried out, and then the session ends.
  const awaitSilence = () => expect.poll(countSessions, { timeout: 20_000 }).toBe(0);
  return {
    folder,
    flags: ['--database', database.url, '--migrate-at-start'],
    awaitSilence,
    connect: () => openPostgres(postgresOptions(database.url, { maxWaitMs: 5000 })),
    expectWhole: awaitSilence,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await rm(home, { recursive: true, force: true });
    },
  };
}

const SESSIONS = `select count(*) as sessions from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;

const createHome = (): Promise<string> => mkdtemp(join(tmpdir(), 'vivarium-crash-'));

function connectSqlite(folder: string): SqlConnection {
  const limits = { maxWaitMs: 0, slowStatementMs: 60_000, onSlowStatement: () => {} };
  return openSqlite({ path: join(folder, 'vivarium.db'), ...limits });
}

async function checkSqlite(folder: string): Promise<readonly unknown[]> {
  await using connection = connectSqlite(folder);
  const integrity = await connection.read({ name: 'integrity', sql: 'pragma integrity_check' }, {});
  const orphans = await connection.read({ name: 'orphans', sql: 'pragma foreign_key_check' }, {});
  return [...integrity.map((row) => row['integrity_check']), ...orphans];
}
