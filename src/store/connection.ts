/** The seam between the store and a database: named statements in, rows or facts out. */
import type { Head } from './changes/chain.ts';
import type { ItemChange, Logged } from './changes/change.ts';
import type { CommitListener } from './changes/commit-signal.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import type { StoreLoad } from './observer.ts';

export type Row = Readonly<Record<string, SqlValue>>;
export type Params = Readonly<Record<string, SqlValue>>;

/**
 * One fixed SQL text. Parameters are written `:name`, the dialect turns them into its own placeholders; a GUID that is
 * read often is selected as `guid_text(column)`.
 */
export interface Statement {
  readonly name: string;
  readonly sql: string;
  /** Rows are {@link Tuple}s. */
  readonly givesTuples?: true;
}

export interface TupleStatement extends Statement {
  readonly givesTuples: true;
}

/** Values in the order in which the statement selects them: for what is read often, as a row with names takes a third longer. */
export type Tuple = readonly SqlValue[];

/** One step of a unit of work. */
export interface Write {
  readonly statement: Statement;
  readonly params: Params;
  /** In place of `params`: the statement is done for each of these, and with `mustChange` each has to change a row. */
  readonly many?: readonly Params[];
  /** The unit is undone and answered `refused` when this step changes no row: its guard did not hold. */
  readonly mustChange?: boolean;
}

/**
 * Rows that a unit takes along, such as what goes with its owner: read in the transaction, before the unit's own steps, where
 * changes are logged. On PostgreSQL the statement has to lock what it reads, or something that the rows depend on.
 */
export interface Taken {
  readonly statement: Statement;
  readonly params: Params;
  /** `undefined` when there is nothing to tell of the row. */
  changeOf(row: Row): ItemChange | undefined;
}

export interface LoggedUnit extends Logged {
  /** Rows whose changes follow those that are given. */
  readonly taken?: readonly Taken[];
}

/** Facts about a unit of work; what they mean is for operations to say. `step` is the index of the write that failed. */
export type WriteResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly step: number }
  | { readonly kind: 'notUnique'; readonly step: number };

/** The database as it was at one moment, whatever is written meanwhile. */
export interface ReadView extends AsyncDisposable {
  read(statement: Statement, params: Params): readonly Row[] | Promise<readonly Row[]>;
  /** All rows of a statement without parameters, in pages; values in the order in which it selects them. One at a time. */
  stream(statement: Statement): AsyncIterable<readonly (readonly SqlValue[])[]>;
}

/** What a long transaction can do. */
export interface Transaction {
  read(statement: Statement, params: Params): Promise<readonly Row[]>;
  run(statement: Statement, params: Params): Promise<void>;
}

export interface SqlConnection extends AsyncDisposable {
  readonly dialect: Dialect;
  /** At once, where the database is in this process. */
  read(statement: Statement, params: Params): readonly Row[] | Promise<readonly Row[]>;
  /** A view of what is stored now. As long as it is open, the database keeps what it shows. */
  openReadView(): Promise<ReadView>;
  /**
   * All of the writes or none; settles only after COMMIT. What they change is kept in the change log with them; so is a change
   * of something that is not in the database, without writes.
   * @throws Unavailable when the database cannot take the unit now; nothing was written. WriteInDoubt when the database
   * failed before it said whether the unit was stored. A plain `Error` when the unit is at fault.
   */
  write(writes: readonly Write[], logged?: LoggedUnit): Promise<WriteResult>;
  /** As `write`, for rows that have stood together before: their references need not be checked again. */
  writeKept(writes: readonly Write[], logged?: LoggedUnit): Promise<WriteResult>;
  /** Ends of the chains of the change log that this connection writes. */
  listLogHeads(): readonly Head[];
  /** Calls the listener after each COMMIT of this connection that logged changes of a tenant, until it is disposed of. */
  onCommit(listener: CommitListener): Disposable;
  /**
   * The work as one transaction on a connection of its own, however much it writes and however long it takes: all of it is
   * stored when the work ends well, and nothing otherwise. Others may have to wait meanwhile. For loads of whole databases.
   */
  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs a text of several statements in one transaction. For migrations. */
  script(sql: string): Promise<void>;
  /** Whether writes can be stored now. @throws Unavailable when they cannot */
  checkWritable(): Promise<void>;
  describeLoad(): StoreLoad;
  /** What the database takes on disk, its log included. */
  measureBytes(): Promise<number>;
  /**
   * Rewrites these tables, on SQLite the whole file, so that nothing of deleted rows is left in the files of the database.
   * Writes may have to wait meanwhile, or are refused as long as it takes.
   * @returns sentences about what could not be rewritten
   */
  purge(tables: readonly string[]): Promise<readonly string[]>;
  /** Runs the work while no other process is within this function of the same database. For migrations. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
}
