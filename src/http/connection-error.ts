/** Answers where no request was understood, so that no reply object exists: on the bare socket. */
import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { GraphResponse, RequestIds } from '../odata/message.ts';
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
  onClientError(error: NodeJS.ErrnoException, socket: Socket, unanswered: readonly ServerResponse[]): void;
  /** CONNECT has no path that an operation could have. */
  onConnect(request: IncomingMessage, socket: Socket): void;
}

/** By the code of Node's HTTP parser; every other code is `requestMalformed`. */
const PARSER_ERRORS: Readonly<Record<string, ErrorName>> = {
  HPE_HEADER_OVERFLOW: 'headersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'requestTimeout',
};

export function createConnectionErrors({ style, events, diagnostic }: ConnectionErrorSettings): ConnectionErrors {
  /** After an error the parser reports one more for all that still comes. */
  const answered = new WeakSet<Socket>();

  const answer = (error: GraphError, socket: Socket, code: string | undefined): void => {
    const requestId = createRequestId();
    const ids = { requestId, clientRequestId: requestId };
    answered.add(socket);
    events.connectionBroken({ requestId, refusal: error.row, code });
    writeAnswer(socket, errorResponse(error, ids, style), { ...ids, diagnostic });
    // What the client still sends is read and dropped for a while: a reset would cost it the answer.
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  };

  return {
    onClientError(error, socket, unanswered) {
      if (answered.has(socket)) return;
      if (error.code === 'ECONNRESET' || !socket.writable) {
        events.connectionBroken({ requestId: undefined, refusal: undefined, code: error.code });
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

interface HeadValues extends RequestIds {
  readonly diagnostic: string;
}

/** Node prints the head, with Date; the parser has no part in it. */
function writeAnswer(socket: Socket, { status, headers, body }: GraphResponse, head: HeadValues): void {
  const text = JSON.stringify(body);
  const response = new ServerResponse(new IncomingMessage(socket));
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.writeHead(status, {
    'request-id': head.requestId,
    'client-request-id': head.clientRequestId,
    'x-ms-ags-diagnostic': head.diagnostic,
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  response.end(text, () => socket.end());
}
