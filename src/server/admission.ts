/**
 * Bounds the requests in flight: one too many is refused before any work is done for it, so that the admitted ones are
 * answered in time. Reads, writes and token requests have a bound each: reads go on while writes wait for a locked database,
 * and both go on while token requests, which anyone can send, hold all of their places.
 *
 * States. calm: up to the bound are in flight; a burst, or requests that piled up while the disk paused, may exceed it by
 * BURST times as many. overloaded: the burst does not end. Only as many are in flight as keep the server busy, since any
 * more would only wait. calm again: when no request has exceeded the bound for CALM_MS.
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
  waitAside<Result>(wait: () => Promise<Result>): Promise<Result>;
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
  /** Called on each refusal, with the number of requests of its kind in flight. */
  onRefused(kind: RequestKind, inFlight: number): void;
}

/** After this time the server has answered all that it had admitted. */
export const OVERLOAD_RETRY_MS = 1000;

/** The refusals of Graph requests for which there is no place; shared by all of them. */
export const OVERLOAD_REFUSALS: Readonly<Record<Exclude<RequestKind, 'token'>, GraphError>> = {
  read: refusalOf('read'),
  write: refusalOf('write'),
};

const BURST = 4;
/** Times the bound: all that have a place, in flight or waiting aside. Each may hold a body. */
const MAX_PLACES = 5;
/** Of the bound. With 16 in flight, p99 is half of that with 32, at the same throughput. */
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
    waitAside: async (wait) => {
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
