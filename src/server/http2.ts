/**
 * HTTP/2 as a translation: each stream becomes a request to the HTTP/1.1 server, over a pair of streams in memory. So what
 * holds for a request holds for a stream: limits, timeouts, refusals, the journal, broken answers. When such a connection is
 * closed or reset, only its stream ends; the others of the session go on.
 */
import { request as sendRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { constants, performServerHandshake } from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/** What ALPN calls it. */
const PROTOCOL = 'h2';
export const ALPN_PROTOCOLS = [PROTOCOL, 'http/1.1'];

const MAX_STREAMS = 100;

export interface Http2Limits {
  /** All headers of a request together. */
  readonly headersBytes: number;
  /** How long a session is kept without a request. */
  readonly keepAliveMs: number;
}

export interface Http2Front {
  /** Takes a connection over, unless it speaks HTTP/1.1: then it gives `false`. */
  accept(socket: TLSSocket): boolean;
  /** Lets streams end, and takes no others. */
  close(): void;
  destroy(): void;
}

/** @param connect has the HTTP/1.1 server serve a connection */
export function createHttp2Front(limits: Http2Limits, connect: (socket: Duplex) => void): Http2Front {
  const sessions = new Set<ServerHttp2Session>();
  return {
    accept: (socket) => {
      if (socket.alpnProtocol !== PROTOCOL) return false;
      const settings = { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: limits.headersBytes };
      const session = performServerHandshake(socket, { settings });
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
      // Of the connection or the protocol: the session ends with it.
      session.on('error', () => session.destroy());
      closeWhenIdle(session, limits.keepAliveMs);
      session.on('stream', (stream, headers) => {
        const [near, far] = duplexPair();
        near.once('close', () => far.destroy());
        connect(asConnectionOf(socket, far));
        translate(stream, headers, near);
      });
      return true;
    },
    close: () => {
      for (const session of sessions) session.close();
    },
    destroy: () => {
      for (const session of sessions) session.destroy();
    },
  };
}

/** Counts streams, not bytes: headers that never end do not make one. */
function closeWhenIdle(session: ServerHttp2Session, keepAliveMs: number): void {
  const wait = () => setTimeout(() => session.close(), keepAliveMs).unref();
  let timer = wait();
  let open = 0;
  session.on('stream', (stream) => {
    open += 1;
    clearTimeout(timer);
    stream.once('close', () => {
      open -= 1;
      if (open === 0) timer = wait();
    });
  });
  session.once('close', () => clearTimeout(timer));
}

/** With the properties of a connection that the server uses. */
function asConnectionOf({ remoteAddress }: TLSSocket, stream: Duplex): Duplex {
  const resetAndDestroy = () => stream.destroy(new Error('The connection was reset.'));
  return Object.assign(stream, { remoteAddress, encrypted: true, resetAndDestroy });
}

function translate(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, near: Duplex): void {
  const fail = (code: number): void => {
    if (!stream.destroyed) stream.close(code);
    near.destroy();
  };
  stream.on('error', () => near.destroy());
  let request: ClientRequest;
  try {
    request = sendRequest(requestOf(stream, headers, near));
  } catch {
    // A path or a header that cannot be written to a request line.
    fail(constants.NGHTTP2_PROTOCOL_ERROR);
    return;
  }
  request.on('error', () => fail(constants.NGHTTP2_INTERNAL_ERROR));
  request.on('continue', () => stream.additionalHeaders({ ':status': 100 }));
  request.on('response', (response) => answer(stream, response, fail));
  // The client has left, or the answer is complete.
  stream.once('close', () => request.destroy());
  if (stream.endAfterHeaders) request.end();
  else stream.pipe(request);
}

function requestOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, near: Duplex) {
  const { ':method': method = '', ':path': path = '', ':authority': authority, ...others } = headers;
  const sent: Record<string, string | string[] | undefined> = { host: authority };
  for (const [name, value] of Object.entries(others)) if (!name.startsWith(':') && name !== 'te') sent[name] = value;
  const hasLength = sent['content-length'] !== undefined || stream.endAfterHeaders;
  if (!hasLength) sent['transfer-encoding'] = 'chunked';
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
  return { method, path, headers: given as OutgoingHttpHeaders, setHost: false, createConnection: () => near };
}

/** Headers of an HTTP/1.1 connection. */
const OF_CONNECTION = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

function answer(stream: ServerHttp2Stream, response: IncomingMessage, fail: (code: number) => void): void {
  if (stream.destroyed) return;
  const headers: OutgoingHttpHeaders = { ':status': response.statusCode };
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    if (!OF_CONNECTION.has(name)) headers[name] = values?.length === 1 ? values[0] : values;
  }
  stream.respond(headers);
  // What has arrived of a broken answer is sent first.
  response.on('error', () => stream.write('', () => fail(constants.NGHTTP2_INTERNAL_ERROR)));
  // The rest of a body that is too large is not wanted.
  stream.once('finish', () => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  });
  response.pipe(stream);
}
