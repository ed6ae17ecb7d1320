/** What becomes of a call that a fault hits. */
import { STATUS_CODES } from 'node:http';

import type { ErrorName } from '../../model/errors.ts';
import type { TokenErrorName } from '../../model/token-errors.ts';
import type { GraphResponse } from '../../odata/message.ts';
import { setDelivery } from '../call-marks.ts';
import { readDuration } from '../duration.ts';
import type { Delivery } from './broken-delivery.ts';
import { errorAnswer } from './error-answer.ts';
import type { ErrorAnswerOptions } from './error-answer.ts';
import type { Effect } from './fault-rule.ts';
import { markedOf } from './fault-target.ts';
import type { FaultTarget } from './fault-target.ts';
import { writeRetryAfter } from './retry-after-header.ts';
import type { StateAge, StaleReads } from './stale-reads.ts';
import { answerWithTokenError } from './token-error-answer.ts';

export interface EffectOptions extends ErrorAnswerOptions {
  readonly staleReads: StaleReads;
}

const DEFAULT_TRUNCATED_BYTES = 20;

export interface HitCall {
  readonly target: FaultTarget;
  /** Gives the answer that there is without the fault. */
  run(): Promise<GraphResponse>;
}

export async function applyEffect(
  effect: Effect,
  { target, run }: HitCall,
  options: EffectOptions,
): Promise<GraphResponse> {
  const { clock } = options.style;
  const delivered = (delivery: Delivery): Promise<GraphResponse> => {
    setDelivery(markedOf(target), delivery);
    return run();
  };
  switch (effect.kind) {
    case 'error':
      // The rule was checked: its row exists.
      return target.endpoint === 'graph'
        ? errorAnswer({ ...effect, row: effect.row as ErrorName }, target.call, options)
        : answerWithTokenError({ ...effect, row: effect.row as TokenErrorName }, target.call, clock.now());
    case 'gateway':
      return gatewayAnswer(effect, clock.now());
    case 'reset':
      return effect.when === 'before' ? leaveUnanswered(target) : delivered({ kind: 'reset' });
    case 'truncate':
      return delivered({ kind: 'truncate', bytes: effect.bytes ?? DEFAULT_TRUNCATED_BYTES });
    case 'malformed':
      return delivered({ kind: 'halve' });
    case 'slowBody':
      return delivered({ kind: 'slow', bytesPerSecond: effect.bytesPerSecond });
    case 'stale':
      return target.endpoint === 'graph' ? options.staleReads.read(target.call, lagOf(effect), run) : run();
    default:
      return effect satisfies never;
  }
}

/** One write, unless the effect says how far reads stay behind. */
export function lagOf({ writes, visibleAfter }: Extract<Effect, { kind: 'stale' }>): StateAge {
  // The rule was checked: its duration can be read.
  const ms = visibleAfter === undefined ? 0 : (readDuration(visibleAfter) ?? 0);
  return { writes: writes ?? (visibleAfter === undefined ? 1 : 0), ms };
}

/** Nothing was run. The status is not sent: it means "no answer" to the journal and to dependent items. */
export function leaveUnanswered(target: FaultTarget): GraphResponse {
  setDelivery(markedOf(target), { kind: 'reset' });
  return { status: 503, headers: {} };
}

function gatewayAnswer(effect: Extract<Effect, { kind: 'gateway' }>, now: number): GraphResponse {
  const { status, contentType = 'text/html', body = gatewayPage(status) } = effect;
  const headers = { 'content-type': contentType, ...writeRetryAfter(effect, now) };
  return { status, headers, body: Buffer.from(body) };
}

function gatewayPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}
