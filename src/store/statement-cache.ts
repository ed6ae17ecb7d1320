/** Statements whose text depends on a request: the same text is the same statement, so that it is prepared once. */
import { LRUCache } from 'lru-cache';
import type { TupleStatement } from './connection.ts';

const MAX_STATEMENTS = 500;

export type StatementCache = (name: string, sql: string) => TupleStatement;

export function createStatementCache(): StatementCache {
  const known = new LRUCache<string, TupleStatement>({ max: MAX_STATEMENTS });
  return (name, sql) => {
    const found = known.get(sql);
    if (found !== undefined) return found;
    const statement = { name, sql, givesTuples: true } as const;
    known.set(sql, statement);
    return statement;
  };
}
