/** What reads along with a database, for metrics and traces. Without an observer nothing is measured. */

/** A statement that has run, or has failed. */
export interface StatementRun {
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** Of the monotonic clock. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly hasFailed: boolean;
}

/** A transaction that is stored. */
export interface CommitRun {
  /** Units of work that share it. */
  readonly units: number;
  /** Of the monotonic clock. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** Runs the work as a part of the request that has asked for it, whichever request the caller belongs to. */
export type UnitScope = <Result>(work: () => Result) => Result;

export interface StoreObserver {
  statementRan(run: StatementRun): void;
  committed(run: CommitRun, scopes: readonly UnitScope[]): void;
  /** The scope of the request that asks for a unit now. */
  openScope(): UnitScope;
}

/** What waits for a database, and what it uses. */
export interface StoreLoad {
  /** Units of work that have not begun. */
  readonly queuedUnits: number;
  /** Of a pool; `undefined` for a database in this process. */
  readonly connections?: { readonly open: number; readonly idle: number; readonly waiting: number };
}
