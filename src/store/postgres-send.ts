/** Statements on their way to PostgreSQL: each is measured, and what a failure says of its connection is noted. */
import type { PoolClient, QueryResult } from 'pg';

import { monotonicMs } from '../lib/clock.ts';
import type { Row } from './connection.ts';
import type { StatementRun, StoreObserver, UnitScope } from './observer.ts';
import { stateOf, watched } from './postgres-pool.ts';
import type { PostgresQuery } from './postgres-query.ts';

export interface SendOptions {
  /** Milliseconds that a statement may run, and a transaction may idle. */
  readonly statementTimeoutMs: number;
  /** Told of each statement that took longer than `slowStatementMs`, the network included. */
  onSlowStatement(statement: string, durationMs: number): void;
  readonly slowStatementMs: number;
  readonly observer?: StoreObserver | undefined;
}

/** A statement's own timeout comes first; this one is for a server that has gone silent. */
export const SILENCE_MS = 5000;

/** How a statement is reported. */
export interface Sending {
  readonly options: SendOptions;
  readonly kind: StatementRun['kind'];
  /** Of the units that the statement commits, where it is a transaction by itself. */
  readonly scopes?: readonly (UnitScope | undefined)[];
}

export async function sendQuery(client: PoolClient, query: PostgresQuery, sending: Sending): Promise<QueryResult<Row>> {
  const result = await timed(query.statement, sending, () => watched(client, () => client.query<Row>(query)));
  stateOf(client).prepared.add(query.name);
  return result;
}

export async function timed<Result>(
  name: string,
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

export function sendText(client: PoolClient, text: string, timeoutMs: number): Promise<QueryResult> {
  const query = { text, query_timeout: timeoutMs };
  return watched(client, () => client.query(query));
}
