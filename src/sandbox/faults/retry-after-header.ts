/** The Retry-After of an answer that a fault makes, as its effect orders it. */
import { formatHttpDate } from '../../lib/utc-text.ts';
import { DEFAULT_RETRY_AFTER_SECONDS } from './fault-bounds.ts';

export interface RetryAfterOrder {
  /** `null`: no header. */
  readonly retryAfterSeconds?: number | null | undefined;
  readonly retryAfterForm?: 'seconds' | 'date' | undefined;
}

/** With the default of faults, when the order names no time and the error needs one. */
export function withDefaultWait(order: RetryAfterOrder, needsTime: boolean): RetryAfterOrder {
  const isOpen = needsTime && order.retryAfterSeconds === undefined;
  return isOpen ? { ...order, retryAfterSeconds: DEFAULT_RETRY_AFTER_SECONDS } : order;
}

/** By header name; empty when the order names no time. `now`: epoch milliseconds. */
export function writeRetryAfter(
  { retryAfterSeconds: seconds, retryAfterForm }: RetryAfterOrder,
  now: number,
): Readonly<Record<string, string>> {
  if (seconds === undefined || seconds === null) return {};
  return { 'retry-after': retryAfterForm === 'date' ? dateOf(now + seconds * 1000) : String(roundToMs(seconds)) };
}

/** An HTTP-date has whole seconds: rounded up, so that nothing comes back too soon. */
function dateOf(epochMs: number): string {
  return formatHttpDate(Math.ceil(epochMs / 1000) * 1000);
}

/** Keeps `String` from writing an exponent. */
function roundToMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
