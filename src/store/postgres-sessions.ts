/** What takes its time on a PostgreSQL database, each on a connection of its own that the pool knows nothing of. */
import { setTimeout as pauseFor } from 'node:timers/promises';
import { Client } from 'pg';
import type { ClientConfig, QueryResult } from 'pg';

import type { Params, ReadView, Row, Statement, Transaction } from './connection.ts';
import type { SqlValue } from './dialect.ts';
import { unreachable } from './postgres-failure.ts';
import { hasNul } from './postgres-query.ts';
import type { PostgresQuery, QueryMaker } from './postgres-query.ts';
import { monotonicMs } from '../lib/clock.ts';

/** The longest that a timer takes: as good as none. */
export const NO_TIMEOUT_MS = 2 ** 31 - 1;
/** Of this program, in PostgreSQL's space of such numbers: the letters VIVA. */
const ADVISORY_LOCK = 0x56495641;
const UNHURRIED = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 };

/** Sends a query of a view. */
export type ViewRead = (client: Client, query: PostgresQuery) => Promise<QueryResult<Row>>;

/** On a connection of its own, which may idle for long. */
export async function openReadView(config: ClientConfig, toQuery: QueryMaker, read: ViewRead): Promise<ReadView> {
  const client = new Client({ ...config, idle_in_transaction_session_timeout: 0 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // What the transaction sees is settled by its first statement.
    await client.query('begin isolation level repeatable read, read only; select 1');
  } catch (error) {
    await client.end();
    throw unreachable(error as Error);
  }
  return {
    read: async (statement, params) => {
      if (hasNul(params)) return [];
      return (await read(client, toQuery(statement, params))).rows;
    },
    stream: (statement) => stream(client, toQuery(statement, {}).text),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const PAGE_ROWS = 1000;

async function* stream(client: Client, text: string): ReturnType<ReadView['stream']> {
  const send = (sql: string) => {
    const query = { text: sql, rowMode: 'array', query_timeout: NO_TIMEOUT_MS } as const;
    return client.query<SqlValue[]>(query);
  };
  await send(`declare pages no scroll cursor for ${text}`);
  for (;;) {
    const { rows } = await send(`fetch ${PAGE_ROWS} from pages`);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE_ROWS) break;
  }
  await send('close pages');
}

/** As `SqlConnection.transact`. */
export async function transact<Result>(
  config: ClientConfig,
  toQuery: QueryMaker,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ ...config, ...UNHURRIED });
  client.on('error', () => undefined);
  const send = (statement: Statement, params: Params) => {
    const query = { ...toQuery(statement, params), query_timeout: NO_TIMEOUT_MS };
    return client.query<Row>(query);
  };
  try {
    await client.connect();
    await client.query('begin');
    const result = await work({
      read: async (statement, params) => (await send(statement, params)).rows,
      run: async (statement, params) => void (await send(statement, params)),
    });
    await client.query('commit');
    return result;
  } finally {
    // Without COMMIT, the server rolls back.
    await client.end();
  }
}

/** The lock is a transaction's: it is free again when the process dies, and a pooler between hands it to nobody else. */
export async function runExclusively<Result>(config: ClientConfig, work: () => Promise<Result>): Promise<Result> {
  const client = new Client({ ...config, ...UNHURRIED });
  // A migration is one transaction with its record, and the record is unique: two at once cannot both be stored.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    return await work();
  } finally {
    await client.end();
  }
}

/** Its rows are values of other tables: the most frequent ones, and those that divide the others. */
const STATISTICS = 'pg_catalog.pg_statistic';

const STILL_SEEN =
  'A transaction that began before still sees what was deleted, so that it is kept: erase again when it has ended.';
const OLDER_WAIT_MS = 30_000;
const OLDER_PAUSE_MS = 50;

/**
 * A rewrite keeps rows that somebody may still see. Three things hold them: a transaction that is still open, in any
 * database of the server, since the rewrite's own snapshot reaches back to it; a snapshot taken before; a replication slot.
 * A statistics worker that has just begun is enough.
 */
const IS_SEEN = `select
    age(cast(cast(mod(cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint), 4294967296) as text) as xid))
      > age(cast(cast($1 as text) as xid))
    or exists (select 1 from pg_stat_activity where (datname = current_database() or datname is null)
      and pid <> pg_backend_pid() and age(backend_xmin) > age(cast(cast($1 as text) as xid)))
    or exists (select 1 from pg_replication_slots where age(xmin) > age(cast(cast($1 as text) as xid))) as is_seen`;

async function whenOlderHaveEnded(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ bound: string }>(
    'select cast(mod(cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as bigint), 4294967296) as text) as bound',
  );
  const until = monotonicMs() + OLDER_WAIT_MS;
  while (monotonicMs() < until) {
    const found = await client.query<{ is_seen: 0 | 1 }>(IS_SEEN, [rows[0]?.bound]);
    if (found.rows[0]?.is_seen === 0) return true;
    await pauseFor(OLDER_PAUSE_MS);
  }
  return false;
}

/** As `SqlConnection.purge`. A table that is rewritten is locked meanwhile. */
export async function purge(config: ClientConfig, tables: readonly string[]): Promise<readonly string[]> {
  const client = new Client({ ...config, ...UNHURRIED });
  client.on('error', () => undefined);
  const problems: string[] = [];
  let table = '';
  // Who may not rewrite a table is told so, and it is passed over.
  client.on('notice', ({ message }) => void (table !== STATISTICS && problems.push(`${message}.`)));
  try {
    await client.connect();
    if (!(await whenOlderHaveEnded(client))) problems.push(STILL_SEEN);
    for (table of [...tables, STATISTICS]) {
      const query = { text: `vacuum (full, analyze) ${table}`, query_timeout: NO_TIMEOUT_MS };
      await client.query(query);
    }
    return problems;
  } finally {
    await client.end();
  }
}
