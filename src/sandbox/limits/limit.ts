/**
 * One limit at work. A window begins with the first call that it counts and lasts its time by the server's clock; a call
 * after it begins the next one. Calls that are refused count, and change nothing: the window ends when it ends.
 */
import type { EngineCall } from '../../operations/run-operation.ts';
import type { CallerIds } from '../calls/call-names.ts';
import { createCallMatcher } from '../calls/call-matcher.ts';
import type { LimitOrder, LimitScope } from './limit-rule.ts';

/** Plain JSON. */
export interface LimitState {
  readonly id: string;
  readonly order: LimitOrder;
  readonly callers: CallerIds;
  /** Calls that it was about, and those of them that it refused. */
  calls: number;
  refused: number;
  /** By what `per` tells apart. */
  readonly windows: Record<string, LimitWindow>;
}

interface LimitWindow {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  requests: number;
  /** By app: until when it was told to wait, and how often it was refused. */
  readonly told: Record<string, { readonly until: number; attempts: number }>;
}

export interface LimitRefusal {
  readonly limitId: string;
  readonly waitMs: number;
  /** For the journal. */
  readonly remark: string;
}

export interface Limit {
  readonly state: LimitState;
  /** Counts a call that the limit is about; gives the refusal when it is one too many. `now`: epoch milliseconds. */
  count(call: EngineCall, now: number): LimitRefusal | undefined;
}

export const DEFAULT_SCOPES: readonly LimitScope[] = ['app', 'tenant'];
/** When there are so many windows, those that are over are forgotten. */
const MAX_WINDOWS = 10_000;

export function createLimit(state: LimitState): Limit {
  const { id, order, callers, windows } = state;
  const isMeant = createCallMatcher(order.match ?? {}, callers);
  const lengthMs = order.windowSeconds * 1000;
  // Not when the clock was set to a time before it.
  const isOpen = ({ startedAt }: LimitWindow, now: number) => now >= startedAt && now < startedAt + lengthMs;

  const openWindow = (key: string, now: number): LimitWindow => {
    const known = windows[key];
    if (known !== undefined && isOpen(known, now)) return known;
    const keys = Object.keys(windows);
    const isOver = (one: string) => !isOpen(windows[one] as LimitWindow, now);
    if (keys.length >= MAX_WINDOWS) for (const one of keys.filter(isOver)) delete windows[one];
    return (windows[key] = { startedAt: now, requests: 0, told: {} });
  };

  return {
    state,
    count: (call, now) => {
      if (!isMeant(call)) return undefined;
      state.calls += 1;
      const window = openWindow(keyOf(call, order.per ?? DEFAULT_SCOPES), now);
      window.requests += 1;
      if (window.requests <= order.requests) return undefined;
      state.refused += 1;
      const waitMs = window.startedAt + lengthMs - now;
      return { limitId: id, waitMs, remark: `limit ${id}: ${noteRefusal(window, call, { waitMs, now })}` };
    },
  };
}

/** Whoever was told to wait before is told how much too early it has come back. */
function noteRefusal(
  { told }: LimitWindow,
  { caller: { principal } }: EngineCall,
  { waitMs, now }: { readonly waitMs: number; readonly now: number },
): string {
  const before = told[principal.appId];
  if (before === undefined) {
    const seconds = Math.ceil(waitMs / 1000);
    told[principal.appId] = { until: now + seconds * 1000, attempts: 1 };
    return `told to wait ${seconds} s`;
  }
  before.attempts += 1;
  return `came back ${Math.ceil((before.until - now) / 1000)} s early, attempt ${before.attempts}`;
}

function keyOf({ caller: { principal }, match }: EngineCall, scopes: readonly LimitScope[]): string {
  const parts: Record<LimitScope, string | undefined> = {
    app: principal.appId,
    tenant: principal.tenantId,
    user: principal.kind === 'delegated' ? principal.userId : undefined,
    operation: match?.operation.id,
  };
  return scopes.map((scope) => parts[scope] ?? '-').join(' ');
}
