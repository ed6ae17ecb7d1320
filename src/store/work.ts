/**
 * Work on a database, written once for all of them: a generator that yields what it asks for and goes on with the answer.
 * A database that answers at once, as SQLite does, runs work through without a promise; one that is waited for, awaits.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ItemChange, Origin } from './changes/change.ts';
import type {
  LoggedUnit,
  Params,
  Row,
  SqlConnection,
  Statement,
  Tuple,
  TupleStatement,
  Write,
  WriteResult,
} from './connection.ts';

export type Work<Result> = Generator<Ask, Result, unknown>;

type Changes = Pick<LoggedUnit, 'changes' | 'taken'>;

type Ask =
  | { readonly kind: 'read'; readonly statement: Statement; readonly params: Params }
  | { readonly kind: 'write'; readonly writes: readonly Write[]; readonly changes: Changes }
  | { readonly kind: 'pause' }
  | { readonly kind: 'wait'; readonly start: () => Promise<unknown> };

export function* read(statement: Statement, params: Params): Work<readonly Row[]> {
  return (yield { kind: 'read', statement, params }) as readonly Row[];
}

export function* readFirst(statement: Statement, params: Params): Work<Row | undefined> {
  return ((yield { kind: 'read', statement, params }) as readonly Row[])[0];
}

export function* readTuples(statement: TupleStatement, params: Params): Work<readonly Tuple[]> {
  return (yield { kind: 'read', statement, params }) as readonly Tuple[];
}

/** All of the writes or none, as `SqlConnection.write`, with what they change, which the change log keeps beside them. */
export function* change(changes: readonly ItemChange[], ...writes: readonly Write[]): Work<WriteResult> {
  return (yield { kind: 'write', writes, changes: { changes } }) as WriteResult;
}

/** As {@link change}, with the rows that the write takes along. */
export function* changeTaking(changes: Required<Changes>, write: Write): Work<WriteResult> {
  return (yield { kind: 'write', writes: [write], changes }) as WriteResult;
}

/** Lets other requests run before long work goes on. */
export function* pause(): Work<void> {
  yield { kind: 'pause' };
}

/** Waits for something other than the database, such as a password that is stretched. */
export function* wait<Value>(start: () => Promise<Value>): Work<Value> {
  return (yield { kind: 'wait', start }) as Value;
}

export type Database = Pick<SqlConnection, 'read'> & {
  write(writes: readonly Write[], logged?: LoggedUnit): WriteResult | Promise<WriteResult>;
  /** Who changes what the work changes. */
  readonly findOrigin?: () => Origin;
};

/**
 * The result at once when the database gives all answers at once.
 * @param from where the work is, when it has begun
 * @throws what the work and the database throw
 */
export function runWork<Result>(
  work: Work<Result>,
  database: Database,
  from: IteratorResult<Ask, Result> = work.next(),
): Result | Promise<Result> {
  let step = from;
  while (step.done !== true) {
    let answer: unknown;
    try {
      answer = ask(step.value, database);
    } catch (error) {
      step = work.throw(error);
      continue;
    }
    if (answer instanceof Promise) {
      return answer.then(
        (value: unknown) => runWork(work, database, work.next(value)),
        (error: unknown) => runWork(work, database, work.throw(error)),
      );
    }
    step = work.next(answer);
  }
  return step.value;
}

function ask(wanted: Ask, database: Database): unknown {
  switch (wanted.kind) {
    case 'read':
      return database.read(wanted.statement, wanted.params);
    case 'write': {
      // Work that nobody stands for is the server's own.
      const origin = database.findOrigin?.() ?? { channel: 'server', operation: 'unnamed' };
      return database.write(wanted.writes, { ...wanted.changes, origin });
    }
    case 'pause':
      return nextTurn();
    case 'wait':
      return wanted.start();
    default:
      return wanted satisfies never;
  }
}

/** The same functions for those who await them. */
export type Awaitable<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (...args: infer Args) => Work<infer Result>
    ? (...args: Args) => Promise<Result>
    : never;
};

export function awaitable<Functions extends object>(functions: Functions, database: Database): Awaitable<Functions> {
  const entries = Object.entries(functions as Record<string, (...args: readonly unknown[]) => Work<unknown>>);
  return Object.fromEntries(
    entries.map(([name, start]) => [name, async (...args: readonly unknown[]) => runWork(start(...args), database)]),
  ) as Awaitable<Functions>;
}
