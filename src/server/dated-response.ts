/** Answers that are dated by the server's clock. */
import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { formatHttpDate } from '../lib/utc-text.ts';

/** Node dates answers by the time of day: right for a clock that shows it, and then left to Node, which is faster. */
export function datedResponses(clock: Clock): typeof ServerResponse {
  return class DatedResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, ...rest: readonly unknown[]): this {
      if (clock.isReal !== true) this.setHeader('Date', formatHttpDate(clock.now()));
      return super.writeHead(status, ...(rest as []));
    }
  };
}
