/** Puts a Graph answer on the wire. */
import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { GraphResponse } from '../odata/message.ts';

/** Headers of every Graph answer unless it gives its own. */
const GRAPH_HEADERS = {
  'cache-control': 'no-cache',
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, ' +
    'Retry-After, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, X-Planner-Operationid, ' +
    'x-ms-permissions-recommendations',
} as const;

const JSON_TYPE = 'application/json';

/** How long a connection that is to be closed is read on, so that its client can read the answer first. */
export const LINGER_MS = 2_000;

/** Sends the answer; without a body, it goes without Content-Type too. To HEAD Node sends the headers only. */
export function sendGraphResponse(reply: FastifyReply, response: GraphResponse): void {
  const text = prepare(reply, response);
  // With a serializer the framework leaves the Content-Type as it is; otherwise it adds a charset.
  reply.serializer(asItIs).send(text);
}

/**
 * Sends an answer while the client is still sending its body, and closes the connection. Closed at once, the unread bytes
 * would make the kernel reset it, and the client would lose the answer. So the answer is written, the body read on and
 * dropped, and the connection ended when the client is done, or after {@link LINGER_MS}.
 */
export function sendAndClose(reply: FastifyReply, response: GraphResponse): void {
  const text = prepare(reply, response) ?? '';
  reply.header('connection', 'close').header('content-length', Buffer.byteLength(text)).hijack();
  const { raw } = reply;
  const request = reply.request.raw;
  raw.writeHead(response.status, reply.getHeaders() as OutgoingHttpHeaders);
  raw.write(text);
  const end = (): void => {
    clearTimeout(timer);
    if (!raw.writableEnded) raw.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.once('end', end).once('close', end).resume();
}

/** Sets status and headers; gives the text of the body. */
function prepare(reply: FastifyReply, response: GraphResponse): string | undefined {
  const { exchange } = reply.request;
  exchange.operation = response.operation;
  exchange.refusal = response.refusal;
  reply.code(response.status).headers(GRAPH_HEADERS).headers(response.headers);
  if (response.body === undefined) {
    reply.removeHeader('content-type');
    return undefined;
  }
  const type = reply.getHeader('content-type');
  if (type === undefined) reply.header('content-type', JSON_TYPE);
  else if (typeof response.body === 'string' && !String(type).startsWith(JSON_TYPE)) return response.body;
  return JSON.stringify(response.body);
}

function asItIs(text: string): string {
  return text;
}
