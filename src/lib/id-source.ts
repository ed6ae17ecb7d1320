/**
 * Where ids come from: from chance or, for runs that are to be compared, from a seed. Then each use has a sequence of its
 * own, whose n-th id is a digest of the seed, the use and n, so that what one use takes moves no other: a poll of /readyz
 * leaves the ids of Graph requests as they are, a token those of activities. Within a use, ids go to whoever asks first:
 * requests in the order in which their headers came, things in the order in which they are written. So only those that
 * are on their way at the same time can swap ids.
 *
 * What must not be guessed is not drawn here: keys, secrets, passwords, codes, refresh tokens, cookies.
 */
import { hash, randomFillSync } from 'node:crypto';
import { v4, v7 } from 'uuid';

import type { Clock } from './clock.ts';
import { getGuid } from './ids.ts';
import type { ActivityGuid } from './ids.ts';

/** What an id is for. `visit`: a request to anything but Microsoft Graph's API. */
export type IdUse = 'instance' | 'request' | 'visit' | 'entity' | 'token' | 'other';

export interface IdSource {
  /** A fresh GUID, in the form of version 4. */
  newId(use?: IdUse): string;
  /** A fresh GUID of version 7, with the clock's time: later ones sort after earlier ones, also when the clock goes back. */
  newActivityGuid(): ActivityGuid;
  capture(): IdState;
  restore(state: IdState): void;
  /** Back to the first ids of a fresh folder. */
  reset(): void;
}

/** Where the sequences stand, as plain JSON. */
export interface IdState {
  /** Which start on the data folder they belong to, see {@link createSeededIds}. */
  readonly start: number;
  /** How many ids each use has taken. */
  readonly taken: Readonly<Record<string, number>>;
  /** The time and the number within it of the latest activity's GUID. */
  readonly latest: Place;
}

interface Place {
  readonly msecs: number;
  readonly sequence: number;
}

const GUID_BYTES = 16;
const POOLED_GUIDS = 128;
const FRESH: IdState = { start: 0, taken: {}, latest: { msecs: -1, sequence: 0 } };

/** Ids by chance. */
export function systemIds(clock: Clock): IdSource {
  let { latest } = FRESH;
  const drawRandom = createRandomDrawer();
  return {
    newId: () => v4(),
    newActivityGuid: () => {
      const random = drawRandom();
      latest = placeAfter(latest, clock.now(), random);
      return activityGuid(latest, random);
    },
    capture: () => ({ ...FRESH, latest }),
    restore: (state) => {
      latest = state.latest;
    },
    reset: () => {
      latest = FRESH.latest;
    },
  };
}

/**
 * Random bytes of one GUID at a time, until the next are drawn. They are fetched for many: fetched for each, they were a
 * twentieth of a create.
 */
function createRandomDrawer(): () => Buffer {
  const pool = Buffer.alloc(GUID_BYTES * POOLED_GUIDS);
  const random = Buffer.alloc(GUID_BYTES);
  let place = pool.length;
  return () => {
    if (place === pool.length) {
      randomFillSync(pool);
      place = 0;
    }
    pool.copy(random, 0, place, place + GUID_BYTES);
    place += GUID_BYTES;
    return random;
  };
}

/**
 * The same ids for the same seed. `start` counts the starts on one data folder, from 0: each has sequences of its own,
 * since what the ones before have made is still there.
 */
export function createSeededIds(seed: string, clock: Clock, start = 0): IdSource {
  let state: IdState = { ...FRESH, start };
  const draw = (use: IdUse | 'activity'): Buffer => {
    const count = state.taken[use] ?? 0;
    state = { ...state, taken: { ...state.taken, [use]: count + 1 } };
    return hash('sha256', JSON.stringify([seed, state.start, use, count]), 'buffer').subarray(0, GUID_BYTES);
  };
  return {
    newId: (use = 'other') => v4({ random: draw(use) }),
    newActivityGuid: () => {
      const random = draw('activity');
      state = { ...state, latest: placeAfter(state.latest, clock.now(), random) };
      return activityGuid(state.latest, random);
    },
    capture: () => state,
    restore: (captured) => {
      state = captured;
    },
    reset: () => {
      state = FRESH;
    },
  };
}

/** A later time begins its numbers in the lower half of 32 bits, at random; otherwise the numbers go on. */
function placeAfter({ msecs, sequence }: Place, now: number, random: Buffer): Place {
  return now > msecs ? { msecs: now, sequence: random.readUInt32BE() >>> 1 } : { msecs, sequence: sequence + 1 };
}

function activityGuid({ msecs, sequence: seq }: Place, random: Buffer): ActivityGuid {
  return getGuid<ActivityGuid>(v7({ msecs, seq, random }));
}
