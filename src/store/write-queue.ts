/**
 * Group commit: units of work that arrive in one turn of the event loop share one transaction, and each is answered
 * only after its COMMIT. A lone unit waits one turn; under load groups grow by themselves.
 *
 * States. idle: nothing queued. scheduled: a flush will run at the end of this turn. waiting: another process holds the
 * database's write lock; the flush is tried again after a pause, until the oldest unit has waited `maxWaitMs`.
 * A flush empties the queue: every unit gets its facts after COMMIT, or, when the transaction as a whole fails, every
 * unit of the group gets the error and nothing of the group is stored.
 * A timer window of 2 or 5 ms in place of the turn was measured to be slower.
 */
import { monotonicMs } from '../lib/clock.ts';
import { Unavailable } from '../lib/unavailable.ts';
import type { Logged } from './changes/change.ts';
import type { LoggedUnit, Write, WriteResult } from './connection.ts';
import type { StoreObserver, UnitScope } from './observer.ts';
import { troubled } from './sqlite-failure.ts';
import { rejectWrite } from './write-limits.ts';
import type { WriteLimits } from './write-limits.ts';

/** A transaction over several units. `begin` and `commit` throw; `begin` says `false` when the database is locked. */
export interface GroupTransaction {
  begin(): boolean;
  /** @param isAlone no other unit is in the transaction, which is to be rolled back when this one is not done */
  run(writes: readonly Write[], isAlone: boolean): WriteResult;
  /** With the changes of what the unit is about to take along. */
  complete(logged: LoggedUnit): Logged;
  /** False once the database has given the transaction up by itself, as on a full disk: nothing of it will be stored. */
  isOpen(): boolean;
  /** @param logged the changes of the units that are done, in their order */
  commit(logged: readonly Logged[]): void;
  rollback(): void;
}

export interface WriteQueue {
  write(writes: readonly Write[], logged?: LoggedUnit): Promise<WriteResult>;
  /** Units that have not begun. */
  readonly length: number;
  /** Settles when nothing is queued any more. No unit may be added afterwards. */
  close(): Promise<void>;
}

interface Unit {
  readonly writes: readonly Write[];
  readonly logged: LoggedUnit | undefined;
  /** Of the monotonic clock. */
  readonly since: number;
  /** Of an observer. */
  readonly scope: UnitScope | undefined;
  resolve(result: WriteResult): void;
  reject(error: unknown): void;
}

/** Other servers of the file hold its lock for a commit, which takes some milliseconds: for so long it is tried often. */
const OFTEN_MS = 100;
const OFTEN_RETRY_MS = 1;
const RETRY_MS = 10;

export function createWriteQueue(transaction: GroupTransaction, limits: WriteLimits): WriteQueue {
  let queue: Unit[] = [];
  let isScheduled = false;
  let isClosed = false;
  const { observer } = limits;
  let onIdle: (() => void) | undefined;

  function schedule(pauseMs: number): void {
    isScheduled = true;
    if (pauseMs === 0) setImmediate(flush);
    else setTimeout(flush, pauseMs);
  }

  function flush(): void {
    isScheduled = false;
    const group = queue;
    queue = [];
    if (!commitGroup(transaction, group, observer)) queue = expire(group, limits).concat(queue);
    const [oldest] = queue;
    if (oldest !== undefined) schedule(monotonicMs() - oldest.since < OFTEN_MS ? OFTEN_RETRY_MS : RETRY_MS);
    else onIdle?.();
  }

  return {
    write: (writes, logged) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Unavailable('The store is closing.'));
        queue.push({ writes, logged, since: monotonicMs(), scope: observer?.openScope(), resolve, reject });
        if (!isScheduled) schedule(0);
      }),
    get length() {
      return queue.length;
    },
    close: () => {
      isClosed = true;
      return new Promise((resolve) => {
        if (queue.length === 0) resolve();
        else onIdle = resolve;
      });
    },
  };
}

/** Runs and answers the group; `false` when the database is locked and nothing was tried. */
function commitGroup(
  transaction: GroupTransaction,
  group: readonly Unit[],
  observer: StoreObserver | undefined,
): boolean {
  const answers: (() => void)[] = [];
  try {
    if (!transaction.begin()) return false;
    const logged: Logged[] = [];
    const isAlone = group.length === 1;
    for (const unit of group) answers.push(runUnit(transaction, unit, { logged, isAlone }));
    if (!transaction.isOpen()) return answerAll(answers);
    if (observer === undefined) transaction.commit(logged);
    else commitObserved(() => transaction.commit(logged), group, observer);
  } catch (error) {
    transaction.rollback();
    for (const unit of group) unit.reject(error);
    return true;
  }
  return answerAll(answers);
}

function answerAll(answers: readonly (() => void)[]): true {
  for (const answer of answers) answer();
  return true;
}

function commitObserved(commit: () => void, group: readonly Unit[], observer: StoreObserver): void {
  const startedAt = monotonicMs();
  commit();
  const run = { units: group.length, startedAt, durationMs: monotonicMs() - startedAt };
  observer.committed(
    run,
    group.map(({ scope }) => scope as UnitScope),
  );
}

interface Group {
  readonly logged: Logged[];
  readonly isAlone: boolean;
}

/** An error of one unit is its own, and the others of the group go on, unless it has ended the transaction for all. */
function runUnit(transaction: GroupTransaction, unit: Unit, { logged, isAlone }: Group): () => void {
  try {
    const { scope, writes } = unit;
    const changes = unit.logged && transaction.complete(unit.logged);
    const run = () => transaction.run(writes, isAlone);
    const result = scope === undefined ? run() : scope(run);
    if (result.kind !== 'done' && isAlone) transaction.rollback();
    else if (result.kind === 'done' && changes !== undefined) logged.push(changes);
    return () => unit.resolve(result);
  } catch (error) {
    if (isAlone || !transaction.isOpen()) throw error;
    return () => unit.reject(error);
  }
}

/** Refuses the units that have waited too long for the lock; gives the others. */
function expire(group: readonly Unit[], limits: WriteLimits): Unit[] {
  const now = monotonicMs();
  const [late, waiting] = [[] as Unit[], [] as Unit[]];
  for (const unit of group) (now - unit.since >= limits.maxWaitMs ? late : waiting).push(unit);
  for (const { reject } of late) rejectWrite(reject, limits, troubled('locked'));
  return waiting;
}
