/** The control API's paths of faults. */
import { Type } from 'typebox';
import type { Static } from 'typebox';

import type { CallDirectory } from '../calls/call-names.ts';
import { closed, suggest } from '../calls/check.ts';
import { ControlError, controlRoute } from '../../control/route.ts';
import type { ControlRoute } from '../../control/route.ts';
import { LIMIT_PRESETS } from '../limits/limit-presets.ts';
import type { Fault, FaultState } from './fault.ts';
import { FAULT_PRESETS } from './fault-presets.ts';
import { CALL_CHOICE, EFFECT, FAULT_MATCH, FAULT_ORDER, FAULT_WINDOW, LATENCY } from './fault-rule.ts';
import { readFault } from './read-fault.ts';
import type { RuleRegistry } from '../rule-registry.ts';

export interface FaultRoutesOptions {
  readonly registry: RuleRegistry<FaultState, Fault>;
  readonly directory: CallDirectory;
  /** Called when faults were removed or switched off. */
  readonly onChanged: () => void;
}

const FAULT = Type.Object(
  {
    id: Type.String(),
    enabled: Type.Boolean(),
    preset: Type.Optional(Type.String()),
    endpoint: FAULT_ORDER.properties.endpoint,
    match: FAULT_MATCH,
    calls: Type.Optional(CALL_CHOICE),
    probability: Type.Number(),
    seed: Type.Integer(),
    window: Type.Optional(FAULT_WINDOW),
    latency: Type.Optional(LATENCY),
    effect: Type.Optional(EFFECT),
    matchedCalls: Type.Integer({ description: 'Matching calls while it was switched on.' }),
    hits: Type.Integer({ description: 'Calls that it was applied to.' }),
  },
  closed,
);

const FAULTS = Type.Object({ value: Type.Array(FAULT) }, closed);

const PRESETS = Type.Object(
  {
    value: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          kind: Type.Enum(['fault', 'limit'], { description: 'Whether it is for POST /faults or for POST /limits.' }),
          what: Type.String(),
          rule: Type.Unknown({ description: 'The rule of the preset.' }),
        },
        closed,
      ),
    ),
  },
  closed,
);

const ID = Type.Object({ id: Type.String() }, closed);

const NO_CONTENT = { status: 204, description: 'Nothing.' } as const;

export function faultRoutes(options: FaultRoutesOptions): readonly ControlRoute[] {
  return [...routesOfAll(options), ...routesOfOne(options), PRESETS_ROUTE];
}

function routesOfAll({ registry, directory, onChanged }: FaultRoutesOptions): readonly ControlRoute[] {
  return [
    controlRoute({
      id: 'listFaults',
      method: 'GET',
      path: '/faults',
      summary: 'Lists the faults in the order of evaluation.',
      answer: { status: 200, description: 'The faults.', schema: FAULTS },
      run: () => ({ body: { value: registry.list().map(({ state }) => describeFault(state)) } }),
    }),
    controlRoute({
      id: 'addFault',
      method: 'POST',
      path: '/faults',
      summary: 'Adds a fault: a rule, or a preset with overrides.',
      body: FAULT_ORDER,
      checksBody: true,
      answer: { status: 201, description: 'The fault.', schema: FAULT },
      run: async ({ body }) => {
        const { order, enabled, callers } = await readFault(body, directory);
        const id = registry.newId(order.name, order.preset ?? order.effect?.kind ?? 'latency');
        const state: FaultState = { id, order, callers, enabled, calls: 0, hits: 0 };
        registry.put(state);
        return { body: describeFault(state) };
      },
    }),
    controlRoute({
      id: 'removeFaults',
      method: 'DELETE',
      path: '/faults',
      summary: 'Removes all faults.',
      answer: NO_CONTENT,
      run: () => {
        registry.clear();
        onChanged();
        return {};
      },
    }),
  ];
}

function routesOfOne({ registry, onChanged }: FaultRoutesOptions): readonly ControlRoute[] {
  const get = (id: string): Fault => {
    const fault = registry.find(id);
    if (fault !== undefined) return fault;
    const ids = registry.list().map(({ state }) => state.id);
    throw new ControlError(404, `There is no fault "${id}".${suggest(id, ids)}`);
  };
  return [
    controlRoute({
      id: 'getFault',
      method: 'GET',
      path: '/faults/{id}',
      summary: 'Shows a fault and how often it applied.',
      params: ID,
      answer: { status: 200, description: 'The fault.', schema: FAULT },
      run: ({ params: { id } }) => ({ body: describeFault(get(id).state) }),
    }),
    controlRoute({
      id: 'changeFault',
      method: 'PATCH',
      path: '/faults/{id}',
      summary: 'Switches a fault on or off; its counters stay.',
      params: ID,
      body: Type.Object({ enabled: Type.Boolean() }, closed),
      answer: { status: 200, description: 'The fault.', schema: FAULT },
      run: ({ params: { id }, body: { enabled } }) => {
        const { state } = get(id);
        state.enabled = enabled;
        onChanged();
        return { body: describeFault(state) };
      },
    }),
    controlRoute({
      id: 'removeFault',
      method: 'DELETE',
      path: '/faults/{id}',
      summary: 'Removes a fault.',
      params: ID,
      answer: NO_CONTENT,
      run: ({ params: { id } }) => {
        get(id);
        registry.remove(id);
        onChanged();
        return {};
      },
    }),
  ];
}

const ALL_PRESETS = [
  ...FAULT_PRESETS.map((preset) => ({ ...preset, kind: 'fault' })),
  ...LIMIT_PRESETS.map((preset) => ({ ...preset, kind: 'limit' })),
];

const PRESETS_ROUTE = controlRoute({
  id: 'listFaultPresets',
  method: 'GET',
  path: '/fault-presets',
  summary: 'Lists the presets of faults and limits.',
  answer: { status: 200, description: 'The presets.', schema: PRESETS },
  run: () => ({ body: { value: ALL_PRESETS } }),
});

function describeFault({ id, order, enabled, calls, hits }: FaultState): Static<typeof FAULT> {
  const { name: _name, match = {}, probability = 1, seed = 0, ...rest } = order;
  return { id, enabled, ...rest, match, probability, seed, matchedCalls: calls, hits };
}
