/**
 * One limit at work. A window begins with the first call that it counts and lasts its time by the server's clock; a call
 * after it begins the next one. Calls that are refused count, and change nothing: the window ends when it ends.
 *
 * What a refused app was told is a wait: it begins with the refusal and lasts for its Retry-After. A call within it is
 * early. With `earlyFactor` an early call is refused whatever the window says, is not counted by it, and begins a longer
 * wait. The items of one batch left together, so none of them is early by what another one was told.
 */
import type { RequestContext } from '../../graph/context.ts';
import type { CallerIds } from '../calls/call-names.ts';
import { createCallMatcher } from '../calls/call-matcher.ts';
import { MAX_WINDOW_SECONDS } from './limit-rule.ts';
import type { LimitOrder, LimitScope } from './limit-rule.ts';

/** Plain JSON. */
export interface LimitState {
  readonly id: string;
  readonly order: LimitOrder;
  readonly callers: CallerIds;
  /** Calls that it was about, those of them that it refused, and those of these that came too early. */
  calls: number;
  refused: number;
  early: number;
  /** By what `per` tells apart. */
  readonly windows: Record<string, LimitWindow>;
  /** By the same, and the app in its tenant. */
  readonly waits: Record<string, LimitWait>;
}

/** Times are epoch milliseconds. */
interface LimitWindow {
  readonly startedAt: number;
  requests: number;
}

interface LimitWait {
  readonly startedAt: number;
  readonly until: number;
  /** How often the app was refused in a row, without waiting as it was told. */
  readonly attempts: number;
  /** The request that was told. */
  readonly requestId: string;
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
  count(call: RequestContext, now: number): LimitRefusal | undefined;
}

export const DEFAULT_SCOPES: readonly LimitScope[] = ['app', 'tenant'];
/** When there are so many windows or waits, those that are over are dropped. */
const MAX_SPANS = 10_000;

export function createLimit(state: LimitState): Limit {
  const { id, order, callers, windows, waits } = state;
  const isMeant = createCallMatcher(order.match ?? {}, callers);
  const lengthMs = order.windowSeconds * 1000;
  // A time that lies ahead is one before the clock was set back.
  const isOpen = ({ startedAt }: LimitWindow, now: number) => now >= startedAt && now < startedAt + lengthMs;
  const isWaiting = ({ startedAt, until }: LimitWait, now: number) => now >= startedAt && now < until;

  const openWindow = (key: string, now: number): LimitWindow => {
    const known = windows[key];
    if (known !== undefined && isOpen(known, now)) return known;
    dropOver(windows, (window) => !isOpen(window, now));
    return (windows[key] = { startedAt: now, requests: 0 });
  };

  return {
    state,
    count: (call, now) => {
      if (!isMeant(call)) return undefined;
      state.calls += 1;
      const { requestId } = call;
      const { appId, tenantId } = call.principal;
      const key = keyOf(call, order.per ?? DEFAULT_SCOPES);
      const waitKey = `${key} ${tenantId}/${appId}`;
      const known = waits[waitKey];
      const wait = known !== undefined && isWaiting(known, now) ? known : undefined;
      const isEarly = wait !== undefined && wait.requestId !== requestId;

      let waitMs: number;
      if (wait !== undefined && order.earlyFactor !== undefined) {
        waitMs = isEarly ? longerWait(wait, order.earlyFactor) : wait.until - now;
      } else {
        const window = openWindow(key, now);
        window.requests += 1;
        if (window.requests <= order.requests) return undefined;
        waitMs = window.startedAt + lengthMs - now;
      }

      state.refused += 1;
      const seconds = secondsOf(waitMs);
      if (wait === undefined || isEarly) {
        if (wait === undefined) dropOver(waits, (one) => !isWaiting(one, now));
        const attempts = (wait?.attempts ?? 0) + 1;
        waits[waitKey] = { startedAt: now, until: now + seconds * 1000, attempts, requestId };
      }
      if (!isEarly) return { limitId: id, waitMs, remark: `limit ${id}: told to wait ${seconds} s` };
      state.early += 1;
      const early = `came back ${secondsOf(wait.until - now)} s early, attempt ${wait.attempts + 1}`;
      const punished = order.earlyFactor === undefined ? '' : `; told to wait ${seconds} s from now`;
      return { limitId: id, waitMs, remark: `limit ${id}: ${early}${punished}` };
    },
  };
}

function longerWait({ startedAt, until }: LimitWait, factor: number): number {
  return Math.min((until - startedAt) * factor, MAX_WINDOW_SECONDS * 1000);
}

/** As Retry-After has them. */
function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}

function dropOver<Span>(spans: Record<string, Span>, isOver: (span: Span) => boolean): void {
  const all = Object.entries(spans);
  if (all.length < MAX_SPANS) return;
  for (const [key, span] of all) if (isOver(span)) delete spans[key];
}

function keyOf({ principal, match }: RequestContext, scopes: readonly LimitScope[]): string {
  const parts: Record<LimitScope, string | undefined> = {
    app: principal.appId,
    tenant: principal.tenantId,
    user: principal.kind === 'delegated' ? principal.userId : undefined,
    operation: match?.operation.id,
  };
  return scopes.map((scope) => parts[scope] ?? '-').join(' ');
}
