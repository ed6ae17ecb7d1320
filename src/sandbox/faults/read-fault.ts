/** Reads a fault from a body of the control API. Reports all problems at once. */
import { ERRORS } from '../../model/errors.ts';
import { findGrantType, GRANT_TYPES } from '../../model/grant-types.ts';
import { TOKEN_ERRORS } from '../../model/token-errors.ts';
import type { CallerIds, CallDirectory } from '../calls/call-names.ts';
import { findUnknown } from '../calls/check.ts';
import type { Checked } from '../calls/check.ts';
import { valuesOf } from '../calls/one-or-more.ts';
import { readOrder } from '../calls/read-order.ts';
import { readDuration } from '../duration.ts';
import { LIMIT_PRESETS } from '../limits/limit-presets.ts';
import { readInstant } from './fault.ts';
import { MAX_STALE_MS } from './fault-bounds.ts';
import { AADSTS_HINTS, FAULT_PRESETS } from './fault-presets.ts';
import { FAULT_ORDER } from './fault-rule.ts';
import type { Effect, FaultOrder, FaultWindow, Latency } from './fault-rule.ts';

/** What was ordered, with the ids of those that it names. */
export interface OrderedFault {
  readonly order: Omit<FaultOrder, 'enabled'>;
  readonly enabled: boolean;
  readonly callers: CallerIds;
}

/** @throws ControlError */
export async function readFault(body: unknown, directory: CallDirectory): Promise<OrderedFault> {
  const { order, callers } = await readOrder<FaultOrder>(body, directory, {
    name: 'fault',
    schema: FAULT_ORDER,
    presets: FAULT_PRESETS,
    other: { name: 'limit', presets: LIMIT_PRESETS },
    hints: AADSTS_HINTS,
    findProblems: findOrderProblems,
  });
  const { enabled = true, ...rest } = order;
  return { order: rest, enabled, callers };
}

function findOrderProblems(order: FaultOrder, { isSound }: Checked): readonly string[] {
  const { preset, effect, latency, window } = order;
  const isEmpty = preset === undefined && effect === undefined && latency === undefined;
  return [
    ...(isEmpty ? ['A fault needs a preset, a latency or an effect.'] : []),
    ...(isSound('endpoint') && isSound('match') ? findTargetProblems(order) : []),
    ...(isSound('endpoint') && isSound('effect') && effect !== undefined
      ? findEffectProblems(effect, order.endpoint ?? 'graph')
      : []),
    ...(isSound('latency') && latency !== undefined ? findLatencyProblems(latency) : []),
    ...(isSound('window') && window !== undefined ? findWindowProblems(window) : []),
  ];
}

type Endpoint = NonNullable<FaultOrder['endpoint']>;

/** Of a match, what only requests of the API have. */
const GRAPH_MEMBERS = ['method', 'path', 'operation', 'user', 'inBatch'] as const;

function findTargetProblems({ endpoint, match = {} }: FaultOrder): readonly string[] {
  if (endpoint !== 'token') {
    const isLost = match.grantType !== undefined;
    return isLost ? ['match.grantType is about token requests: give endpoint "token" as well.'] : [];
  }
  const others = GRAPH_MEMBERS.filter((member) => match[member] !== undefined);
  const unknown = (valuesOf(match.grantType) ?? []).filter((text) => findGrantType(text) === undefined);
  return [
    ...others.map((member) => `match.${member}: token requests are matched by app, tenant and grantType.`),
    ...unknown.flatMap((text) => findUnknown('match.grantType', text, GRANT_TYPES)),
  ];
}

function findEffectProblems(effect: Effect, endpoint: Endpoint): readonly string[] {
  if (effect.kind === 'stale') return findStaleProblems(effect, endpoint);
  return [...(effect.kind === 'error' ? findRowProblems(effect, endpoint) : []), ...findRetryAfterProblems(effect)];
}

const ROWS: Readonly<Record<Endpoint, readonly string[]>> = {
  graph: Object.keys(ERRORS),
  token: Object.keys(TOKEN_ERRORS),
};

function findRowProblems({ row, fields }: Extract<Effect, { kind: 'error' }>, endpoint: Endpoint): readonly string[] {
  const other = endpoint === 'graph' ? 'token' : 'graph';
  const isOfOther = !ROWS[endpoint].includes(row) && ROWS[other].includes(row);
  const hasFields = endpoint === 'token' && fields !== undefined;
  return [
    ...(isOfOther
      ? [`effect.row: "${row}" is an error of the endpoint "${other}": give that endpoint, or another row.`]
      : findUnknown('effect.row', row, ROWS[endpoint])),
    ...(hasFields ? ['effect.fields: token errors name no fields.'] : []),
  ];
}

function findStaleProblems(
  { visibleAfter }: Extract<Effect, { kind: 'stale' }>,
  endpoint: Endpoint,
): readonly string[] {
  if (endpoint === 'token') return ['effect.kind: "stale" is about reads of the API, not about token requests.'];
  if (visibleAfter === undefined) return [];
  const ms = readDuration(visibleAfter) ?? 0;
  const isSound = ms > 0 && ms <= MAX_STALE_MS;
  return isSound ? [] : [`effect.visibleAfter must be a duration such as PT2H, up to P31D; got "${visibleAfter}".`];
}

function findRetryAfterProblems(effect: Effect): readonly string[] {
  const isDateOfNothing = 'retryAfterSeconds' in effect && effect.retryAfterSeconds === null && effect.retryAfterForm;
  return isDateOfNothing
    ? ['effect.retryAfterForm: with retryAfterSeconds null there is no Retry-After to write.']
    : [];
}

function findLatencyProblems(latency: Latency): readonly string[] {
  const isUpsideDown = latency.kind === 'uniform' && latency.minMs > latency.maxMs;
  return isUpsideDown ? ['latency.minMs must not be greater than latency.maxMs.'] : [];
}

function findWindowProblems({ from, until }: FaultWindow): readonly string[] {
  const start = from === undefined ? -Infinity : readInstant(from);
  const end = until === undefined ? Infinity : readInstant(until);
  return [
    ...(start === undefined ? [`window.from must be a date and time; got "${from}".`] : []),
    ...(end === undefined ? [`window.until must be a date and time; got "${until}".`] : []),
    ...(start !== undefined && end !== undefined && start >= end ? ['window.from must be before window.until.'] : []),
  ];
}
