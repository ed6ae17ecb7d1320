/** The card of a sandbox, in the database, so that all its servers print the same. */
import type { SqlConnection, Write } from './connection.ts';
import { statements } from './statements.ts';

export interface CardStore {
  /** Plain JSON, as it was kept; `undefined` when none was. */
  find(): Promise<unknown>;
  /** Keeps it, in place of another. */
  keep(card: unknown): Write;
}

export function createCardStore(connection: SqlConnection): CardStore {
  const { json } = connection.dialect.columns;
  return {
    find: async () => {
      const [row] = await connection.read(statements.findCard, {});
      return row === undefined ? undefined : json.decode(row['card'] ?? null);
    },
    keep: (card) => ({ statement: statements.keepCard, params: { card: json.encode(card) } }),
  };
}
