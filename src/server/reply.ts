/** Puts a Graph answer on the wire. It is written to Node's response itself: a framework between cost as much again. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphResponse } from '../odata/message.ts';
import { sendBroken } from './broken-delivery.ts';
import type { WrittenAnswer } from './broken-delivery.ts';
import { preflightHeaders } from './cors.ts';
import { endWithTurn } from './end-with-turn.ts';
import { exchangeHeaders } from './exchange.ts';
import type { Visit } from './exchange.ts';

export interface GraphReplier {
  /** Sends the answer; without a body, it goes without Content-Type too. To HEAD Node sends the headers only. */
  send(visit: Visit, answer: GraphResponse): void;
  /** Sends an answer while the client is still sending its body, and closes the connection. */
  sendAndClose(visit: Visit, answer: GraphResponse): void;
  sendPreflight(visit: Visit): void;
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

/** How long a connection that is to be closed is read on, so that its client can read the answer first. */
export const LINGER_MS = 2_000;

/** @param diagnostic the value of x-ms-ags-diagnostic */
export function createGraphReplier(diagnostic: string): GraphReplier {
  const write = ({ exchange }: Visit, answer: GraphResponse): WrittenAnswer => {
    exchange.operation = answer.operation;
    exchange.refusal = answer.refusal;
    const headers = exchangeHeaders(exchange, diagnostic);
    addHeaders(headers, answer);
    return { status: answer.status, headers, text: writeBody(answer) };
  };
  return {
    send: (visit, answer) => {
      const written = write(visit, answer);
      if (answer.delivery !== undefined) sendBroken(visit.response, written, answer.delivery);
      else sendWritten(visit, written);
    },
    sendAndClose: (visit, answer) => closeAfter(visit.response, write(visit, answer)),
    sendPreflight: (visit) => {
      const own = listHeaders(preflightHeaders(visit.request.headers));
      const headers = [...exchangeHeaders(visit.exchange, diagnostic), ...own];
      sendWritten(visit, { status: 204, headers, text: undefined });
    },
  };
}

function sendWritten({ response, exchange }: Visit, { status, headers, text }: WrittenAnswer): void {
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
  response.req.once('end', end).once('close', end).resume();
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
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const type = headers[CONTENT_TYPE];
  const isText = typeof body === 'string' && type !== undefined && !type.startsWith(JSON_TYPE);
  // `undefined` stays what it is.
  return isText ? body : JSON.stringify(body);
}
