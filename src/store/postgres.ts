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
import type { ClientConfig, Pool, PoolClient, QueryResult } from 'pg';

import { monotonicMs } from '../lib/clock.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { Row, SqlConnection, Statement, Write, WriteResult } from './connection.ts';
import { postgresDialect } from './dialect.ts';
import type { SqlValue } from './dialect.ts';
import { readPostgresAddress } from './postgres-address.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { isPostgresNotUnique, isOfValues, isServerError, translatePostgresFailure } from './postgres-failure.ts';
import type { StatementRun, UnitScope } from './observer.ts';
import { persist } from './postgres-persist.ts';
import { createPool, stateOf, watched, withClient } from './postgres-pool.ts';
import { createQueryMaker, hasNul, splitScript } from './postgres-query.ts';
import type { PostgresQuery, QueryMaker } from './postgres-query.ts';
import { NO_TIMEOUT_MS, openReadView, runExclusively, transact } from './postgres-sessions.ts';
import type { ViewRead } from './postgres-sessions.ts';
import { SET_KEY, SET_STATEMENTS } from './postgres-sets.ts';
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
}

/** A statement's own timeout comes first; this one is for a server that has gone silent. */
const SILENCE_MS = 5000;

/** Connects when there is something to do, not before. @throws a plain `Error` for an address that cannot be used */
export function openPostgres(options: PostgresOptions): SqlConnection {
  const config = createConfig(options);
  const pool = createPool(config, options.maxConnections);
  const maxRunning = Math.max(1, options.maxConnections - 1);
  const queue = createUnitQueue({ ...options, maxRunning });
  const toQuery = createQueryMaker(options.statementTimeoutMs + SILENCE_MS);
  const session = { pool, options };
  const persistHere = <Result>(work: () => Promise<Result>) => persist(work, options.onTrouble);
  const writeAdmitted = (writes: readonly Write[]) => {
    // Before the queue: a parameter that is missing is a fault of ours, and nothing is to be undone.
    const steps = writes.map((write) => ({ write, query: toQuery(write.statement, write.params) }));
    return queue.run(() => persistHere(() => writeUnit(session, steps)));
  };
  const sets = createSetQueue<SetWrite, WriteResult>({
    kindOf: ({ write, many }) => `${many.name} ${String(write.params['tenant_id'])}`,
    keyOf: ({ write }) => String(write.params[SET_KEY]),
    runGroup: (group) => queue.run(() => persistHere(() => writeSet(session, toQuery, group))),
    runAlone: ({ write, scope }) =>
      scope === undefined ? writeAdmitted([write]) : scope(() => writeAdmitted([write])),
    done: { kind: 'done' },
    limits: options,
  });
  const readInView: ViewRead = (client, query) =>
    timed(query, { options, kind: 'read' }, () => client.query<Row>(query));
  const readAny: SqlConnection['read'] = async (statement, params) => {
    if (hasNul(params)) return [];
    const query = toQuery(statement, params);
    return persistHere(() => read(session, query));
  };
  return {
    dialect: postgresDialect,
    read: readAny,
    openReadView: () => openReadView(config, toQuery, readInView),
    write: async (writes) => {
      const [write] = writes;
      const many = write === undefined || writes.length > 1 ? undefined : SET_STATEMENTS.get(write.statement.name);
      return write === undefined || many === undefined
        ? writeAdmitted(writes)
        : sets.run({ write, many, scope: options.observer?.openScope() });
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

interface Session {
  readonly pool: Pool;
  readonly options: PostgresOptions;
}

interface Step {
  readonly write: Write;
  readonly query: PostgresQuery;
}

/** Reads change nothing: whatever happened to the connection, they can be sent again. */
function read({ pool, options }: Session, query: PostgresQuery): Promise<readonly Row[]> {
  return withClient(pool, async (client) => {
    try {
      return (await send(client, query, { options, kind: 'read' })).rows;
    } catch (error) {
      throw translatePostgresFailure(error, false);
    }
  });
}

function writeUnit({ pool, options }: Session, steps: readonly Step[]): Promise<WriteResult> {
  const [first] = steps;
  if (first === undefined) return Promise.resolve({ kind: 'done' });
  return withClient(pool, (client) =>
    steps.length === 1 ? writeAlone(client, first, options) : writeTogether(client, steps, options),
  );
}

interface SetWrite {
  readonly write: Write;
  readonly many: Statement;
  /** Of an observer. */
  readonly scope: UnitScope | undefined;
}

/** Of the units of one kind the keys of those that are done; `undefined` when the values of one of them failed them all. */
async function writeSet(
  { pool, options }: Session,
  toQuery: QueryMaker,
  group: readonly SetWrite[],
): Promise<ReadonlySet<string> | undefined> {
  const [{ write, many }] = group as readonly [SetWrite];
  const query = toQuery(
    many,
    write.params,
    group.map((one) => one.write.params),
  );
  return withClient(pool, async (client) => {
    try {
      const units = { options, kind: 'write', scopes: group.map(({ scope }) => scope) } as const;
      const { rows } = await send(client, query, units);
      return new Set(rows.map((row) => String(row[SET_KEY])));
    } catch (error) {
      if (isOfValues(error)) return undefined;
      throw translatePostgresFailure(error, !isServerError(error) || stateOf(client).hasCompleted);
    }
  });
}

async function writeAlone(client: PoolClient, { write, query }: Step, options: PostgresOptions): Promise<WriteResult> {
  try {
    const scopes = [options.observer?.openScope()];
    const { rowCount } = await send(client, query, { options, kind: 'write', scopes });
    return rowCount === 0 && write.mustChange === true ? { kind: 'refused', step: 0 } : { kind: 'done' };
  } catch (error) {
    if (isPostgresNotUnique(error)) return { kind: 'notUnique', step: 0 };
    // A server that says good-bye without having completed the statement has not committed it.
    throw translatePostgresFailure(error, !isServerError(error) || stateOf(client).hasCompleted);
  }
}

async function writeTogether(
  client: PoolClient,
  steps: readonly Step[],
  options: PostgresOptions,
): Promise<WriteResult> {
  const result = await runSteps(client, steps, options);
  if (result.kind !== 'done') {
    await undo(client);
    return result;
  }
  try {
    const startedAt = monotonicMs();
    const { command } = await sendText(client, 'commit', options.statementTimeoutMs + SILENCE_MS);
    // A transaction that an error has spoiled is rolled back by COMMIT, without an error.
    if (command !== 'COMMIT') throw new Error(`The transaction ended with ${command}.`);
    const { observer } = options;
    observer?.committed({ units: 1, startedAt, durationMs: monotonicMs() - startedAt }, [observer.openScope()]);
    return result;
  } catch (error) {
    throw translatePostgresFailure(error, true);
  }
}

/** Before COMMIT nothing is stored, however it ends. */
async function runSteps(client: PoolClient, steps: readonly Step[], options: PostgresOptions): Promise<WriteResult> {
  let step = 0;
  try {
    await sendText(client, 'begin', options.statementTimeoutMs + SILENCE_MS);
    for (const { write, query } of steps) {
      const { rowCount } = await send(client, query, { options, kind: 'write' });
      if (rowCount === 0 && write.mustChange === true) return { kind: 'refused', step };
      step += 1;
    }
    return { kind: 'done' };
  } catch (error) {
    if (isPostgresNotUnique(error)) return { kind: 'notUnique', step };
    await undo(client);
    throw translatePostgresFailure(error, false);
  }
}

/** A connection that cannot roll back is dropped, and the server rolls back. */
async function undo(client: PoolClient): Promise<void> {
  if (stateOf(client).isBroken) return;
  try {
    await sendText(client, 'rollback', SILENCE_MS);
  } catch {
    stateOf(client).isBroken = true;
  }
}

/** How a statement is reported. */
interface Sending {
  readonly options: PostgresOptions;
  readonly kind: StatementRun['kind'];
  /** Of the units that the statement commits, where it is a transaction by itself. */
  readonly scopes?: readonly (UnitScope | undefined)[];
}

async function send(client: PoolClient, query: PostgresQuery, sending: Sending): Promise<QueryResult<Row>> {
  const result = await timed(query, sending, () => watched(client, () => client.query<Row>(query)));
  stateOf(client).prepared.add(query.name);
  return result;
}

async function timed<Result>(
  { statement: name }: PostgresQuery,
  { options, kind, scopes = [] }: Sending,
  work: () => Promise<Result>,
): Promise<Result> {
  const { observer } = options;
  const startedAt = monotonicMs();
  let hasFailed = true;
  try {
    const result = await work();
    hasFailed = false;
    return result;
  } finally {
    const durationMs = monotonicMs() - startedAt;
    if (durationMs > options.slowStatementMs && !hasFailed) options.onSlowStatement(name, durationMs);
    observer?.statementRan({ name, kind, startedAt, durationMs, hasFailed });
    if (scopes.length > 0 && !hasFailed)
      observer?.committed({ units: scopes.length, startedAt, durationMs }, scopes as readonly UnitScope[]);
  }
}

function sendText(client: PoolClient, text: string, timeoutMs: number): Promise<QueryResult> {
  const query = { text, query_timeout: timeoutMs };
  return watched(client, () => client.query(query));
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
