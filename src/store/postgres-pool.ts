/** Connections to PostgreSQL: those of the pool, what is known of each, and when one is dropped. */
import { Pool } from 'pg';
import type { Client, ClientConfig, PoolClient } from 'pg';

import { BUSY, Unavailable } from '../lib/unavailable.ts';
import { isOfStatement, unreachable } from './postgres-failure.ts';

/** Idle connections beyond need are closed after this time. */
const IDLE_MS = 30_000;
/** Texts of lists depend on requests. A connection that has prepared so many is closed, so that the server's memory is bounded. */
const MAX_PREPARED = 1000;
/** What the pool says when it has as many connections as it may, and none became free in time. */
const NONE_FREE = 'timeout exceeded when trying to connect';
const ALL_IN_USE = 'All connections to the database have been in use for too long.';

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

export function createPool(config: ClientConfig, maxConnections: number): Pool {
  const pool = new Pool({ ...config, max: maxConnections, idleTimeoutMillis: IDLE_MS });
  pool.on('connect', (client) => {
    const state: ClientState = { prepared: new Set(), hasCompleted: false, isBroken: false };
    states.set(client, state);
    client.connection.on('commandComplete', () => (state.hasCompleted = true));
    // Users of the connection see the failure of their statement.
    client.on('error', () => undefined);
  });
  // An idle connection has gone and was dropped by the pool. The next use connects anew, and tells when that fails.
  pool.on('error', () => undefined);
  return pool;
}

/** Gives a connection to the work, and drops it when it cannot be used any more. */
export async function withClient<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
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
    const isNoneFree = (error as Error).message === NONE_FREE;
    throw isNoneFree ? new Unavailable(ALL_IN_USE, { ...BUSY, cause: error }) : unreachable(error as Error);
  }
}

export function stateOf(client: Client): ClientState {
  const state = states.get(client);
  if (state === undefined) throw new Error('The connection is not of this pool.');
  return state;
}

/** Notes what a failure says about the connection. */
export async function watched<Result>(client: PoolClient, query: () => Promise<Result>): Promise<Result> {
  const state = stateOf(client);
  state.hasCompleted = false;
  try {
    return await query();
  } catch (error) {
    if (!isOfStatement(error)) state.isBroken = true;
    throw error;
  }
}
