/** A row of the token error catalogue as the answer to a token request that did not really fail. */
import { TOKEN_SAMPLE_VALUES } from '../../model/error-samples.ts';
import { TOKEN_ERRORS } from '../../model/token-errors.ts';
import type { TokenErrorName } from '../../model/token-errors.ts';
import type { GraphResponse } from '../../odata/message.ts';
import type { TokenCall } from '../../server/plugin.ts';
import { withDefaultWait, writeRetryAfter } from './retry-after-header.ts';
import type { RetryAfterOrder } from './retry-after-header.ts';

export interface TokenErrorOrder extends RetryAfterOrder {
  readonly row: TokenErrorName;
  /** For the `{name}`s of the message, in place of those that are made up. */
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

/** `now`: epoch milliseconds. */
export function answerWithTokenError(order: TokenErrorOrder, call: TokenCall, now: number): GraphResponse {
  const ordered = Object.entries(order.values ?? {}).map(([name, value]) => [name, String(value)]);
  const waiting = withDefaultWait(order, TOKEN_ERRORS[order.row].status === 503);
  return call.refuse(order.row, {
    values: { ...TOKEN_SAMPLE_VALUES, ...valuesOf(call), ...Object.fromEntries(ordered) },
    headers: writeRetryAfter(waiting, now),
  });
}

/** What the request has of its own. */
function valuesOf({ appId, segment, grantType }: TokenCall): Readonly<Record<string, string>> {
  return { appId: appId ?? 'unknown', tenant: segment, grantType: grantType ?? 'unknown', method: 'POST' };
}
