/** For how long a write may wait for its database; one that waits longer is refused before anything of it is begun. */
import { BUSY, Unavailable } from '../lib/unavailable.ts';
import type { StoreObserver } from './observer.ts';

export interface WriteLimits {
  /** Milliseconds that a unit may wait for its turn, and for what another process has locked. */
  readonly maxWaitMs: number;
  /** Told of each failure of the database, not of statements, and of each unit that is refused. */
  onTrouble?(cause: Unavailable): void;
  readonly observer?: StoreObserver | undefined;
}

type Reject = (error: Unavailable) => void;

export function rejectWrite(reject: Reject, { onTrouble }: WriteLimits, cause: Unavailable): void {
  onTrouble?.(cause);
  reject(cause);
}

export function refuseAsLate(reject: Reject, limits: WriteLimits): void {
  rejectWrite(reject, limits, new Unavailable('The write has waited too long for its turn at the database.', BUSY));
}
