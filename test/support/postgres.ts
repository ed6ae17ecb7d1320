/** Databases on a real PostgreSQL server, a new one for each that is asked for. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';

import type { SqlConnection } from '../../src/store/connection.ts';
import { postgresDialect } from '../../src/store/dialect.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { PostgresOptions } from '../../src/store/postgres.ts';
import type { WriteLimits } from '../../src/store/write-limits.ts';

/** Of the run's server. */
export function findPostgresUrl(): Promise<string> {
  return askRun('/url');
}

/** The name of a database of the run's server that has this release's schema and nothing else. */
function findMigratedDatabase(): Promise<string> {
  return askRun('/migrated');
}

async function askRun(path: string): Promise<string> {
  const response = await fetch(inject('postgresDoor') + path);
  const text = await response.text();
  if (!response.ok) throw new Error(`There is no PostgreSQL server for the tests: ${text}`);
  return text;
}

export interface OwnDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

/** A copy of the template, empty when none is given; it goes with what is disposed of. */
export async function createOwnDatabase(serverUrl: string, template = 'template0'): Promise<OwnDatabase> {
  const name = `vivarium_${randomUUID().replaceAll('-', '')}`;
  await runOn(serverUrl, `create database ${name} template ${template} encoding 'UTF8' strategy file_copy`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: async () => void (await runOn(serverUrl, `drop database ${name} with (force)`)),
  };
}

/** One statement over a connection of its own. */
export async function runOn(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

export function postgresOptions(url: string, limits: WriteLimits): PostgresOptions {
  return {
    address: { url, passwordFile: undefined, authorityFile: undefined },
    ...limits,
    maxConnections: 5,
    connectionWaitMs: 10_000,
    statementTimeoutMs: 30_000,
    slowStatementMs: 60_000,
    onSlowStatement: () => {},
  };
}

/** What a test can say of a connection. */
export type TestLimits = Partial<WriteLimits> & Pick<PostgresOptions, 'changeLog'>;

interface DatabasePlace {
  /** Makes a database, empty or as `prepare` would leave it. */
  readonly make: (isPrepared: boolean) => Promise<OwnDatabase>;
  /** Brings its schema to this release's. */
  readonly prepare: (connection: SqlConnection) => Promise<unknown>;
}

const ON_POSTGRES: DatabasePlace = {
  // To copy a schema takes a third of the time of making it.
  make: async (isPrepared) =>
    createOwnDatabase(await findPostgresUrl(), isPrepared ? await findMigratedDatabase() : undefined),
  prepare: migrate,
};

/** A driver's database for the store contract. */
export function createPostgresDatabase(defaults: WriteLimits, { make, prepare } = ON_POSTGRES) {
  /** Of a server, for what it keeps beside the database. */
  const folder = join(tmpdir(), `vivarium-${randomUUID()}`);
  let making: Promise<OwnDatabase> | undefined;
  const opened: SqlConnection[] = [];
  const connect = (limits?: TestLimits): SqlConnection => {
    const opening = (making ??= make(false)).then(({ url }) =>
      openPostgres(postgresOptions(url, { ...defaults, ...limits })),
    );
    const connection = openLater(opening);
    opened.push(connection);
    return connection;
  };
  const open = async (limits?: TestLimits): Promise<SqlConnection> => {
    making ??= make(true);
    const connection = connect(limits);
    await prepare(connection);
    return connection;
  };
  const findUrl = async (): Promise<string> => (await (making ??= make(false))).url;
  return {
    serverSettings: async () => {
      await open();
      return { ephemeral: false, data: folder, database: await findUrl() };
    },
    findPlace: findUrl,
    connect,
    open,
    countCommits: async () => Number((await runOn(await findUrl(), COMMITS))[0]?.['commits']),
    lockElsewhere: async () => lockPostgres(await findUrl()),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      // Tests may have closed some of them already.
      await Promise.allSettled(opened.map((connection) => connection[Symbol.asyncDispose]()));
      await (await making)?.[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A connection that can be had before its database is there. */
function openLater(opening: Promise<SqlConnection>): SqlConnection {
  let opened: SqlConnection | undefined;
  opening.then(
    (connection) => (opened = connection),
    () => undefined,
  );
  return {
    dialect: postgresDialect,
    read: async (...read) => (await opening).read(...read),
    openReadView: async () => (await opening).openReadView(),
    write: async (...write) => (await opening).write(...write),
    writeKept: async (...write) => (await opening).writeKept(...write),
    listLogHeads: () => opened?.listLogHeads() ?? [],
    onCommit: (listener) => {
      const closing = opening.then((connection) => connection.onCommit(listener));
      return { [Symbol.dispose]: () => void closing.then((open) => open[Symbol.dispose]()) };
    },
    transact: async (work) => (await opening).transact(work),
    purge: async (tables) => (await opening).purge(tables),
    checkWritable: async () => (await opening).checkWritable(),
    describeLoad: () => ({ queuedUnits: 0 }),
    measureBytes: async () => (await opening).measureBytes(),
    script: async (sql) => (await opening).script(sql),
    exclusively: async (work) => (await opening).exclusively(work),
    [Symbol.asyncDispose]: async () => (await opening)[Symbol.asyncDispose](),
  };
}

/** Of the schema: the transactions that what is there now is from. */
const COMMITS = `select count(distinct cast(xmin as text)) as commits from (
  select xmin from pg_class union all select xmin from schema_migration) as changed`;

const LOCK = `do $$ declare one record; begin
  for one in select tablename from pg_tables where schemaname = 'public' loop
    execute format('lock table %I in exclusive mode', one.tablename);
  end loop; end $$`;

async function lockPostgres(url: string): Promise<AsyncDisposable> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query(LOCK);
  return { [Symbol.asyncDispose]: () => client.end() };
}
