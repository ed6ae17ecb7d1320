/** The right to send to a target: one process at a time has it, over all servers of a database. */
import { randomUUID } from 'node:crypto';

import type { Write } from '../store/connection.ts';
import type { Lease } from '../store/outward/outward-store.ts';
import { REQUEST_TIMEOUT_MS } from './http.ts';

/** Another may send now, or could before a request of ours is answered. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Where it is kept. */
export interface LeaseStore {
  lease(lease: Lease): Promise<boolean>;
  commit(lease: Lease, writes: readonly Write[]): Promise<boolean>;
  endLease(owner: string): Promise<void>;
}

export interface HeldLease {
  /** Takes it, or makes it last. */
  take(): Promise<boolean>;
  /** Stores the writes, if it is still ours. @throws LeaseLost */
  commit(writes: readonly Write[]): Promise<void>;
  /** @throws LeaseLost unless it lasts longer than a request and the difference of two servers' clocks */
  check(): void;
  isHeld(): boolean;
  end(): Promise<void>;
}

const LEASE_MS = 60_000;
const CLOCK_DIFFERENCE_MS = 10_000;

/** Of a process of its own, whose last one ends when it does: nobody has to wait for it. */
export function createLease(store: LeaseStore, now: () => number): HeldLease {
  const owner = randomUUID();
  let lastsUntil = 0;
  const next = () => ({ owner, now: now(), until: now() + LEASE_MS });
  return {
    take: async () => {
      if (lastsUntil - now() > LEASE_MS * 0.8) return true;
      const lease = next();
      const isTaken = await store.lease(lease);
      lastsUntil = isTaken ? lease.until : 0;
      return isTaken;
    },
    commit: async (writes) => {
      const lease = next();
      if (!(await store.commit(lease, writes))) throw new LeaseLost('Another process sends to the target.');
      lastsUntil = lease.until;
    },
    check: () => {
      if (lastsUntil - now() < REQUEST_TIMEOUT_MS + CLOCK_DIFFERENCE_MS)
        throw new LeaseLost('The lease ends before a request would.');
    },
    isHeld: () => lastsUntil > now(),
    end: async () => {
      if (lastsUntil === 0) return;
      lastsUntil = 0;
      await store.endLease(owner);
    },
  };
}
