/**
 * Faults on demand: rules that intercept Graph requests and requests to the token endpoint.
 *
 * Rules are looked at in the order in which they were added. Each that matches a call counts it. Of those that the call's
 * number, the draw and the window then choose, all latencies add up, and the first effect is the one that acts; rules with
 * another effect behind it have counted the call, but do not apply.
 *
 * A batch is a call, and so is each of its items. What an effect does to the delivery of an item's answer applies to the
 * answer of the batch, which is the one that is delivered.
 */
import { setTimeout as pause } from 'node:timers/promises';

import type { Clock } from '../../lib/clock.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { isBatchPath } from '../../graph/batch.ts';
import type { Interceptor, RequestContext } from '../../graph/context.ts';
import type { TokenInterceptor } from '../../server/plugin.ts';
import { addRemarks } from '../call-marks.ts';
import type { CallDirectory } from '../calls/call-names.ts';
import type { ControlRoute } from '../../control/route.ts';
import type { Image } from '../../store/changes/change.ts';
import { createRuleRegistry } from '../rule-registry.ts';
import { sharedStore } from '../common-store.ts';
import type { SandboxStore } from '../store.ts';
import { applyEffect, lagOf, leaveUnanswered } from './apply-effect.ts';
import type { EffectOptions } from './apply-effect.ts';
import { drawLatency } from './draw.ts';
import { createFault } from './fault.ts';
import type { Fault, FaultHit, FaultState } from './fault.ts';
import { delay, findSignal, markedOf } from './fault-target.ts';
import type { FaultTarget } from './fault-target.ts';
import { createStaleReads } from './stale-reads.ts';
import type { StateAge, PastState } from './stale-reads.ts';

export interface FaultsOptions extends Omit<EffectOptions, 'staleReads'> {
  readonly clock: Clock;
  readonly directory: CallDirectory;
  /** The state of the database as it is now. */
  readonly openPast: () => Promise<PastState>;
  /** Waits by real time, whatever the clock shows; rejects when the signal is aborted. */
  readonly sleep?: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
}

export interface Faults extends AsyncDisposable {
  readonly interceptor: Interceptor;
  /** Of the token endpoint. */
  readonly tokenInterceptor: TokenInterceptor;
  readonly store: SandboxStore;
  /** What they are set to, by their ids. */
  describe(): Image;
  /** How many are switched on. */
  countEnabled(): number;
  /** Loaded when the control API is first asked for. */
  loadRoutes(): Promise<readonly ControlRoute[]>;
}

/** Names the faults that were applied to a call. */
const FAULT_HEADER = 'x-vivarium-fault';

export function createFaults(options: FaultsOptions): Faults {
  const registry = createRuleRegistry(createFault);
  const staleReads = createStaleReads(options.openPast, options.clock);
  const effectOptions: EffectOptions = { ...options, staleReads };
  const sleep = options.sleep ?? ((ms, signal) => pause(ms, undefined, signal === undefined ? {} : { signal }));

  const wait = async (hits: readonly Hit[], target: FaultTarget): Promise<boolean> => {
    const delays = hits.map(({ fault, draw }) => {
      const { latency } = fault.state.order;
      return latency === undefined ? 0 : drawLatency(latency, draw);
    });
    const ms = delays.reduce((sum, delay) => sum + delay, 0);
    if (ms === 0) return true;
    const signal = findSignal(target);
    try {
      await delay(target, () => sleep(ms, signal));
      return true;
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      return false;
    }
  };

  const run = (call: RequestContext, go: () => Promise<GraphResponse>): Promise<GraphResponse> => {
    const lag = longestLag(registry.list());
    const mayWrite = call.method !== 'GET' && !isBatchPath(call.path);
    return isBehind(lag) && mayWrite ? staleReads.keepWrite(call, lag, go) : go();
  };

  const hit = async (target: FaultTarget, go: () => Promise<GraphResponse>): Promise<GraphResponse> => {
    const hits = chooseHits(registry.list(), target, options.clock.now());
    if (hits.length === 0) return go();
    // A client that has gone is neither answered nor served.
    addRemarks(markedOf(target), describeHits(hits));
    if (!(await wait(hits, target))) return mark(leaveUnanswered(target), hits);
    const effect = hits.map(({ fault }) => fault.state.order.effect).find((one) => one !== undefined);
    const answer = effect === undefined ? go() : applyEffect(effect, { target, run: go }, effectOptions);
    return mark(await answer, hits);
  };

  const interceptor: Interceptor = (call, go) =>
    registry.isEmpty() ? go() : hit({ endpoint: 'graph', call }, () => run(call, async () => go()));
  const tokenInterceptor: TokenInterceptor = async (call, go) =>
    registry.isEmpty() ? go() : hit({ endpoint: 'token', call }, go);

  /** States are kept only while there is a fault that is on and reads them. */
  const forgetUnread = (): void => {
    if (!isBehind(longestLag(registry.list()))) staleReads.clear();
  };
  const reset = (): void => {
    registry.clear();
    forgetUnread();
  };
  const rules = sharedStore('faults', {
    capture: () => registry.list().map(({ state }) => structuredClone(state)),
    restore: (states: readonly FaultState[]) => {
      reset();
      for (const state of states) registry.put(structuredClone(state));
    },
    reset,
  });
  const store: SandboxStore = {
    ...rules,
    reset: (tenantId) => {
      rules.reset(tenantId);
      // Its data are not the ones that were written behind these states.
      if (tenantId !== undefined) staleReads.clear(tenantId);
    },
  };

  return {
    interceptor,
    tokenInterceptor,
    store,
    describe: () =>
      Object.fromEntries(registry.list().map(({ state: { id, order, enabled } }) => [id, { ...order, enabled }])),
    countEnabled: () => registry.list().filter(({ state }) => state.enabled).length,
    loadRoutes: async () => {
      const { faultRoutes } = await import('./fault-routes.ts');
      return faultRoutes({ registry, directory: options.directory, onChanged: forgetUnread });
    },
    [Symbol.asyncDispose]: () => staleReads[Symbol.asyncDispose](),
  };
}

/** How far back the states have to go that faults may read. */
function longestLag(faults: readonly Fault[]): StateAge {
  const lags = faults.flatMap(({ state: { enabled, order } }) =>
    enabled && order.effect?.kind === 'stale' ? [lagOf(order.effect)] : [],
  );
  return { writes: Math.max(0, ...lags.map(({ writes }) => writes)), ms: Math.max(0, ...lags.map(({ ms }) => ms)) };
}

function isBehind({ writes, ms }: StateAge): boolean {
  return writes > 0 || ms > 0;
}

interface Hit extends FaultHit {
  readonly fault: Fault;
}

function chooseHits(faults: readonly Fault[], target: FaultTarget, now: number): readonly Hit[] {
  const hits: Hit[] = [];
  let hasEffect = false;
  for (const fault of faults) {
    const hit = fault.count(target, now);
    const acts = fault.state.order.effect !== undefined;
    if (hit === undefined || (hasEffect && acts)) continue;
    hasEffect ||= acts;
    fault.state.hits += 1;
    hits.push({ fault, ...hit });
  }
  return hits;
}

function mark(answer: GraphResponse, hits: readonly Hit[]): GraphResponse {
  const ids = hits.map(({ fault }) => fault.state.id);
  return { ...answer, headers: { ...answer.headers, [FAULT_HEADER]: ids.join(', ') } };
}

function describeHits(hits: readonly Hit[]): readonly string[] {
  return hits.map(({ fault, callNumber }) => describeHit(fault.state, callNumber));
}

function describeHit({ id, order: { effect, latency } }: FaultState, callNumber: number): string {
  const what = [latency === undefined ? [] : ['latency'], effect === undefined ? [] : [effect.kind]]
    .flat()
    .join(' and ');
  return `fault ${id}: ${what}, on call ${callNumber}`;
}
