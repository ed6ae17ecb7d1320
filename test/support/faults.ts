/** Real faults of a running server's database, brought about through a connection of one's own. */
import { DatabaseSync } from 'node:sqlite';

/** Each breaks something until it is disposed of. */
export const FAULTS = {
  /** Another process holds the write lock. */
  databaseLocked: (database: string): Disposable => {
    const other = new DatabaseSync(database);
    other.exec('begin exclusive');
    return { [Symbol.dispose]: () => other.close() };
  },
  /** A table is gone. */
  tableDropped: (database: string): Disposable => {
    const other = new DatabaseSync(database);
    other.exec('pragma foreign_keys = off; drop table learning_course_activity');
    return { [Symbol.dispose]: () => other.close() };
  },
} as const;
