/**
 * Sends to one target in the background, as long as it is started, or waits until the process that does so has ended.
 * What goes wrong is reported once, until it goes well again.
 */
import { setTimeout as pause } from 'node:timers/promises';

import type { Events } from '../telemetry/events.ts';
import { createLease, LeaseLost } from './lease.ts';
import { openSyncTarget } from './open-target.ts';
import type { OpenTarget } from './open-target.ts';
import type { OutwardParts } from './parts.ts';
import type { Sender } from './sender.ts';
import { describeTarget } from './status.ts';
import { TargetTrouble } from './token.ts';

const IDLE_MS = 500;
/** Between two looks at whether it was started, or another process has ended. */
const ASIDE_MS = 2000;
const KEEP_LEASE_MS = 10_000;
const REPORT_MS = 10_000;
const FIRST_TROUBLE_MS = 2000;
const MAX_TROUBLE_MS = 120_000;
const REMIND_MS = 3_600_000;

export interface RunnerParts extends OutwardParts {
  readonly events: Pick<Events, 'counts' | 'syncTroubled' | 'syncRecovered' | 'syncWaiting' | 'backgroundTaskFailed'>;
  readonly waitLimitMs: number;
}

export class TargetRunner implements AsyncDisposable {
  readonly #parts: RunnerParts;
  readonly #open: OpenTarget;
  readonly #lease;
  readonly #stop = new AbortController();
  readonly #done: Promise<unknown>;
  #sender: Sender | undefined;
  #trouble: string | undefined;
  #failures = 0;
  #counted = { sent: 0, failed: 0, dead: 0 };
  #reportedAt = -Infinity;
  #remindedAt = -Infinity;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#open = openSyncTarget(parts);
    this.#lease = createLease(parts.store, parts.now);
    this.#done = Promise.all([this.#repeat(() => this.#turn()), this.#repeat(() => this.#report())]);
  }

  /** A task gives the milliseconds until it is to run again. */
  async #repeat(task: () => Promise<number>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const waitMs = await task();
      // The process may end meanwhile.
      await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #turn(): Promise<number> {
    const { store } = this.#parts;
    try {
      const stored = await store.findTarget();
      const wasStarted = stored?.feedCursor !== undefined;
      if (stored === undefined || !(stored.isStarted || wasStarted)) return ASIDE_MS;
      // Another process may have sent meanwhile: what a look has found out, and ids there, may be old.
      if (!this.#lease.isHeld()) this.#dropSender();
      if (!(await this.#lease.take())) return ASIDE_MS;
      this.#sender ??= await this.#open.openSender(this.#lease);
      if (await this.#sender.relay()) return 0;
      if (!stored.isStarted) {
        await this.#lease.end();
        return ASIDE_MS;
      }
      const isBusy = await this.#sender.round(this.#stop.signal);
      if (isBusy || this.#trouble === undefined) await this.#recover();
      return isBusy ? 0 : IDLE_MS;
    } catch (error) {
      return this.#fail(error);
    }
  }

  async #recover(): Promise<void> {
    const { events, target, store } = this.#parts;
    this.#failures = 0;
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    events.syncRecovered(target.name);
    await store.write(store.writes.setTrouble(undefined));
  }

  async #fail(error: unknown): Promise<number> {
    const { events, target, store } = this.#parts;
    this.#dropSender();
    if (this.#stop.signal.aborted || error instanceof LeaseLost) return ASIDE_MS;
    const trouble = error instanceof TargetTrouble ? error.message : 'an internal error; see the log';
    if (trouble !== this.#trouble) {
      await store.write(store.writes.setTrouble(trouble)).catch(() => {});
      if (error instanceof TargetTrouble) events.syncTroubled(target.name, trouble);
      else events.backgroundTaskFailed(`sync ${target.name}`, error);
    }
    this.#trouble = trouble;
    this.#failures += 1;
    return Math.min(MAX_TROUBLE_MS, FIRST_TROUBLE_MS * 2 ** (this.#failures - 1));
  }

  /** Keeps the lease while requests wait, counts, and says when something waits too long. */
  async #report(): Promise<number> {
    const { events, target, store, now, waitLimitMs } = this.#parts;
    try {
      if (this.#lease.isHeld()) await this.#lease.take();
      if (now() - this.#reportedAt < REPORT_MS) return KEEP_LEASE_MS / 2;
      this.#reportedAt = now();
      const stored = await store.findTarget();
      if (stored?.feedCursor === undefined) return REPORT_MS;
      const { waiting, dead, oldestWaitingMs } = await describeTarget(this.#parts);
      events.counts?.syncState(target.name, { waiting, dead, oldestWaitingMs, rate: this.#open.pace.rate() });
      this.#countSent();
      const isLate = oldestWaitingMs > waitLimitMs || dead > 0;
      if (!isLate) this.#remindedAt = -Infinity;
      else if (now() - this.#remindedAt > REMIND_MS) {
        this.#remindedAt = now();
        events.syncWaiting(target.name, { waiting, dead, oldestSeconds: Math.round(oldestWaitingMs / 1000) });
      }
    } catch (cause) {
      events.backgroundTaskFailed(`sync ${target.name}`, cause);
    }
    return KEEP_LEASE_MS / 2;
  }

  #dropSender(): void {
    this.#countSent();
    this.#sender = undefined;
    this.#counted = { sent: 0, failed: 0, dead: 0 };
  }

  #countSent(): void {
    const tally = this.#sender?.tally;
    if (tally === undefined) return;
    const { events, target } = this.#parts;
    for (const outcome of ['sent', 'failed', 'dead'] as const) {
      const more = tally[outcome] - this.#counted[outcome];
      if (more > 0) events.counts?.sync(target.name, outcome, more);
    }
    this.#counted = { ...tally };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
    await this.#lease.end();
    await this.#open[Symbol.asyncDispose]();
  }
}
