/** The transaction that reads of one turn of the event loop share. */
import type { DatabaseSync } from 'node:sqlite';

export interface ReadTurn {
  begin(): void;
  end(): void;
}

/**
 * Reads of one turn of the event loop share a transaction: one of its own for each takes and leaves the locks of the file
 * every time, which is a third of what a read by key costs.
 */
export function createReadTurn(database: DatabaseSync): ReadTurn {
  const begin = database.prepare('begin');
  const commit = database.prepare('commit');
  let isScheduled = false;
  const end = (): void => {
    if (!database.isOpen || !database.isTransaction) return;
    try {
      commit.run();
    } catch {
      // Reads have their rows already; a disk failure fails the next one.
      rollBack(database);
    }
  };
  const endTurn = (): void => {
    isScheduled = false;
    end();
  };
  return {
    begin: () => {
      if (!database.isTransaction) begin.run();
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(endTurn);
    },
    end,
  };
}

/** A transaction is over after this, even if a disk that fails makes an error of it. */
export function rollBack(database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('rollback');
  } catch {
    // The error before it says what is wrong.
  }
}
