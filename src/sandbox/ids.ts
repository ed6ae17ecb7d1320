/** Ids whose source can be changed while the server runs: from chance to a seed, from one seed to another, and back. */
import { createSeededIds, systemIds } from '../lib/id-source.ts';
import type { IdSource, IdState } from '../lib/id-source.ts';
import type { Clock } from '../lib/clock.ts';

export interface SandboxIds extends Omit<IdSource, 'capture' | 'restore'> {
  /** Begins the sequences of the seed; by chance again for null. */
  seed(seed: string | null): void;
  capture(): SandboxIdState;
  restore(state: SandboxIdState): void;
}

export interface SandboxIdState {
  /** What they come from; `undefined`: from what the server was started with. */
  readonly source?: { readonly seed: string | null };
  readonly ids: IdState;
}

/** @param first what the server was started with, and a reset goes back to */
export function createSandboxIds(first: IdSource, clock: Clock): SandboxIds {
  let source: SandboxIdState['source'];
  let ids = first;
  const open = ({ seed }: NonNullable<typeof source>): IdSource =>
    seed === null ? systemIds(clock) : createSeededIds(seed, clock);
  const change = (next: typeof source): void => {
    source = next;
    ids = next === undefined ? first : open(next);
  };
  return {
    newId: (use) => ids.newId(use),
    newActivityGuid: () => ids.newActivityGuid(),
    seed: (seed) => change({ seed }),
    capture: () => ({ ...(source !== undefined && { source }), ids: ids.capture() }),
    restore: (state) => {
      change(state.source);
      ids.restore(state.ids);
    },
    reset: () => {
      change(undefined);
      ids.reset();
    },
  };
}
