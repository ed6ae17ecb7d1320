/**
 * What is known of a database file that is open: every failure, and when something was last stored.
 *
 * States. good: the last COMMIT went well. unknown: none for a second, or none yet; a write that changes nothing tells.
 * failed: as long as no COMMIT goes well. corrupt: for good, as other pages may work and hide it.
 */
import { statSync } from 'node:fs';

import { monotonicMs } from '../lib/clock.ts';
import { Unavailable } from '../lib/unavailable.ts';
import { translateSqliteFailure, troubled } from './sqlite-failure.ts';

export interface SqliteHealth {
  /** Runs the work. @throws what its failure means, which is noted and reported */
  guard<Result>(work: () => Result, translate?: (error: unknown) => unknown): Result;
  /** Notes and reports a failure, and gives what it means, to be thrown: for what is called too often for a function each time. */
  noteFailure(error: unknown): unknown;
  noteStored(): void;
  /** @throws Unavailable when it is certain that nothing can be stored; gives whether it is certain that something can */
  isKnownGood(): boolean;
}

/** For so long a COMMIT shows that the next one will go well. */
const GOOD_MS = 1000;

export function createSqliteHealth(path: string, onTrouble: ((cause: Unavailable) => void) | undefined): SqliteHealth {
  const opened = findFile(path);
  let storedAt = -Infinity;
  let corrupt: Unavailable | undefined;

  const note = (error: unknown): unknown => {
    if (error instanceof Unavailable) {
      if (error.trouble === 'corrupt') corrupt = error;
      if (error.trouble !== 'locked') storedAt = -Infinity;
      onTrouble?.(error);
    }
    return error;
  };

  return {
    guard: (work, translate = translateSqliteFailure) => {
      try {
        return work();
      } catch (error) {
        throw note(translate(error));
      }
    },
    noteFailure: (error) => note(translateSqliteFailure(error)),
    noteStored: () => (storedAt = monotonicMs()),
    isKnownGood: () => {
      if (corrupt !== undefined) throw corrupt;
      // What is written to a file that has no name any more is lost with the process.
      if (findFile(path) !== opened) throw note(troubled('moved'));
      return monotonicMs() - storedAt < GOOD_MS;
    },
  };
}

/** Names the file itself; `undefined` when there is none. */
function findFile(path: string): string | undefined {
  const found = path === ':memory:' ? undefined : statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev} ${found.ino}`;
}
