/**
 * PostgreSQL through pg: a pool of connections, prepared statements, one transaction a unit of work.
 *
 * A read takes any connection. Units of work run side by side, each on a connection of its own: a unit of one statement
 * as that statement, which commits by itself in one round trip; several between BEGIN and COMMIT. A unit that lost
 * against another one (serialization, deadlock) or met a connection that had gone is run again, as long as it is certain
 * that nothing of it was stored. Isolation is READ COMMITTED: guards are in the statements, and versions in their rows.
 * Grouping units would save commits: it takes the place of {@link createUnitQueue}, with statements over sets of rows,
 * because a statement that fails spoils its transaction.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import type { ClientConfig, PoolClient, QueryConfig, QueryResult } from 'pg';

import { monotonicMs } from '../base/clock.ts';
import { PARAMETER_KINDS } from './columns.ts';
import type { Params, Row, SqlConnection, Statement, Write, WriteResult } from './connection.ts';
import { compile, postgresDialect } from './dialect.ts';
import type { SqlValue } from './dialect.ts';
import { readPostgresAddress } from './postgres-address.ts';
import type { PostgresAddress } from './postgres-address.ts';
import {
  isNotUnique,
  isOfStatement,
  isServerError,
  translateFailure,
  TryAgain,
  unavailable,
} from './postgres-failure.ts';
import { createUnitQueue } from './unit-queue.ts';
import type { WriteQueueLimits } from './write-queue.ts';

export interface PostgresOptions extends WriteQueueLimits {
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

/** Idle connections beyond need are closed after this time. */
const IDLE_MS = 30_000;
/** A statement's own timeout comes first; this one is for a server that has gone silent. */
const SILENCE_MS = 5000;
/** The longest that a timer takes: as good as none. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;
/** Texts of lists depend on requests. A connection that has prepared so many is closed, so that the server's memory is bounded. */
const MAX_PREPARED = 1000;
const MAX_ATTEMPTS = 5;
const RETRY_MS = 10;
/** Of this program, in PostgreSQL's space of such numbers: the letters VIVA. */
const ADVISORY_LOCK = 0x56495641;

/** Connects when there is something to do, not before. @throws a plain `Error` for an address that cannot be used */
export function openPostgres(options: PostgresOptions): SqlConnection {
  const config = createConfig(options);
  const pool = createPool(config, options);
  const maxRunning = Math.max(1, options.maxConnections - 1);
  const queue = createUnitQueue({ maxRunning, maxQueued: options.maxQueued, maxWaitMs: options.maxWaitMs });
  const toQuery = createCompiler(options.statementTimeoutMs + SILENCE_MS);
  const session = { pool, options };
  return {
    dialect: postgresDialect,
    read: async (statement, params) => {
      // Text in PostgreSQL has no NUL, so no row is like one that has.
      if (Object.values(params).some((value) => typeof value === 'string' && value.includes('\u0000'))) return [];
      const query = toQuery(statement, params);
      return persist(() => read(session, query));
    },
    write: async (writes) => {
      // Before the queue: a parameter that is missing is a fault of ours, and nothing is to be undone.
      const steps = writes.map((write) => ({ write, query: toQuery(write.statement, write.params) }));
      return queue.run(() => persist(() => writeUnit(session, steps)));
    },
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

const readText = (text: string): SqlValue => text;

/** By the number of the type: what is not text in a row. Numbers stay below 2^53, see {@link postgresDialect}. */
const READERS: ReadonlyMap<number, (text: string) => SqlValue> = new Map<number, (text: string) => SqlValue>([
  ...[20, 21, 23].map((type) => [type, Number] as const),
  [16, (text) => (text === 't' ? 1 : 0)],
]);

/** Of each connection, what pg does not tell about it. */
interface ClientState {
  /** Names of its prepared statements. */
  readonly prepared: Set<string>;
  /** Whether the server has completed the statement that was sent last. */
  hasCompleted: boolean;
  /** Nothing more can be asked of it. */
  isBroken: boolean;
}

const states = new WeakMap<Client, ClientState>();

function createPool(config: ClientConfig, { maxConnections }: PostgresOptions): Pool {
  const pool = new Pool({ ...config, max: maxConnections, idleTimeoutMillis: IDLE_MS });
  pool.on('connect', (client) => {
    const state: ClientState = { prepared: new Set(), hasCompleted: false, isBroken: false };
    states.set(client, state);
    client.connection.on('commandComplete', () => (state.hasCompleted = true));
    // Whoever uses the connection is told by the failure of the statement.
    client.on('error', () => undefined);
  });
  // An idle connection has gone and was dropped by the pool. The next use connects anew, and tells when that fails.
  pool.on('error', () => undefined);
  return pool;
}

interface Query extends QueryConfig<SqlValue[]> {
  readonly name: string;
  /** As the statement is called in reports. */
  readonly statement: string;
  readonly query_timeout: number;
}

/** Statements that nobody holds any more take their compiled form with them. */
function createCompiler(timeoutMs: number): (statement: Statement, params: Params) => Query {
  const known = new WeakMap<Statement, { text: string; order: readonly string[]; name: string }>();
  return (statement, params) => {
    let compiled = known.get(statement);
    if (compiled === undefined) {
      const { sql: text, order } = compile(statement.sql, postgresDialect, PARAMETER_KINDS);
      // Lists share a name and differ in their texts.
      compiled = { text, order, name: createHash('sha256').update(text).digest('base64url') };
      known.set(statement, compiled);
    }
    const { text, order, name } = compiled;
    return { name, text, values: bind(order, params), statement: statement.name, query_timeout: timeoutMs };
  };
}

function bind(order: readonly string[], params: Params): SqlValue[] {
  return order.map((name) => {
    const value = params[name];
    if (value === undefined) throw new Error(`Parameter ${name} is missing`);
    return value;
  });
}

/** Runs the work again as long as it says that it may succeed. */
async function persist<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TryAgain)) throw error;
      if (attempt === MAX_ATTEMPTS) throw error.error;
    }
    // Those who met each other should not meet again.
    await pause(RETRY_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
  }
}

/** Gives a connection to the work, and drops it when it cannot be used any more. */
async function withClient<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await connect(pool);
  try {
    return await work(client);
  } finally {
    const { isBroken, prepared } = stateOf(client);
    client.release(isBroken || prepared.size >= MAX_PREPARED);
  }
}

/** Nothing was sent yet, so that another try is safe; it is made only when a connection that existed has gone. */
async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw unavailable(error as Error);
  }
}

function stateOf(client: Client): ClientState {
  const state = states.get(client);
  if (state === undefined) throw new Error('The connection is not of this pool.');
  return state;
}

interface Session {
  readonly pool: Pool;
  readonly options: PostgresOptions;
}

interface Step {
  readonly write: Write;
  readonly query: Query;
}

/** Reads change nothing: whatever happened to the connection, they can be sent again. */
function read({ pool, options }: Session, query: Query): Promise<readonly Row[]> {
  return withClient(pool, async (client) => {
    try {
      return (await send(client, query, options)).rows;
    } catch (error) {
      throw translateFailure(error, false);
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

async function writeAlone(client: PoolClient, { write, query }: Step, options: PostgresOptions): Promise<WriteResult> {
  try {
    const { rowCount } = await send(client, query, options);
    return rowCount === 0 && write.mustChange === true ? { kind: 'refused', step: 0 } : { kind: 'done' };
  } catch (error) {
    if (isNotUnique(error)) return { kind: 'notUnique', step: 0 };
    // A server that says good-bye without having completed the statement has not committed it.
    throw translateFailure(error, !isServerError(error) || stateOf(client).hasCompleted);
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
    const { command } = await sendText(client, 'commit', options.statementTimeoutMs + SILENCE_MS);
    // A transaction that an error has spoiled is rolled back by COMMIT, without an error.
    if (command !== 'COMMIT') throw new Error(`The transaction ended with ${command}.`);
    return result;
  } catch (error) {
    throw translateFailure(error, true);
  }
}

/** Before COMMIT nothing is stored, however it ends. */
async function runSteps(client: PoolClient, steps: readonly Step[], options: PostgresOptions): Promise<WriteResult> {
  let step = 0;
  try {
    await sendText(client, 'begin', options.statementTimeoutMs + SILENCE_MS);
    for (const { write, query } of steps) {
      const { rowCount } = await send(client, query, options);
      if (rowCount === 0 && write.mustChange === true) return { kind: 'refused', step };
      step += 1;
    }
    return { kind: 'done' };
  } catch (error) {
    if (isNotUnique(error)) return { kind: 'notUnique', step };
    await undo(client);
    throw translateFailure(error, false);
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

async function send(client: PoolClient, query: Query, options: PostgresOptions): Promise<QueryResult<Row>> {
  const start = monotonicMs();
  const result = await watched(client, () => client.query<Row>(query));
  stateOf(client).prepared.add(query.name);
  const durationMs = monotonicMs() - start;
  if (durationMs > options.slowStatementMs) options.onSlowStatement(query.statement, durationMs);
  return result;
}

function sendText(client: PoolClient, text: string, timeoutMs: number): Promise<QueryResult> {
  const query = { text, query_timeout: timeoutMs };
  return watched(client, () => client.query(query));
}

/** Notes what a failure says about the connection. */
async function watched<Result>(client: PoolClient, query: () => Promise<Result>): Promise<Result> {
  const state = stateOf(client);
  state.hasCompleted = false;
  try {
    return await query();
  } catch (error) {
    if (!isOfStatement(error)) state.isBroken = true;
    throw error;
  }
}

/** Migrations may take their time; only locks are waited for no longer than by others, as a line forms behind them. */
async function runScript(client: PoolClient, sql: string): Promise<void> {
  try {
    await sendText(client, `begin; set local statement_timeout = 0; ${sql}; commit`, NO_TIMEOUT_MS);
  } catch (error) {
    await undo(client);
    throw error;
  }
}

/** The lock is the connection's: it is free again when the process dies. */
async function runExclusively<Result>(config: ClientConfig, work: () => Promise<Result>): Promise<Result> {
  const client = new Client({ ...config, statement_timeout: 0, lock_timeout: 0 });
  // A migration is one transaction with its record, and the record is unique: two at once cannot both be stored.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    return await work();
  } finally {
    await client.end();
  }
}
