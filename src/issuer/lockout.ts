/**
 * Slows who guesses passwords, client secrets and user codes, as the smart lockout of Microsoft Entra does. Wrong ones are
 * counted by what they were to open and by who sent them; at the threshold, that sender is refused there for a minute, even
 * with the right one. Each wrong one after that locks again, for twice as long. No other sender is affected, so that
 * a stranger cannot lock an app or a user out.
 *
 * free -> counted with each wrong one -> locked at the threshold -> counted when its time is over; free again with a right
 * one, or an hour after the last wrong one. A user code that is right changes nothing: anybody can ask for one of their own.
 * Repeats of the last wrong ones do not count: they are programs with an old secret, not guesses.
 *
 * Held in memory and bounded: each server counts by itself, as each data center of Entra does, and the entries used longest
 * ago are evicted.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { TenantId } from '../base/ids.ts';
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
  /** What it is to open; undefined for a user code, which may be that of any device. */
  readonly target?: { readonly tenantId: TenantId; readonly id: string };
  /** Who sent it. */
  readonly sender: string;
}

export interface Lockout {
  /**
   * What the secret opens, as `open` finds it; `undefined` for a wrong one, which is counted.
   * Throws TokenError `accountLocked`, `clientLocked` or `userCodesLocked`.
   */
  judge<Opened>(guess: Guess, open: () => Promise<Opened | undefined>): Promise<Opened | undefined>;
  /** Forgets what was counted: of targets in this tenant, or everything. */
  reset(tenantId?: TenantId): void;
}

export interface LockoutOptions {
  /** How many wrong ones lock; 0: any number may come. */
  readonly threshold: number;
  readonly clock: Clock;
}

interface Count {
  readonly failures: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
  readonly lockedUntil: number;
  /** Hashes of the last wrong ones. */
  readonly recent: readonly string[];
}

const FREE: Count = { failures: 0, lastAt: 0, lockedUntil: 0, recent: [] };

export function createLockout({ threshold, clock }: LockoutOptions): Lockout {
  const counts = new LRUCache<string, Count>({ max: MAX_ENTRIES });
  const hashKey = randomBytes(32);
  const find = (key: string): Count => {
    const count = counts.get(key) ?? FREE;
    const now = clock.now();
    // What lies ahead is from before the clock was set back.
    return count.lastAt > now || now >= Math.max(count.lastAt, count.lockedUntil) + MEMORY_MS ? FREE : count;
  };
  const checkFree = (key: string, kind: GuessKind): void => {
    if (clock.now() < find(key).lockedUntil) throw new TokenError(REFUSALS[kind]);
  };
  const countWrong = (key: string, secret: string): void => {
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
      // Of many that are sent at once, no more are judged than one after the other.
      checkFree(key, guess.kind);
      if (opened === undefined) countWrong(key, guess.secret);
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
