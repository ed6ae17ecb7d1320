/**
 * Slows guessing of passwords, client secrets and user codes, like smart lockout of Microsoft Entra. Failures are counted per
 * target and sender. At the threshold, that sender is refused at that target for a minute, even with the right secret; each
 * later failure locks again, for twice as long. Other senders are unaffected, so strangers cannot lock out an app or a user.
 *
 * free -> counting, on a failure -> locked, at the threshold -> counting, when the time is up. Back to free on a success, or
 * an hour after the last failure. A right user code does not reset the count: anyone can get one for a device of their own.
 * Repeating one of the last wrong secrets does not count: that is a program with an old secret, not a guess.
 *
 * Kept in memory, bounded by LRU eviction. Each server counts by itself, as each data center of Entra does.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../lib/ids.ts';
import type { TokenErrorName } from '../model/token-errors.ts';
import { TokenError } from './token-error.ts';

const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 15 * 60_000;
const MEMORY_MS = 3_600_000;
const REMEMBERED_GUESSES = 3;
const MAX_ENTRIES = 10_000;

const REFUSALS = {
  password: 'accountLocked',
  clientSecret: 'clientLocked',
  userCode: 'userCodesLocked',
} as const satisfies Record<string, TokenErrorName>;

export type GuessKind = keyof typeof REFUSALS;

export interface Guess {
  readonly kind: GuessKind;
  readonly secret: string;
  /** Undefined for a user code, which may belong to any device. */
  readonly target?: { readonly tenantId: TenantId; readonly id: string };
  /** Network address, as `http/client-address.ts` gives it. */
  readonly sender: string;
}

export interface Lockout {
  /**
   * Gives the result of `open`; `undefined` means that the secret is wrong, and counts as a failure.
   * Throws TokenError `accountLocked`, `clientLocked` or `userCodesLocked`.
   */
  judge<Opened>(guess: Guess, open: () => Promise<Opened | undefined>): Promise<Opened | undefined>;
  /** Clears the counts of targets in the tenant, or all of them. */
  reset(tenantId?: TenantId): void;
}

export interface LockoutOptions {
  /** Failures until a lock; 0 never locks. */
  readonly threshold: number;
  readonly clock: Clock;
}

interface Count {
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
  readonly lockedUntil: number;
  /** Hashes of the last wrong secrets. */
  readonly recent: readonly string[];
}

const FREE: Count = { failures: 0, lastAt: 0, lockedUntil: 0, recent: [] };

export function createLockout({ threshold, clock }: LockoutOptions): Lockout {
  const counts = new LRUCache<string, Count>({ max: MAX_ENTRIES });
  const hashKey = randomBytes(32);
  const find = (key: string): Count => {
    const count = counts.get(key) ?? FREE;
    const now = clock.now();
    // A time in the future means that the clock was set back.
    return count.lastAt > now || now >= Math.max(count.lastAt, count.lockedUntil) + MEMORY_MS ? FREE : count;
  };
  const checkFree = (key: string, kind: GuessKind): void => {
    if (clock.now() < find(key).lockedUntil) throw new TokenError(REFUSALS[kind]);
  };
  const countFailure = (key: string, secret: string): void => {
    const { failures: before, recent, lockedUntil } = find(key);
    const guess = createHmac('sha256', hashKey).update(secret).digest('base64url');
    if (recent.includes(guess)) return;
    const [failures, now] = [before + 1, clock.now()];
    counts.set(key, {
      failures,
      lastAt: now,
      lockedUntil: failures < threshold ? lockedUntil : now + lockTime(failures - threshold),
      recent: [guess, ...recent].slice(0, REMEMBERED_GUESSES),
    });
  };
  return {
    judge: async (guess, open) => {
      if (threshold === 0) return open();
      const key = keyOf(guess);
      checkFree(key, guess.kind);
      const opened = await open();
      // Concurrent guesses may have locked it meanwhile: a burst gets no more tries than a sequence.
      checkFree(key, guess.kind);
      if (opened === undefined) countFailure(key, guess.secret);
      else if (guess.kind !== 'userCode') counts.delete(key);
      return opened;
    },
    reset: (tenantId) => {
      if (tenantId === undefined) counts.clear();
      for (const key of counts.keys()) if (key.startsWith(`${tenantId} `)) counts.delete(key);
    },
  };
}

function keyOf({ kind, target, sender }: Guess): string {
  return `${target?.tenantId ?? ''} ${kind} ${target?.id ?? ''} ${sender}`;
}

function lockTime(locksBefore: number): number {
  return Math.min(FIRST_LOCK_MS * 2 ** locksBefore, LONGEST_LOCK_MS);
}
