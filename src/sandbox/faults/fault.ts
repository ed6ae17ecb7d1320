/** A running fault: its counters, and whether it applies to a call. */
import { parseDateTimeOffset } from '../../odata/edm.ts';
import type { CallerIds } from '../calls/call-names.ts';
import { createDraw } from './draw.ts';
import type { Draw } from './draw.ts';
import type { CallChoice, FaultOrder, FaultWindow } from './fault-rule.ts';
import { createTargetMatcher } from './fault-target.ts';
import type { FaultTarget } from './fault-target.ts';

/** Plain JSON. */
export interface FaultState {
  readonly id: string;
  readonly order: Omit<FaultOrder, 'enabled'>;
  readonly callers: CallerIds;
  enabled: boolean;
  /** Calls that matched while it was on. */
  calls: number;
  /** Calls that it was applied to. */
  hits: number;
}

export interface Fault {
  readonly state: FaultState;
  /** Counts a call that matches; the draw when the fault applies to it. `now`: epoch milliseconds. */
  count(target: FaultTarget, now: number): FaultHit | undefined;
}

export interface FaultHit {
  /** Among those that matched, from 1. */
  readonly callNumber: number;
  readonly draw: Draw;
}

export function createFault(state: FaultState): Fault {
  const { id, order, callers } = state;
  const { calls, probability = 1, seed = 0 } = order;
  const isMeant = createTargetMatcher(order, callers);
  const isOpen = createWindow(order.window);
  return {
    state,
    count: (target, now) => {
      if (!state.enabled || !isOpen(now) || !isMeant(target)) return undefined;
      state.calls += 1;
      const callNumber = state.calls;
      if (!isChosen(calls, callNumber)) return undefined;
      const draw = createDraw(seed, id, callNumber);
      if (probability < 1 && draw('probability') >= probability) return undefined;
      return { callNumber, draw };
    },
  };
}

function createWindow(window: FaultWindow | undefined): (now: number) => boolean {
  const from = window?.from === undefined ? -Infinity : (readInstant(window.from) ?? -Infinity);
  const until = window?.until === undefined ? Infinity : (readInstant(window.until) ?? Infinity);
  return (now) => now >= from && now < until;
}

function isChosen(choice: CallChoice | undefined, callNumber: number): boolean {
  if (choice === undefined) return true;
  const { nth = callNumber, every = 1, first = Infinity, after = 0 } = choice;
  return callNumber === nth && callNumber % every === 0 && callNumber <= first && callNumber > after;
}

/** Epoch milliseconds. */
export function readInstant(text: string): number | undefined {
  const canonical = parseDateTimeOffset(text);
  return canonical === undefined ? undefined : Date.parse(`${canonical}Z`);
}
