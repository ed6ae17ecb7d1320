/**
 * Simulated throttles: how many of the calls that a limit is about are let through in a window of time. A call is counted
 * by every limit that is about it; refused by several, it is told the longest wait. A batch is a call, and so is each of
 * its items.
 */
import type { Clock } from '../../lib/clock.ts';
import { GraphError } from '../../model/graph-error.ts';
import { errorResponse } from '../../odata/error-body.ts';
import type { ErrorStyle } from '../../odata/error-body.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { retryAfterExactly } from '../../odata/retry-after.ts';
import type { Interceptor, RequestContext } from '../../graph/context.ts';
import { addRemarks } from '../call-marks.ts';
import type { CallDirectory } from '../calls/call-names.ts';
import type { ControlRoute } from '../../control/route.ts';
import type { Image } from '../../store/changes/change.ts';
import { createRuleRegistry } from '../rule-registry.ts';
import { sharedStore } from '../common-store.ts';
import type { SandboxStore } from '../store.ts';
import { createLimit } from './limit.ts';
import type { LimitRefusal, LimitState } from './limit.ts';

export interface LimitsOptions {
  readonly clock: Clock;
  readonly style: ErrorStyle;
  readonly directory: CallDirectory;
}

export interface Limits {
  readonly interceptor: Interceptor;
  readonly store: SandboxStore;
  /** What they are set to, by their ids. */
  describe(): Image;
  count(): number;
  /** Loaded when the control API is first asked for. */
  loadRoutes(): Promise<readonly ControlRoute[]>;
}

/** Names the limit that has refused a call. */
const LIMIT_HEADER = 'x-vivarium-limit';

export function createLimits({ clock, style, directory }: LimitsOptions): Limits {
  const registry = createRuleRegistry(createLimit);
  const interceptor: Interceptor = (call, run) => (registry.isEmpty() ? run() : count(call, run));
  const count: Interceptor = (call, run) => {
    const refusals = registry.list().flatMap((limit) => limit.count(call, clock.now()) ?? []);
    return refusals.length === 0 ? run() : refuse(refusals, call, style);
  };
  const store = sharedStore('limits', {
    capture: () => registry.list().map(({ state }) => structuredClone(state)),
    restore: (states: readonly LimitState[]) => {
      registry.clear();
      for (const state of states) registry.put(structuredClone(state));
    },
    reset: () => registry.clear(),
  });
  return {
    interceptor,
    store,
    describe: () => Object.fromEntries(registry.list().map(({ state: { id, order } }) => [id, order])),
    count: () => registry.list().length,
    loadRoutes: async () => {
      const { limitRoutes } = await import('./limit-routes.ts');
      return limitRoutes({ registry, directory });
    },
  };
}

function refuse(refusals: readonly LimitRefusal[], call: RequestContext, style: ErrorStyle): GraphResponse {
  const [longest] = refusals.toSorted((one, other) => other.waitMs - one.waitMs);
  const waiting = retryAfterExactly(longest?.waitMs ?? 0);
  const headers = { ...waiting.headers, [LIMIT_HEADER]: refusals.map(({ limitId }) => limitId).join(', ') };
  addRemarks(
    call,
    refusals.map(({ remark }) => remark),
  );
  return errorResponse(new GraphError('tooManyRequests', { ...waiting, headers }), call, style);
}
