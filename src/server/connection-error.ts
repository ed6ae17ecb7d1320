/** Answers on the bare socket, where no request could be parsed and so no response object exists. */
import { IncomingMessage } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorName } from '../model/errors.ts';
import { GraphError } from '../model/graph-error.ts';
import { errorResponse } from '../odata/error-body.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { GraphResponse, Refusal, RequestIds } from '../odata/message.ts';
import type { Events } from '../telemetry/events.ts';
import { breakBody, isBroken } from './body.ts';
import type { ExchangeObserver } from './plugin.ts';
import { LINGER_MS } from './reply.ts';

export interface ConnectionErrorSettings {
  readonly style: ErrorStyle;
  readonly events: Events;
  readonly observer?: ExchangeObserver | undefined;
  /** Makes request ids. */
  readonly newId: () => string;
  /** The class of the server's responses. */
  readonly responses: typeof ServerResponse;
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

export function createConnectionErrors(settings: ConnectionErrorSettings): ConnectionErrors {
  const { style, events, observer, diagnostic, responses } = settings;
  /** After an error the parser reports another one for whatever still arrives. */
  const answered = new WeakSet<Socket>();

  const answer = (error: GraphError, socket: Socket, { code, received }: Broken): void => {
    const requestId = settings.newId();
    const ids = { requestId, clientRequestId: requestId };
    answered.add(socket);
    events.connectionBroken({ requestId, refusal: error.row, code });
    const response = new responses(new IncomingMessage(socket));
    const refusal = errorResponse(error, ids, style);
    const text = writeHead(response, refusal, { ...ids, diagnostic });
    observer?.unreadable({ requestId, received, refusal: refusal.refusal as Refusal, response, text });
    response.end(text, () => socket.end());
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
      const refuse = (): void => answer(refusalOf(error), socket, { code: error.code, received: packetOf(error) });
      const latest = unanswered.at(-1);
      if (latest === undefined) refuse();
      // Its answer has told the client that the connection stays open.
      else if (latest.req.complete && latest.headersSent) latest.once('close', refuse);
      else refuseRest(latest, error);
    },
    onConnect(request, socket) {
      // Detached from its HTTP server, the socket has no other error listener.
      socket.on('error', () => socket.destroy());
      const received = Buffer.from(`${request.method} ${request.url}`);
      answer(new GraphError('methodNotAllowed'), socket, { code: undefined, received });
    },
  };
}

/** The connection broke after or within the latest request on it, which is not answered yet. */
function refuseRest(latest: ServerResponse, error: NodeJS.ErrnoException): void {
  latest.shouldKeepAlive = false;
  // A request that came whole is answered; only what follows it cannot be.
  if (latest.req.complete) return;
  // Refused already: the parser reports the same error with each packet.
  if (isBroken(latest.req)) return;
  if (latest.headersSent) latest.destroy(error);
  else breakBody(latest.req, refusalOf(error, 'bodyAborted'));
}

function refusalOf(error: NodeJS.ErrnoException, atEnd: ErrorName = 'requestMalformed'): GraphError {
  const code = error.code ?? '';
  const row = code === 'HPE_INVALID_EOF_STATE' ? atEnd : (PARSER_ERRORS[code] ?? 'requestMalformed');
  return new GraphError(row, { logDetail: code });
}

/** What arrived in place of a request. */
interface Broken {
  /** Of the parser's error. */
  readonly code: string | undefined;
  readonly received: Uint8Array;
}

/** What the parser was reading. */
function packetOf(error: NodeJS.ErrnoException & { readonly rawPacket?: Uint8Array }): Uint8Array {
  return error.rawPacket ?? new Uint8Array();
}

interface HeadValues extends RequestIds {
  readonly diagnostic: string;
}

/** Node prints the head, with Date, whatever the parser's state. Gives the body to end with. */
function writeHead(response: ServerResponse, { status, headers, body }: GraphResponse, head: HeadValues): string {
  const text = JSON.stringify(body);
  const { socket } = response.req;
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.writeHead(status, {
    'request-id': head.requestId,
    'client-request-id': head.clientRequestId,
    'x-ms-ags-diagnostic': head.diagnostic,
    ...headers,
    'content-length': Buffer.byteLength(text),
  });
  return text;
}
