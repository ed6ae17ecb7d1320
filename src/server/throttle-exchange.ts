/**
 * What the servers of one database tell each other about the requests that they have admitted, so that a limit holds over
 * all of them. No request waits for it: between two exchanges each server counts alone, and what the others admit in that
 * time may go beyond the limit.
 */
import { randomUUID } from 'node:crypto';

import type { AdmissionReports, RequestCounts } from '../lib/admission-report.ts';
import type { Clock } from '../lib/clock.ts';
import type { SharedThrottle } from './throttle.ts';

/** Each exchange reads reports from so long before the last one: the clocks of servers may differ by that. */
const READ_BACK_MS = 5_000;
/** Older reports no longer count. */
const KEPT_MS = 60_000;

export interface ExchangeOptions {
  readonly throttle: SharedThrottle;
  readonly store: AdmissionReports;
  /** The machine's: servers compare its times. */
  readonly clock: Clock;
}

/** Gives the function that does one exchange: sends what was admitted here, then counts each report of the others once. */
export function createThrottleExchange({ throttle, store, clock }: ExchangeOptions): () => Promise<void> {
  const nodeId = randomUUID();
  /** The number of the latest report that was counted, by server. */
  const counted = new Map<string, number>();
  let unsent: RequestCounts = {};
  let number = 0;
  let receivedAt = clock.now();

  const send = async (now: number): Promise<void> => {
    // What cannot be sent now is sent with what follows.
    unsent = sum(unsent, throttle.takeAdmitted());
    if (Object.keys(unsent).length === 0) return;
    number += 1;
    await store.add({ nodeId, number, counts: unsent }, { sentAt: now, forgottenBefore: now - KEPT_MS });
    unsent = {};
  };

  const receive = async (now: number): Promise<void> => {
    for (const report of await store.listOthers(nodeId, receivedAt - READ_BACK_MS)) {
      if (report.number <= (counted.get(report.nodeId) ?? 0)) continue;
      counted.set(report.nodeId, report.number);
      throttle.addAdmitted(report.counts);
    }
    receivedAt = now;
  };

  return async () => {
    const now = clock.now();
    await send(now);
    await receive(now);
  };
}

function sum(counts: RequestCounts, more: RequestCounts): RequestCounts {
  const total: Record<string, number> = { ...counts };
  for (const [sender, requests] of Object.entries(more)) total[sender] = (total[sender] ?? 0) + requests;
  return total;
}
