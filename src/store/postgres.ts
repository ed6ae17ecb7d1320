/**
 * PostgreSQL through pg: a pool of connections, prepared statements, one transaction a unit of work.
 *
 * A read takes any connection. Units of work run side by side, each on a connection of its own: a unit of one statement
 * as that statement, which commits by itself in one round trip; several between BEGIN and COMMIT. Units that have a
 * statement for many of their kind ({@link SET_STATEMENTS}) share it, and its COMMIT, with others that come at the time.
 * A unit that lost against another one (serialization, deadlock) or met a connection that had gone is run again, as long
 * as it is certain that nothing of it was stored. Isolation is READ COMMITTED: guards are in the statements, and versions
 * in their rows.
 */
import type { ClientConfig, PoolClient } from 'pg';

import { Unavailable } from '../lib/unavailable.ts';
import { createCommitSignal } from './changes/commit-signal.ts';
import { createPostgresLog } from './changes/postgres-log.ts';
import type { ChangeLogOptions } from './changes/sqlite-log.ts';
import type { LoggedUnit, Row, SqlConnection, Statement, Write, WriteResult } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import type { SqlValue } from './dialect.ts';
import { readPostgresAddress } from './postgres-address.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { translatePostgresFailure } from './postgres-failure.ts';
import { persist } from './postgres-persist.ts';
import { createPool, withClient } from './postgres-pool.ts';
import { createQueryMaker, hasNul, splitScript } from './postgres-query.ts';
import type { PostgresQuery } from './postgres-query.ts';
import { sendQuery, sendText, SILENCE_MS, timed } from './postgres-send.ts';
import { NO_TIMEOUT_MS, openReadView, purge, runExclusively, transact } from './postgres-sessions.ts';
import type { ViewRead } from './postgres-sessions.ts';
import { SET_KEY, SET_STATEMENTS } from './postgres-sets.ts';
import { stepsOf, undo, writeSet, writeUnit } from './postgres-writes.ts';
import type { WriteSession, SetWrite } from './postgres-writes.ts';
import { createSetQueue } from './set-queue.ts';
import { createUnitQueue } from './unit-queue.ts';
import type { WriteLimits } from './write-limits.ts';

export interface PostgresOptions extends WriteLimits {
  readonly address: PostgresAddress;
  /** Connections at most. Writes leave one of them to reads. */
  readonly maxConnections: number;
  /** Milliseconds that a caller may wait for a connection. */
  readonly connectionWaitMs: number;
  /** Milliseconds that a statement may run, and a transaction may idle. */
  readonly statementTimeoutMs: number;
  /** Told of each statement that took longer than `slowStatementMs`, the network included. */
  onSlowStatement(statement: string, durationMs: number): void;
  readonly slowStatementMs: number;
  /** Without it no change is logged. */
  readonly changeLog?: ChangeLogOptions | undefined;
}

/** Connects when there is something to do, not before. @throws a plain `Error` for an address that cannot be used */
export function openPostgres(options: PostgresOptions): SqlConnection {
  const config = createConfig(options);
  const pool = createPool(config, options.maxConnections);
  const maxRunning = Math.max(1, options.maxConnections - 1);
  const queue = createUnitQueue({ ...options, maxRunning });
  const toQuery = createQueryMaker(options.statementTimeoutMs + SILENCE_MS);
  const signal = createCommitSignal();
  const log = options.changeLog && createPostgresLog(options.changeLog, signal.committed);
  const session = { pool, options, toQuery, log };
  const persistHere = <Result>(work: () => Promise<Result>) => persist(work, options.onTrouble);
  const writeAdmitted = (writes: readonly Write[], logged?: LoggedUnit) => {
    // Before the queue: a parameter that is missing is a fault of ours, and nothing is to be undone.
    const steps = writes.flatMap((write) => stepsOf(write, toQuery));
    return queue.run(() => persistHere(() => writeUnit(session, steps, logged)));
  };
  const sets = createSetQueue<SetWrite, WriteResult>({
    kindOf: ({ write, many }) => `${many.name} ${String(write.params['tenant_id'])}`,
    keyOf: ({ write }) => String(write.params[SET_KEY]),
    runGroup: (group) => queue.run(() => persistHere(() => writeSet(session, group))),
    runAlone: ({ write, logged, scope }) =>
      scope === undefined ? writeAdmitted([write], logged) : scope(() => writeAdmitted([write], logged)),
    done: { kind: 'done' },
    limits: options,
  });
  const readInView: ViewRead = (client, query) =>
    timed(query.statement, { options, kind: 'read' }, () => client.query<Row>(query));
  const readAny: SqlConnection['read'] = async (statement, params) => {
    if (hasNul(params)) return [];
    const query = toQuery(statement, params);
    return persistHere(() => read(session, query));
  };
  return {
    dialect: postgresDialect,
    read: readAny,
    openReadView: () => openReadView(config, toQuery, readInView),
    write: async (writes, logged) => {
      const [write] = writes;
      if (write === undefined && log === undefined) return { kind: 'done' };
      const isAlone = writes.length === 1 && write?.many === undefined;
      const many = isAlone ? SET_STATEMENTS.get(write?.statement.name ?? '') : undefined;
      return write === undefined || many === undefined
        ? writeAdmitted(writes, logged)
        : sets.run({ write, many, logged, scope: options.observer?.openScope() });
    },
    // To leave references unchecked is for superusers only.
    writeKept: writeAdmitted,
    checkWritable: async () => {
      const [row] = await readAny(READ_ONLY, {});
      if (row?.['read_only'] === 'on') throw new Unavailable('The database takes no writes.', { trouble: 'readOnly' });
    },
    describeLoad: () => ({
      queuedUnits: queue.length + sets.length,
      connections: { open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
    }),
    measureBytes: async () => Number((await readAny(DATABASE_SIZE, {}))[0]?.['bytes']),
    transact: (work) => transact(config, toQuery, work),
    listLogHeads: () => log?.heads() ?? [],
    onCommit: signal.listen,
    purge: (tables) => purge(config, tables),
    script: (sql) => withClient(pool, (client) => runScript(client, sql)),
    exclusively: (work) => runExclusively(config, work),
    [Symbol.asyncDispose]: async () => {
      await queue.close();
      if (!pool.ending) await pool.end();
    },
  };
}

function createConfig({ address, ...options }: PostgresOptions): ClientConfig {
  const { tls, ...target } = readPostgresAddress(address);
  return {
    ...target,
    ssl: tls,
    application_name: 'vivarium',
    keepAlive: true,
    connectionTimeoutMillis: options.connectionWaitMs,
    statement_timeout: options.statementTimeoutMs,
    // 0 would be no limit.
    lock_timeout: Math.max(1, options.maxWaitMs),
    idle_in_transaction_session_timeout: options.statementTimeoutMs,
    types: { getTypeParser: ((type: number) => READERS.get(type) ?? readText) as never },
  };
}

/** By default, or as a standby of another server. */
const READ_ONLY: Statement = {
  name: 'readOnly',
  sql: "select current_setting('transaction_read_only') as read_only",
};

const DATABASE_SIZE: Statement = {
  name: 'databaseSize',
  sql: 'select pg_database_size(current_database()) as bytes',
};

const readText = (text: string): SqlValue => text;

/** By the number of the type: what is not text in a row. Numbers stay below 2^53, see {@link postgresDialect}. */
const READERS: ReadonlyMap<number, (text: string) => SqlValue> = new Map<number, (text: string) => SqlValue>([
  ...[20, 21, 23].map((type) => [type, Number] as const),
  [16, (text) => (text === 't' ? 1 : 0)],
]);

/** Reads change nothing: whatever happened to the connection, they can be sent again. */
function read(
  { pool, options }: Pick<WriteSession, 'pool' | 'options'>,
  query: PostgresQuery,
): Promise<readonly Row[]> {
  return withClient(pool, async (client) => {
    try {
      return (await sendQuery(client, query, { options, kind: 'read' })).rows;
    } catch (error) {
      throw translatePostgresFailure(error, false);
    }
  });
}

/**
 * Migrations may take their time; only locks are waited for no longer than by others, as a line forms behind them.
 * Statements are sent one by one: a cluster forwards the text that came with a change of the schema, and refuses several.
 */
async function runScript(client: PoolClient, sql: string): Promise<void> {
  try {
    for (const statement of ['begin', 'set local statement_timeout = 0', ...splitScript(sql), 'commit']) {
      await sendText(client, statement, NO_TIMEOUT_MS);
    }
  } catch (error) {
    await undo(client);
    throw error;
  }
}
