/** Answers where no request was understood, so that no reply object exists: on the bare socket. */
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { Events } from '../telemetry/events.ts';
import { breakBody } from './body.ts';
import { createRequestId } from './exchange.ts';
import { LINGER_MS } from './reply.ts';

export interface ConnectionErrorSettings {
  readonly style: ErrorStyle;
  readonly events: Events;
  /** The value of x-ms-ags-diagnostic. */
  readonly diagnostic: string;
}

export interface ConnectionErrors {
  /** An error of the HTTP parser or of the socket under it. `unanswered`: responses begun on this socket, oldest first. */
  onClientError(error: NodeJS.ErrnoException, socket: Duplex, unanswered: readonly ServerResponse[]): void;
  /** CONNECT has no path that an operation could have. */
  onConnect(request: IncomingMessage, socket: Duplex): void;
}

/** By the code of Node's HTTP parser; every other code is `requestMalformed`. */
const PARSER_ERRORS: Readonly<Record<string, ErrorName>> = {
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'requestTimeout',
};

export function createConnectionErrors(settings: ConnectionErrorSettings): ConnectionErrors {
  /** After an error the parser reports one more for all that still comes. */
  const answered = new WeakSet<Duplex>();

  const answer = (error: GraphError, socket: Duplex, code: string | undefined): void => {
    const requestId = createRequestId();
    answered.add(socket);
    settings.events.connectionBroken({ requestId, refusal: error.row, code });
    socket.end(printResponse(error, requestId, settings));
    // What the client still sends is read and dropped for a while: a reset would cost it the answer.
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };

  return {
    onClientError(error, socket, unanswered) {
      if (answered.has(socket)) return;
      if (error.code === 'ECONNRESET' || !socket.writable) {
        settings.events.connectionBroken({ requestId: undefined, refusal: undefined, code: error.code });
        socket.destroy();
        return;
      }
      const latest = unanswered.at(-1);
      if (latest === undefined) answer(refusalOf(error), socket, error.code);
      else refuseRest(latest, error);
    },
    onConnect(_request, socket) {
      // Detached from its HTTP server, the socket has nobody else to hear its errors.
      socket.on('error', () => socket.destroy());
      answer(new GraphError('methodNotAllowed'), socket, undefined);
    },
  };
}

/** The connection broke behind or inside the latest request on it, which is not answered yet. */
function refuseRest(latest: ServerResponse, error: NodeJS.ErrnoException): void {
  latest.shouldKeepAlive = false;
  // A request that came whole is answered; only what follows it cannot be.
  if (latest.req.complete) return;
  if (latest.headersSent) latest.destroy(error);
  else breakBody(latest.req, refusalOf(error, 'bodyAborted'));
}

function refusalOf(error: NodeJS.ErrnoException, atEnd: ErrorName = 'requestMalformed'): GraphError {
  const code = error.code ?? '';
  const row = code === 'HPE_INVALID_EOF_STATE' ? atEnd : (PARSER_ERRORS[code] ?? 'requestMalformed');
  return new GraphError(row, { logDetail: code });
}

function printResponse(error: GraphError, requestId: string, { style, diagnostic }: ConnectionErrorSettings): string {
  const { status, headers, body } = errorResponse(error, { requestId, clientRequestId: requestId }, style);
  const text = JSON.stringify(body);
  const head = {
    ...headers,
    'request-id': requestId,
    'client-request-id': requestId,
    'x-ms-ags-diagnostic': diagnostic,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`;
}
