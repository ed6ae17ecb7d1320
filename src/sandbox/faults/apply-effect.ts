/** What becomes of a call that a fault befalls. */
import { STATUS_CODES } from 'node:http';

import type { ErrorName } from '../../model/errors.ts';
import type { Delivery, GraphResponse } from '../../odata/message.ts';
import type { EngineCall } from '../../operations/run-operation.ts';
import { readDuration } from '../control/duration.ts';
import { answerWithError } from './error-answer.ts';
import type { ErrorAnswerOptions } from './error-answer.ts';
import type { Effect } from './fault-rule.ts';
import { writeRetryAfter } from './retry-after-header.ts';
import type { Lag, StaleReads } from './stale-reads.ts';

export interface EffectOptions extends ErrorAnswerOptions {
  readonly staleReads: StaleReads;
}

/** The call, and what it comes to when nothing befalls it. */
export interface Befallen {
  readonly call: EngineCall;
  run(): Promise<GraphResponse>;
}

const DEFAULT_TRUNCATED_BYTES = 20;

export async function applyEffect(
  effect: Effect,
  { call, run }: Befallen,
  options: EffectOptions,
): Promise<GraphResponse> {
  switch (effect.kind) {
    case 'error':
      // The rule was checked: its row exists.
      return answerWithError({ ...effect, row: effect.row as ErrorName }, call, options);
    case 'gateway':
      return { ...gatewayAnswer(effect, options.style.clock.now()), operation: call.match?.operation.id };
    case 'reset':
      return effect.when === 'before' ? unanswered(call) : delivered(run, { kind: 'reset' });
    case 'truncate':
      return delivered(run, { kind: 'truncate', bytes: effect.bytes ?? DEFAULT_TRUNCATED_BYTES });
    case 'malformed':
      return delivered(run, { kind: 'halve' });
    case 'slowBody':
      return delivered(run, { kind: 'slow', bytesPerSecond: effect.bytesPerSecond });
    case 'stale':
      return options.staleReads.read(call, lagOf(effect), run);
    default:
      return effect satisfies never;
  }
}

/** One write, unless the effect says how far reads stay behind. */
export function lagOf({ writes, visibleAfter }: Extract<Effect, { kind: 'stale' }>): Lag {
  // The rule was checked: its duration can be read.
  const ms = visibleAfter === undefined ? 0 : (readDuration(visibleAfter) ?? 0);
  return { writes: writes ?? (visibleAfter === undefined ? 1 : 0), ms };
}

async function delivered(run: Befallen['run'], delivery: Delivery): Promise<GraphResponse> {
  return { ...(await run()), delivery };
}

/** Nothing was run. The status is not sent: it stands for "no answer" to whoever reads along, and to items that depend on it. */
export function unanswered({ match }: EngineCall): GraphResponse {
  return { status: 503, headers: {}, operation: match?.operation.id, delivery: { kind: 'reset' } };
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
