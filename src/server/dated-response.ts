/** Answers whose Date header is from the server's clock. */
import { ServerResponse } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { formatHttpDate } from '../lib/utc-text.ts';

/** Node's own Date has the time of day. For a clock that shows it, Node's is kept, as it is faster. */
export function datedResponses(clock: Clock): typeof ServerResponse {
  return class DatedResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
    override writeHead(status: number, ...rest: readonly unknown[]): this {
      if (clock.isReal !== true) this.setHeader('Date', formatHttpDate(clock.now()));
      return super.writeHead(status, ...(rest as []));
    }
  };
}
