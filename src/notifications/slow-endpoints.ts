/**
 * Throttles slow endpoints as Microsoft Graph does: when 10 % of at least a hundred requests were slow, notifications wait ten
 * minutes; at 15 % they are dropped. Counts restart every ten minutes.
 */
const SLOW_MS = 2900;
const WINDOW_MS = 600_000;
const MIN_REQUESTS = 100;
const DELAYED_SHARE = 0.1;
const DROPPED_SHARE = 0.15;

/** Why notifications are not delivered now. */
export interface Failure {
  /** `dropped`: not retried. */
  readonly kind: 'later' | 'dropped';
  readonly problem: string;
  /** Instead of the usual pause. */
  readonly pauseMs?: number;
}

interface Window {
  readonly since: number;
  requests: number;
  slow: number;
}

export class SlowEndpoints {
  readonly #windows = new Map<string, Window>();

  note(host: string, { tookMs, now }: { readonly tookMs: number; readonly now: number }): void {
    // Hosts that are no longer sent to would stay for ever.
    for (const other of this.#windows.keys()) this.#current(other, now);
    const known = this.#current(host, now);
    const window = known ?? { since: now, requests: 0, slow: 0 };
    window.requests += 1;
    if (tookMs > SLOW_MS) window.slow += 1;
    this.#windows.set(host, window);
  }

  /** `undefined`: send. */
  judge(host: string, now: number): Failure | undefined {
    const window = this.#current(host, now);
    if (window === undefined || window.requests < MIN_REQUESTS) return undefined;
    const share = window.slow / window.requests;
    if (share >= DROPPED_SHARE) return { kind: 'dropped', problem: 'endpoint too slow' };
    return share >= DELAYED_SHARE ? { kind: 'later', problem: 'endpoint slow', pauseMs: WINDOW_MS } : undefined;
  }

  #current(host: string, now: number): Window | undefined {
    const window = this.#windows.get(host);
    if (window === undefined || now - window.since < WINDOW_MS) return window;
    this.#windows.delete(host);
    return undefined;
  }
}
