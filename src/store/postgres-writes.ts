/** Units of work on PostgreSQL, each with what is logged of it: a statement by itself, several in a transaction, many as one. */
import type { Pool, PoolClient } from 'pg';

import { monotonicMs } from '../lib/clock.ts';
import type { Segment } from './changes/chain.ts';
import { withTaken } from './changes/change.ts';
import type { ItemChange, Logged } from './changes/change.ts';
import type { Ask, PostgresLog } from './changes/postgres-log.ts';
import type { LoggedUnit, Params, Statement, Write, WriteResult } from './connection.ts';
import type { UnitScope } from './observer.ts';
import { isOfValues, isPostgresNotUnique, isServerError, translatePostgresFailure } from './postgres-failure.ts';
import { COPY_FORMS, copyRows } from './postgres-copy.ts';
import type { CopyStep } from './postgres-copy.ts';
import { stateOf, withClient } from './postgres-pool.ts';
import type { PostgresQuery, QueryMaker } from './postgres-query.ts';
import { sendQuery, sendText, SILENCE_MS } from './postgres-send.ts';
import type { SendOptions } from './postgres-send.ts';
import { SET_KEY, SET_STATEMENTS } from './postgres-sets.ts';

export interface WriteSession {
  readonly pool: Pool;
  readonly options: SendOptions;
  readonly toQuery: QueryMaker;
  readonly log: PostgresLog | undefined;
}

export interface Step {
  readonly write: Pick<Write, 'statement' | 'params' | 'mustChange'>;
  readonly query: PostgresQuery;
  /** How many units the query does the write for, where it has a text for many. */
  readonly units?: number;
  /** In place of the query. */
  readonly copy?: CopyStep;
}

/** A write of many as a copy or one query where there is a text for it, otherwise as one each. */
export function stepsOf({ many, ...write }: Write, toQuery: QueryMaker): readonly Step[] {
  const { statement } = write;
  if (many === undefined) return [{ write, query: toQuery(statement, write.params) }];
  const set = SET_STATEMENTS.get(statement.name);
  const form = COPY_FORMS.get(statement.name);
  const [params = {}] = many;
  if (form !== undefined) {
    const query = toQuery(form.guard, params, many);
    return [{ write: { ...write, params }, query, units: many.length, copy: { form, guard: query, rows: many } }];
  }
  if (set !== undefined)
    return [{ write: { ...write, params }, query: toQuery(set, params, many), units: many.length }];
  return many.map((each) => ({ write: { ...write, params: each }, query: toQuery(statement, each) }));
}

export function writeUnit(
  session: WriteSession,
  steps: readonly Step[],
  logged: LoggedUnit | undefined,
): Promise<WriteResult> {
  const [first] = steps;
  const { pool, options, log } = session;
  return withClient(pool, (client) => {
    if (log === undefined || logged === undefined) return writeSteps(client, steps, options);
    const ask = askOf(session, client);
    const write = (changes: Logged, work: (segments: readonly Segment[]) => Promise<WriteResult>) =>
      log.write(ask, [changes], async (segments) => {
        const result = await work(segments);
        return { result, isStored: () => result.kind === 'done' };
      });
    if (logged.taken !== undefined) return writeTaking({ session, client, ask, write }, steps, logged);
    return write(logged, (segments) => {
      const [segment, ...others] = segments;
      if (steps.length === 1 && first !== undefined && first.units === undefined && others.length === 0)
        return writeAlone(client, withSegment(session, first, segment), options);
      return writeSteps(client, [...steps, ...segmentSteps(session, segments)], options);
    });
  });
}

function writeSteps(client: PoolClient, steps: readonly Step[], options: SendOptions): Promise<WriteResult> {
  const [first] = steps;
  return steps.length === 1 && first !== undefined && first.units === undefined
    ? writeAlone(client, first, options)
    : writeTogether(client, steps, options);
}

interface TakingWrite {
  readonly session: WriteSession;
  readonly client: PoolClient;
  readonly ask: Ask;
  write(changes: Logged, work: (segments: readonly Segment[]) => Promise<WriteResult>): Promise<WriteResult>;
}

/** What the unit takes along is read in its transaction: its changes, and so its segments, are known only then. */
async function writeTaking(
  { session, client, ask, write }: TakingWrite,
  steps: readonly Step[],
  logged: LoggedUnit,
): Promise<WriteResult> {
  const { options } = session;
  let refused: WriteResult | undefined;
  try {
    await begin(client, options);
    const changes: ItemChange[] = [];
    for (const { statement, params, changeOf } of logged.taken ?? []) {
      for (const row of await ask(statement, params)) changes.push(...[changeOf(row) ?? []].flat());
    }
    return await write(withTaken(logged, changes), async (segments) => {
      const all = [...steps, ...segmentSteps(session, segments)];
      const result = await goOn(client, all, options);
      if (result.kind === 'done') return result;
      // A chain that was opened in this transaction has gone with it, so none of them may be used again.
      refused = result;
      throw new Error('The unit was undone.');
    });
  } catch (error) {
    if (refused !== undefined) return refused;
    await undo(client);
    throw error;
  }
}

/** The statement with what is logged of it, which is stored when the statement changes a row. */
function withSegment({ toQuery, log }: WriteSession, { write, query }: Step, segment: Segment | undefined): Step {
  if (segment === undefined) return { write, query };
  const { form } = log as PostgresLog;
  const params = { ...write.params, ...form.params(segment) };
  return { write, query: toQuery(form.withChange(write.statement), params) };
}

function segmentSteps({ toQuery, log }: WriteSession, segments: readonly Segment[]): readonly Step[] {
  const { form } = log as PostgresLog;
  return segments
    .flatMap((segment) => form.writes(segment))
    .map((write) => ({ write, query: toQuery(write.statement, write.params) }));
}

function askOf({ toQuery, options }: WriteSession, client: PoolClient): Ask {
  return async (statement, params) => {
    try {
      return (await sendQuery(client, toQuery(statement, params), { options, kind: 'write' })).rows;
    } catch (error) {
      throw translatePostgresFailure(error, false);
    }
  };
}

export interface SetWrite {
  readonly write: Write;
  readonly many: Statement;
  readonly logged: Logged | undefined;
  /** Of an observer. */
  readonly scope: UnitScope | undefined;
}

/** Of the units of one kind the keys of those that are done; `undefined` when the values of one of them failed them all. */
export function writeSet(session: WriteSession, group: readonly SetWrite[]): Promise<ReadonlySet<string> | undefined> {
  const { pool, log } = session;
  const logged = group.flatMap((one) => one.logged ?? []);
  const [{ write, many }] = group as readonly [SetWrite];
  const all = group.map((one) => one.write.params);
  const scopes = group.map(({ scope }) => scope);
  return withClient(pool, (client) => {
    if (log === undefined || logged.length === 0)
      return writeMany(session, client, { many, params: write.params, all, scopes });
    return log.write(askOf(session, client), logged, async ([segment]) => {
      const params = { ...write.params, ...log.form.params(segment as Segment) };
      const done = await writeMany(session, client, { many: log.form.withChanges(many), params, all, scopes });
      return { result: done, isStored: ({ itemId }) => done?.has(String(itemId)) === true };
    });
  });
}

interface ManyWrite {
  readonly many: Statement;
  /** What the units share. */
  readonly params: Params;
  readonly all: readonly Params[];
  readonly scopes: readonly (UnitScope | undefined)[];
}

async function writeMany(
  { toQuery, options }: WriteSession,
  client: PoolClient,
  { many, params, all, scopes }: ManyWrite,
): Promise<ReadonlySet<string> | undefined> {
  try {
    const { rows } = await sendQuery(client, toQuery(many, params, all), { options, kind: 'write', scopes });
    return new Set(rows.map((row) => String(row[SET_KEY])));
  } catch (error) {
    if (isOfValues(error)) return undefined;
    throw translatePostgresFailure(error, !isServerError(error) || stateOf(client).hasCompleted);
  }
}

async function writeAlone(client: PoolClient, { write, query }: Step, options: SendOptions): Promise<WriteResult> {
  try {
    const scopes = [options.observer?.openScope()];
    const { rowCount } = await sendQuery(client, query, { options, kind: 'write', scopes });
    return rowCount === 0 && write.mustChange === true ? { kind: 'refused', step: 0 } : { kind: 'done' };
  } catch (error) {
    if (isPostgresNotUnique(error)) return { kind: 'notUnique', step: 0 };
    // A server that says good-bye without having completed the statement has not committed it.
    throw translatePostgresFailure(error, !isServerError(error) || stateOf(client).hasCompleted);
  }
}

async function writeTogether(client: PoolClient, steps: readonly Step[], options: SendOptions): Promise<WriteResult> {
  try {
    await begin(client, options);
  } catch (error) {
    await undo(client);
    throw translatePostgresFailure(error, false);
  }
  return goOn(client, steps, options);
}

async function begin(client: PoolClient, { statementTimeoutMs }: SendOptions): Promise<void> {
  await sendText(client, 'begin', statementTimeoutMs + SILENCE_MS);
}

/** From within a transaction to its end. */
async function goOn(client: PoolClient, steps: readonly Step[], options: SendOptions): Promise<WriteResult> {
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
async function runSteps(client: PoolClient, steps: readonly Step[], options: SendOptions): Promise<WriteResult> {
  let step = 0;
  try {
    for (const { write, query, units = 1, copy } of steps) {
      const sending = { options, kind: 'write' } as const;
      const rowCount = copy
        ? await copyRows(client, copy, sending)
        : (await sendQuery(client, query, sending)).rowCount;
      if (Number(rowCount) < units && write.mustChange === true) return { kind: 'refused', step };
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
export async function undo(client: PoolClient): Promise<void> {
  if (stateOf(client).isBroken) return;
  try {
    await sendText(client, 'rollback', SILENCE_MS);
  } catch {
    stateOf(client).isBroken = true;
  }
}
