/** Reads a rule from a body of the control API. Reports all problems at once. */
import type { TSchema } from 'typebox';

import { isJsonObject } from '../../odata/payload.ts';
import { ControlError } from '../../control/route.ts';
import { findMatchProblems } from './call-match.ts';
import type { CallMatch } from './call-match.ts';
import { findCallers } from './call-names.ts';
import type { CallerIds, CallDirectory } from './call-names.ts';
import { checkSchema } from './check.ts';
import type { Checked } from './check.ts';
import { withPreset } from './with-preset.ts';
import type { Preset } from './with-preset.ts';

type OrderName = 'fault' | 'limit';

export interface OrderKind<Order> {
  readonly name: OrderName;
  readonly schema: TSchema;
  readonly presets: readonly Preset[];
  /** What has presets too, which are no orders of this kind. */
  readonly other: { readonly name: OrderName; readonly presets: readonly Preset[] };
  /** By name: what to say of presets that there are not. */
  readonly hints?: Readonly<Record<string, string>>;
  /** What is wrong with members that fit the schema. */
  findProblems?(order: Order, checked: Checked): readonly string[];
}

/** @returns the order, with the ids of those that it names; @throws ControlError */
export async function readOrder<Order extends { readonly match?: CallMatch }>(
  body: unknown,
  directory: CallDirectory,
  kind: OrderKind<Order>,
): Promise<{ readonly order: Order; readonly callers: CallerIds }> {
  const { name, schema, presets } = kind;
  const merged = withPreset(isJsonObject(body) ? body : {}, {
    presets,
    refused: { ...kind.hints, ...refusalsOf(kind.other) },
  });
  const checked = checkSchema(schema, isJsonObject(body) ? merged.order : body);
  // What does not fit the schema is not looked at any further.
  const order = merged.order as Order;
  const match = checked.isSound('match') ? (order.match ?? {}) : {};
  const { ids, problems: unknownNames } = await findCallers(match, directory);
  const problems = [
    ...merged.problems,
    ...checked.problems,
    ...findMatchProblems(match),
    ...unknownNames,
    ...(kind.findProblems?.(order, checked) ?? []),
  ];
  if (problems.length > 0) throw new ControlError(400, `The ${name} is not valid.`, problems);
  return { order, callers: ids };
}

function refusalsOf({ name: other, presets }: OrderKind<never>['other']): Readonly<Record<string, string>> {
  return Object.fromEntries(presets.map(({ name }) => [name, `"${name}" is a ${other}: POST /${other}s takes it.`]));
}
