/** Statements as queries of the driver: texts with PostgreSQL's placeholders, which connections prepare by name. */
import { createHash } from 'node:crypto';

import { PARAMETER_KINDS } from './columns.ts';
import type { Params, Statement } from './connection.ts';
import { compile, postgresDialect } from './dialect.ts';
import type { SqlValue } from './dialect.ts';

/** As the driver takes it. */
export interface PostgresQuery {
  readonly name: string;
  readonly text: string;
  readonly values: (SqlValue | SqlValue[])[];
  /** As the statement is called in reports. */
  readonly statement: string;
  readonly rowMode?: 'array';
  readonly query_timeout: number;
}

/** Parameters that the statement takes of many units are those of `many`, in their order. */
export type QueryMaker = (statement: Statement, params: Params, many?: readonly Params[]) => PostgresQuery;

interface CompiledQuery {
  readonly text: string;
  readonly order: readonly string[];
  /** Parameters that are arrays. */
  readonly arrays: ReadonlySet<string>;
  readonly name: string;
}

/** Keyed weakly: a statement that is garbage collected takes its compiled form with it. */
export function createQueryMaker(timeoutMs: number): QueryMaker {
  const known = new WeakMap<Statement, CompiledQuery>();
  return (statement, params, many = []) => {
    let compiled = known.get(statement);
    if (compiled === undefined) {
      const { sql: text, order } = compile(statement.sql, postgresDialect, PARAMETER_KINDS);
      // Lists share a name and differ in their texts.
      const name = createHash('sha256').update(text).digest('base64url');
      const arrays = new Set([...statement.sql.matchAll(/:(\w+)\[\]/g)].map(([, parameter = '']) => parameter));
      compiled = { text, order, arrays, name };
      known.set(statement, compiled);
    }
    const { text, order, arrays, name } = compiled;
    const values = order.map((parameter) =>
      arrays.has(parameter) ? many.map((one) => bind(one, parameter)) : bind(params, parameter),
    );
    const query = { name, text, values, statement: statement.name, query_timeout: timeoutMs };
    return statement.givesTuples === true ? { ...query, rowMode: 'array' } : query;
  };
}

/** The statements of a script, which has comments on lines of their own and no semicolon within a statement. */
export function splitScript(sql: string): readonly string[] {
  return sql
    .replace(/^\s*--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

/** Text in PostgreSQL has no NUL, so no row is like one that has. */
export function hasNul(params: Params): boolean {
  return Object.values(params).some((value) => typeof value === 'string' && value.includes('\u0000'));
}

function bind(params: Params, name: string): SqlValue {
  const value = params[name];
  if (value === undefined) throw new Error(`Parameter ${name} is missing`);
  return value;
}
