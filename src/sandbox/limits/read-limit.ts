/** A body -> the limit that it orders. All that is wrong with it is told at once. */
import { isJsonObject } from '../../odata/payload.ts';
import { findMatchProblems } from '../calls/call-match.ts';
import { findCallers } from '../calls/call-names.ts';
import type { CallerIds, NamedThings } from '../calls/call-names.ts';
import { checkSchema } from '../calls/check.ts';
import { withPreset } from '../calls/with-preset.ts';
import { ControlError } from '../control/route.ts';
import { FAULT_PRESETS } from '../faults/fault-presets.ts';
import { LIMIT_PRESETS } from './limit-presets.ts';
import { LIMIT_ORDER } from './limit-rule.ts';
import type { LimitOrder } from './limit-rule.ts';

/** What was ordered, with the ids of those that it names. */
export interface OrderedLimit {
  readonly order: LimitOrder;
  readonly callers: CallerIds;
}

const refused = Object.fromEntries(
  FAULT_PRESETS.map(({ name }) => [name, `"${name}" is a fault: POST /faults takes it.`]),
);

/** @throws ControlError */
export async function readLimit(body: unknown, directory: NamedThings): Promise<OrderedLimit> {
  const merged = withPreset(isJsonObject(body) ? body : {}, { presets: LIMIT_PRESETS, refused });
  const checked = checkSchema(LIMIT_ORDER, isJsonObject(body) ? merged.order : body);
  // What does not fit the schema is not looked at any further.
  const order = merged.order as LimitOrder;
  const match = checked.isSound('match') ? (order.match ?? {}) : {};
  const { ids, problems: unknownNames } = await findCallers(match, directory);
  const problems = [...merged.problems, ...checked.problems, ...findMatchProblems(match), ...unknownNames];
  if (problems.length > 0) throw new ControlError(400, 'The limit is not valid.', problems);
  return { order, callers: ids };
}
