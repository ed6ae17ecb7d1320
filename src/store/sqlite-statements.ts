/** Statements of SQLite: prepared once, given their parameters in order. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

import type { Params, Row, Statement } from './connection.ts';
import { compile, sqliteDialect } from './dialect.ts';
import type { SqlValue } from './dialect.ts';

export interface Prepared {
  readonly statement: StatementSync;
  readonly order: readonly string[];
}

export function createPreparer(database: DatabaseSync): (statement: Statement) => Prepared {
  // Keyed weakly: a statement that is garbage collected takes its prepared form with it.
  const known = new WeakMap<Statement, Prepared>();
  return (statement) => {
    const found = known.get(statement);
    if (found !== undefined) return found;
    const { sql, order } = compile(statement.sql, sqliteDialect);
    const prepared = { statement: database.prepare(sql), order };
    prepared.statement.setReturnArrays(statement.givesTuples === true);
    known.set(statement, prepared);
    return prepared;
  };
}

export function runRead(prepared: Prepared, params: Params): readonly Row[] {
  return prepared.statement.all(...bind(prepared, params)) as unknown as readonly Row[];
}

export function bind({ order }: Prepared, params: Params): SqlValue[] {
  const values: SqlValue[] = [];
  for (const name of order) {
    const value = params[name];
    if (value === undefined) throw new Error(`Parameter ${name} is missing`);
    values.push(value);
  }
  return values;
}
