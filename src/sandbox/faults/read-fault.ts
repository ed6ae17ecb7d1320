/** A body -> the rule that it orders. All that is wrong with it is told at once. */
import { ERRORS } from '../../model/errors.ts';
import { isJsonObject } from '../../odata/payload.ts';
import { findMatchProblems } from '../calls/call-match.ts';
import { findCallers } from '../calls/call-names.ts';
import type { CallerIds, NamedThings } from '../calls/call-names.ts';
import { checkSchema, findUnknown } from '../calls/check.ts';
import type { Checked } from '../calls/check.ts';
import { withPreset } from '../calls/with-preset.ts';
import { ControlError } from '../control/route.ts';
import { LIMIT_PRESETS } from '../limits/limit-presets.ts';
import { readInstant } from './fault.ts';
import { FAULT_PRESETS } from './fault-presets.ts';
import { FAULT_ORDER } from './fault-rule.ts';
import type { FaultOrder, FaultWindow, Latency } from './fault-rule.ts';

/** What was ordered, with the ids of those that it names. */
export interface OrderedFault {
  readonly order: Omit<FaultOrder, 'enabled'>;
  readonly enabled: boolean;
  readonly callers: CallerIds;
}

const refused = Object.fromEntries(
  LIMIT_PRESETS.map(({ name }) => [name, `"${name}" is a limit: POST /limits takes it.`]),
);

/** @throws ControlError */
export async function readFault(body: unknown, directory: NamedThings): Promise<OrderedFault> {
  const merged = withPreset(isJsonObject(body) ? body : {}, { presets: FAULT_PRESETS, refused });
  const checked = checkSchema(FAULT_ORDER, isJsonObject(body) ? merged.order : body);
  // What does not fit the schema is not looked at any further.
  const order = merged.order as FaultOrder;
  const match = checked.isSound('match') ? (order.match ?? {}) : {};
  const { ids, problems: unknownNames } = await findCallers(match, directory);
  const problems = [
    ...merged.problems,
    ...checked.problems,
    ...findMatchProblems(match),
    ...unknownNames,
    ...findOrderProblems(order, checked),
  ];
  if (problems.length > 0) throw new ControlError(400, 'The fault is not valid.', problems);
  const { enabled = true, ...rest } = order;
  return { order: rest, enabled, callers: ids };
}

function findOrderProblems(order: FaultOrder, { isSound }: Checked): readonly string[] {
  const { preset, effect, latency, window } = order;
  const isEmpty = preset === undefined && effect === undefined && latency === undefined;
  return [
    ...(isEmpty ? ['A fault needs a preset, a latency or an effect.'] : []),
    ...(isSound('effect') && effect?.kind === 'error'
      ? findUnknown('effect.row', effect.row, Object.keys(ERRORS))
      : []),
    ...(isSound('latency') && latency !== undefined ? findLatencyProblems(latency) : []),
    ...(isSound('window') && window !== undefined ? findWindowProblems(window) : []),
  ];
}

function findLatencyProblems(latency: Latency): readonly string[] {
  const isUpsideDown = latency.kind === 'uniform' && latency.minMs > latency.maxMs;
  return isUpsideDown ? ['latency.minMs must not be greater than latency.maxMs.'] : [];
}

function findWindowProblems({ from, until }: FaultWindow): readonly string[] {
  const start = from === undefined ? -Infinity : readInstant(from);
  const end = until === undefined ? Infinity : readInstant(until);
  return [
    ...(start === undefined ? [`window.from: "${from}" is no date and time.`] : []),
    ...(end === undefined ? [`window.until: "${until}" is no date and time.`] : []),
    ...(start !== undefined && end !== undefined && start >= end ? ['window.from must be before window.until.'] : []),
  ];
}
