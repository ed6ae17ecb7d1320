/** Reads a limit from a body of the control API. Reports all problems at once. */
import type { CallerIds, CallDirectory } from '../calls/call-names.ts';
import { readOrder } from '../calls/read-order.ts';
import { FAULT_PRESETS } from '../faults/fault-presets.ts';
import { LIMIT_PRESETS } from './limit-presets.ts';
import { LIMIT_ORDER } from './limit-rule.ts';
import type { LimitOrder } from './limit-rule.ts';

/** What was ordered, with the ids of those that it names. */
export interface OrderedLimit {
  readonly order: LimitOrder;
  readonly callers: CallerIds;
}

/** @throws ControlError */
export function readLimit(body: unknown, directory: CallDirectory): Promise<OrderedLimit> {
  return readOrder<LimitOrder>(body, directory, {
    name: 'limit',
    schema: LIMIT_ORDER,
    presets: LIMIT_PRESETS,
    other: { name: 'fault', presets: FAULT_PRESETS },
  });
}
