/** What a fault hits: a call of the engine, or a request to the token endpoint. */
import { findGrantType } from '../../model/grant-types.ts';
import type { RequestContext } from '../../graph/context.ts';
import type { TokenCall } from '../../server/plugin.ts';
import type { Marked } from '../call-marks.ts';
import { createCallMatcher, isAmong } from '../calls/call-matcher.ts';
import type { CallerIds } from '../calls/call-names.ts';
import { valuesOf } from '../calls/one-or-more.ts';
import type { FaultOrder } from './fault-rule.ts';

export type FaultTarget =
  | { readonly endpoint: 'graph'; readonly call: RequestContext }
  | { readonly endpoint: 'token'; readonly call: TokenCall };

export type TargetMatcher = (target: FaultTarget) => boolean;

export function createTargetMatcher({ endpoint, match = {} }: FaultOrder, ids: CallerIds): TargetMatcher {
  if (endpoint === 'token') {
    const grantTypes = valuesOf(match.grantType)?.map((text) => findGrantType(text) ?? text);
    return (target) =>
      target.endpoint === 'token' &&
      isAmong(grantTypes, target.call.grantType) &&
      isAmong(ids.appIds, target.call.appId) &&
      isAmong(ids.tenantIds, target.call.tenantId);
  }
  const isMeant = createCallMatcher(match, ids);
  return (target) => target.endpoint === 'graph' && isMeant(target.call);
}

/** Of what is noted for other parts. */
export function markedOf({ endpoint, call }: FaultTarget): Marked {
  return endpoint === 'graph' ? call : call.exchange;
}

export function findSignal({ endpoint, call }: FaultTarget): AbortSignal | undefined {
  return endpoint === 'graph' ? call.findSignal?.() : call.findSignal();
}

/** A call that only waits does not keep others from being admitted. */
export function delay({ endpoint, call }: FaultTarget, wait: () => Promise<unknown>): Promise<unknown> {
  const waitAside = endpoint === 'graph' ? call.waitAside : undefined;
  return waitAside === undefined ? wait() : waitAside(wait);
}
