/** Statements whose text depends on a request: the same text is the same statement, so that it is prepared once. */
import { LRUCache } from 'lru-cache';

import type { Statement } from './connection.ts';

const MAX_STATEMENTS = 500;

export function createStatementCache(): (name: string, sql: string) => Statement {
  const known = new LRUCache<string, Statement>({ max: MAX_STATEMENTS });
  return (name, sql) => {
    const found = known.get(sql);
    if (found !== undefined) return found;
    const statement = { name, sql };
    known.set(sql, statement);
    return statement;
  };
}
