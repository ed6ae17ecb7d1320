/**
 * Bounds the requests in flight: one too many is refused before anything is done for it, so that those that were admitted
 * are answered in time. Reads, writes and token requests have a bound each: reads go on while writes wait for a database that
 * is locked, and both while strangers, who need no token to begin a token request, hold all of its places.
 *
 * States. calm: up to the bound are in flight; a burst, or what has come together while the disk paused, may exceed it by
 * BURST times as many. overloaded: the burst does not end. As many are in flight as keep the server busy and no more, since
 * each of the others would only wait. calm again: when for CALM_MS none has come that exceeded the bound.
 */
import { monotonicMs } from '../lib/clock.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { retryAfterExactly } from '../odata/retry-after.ts';

export type RequestKind = 'read' | 'write' | 'token';

/** What a request holds from when it is read to when it is answered. */
export interface Place {
  leave(): void;
  /** Waits for something that costs nothing, such as the rest of a body; the request is not in flight meanwhile. */
  aside<Result>(wait: () => Promise<Result>): Promise<Result>;
}

export interface Admission {
  /** `undefined`: the request has to be refused. */
  enter(kind: RequestKind): Place | undefined;
  countInFlight(): Readonly<Record<RequestKind, number>>;
  /** Whether one was refused within the last second. */
  isOverloaded(): boolean;
}

export interface AdmissionOptions {
  /** Of each kind. */
  readonly maxInFlight: number;
  /** Told of each refusal, with how many requests of its kind are in flight. */
  onRefused(kind: RequestKind, inFlight: number): void;
}

/** A client that comes back after it finds a server that has done all that it had admitted. */
export const OVERLOAD_RETRY_MS = 1000;

/** The refusals of Graph requests for which there is no place: the same for all. */
export const OVERLOAD_REFUSALS: Readonly<Record<Exclude<RequestKind, 'token'>, GraphError>> = {
  read: refusalOf('read'),
  write: refusalOf('write'),
};

const BURST = 4;
/** Times the bound: all that have a place, be they in flight or not. Each may hold a body. */
const MAX_PLACES = 5;
/** Of the bound. With 16 in flight, p99 is half of what it is with 32, and nothing is lost of the rate. */
const OVERLOADED_SHARE = 1 / 8;
const CALM_MS = 250;

export function createAdmission({ maxInFlight, onRefused }: AdmissionOptions): Admission {
  const pools = { read: createPool(maxInFlight), write: createPool(maxInFlight), token: createPool(maxInFlight) };
  let refusedAt = -Infinity;
  return {
    enter: (kind) => {
      const pool = pools[kind];
      if (pool.admits()) return takePlace(pool);
      refusedAt = monotonicMs();
      onRefused(kind, pool.inFlight);
      return undefined;
    },
    countInFlight: () => ({ read: pools.read.inFlight, write: pools.write.inFlight, token: pools.token.inFlight }),
    isOverloaded: () => monotonicMs() - refusedAt < OVERLOAD_RETRY_MS,
  };
}

function refusalOf(kind: RequestKind): GraphError {
  return new GraphError('serviceUnavailable', {
    ...retryAfterExactly(OVERLOAD_RETRY_MS),
    reasons: [reason('overloaded', { kind })],
  });
}

interface Pool {
  inFlight: number;
  places: number;
  admits(): boolean;
}

function createPool(maxInFlight: number): Pool {
  const boundInOverload = Math.ceil(maxInFlight * OVERLOADED_SHARE);
  let isOverloaded = false;
  let burst = 0;
  let exceededAt = -Infinity;
  const pool: Pool = {
    inFlight: 0,
    places: 0,
    admits: () => {
      if (pool.places >= MAX_PLACES * maxInFlight) return false;
      if (pool.inFlight < (isOverloaded ? boundInOverload : maxInFlight)) return true;
      const now = monotonicMs();
      if (now - exceededAt > CALM_MS) [isOverloaded, burst] = [false, 0];
      exceededAt = now;
      burst += 1;
      isOverloaded ||= burst > BURST * maxInFlight;
      return !isOverloaded;
    },
  };
  return pool;
}

function takePlace(pool: Pool): Place {
  let waits = 0;
  pool.places += 1;
  pool.inFlight += 1;
  return {
    leave: () => {
      pool.places -= 1;
      pool.inFlight -= 1;
    },
    // Requests of a batch wait side by side, in the place of the batch.
    aside: async (wait) => {
      if (waits === 0) pool.inFlight -= 1;
      waits += 1;
      try {
        return await wait();
      } finally {
        waits -= 1;
        if (waits === 0) pool.inFlight += 1;
      }
    },
  };
}
