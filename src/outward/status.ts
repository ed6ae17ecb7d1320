/** How a target stands. */
import type { OutwardParts } from './parts.ts';

export interface TargetStatus {
  /** `new`: it was never started. */
  readonly state: 'new' | 'started' | 'paused';
  /** What keeps it from sending; `undefined` when nothing does. */
  readonly trouble: string | undefined;
  readonly isScanning: boolean;
  readonly isLeased: boolean;
  readonly waiting: number;
  readonly dead: number;
  readonly skipped: number;
  readonly oldestWaitingMs: number;
  /** Epoch milliseconds. */
  readonly lastSentAt: number | undefined;
  readonly sentLastMinute: number;
}

const MINUTE_MS = 60_000;

export async function describeTarget({ store, now }: Pick<OutwardParts, 'store' | 'now'>): Promise<TargetStatus> {
  const stored = await store.findTarget();
  const counts = await store.count();
  const sent = await store.findSent(now() - MINUTE_MS);
  const sum = (state: string) =>
    counts.filter((one) => one.state === state).reduce((total, { items }) => total + items, 0);
  const oldest = Math.min(...counts.filter(({ state }) => state === 'waiting').map((one) => one.oldest ?? Infinity));
  const isNew = stored === undefined || (!stored.isStarted && stored.feedCursor === undefined);
  return {
    state: isNew ? 'new' : stored.isStarted ? 'started' : 'paused',
    trouble: stored?.trouble,
    isScanning: stored?.scanPlace !== undefined,
    isLeased: stored !== undefined && stored.leaseUntil > now(),
    waiting: sum('waiting'),
    dead: sum('dead'),
    skipped: sum('skipped'),
    oldestWaitingMs: Number.isFinite(oldest) ? Math.max(0, now() - oldest) : 0,
    lastSentAt: sent.lastAt,
    sentLastMinute: sent.items,
  };
}
