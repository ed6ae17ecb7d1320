/** Real faults of a running server's database, brought about through a connection of one's own. */
import type { TestDatabase } from './store.ts';

/** Each breaks something until it is disposed of, or for good. */
export const FAULTS = {
  /** Another process holds the lock that writes need. */
  databaseLocked: (database: TestDatabase): Promise<AsyncDisposable> => database.lockElsewhere(),
  tableDropped: async (database: TestDatabase): Promise<undefined> => {
    await database.connect().script('drop table learning_course_activity');
  },
} as const;
