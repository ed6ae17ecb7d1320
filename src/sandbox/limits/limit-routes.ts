/** The control API's paths of limits. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import type { CallDirectory } from '../calls/call-names.ts';
import { closed, suggest } from '../calls/check.ts';
import { ControlError, controlRoute } from '../../control/route.ts';
import type { ControlRoute } from '../../control/route.ts';
import { DEFAULT_SCOPES } from './limit.ts';
import type { Limit, LimitState } from './limit.ts';
import { LIMIT, LIMIT_ORDER } from './limit-rule.ts';
import { readLimit } from './read-limit.ts';
import type { RuleRegistry } from '../rule-registry.ts';

export interface LimitRoutesOptions {
  readonly registry: RuleRegistry<LimitState, Limit>;
  readonly directory: CallDirectory;
}

const NO_CONTENT = { status: 204, description: 'Nothing.' } as const;

export function limitRoutes({ registry, directory }: LimitRoutesOptions): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listLimits',
      method: 'GET',
      path: '/limits',
      summary: 'Lists the limits and how many calls they have refused.',
      answer: {
        status: 200,
        description: 'The limits.',
        schema: Type.Object({ value: Type.Array(LIMIT) }, closed),
      },
      run: () => ({ body: { value: registry.list().map(({ state }) => describeLimit(state)) } }),
    }),
    controlRoute({
      id: 'addLimit',
      method: 'POST',
      path: '/limits',
      summary: 'Adds a limit: a rule, or a preset with overrides.',
      body: LIMIT_ORDER,
      checksBody: true,
      answer: { status: 201, description: 'The limit.', schema: LIMIT },
      run: async ({ body }) => {
        const { order, callers } = await readLimit(body, directory);
        const id = registry.newId(order.name, order.preset ?? 'limit');
        const state: LimitState = { id, order, callers, calls: 0, refused: 0, early: 0, windows: {}, waits: {} };
        registry.put(state);
        return { body: describeLimit(state) };
      },
    }),
    controlRoute({
      id: 'removeLimits',
      method: 'DELETE',
      path: '/limits',
      summary: 'Removes all limits.',
      answer: NO_CONTENT,
      run: () => {
        registry.clear();
        return {};
      },
    }),
    controlRoute({
      id: 'removeLimit',
      method: 'DELETE',
      path: '/limits/{id}',
      summary: 'Removes a limit.',
      params: Type.Object({ id: Type.String() }, closed),
      answer: NO_CONTENT,
      run: ({ params: { id } }) => {
        if (registry.find(id) === undefined) throw noLimit(id, registry);
        registry.remove(id);
        return {};
      },
    }),
  ];
}

function noLimit(id: string, registry: LimitRoutesOptions['registry']): ControlError {
  const ids = registry.list().map(({ state }) => state.id);
  return new ControlError(404, `There is no limit "${id}".${suggest(id, ids)}`);
}

function describeLimit({ id, order, calls, refused, early }: LimitState): Static<typeof LIMIT> {
  const { name: _name, match = {}, per = [...DEFAULT_SCOPES], ...rest } = order;
  return { id, ...rest, match, per, matchedCalls: calls, refusedCalls: refused, earlyCalls: early };
}
