/** Rows that say that a record was removed, in the form in which a delta query says so. */
import type { RowOutcome } from './outcome.ts';
import type { RowValues } from './read-rows.ts';
import type { Work } from '../store/work.ts';

const REMOVED = '@removed';
/** In CSV. */
export const REMOVED_COLUMN = `${REMOVED}/reason`;

/** To be laid before the members by which the record is found. */
export const REMOVED_MARK = { [REMOVED]: { reason: 'deleted' } } as const;

export function isRemoval(body: RowValues): boolean {
  return (body[REMOVED] ?? body[REMOVED_COLUMN] ?? null) !== null;
}

/** What is not stored has been removed before. */
export function* removeStored<Stored>(
  stored: Stored | undefined,
  remove: (stored: Stored) => Work<boolean>,
): Work<RowOutcome> {
  if (stored === undefined) return 'unchanged';
  yield* remove(stored);
  return 'removed';
}
