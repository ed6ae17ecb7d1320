/** Sends Graph answers. They are written straight to Node's response: a framework in between doubled the cost. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { JsonText } from '../odata/message.ts';
import type { GraphResponse } from '../odata/message.ts';
import { dropBody, isBroken } from './body.ts';
import { preflightHeaders } from './cors.ts';
import { endWithTurn } from './end-with-turn.ts';
import { exchangeHeaders } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { ServerPlugin, WrittenAnswer } from './plugin.ts';

export interface GraphReplier {
  /** Sends the answer; without a body, it goes without Content-Type too. To HEAD Node sends the headers only. */
  send(exchange: Exchange, answer: GraphResponse): void;
  sendPreflight(exchange: Exchange): void;
}

/** Headers of every Graph answer unless it gives its own. */
const GRAPH_HEADERS = {
  'cache-control': 'no-cache',
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, ' +
    'Retry-After, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, X-Planner-Operationid, ' +
    'x-ms-permissions-recommendations',
} as const;
const GRAPH_HEADER_LIST = Object.entries(GRAPH_HEADERS);

const CONTENT_TYPE = 'content-type';
const JSON_TYPE = 'application/json';

/** How long a connection that is to be closed is still read, so that its client can read the answer first. */
export const LINGER_MS = 2_000;

/** @param diagnostic the value of x-ms-ags-diagnostic */
export function createGraphReplier(
  diagnostic: string,
  plugin: Pick<ServerPlugin, 'deliver'> | undefined,
): GraphReplier {
  return {
    send: (exchange, answer) => {
      const { request, response } = exchange;
      exchange.refusal = answer.refusal;
      const headers = exchangeHeaders(exchange, diagnostic);
      addHeaders(headers, answer);
      const written = { status: answer.status, headers, text: writeBody(answer) };
      // What comes next from a client that was never asked to send its body may be the body or another request.
      const waitsToSend = request.headers.expect !== undefined && !request.complete;
      if (waitsToSend || isBroken(request)) response.shouldKeepAlive = false;
      if (plugin?.deliver(exchange, written) === true) return;
      if (isStillSending(request, answer)) closeAfter(response, written);
      else sendWritten(exchange, written);
    },
    sendPreflight: (exchange) => {
      const own = listHeaders(preflightHeaders(exchange.request.headers));
      const headers = [...exchangeHeaders(exchange, diagnostic), ...own];
      sendWritten(exchange, { status: 204, headers, text: undefined });
    },
  };
}

/** Whether the client sends a body that is too large, or in too many pieces, to be read to its end. */
function isStillSending({ complete }: IncomingMessage, { refusal }: GraphResponse): boolean {
  return !complete && (refusal?.row === 'payloadTooLarge' || refusal?.row === 'payloadUnreadable');
}

function sendWritten(exchange: Exchange, { status, headers, text }: WrittenAnswer): void {
  const { response } = exchange;
  // Answers with these have no length by definition.
  const hasLength = text !== undefined || (status !== 204 && status !== 304);
  exchange.bytesOut = text === undefined ? 0 : Buffer.byteLength(text);
  const all = hasLength ? [...headers, 'content-length', String(exchange.bytesOut)] : [...headers];
  endWithTurn(response.writeHead(status, all), text);
}

/**
 * Sends the answer and closes the connection. Closed at once, the unread bytes would make the kernel reset it, and the
 * client would lose the answer. So the answer is written, the body read on and dropped, and the connection ended when the
 * client is done, or after {@link LINGER_MS}.
 */
export function closeAfter(response: ServerResponse, { status, headers, text = '' }: WrittenAnswer): void {
  response.writeHead(status, [...headers, 'connection', 'close', 'content-length', String(Buffer.byteLength(text))]);
  response.write(text);
  const end = (): void => {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  response.req.once('end', end).once('close', end);
  dropBody(response.req);
}

/** Headers by name as names and values in turn. */
export function listHeaders(headers: OutgoingHttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
}

function addHeaders(list: string[], { headers, body }: GraphResponse): void {
  for (const [name, value] of GRAPH_HEADER_LIST) if (headers[name] === undefined) list.push(name, value);
  for (const name in headers) {
    if (body !== undefined || name !== CONTENT_TYPE) list.push(name, headers[name] as string);
  }
  if (body !== undefined && headers[CONTENT_TYPE] === undefined) list.push(CONTENT_TYPE, JSON_TYPE);
}

function writeBody({ headers, body }: GraphResponse): string | undefined {
  if (body instanceof JsonText) return body.text;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const type = headers[CONTENT_TYPE];
  const isText = typeof body === 'string' && type !== undefined && !type.startsWith(JSON_TYPE);
  // `undefined` stays what it is.
  return isText ? body : JSON.stringify(body);
}
