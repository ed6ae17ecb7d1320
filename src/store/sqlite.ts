/** SQLite through node:sqlite: one file, one connection, group commit. */
import { closeSync, openSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { monotonicMs } from '../lib/clock.ts';
import { createCommitSignal } from './changes/commit-signal.ts';
import { createSqliteLog } from './changes/sqlite-log.ts';
import type { ChangeLogOptions, OpenTransaction, SqliteLog } from './changes/sqlite-log.ts';
import type { Params, ReadView, Row, SqlConnection, Statement, Transaction, Write, WriteResult } from './connection.ts';
import { compile, sqliteDialect } from './dialect.ts';
import type { SqlValue } from './dialect.ts';
import type { StatementRun } from './observer.ts';
import { purgeFile } from './sqlite-purge.ts';
import { createReadTurn, rollBack } from './sqlite-read-turn.ts';
import type { ReadTurn } from './sqlite-read-turn.ts';
import { isBusy, isSqliteNotUnique, translateCommitFailure } from './sqlite-failure.ts';
import { createSqliteHealth } from './sqlite-health.ts';
import { bind, createPreparer, runRead } from './sqlite-statements.ts';
import type { Prepared } from './sqlite-statements.ts';
import type { SqliteHealth } from './sqlite-health.ts';
import { createWriteQueue } from './write-queue.ts';
import type { WriteLimits } from './write-limits.ts';
import type { GroupTransaction } from './write-queue.ts';

export interface SqliteOptions extends WriteLimits {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** Told of each statement that held the event loop longer than `slowStatementMs`. */
  onSlowStatement(statement: string, durationMs: number): void;
  readonly slowStatementMs: number;
  /** Without it no change is logged. */
  readonly changeLog?: ChangeLogOptions | undefined;
  /** Called on closing, when all that was written is in the file and its log is needed no more. */
  onCheckpointed?(): void;
}

// Answers come after COMMIT, so COMMIT must reach the disk: FULL syncs the log at each. The log is written back when it has
// 16 MB: a page that many commits change is written once. The cache, of 16 MB too, holds the inner pages of the table and the
// indexes of ten million activities.
const PRAGMAS = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma wal_autocheckpoint = 4000;
  pragma foreign_keys = on;
  pragma trusted_schema = off;
  pragma cache_size = -16000;
`;

/** Writes the first page and changes nothing that is read. */
const PROBE: Write = { statement: { name: 'probeWrite', sql: 'pragma user_version = 0' }, params: {} };

/** Opens or makes the database. @throws the error of node:sqlite when the file cannot be opened or is no database. */
export function openSqlite(options: SqliteOptions): SqlConnection {
  makePrivate(options.path);
  // The lock is waited for in the write queue, where the event loop is free: hence no busy timeout here.
  const database = new DatabaseSync(options.path, { timeout: 0 });
  database.exec(PRAGMAS);
  const prepare = createPreparer(database);
  const health = createSqliteHealth(options.path, options.onTrouble);
  const turn = createReadTurn(database);
  const signal = createCommitSignal();
  const log = options.changeLog && createSqliteLog(options.changeLog, signal.committed);
  const transaction = createTransaction(database, prepare, { ...options, turn, health, log });
  const queue = createWriteQueue(transaction, options);
  const keptQueue = createWriteQueue(withoutReferences(database, turn, transaction), options);
  const read = createReader(prepare, { ...options, health });
  return {
    dialect: sqliteDialect,
    read: (statement, params) => {
      turn.begin();
      return read(statement, params);
    },
    openReadView: async () => openReadView({ ...options, health }),
    write: (writes, logged) =>
      writes.length === 0 && log === undefined ? Promise.resolve({ kind: 'done' }) : queue.write(writes, logged),
    writeKept: (writes, logged) => keptQueue.write(writes, logged),
    listLogHeads: () => log?.heads() ?? [],
    onCommit: signal.listen,
    transact: (work) => {
      turn.end();
      return transact({ ...options, health }, work);
    },
    script: async (sql) => {
      turn.end();
      health.guard(() => runScript(database, sql));
    },
    checkWritable: async () => {
      if (!health.isKnownGood()) await queue.write([PROBE]);
    },
    describeLoad: () => ({ queuedUnits: queue.length + keptQueue.length }),
    measureBytes: async () => measureBytes(database, options.path),
    purge: async () => {
      turn.end();
      if (options.path === ':memory:') database.exec('vacuum');
      else await purgeFile(options.path);
      return [];
    },
    // One process serves a file: there are no others to lock out.
    exclusively: (work) => work(),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([queue.close(), keptQueue.close()]);
      turn.end();
      if (isCheckpointed(database)) options.onCheckpointed?.();
      database.close();
    },
  };
}

/** Whether all of the log is in the file now. Otherwise the log stays: a reader needs it, or the disk is full. */
function isCheckpointed(database: DatabaseSync): boolean {
  try {
    return database.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] === 0;
  } catch {
    return false;
  }
}

/** A transaction on a connection of its own: in WAL mode it sees what was committed before its first read, and nothing later. */
function openReadView(options: SqliteOptions & HealthOption): ReadView {
  const { path, health } = options;
  const database = health.guard(() => new DatabaseSync(path, { timeout: 0, readOnly: true }));
  try {
    health.guard(() => database.exec('begin; select count(*) from sqlite_schema'));
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    read: createReader(createPreparer(database), options),
    stream: (statement) => stream(database, statement, health),
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

/** So many rows, of which each takes some microseconds, hold the event loop at once. */
const PAGE_ROWS = 1000;

async function* stream(
  database: DatabaseSync,
  { sql }: Statement,
  health: SqliteHealth,
): ReturnType<ReadView['stream']> {
  const prepared = database.prepare(compile(sql, sqliteDialect).sql);
  prepared.setReturnArrays(true);
  const rows = prepared.iterate() as unknown as Iterator<readonly SqlValue[]>;
  const nextPage = (): readonly (readonly SqlValue[])[] => {
    const page: (readonly SqlValue[])[] = [];
    for (let row = rows.next(); row.done !== true; row = rows.next()) {
      page.push(row.value);
      if (page.length === PAGE_ROWS) break;
    }
    return page;
  };
  for (;;) {
    const page = health.guard(nextPage);
    if (page.length > 0) yield page;
    if (page.length < PAGE_ROWS) return;
    await nextTurn();
  }
}

/** Waits for the lock in the call itself: this is for processes that serve no requests meanwhile. */
async function transact<Result>(
  options: SqliteOptions & HealthOption,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  if (options.path === ':memory:') throw new Error('A database in memory has one connection.');
  const { path, maxWaitMs, health } = options;
  const database = health.guard(() => new DatabaseSync(path, { timeout: maxWaitMs }));
  try {
    database.exec(PRAGMAS);
    const prepare = createPreparer(database);
    const read = createReader(prepare, options);
    health.guard(() => database.exec('begin immediate'));
    const result = await work({
      read: async (statement, params) => read(statement, params),
      run: async (statement, params) => {
        const prepared = prepare(statement);
        health.guard(() => prepared.statement.run(...bind(prepared, params)));
      },
    });
    health.guard(() => database.exec('commit'), translateCommitFailure);
    return result;
  } finally {
    rollBack(database);
    database.close();
  }
}

interface HealthOption {
  readonly health: SqliteHealth;
}

function createReader(
  prepare: (statement: Statement) => Prepared,
  options: SqliteOptions & HealthOption,
): ReadView['read'] {
  const report = createReporter('read', options);
  return (statement, params) => {
    const startedAt = monotonicMs();
    let rows: readonly Row[] | undefined;
    try {
      rows = runRead(prepare(statement), params);
      return rows;
    } catch (error) {
      throw options.health.noteFailure(error);
    } finally {
      report(statement, startedAt, rows === undefined);
    }
  };
}

/** The database holds private keys: it is for its owner only, and the files beside it take its permissions over. */
export function makePrivate(path: string): void {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
}

function runScript(database: DatabaseSync, sql: string): void {
  try {
    database.exec(`begin immediate; ${sql}; commit;`);
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

function createTransaction(
  database: DatabaseSync,
  prepare: (statement: Statement) => Prepared,
  options: SqliteOptions & HealthOption & { readonly turn: ReadTurn; readonly log: SqliteLog | undefined },
): GroupTransaction {
  const report = createReporter('write', options);
  const run: StatementRunner = (statement, params) => {
    const startedAt = monotonicMs();
    let changes: number | undefined;
    try {
      const prepared = prepare(statement);
      changes = Number(prepared.statement.run(...bind(prepared, params)).changes);
      return changes;
    } finally {
      report(statement, startedAt, changes === undefined);
    }
  };
  const inTransaction: OpenTransaction = {
    run: (statement, params) => void run(statement, params),
    read: (statement, params) => runRead(prepare(statement), params),
  };
  // Given as text, each would be compiled every time.
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  const { health, turn, log } = options;
  return {
    begin: () => {
      turn.end();
      try {
        begin.run();
        return true;
      } catch (error) {
        if (isBusy(error)) return false;
        throw health.noteFailure(error);
      }
    },
    run: (writes, isAlone) => {
      try {
        // A single statement undoes itself when it fails. Several need a mark to go back to where others are in the
        // transaction: for it, SQLite copies each page that they change.
        if (isAlone || (writes.length === 1 && writes[0]?.many === undefined)) return runSteps(writes, run);
        database.exec('savepoint unit');
        const result = runOrUndo(database, () => runSteps(writes, run));
        database.exec(result.kind === 'done' ? 'release unit' : 'rollback to unit; release unit');
        return result;
      } catch (error) {
        throw health.noteFailure(error);
      }
    },
    complete: (logged) =>
      log === undefined || logged.taken === undefined
        ? logged
        : health.guard(() => log.complete(logged, inTransaction)),
    isOpen: () => database.isTransaction,
    commit: (logged) => {
      health.guard(() => log?.append(logged, inTransaction));
      health.guard(() => commit.run(), translateCommitFailure);
      log?.settle(true);
      health.noteStored();
    },
    rollback: () => {
      log?.settle(false);
      rollBack(database);
    },
  };
}

/**
 * References are checked row by row, and a table that others refer to is emptied row by row: without them a restore takes
 * a third of the time. The switch works only between transactions; a flush holds the event loop from one to the other.
 */
function withoutReferences(
  database: DatabaseSync,
  turn: ReadTurn,
  { begin, commit, rollback, ...others }: GroupTransaction,
): GroupTransaction {
  const check = (isOn: boolean): void => database.exec(`pragma foreign_keys = ${isOn ? 'on' : 'off'}`);
  return {
    ...others,
    begin: () => {
      turn.end();
      check(false);
      const hasBegun = begin();
      if (!hasBegun) check(true);
      return hasBegun;
    },
    commit: (logged) => {
      commit(logged);
      check(true);
    },
    rollback: () => {
      rollback();
      check(true);
    },
  };
}

const DONE: WriteResult = { kind: 'done' };

function runOrUndo(database: DatabaseSync, steps: () => WriteResult): WriteResult {
  try {
    return steps();
  } catch (error) {
    if (database.isTransaction) database.exec('rollback to unit; release unit');
    throw error;
  }
}

function runSteps(writes: readonly Write[], run: StatementRunner): WriteResult {
  for (let step = 0; step < writes.length; step += 1) {
    const { statement, params, many = [params], mustChange } = writes[step] as Write;
    try {
      for (const each of many) {
        const changes = run(statement, each);
        if (changes === 0 && mustChange === true) return { kind: 'refused', step };
      }
    } catch (error) {
      if (!isSqliteNotUnique(error)) throw error;
      return { kind: 'notUnique', step };
    }
  }
  return DONE;
}

/** @returns the rows that it has changed */
type StatementRunner = (statement: Statement, params: Params) => number;

type Reporter = (statement: Statement, startedAt: number, hasFailed: boolean) => void;

/** Called when a statement has run. */
function createReporter(kind: StatementRun['kind'], options: SqliteOptions): Reporter {
  const { slowStatementMs, observer } = options;
  return ({ name }, startedAt, hasFailed) => {
    const durationMs = monotonicMs() - startedAt;
    if (durationMs > slowStatementMs && !hasFailed) options.onSlowStatement(name, durationMs);
    observer?.statementRan({ name, kind, startedAt, durationMs, hasFailed });
  };
}

/** In memory the pages are all there is; a file may have a log beside it. */
function measureBytes(database: DatabaseSync, path: string): number {
  if (path !== ':memory:') return sizeOf(path) + sizeOf(`${path}-wal`);
  const { page_count: pages } = database.prepare('pragma page_count').get() ?? {};
  const { page_size: bytes } = database.prepare('pragma page_size').get() ?? {};
  return Number(pages) * Number(bytes);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
