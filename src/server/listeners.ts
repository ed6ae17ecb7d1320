/**
 * The sockets: one HTTP server an address, all with the same limits and the same handler.
 *
 * States: created, listening, stopping, closed. `listen` enters the second, `close` the third: nothing is accepted, idle
 * connections are closed, requests in flight are answered with `Connection: close`. When all connections have ended, or
 * after `drainMs`, it is closed.
 */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import { Server as TlsServer, TLSSocket } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import type { Events } from '../telemetry/events.ts';
import { dropBody, hasBody } from './body.ts';
import type { ConnectionErrors } from './connection-error.ts';
import { ALPN_PROTOCOLS, createHttp2Front } from './http2.ts';
import type { Http2Front } from './http2.ts';
import { hostAndPort } from './origin.ts';

/** PEM texts. */
export interface TlsCertificate {
  readonly key: string;
  readonly cert: string;
}

export interface Binding {
  /** `localhost` means both loopback addresses. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly tls?: TlsCertificate | undefined;
}

export interface ListenAddress {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** `scheme://host:port` */
  readonly origin: string;
}

export interface ConnectionLimits {
  /** All headers of a request together. */
  readonly headersBytes: number;
  /** From the first byte of a request to the last of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to its last. */
  readonly requestMs: number;
  /** How long a connection is kept without a request. */
  readonly keepAliveMs: number;
  /** How long `close` waits for requests in flight. */
  readonly drainMs: number;
}

export interface ListenerOptions {
  readonly limits: ConnectionLimits;
  /** HTTP/2 as well, where TLS and the client agree on it. */
  readonly speaksHttp2: boolean;
  readonly handler: (request: IncomingMessage, response: ServerResponse) => void;
  /** What the server answers with, as {@link datedResponses} makes it. */
  readonly responses: typeof ServerResponse;
  readonly errors: ConnectionErrors;
  readonly events: Events;
}

const LOOPBACK_HOSTS = ['127.0.0.1', '::1'];
/** How often Node looks for requests that take too long, at most. */
const CHECK_INTERVAL_MS = 15_000;

export class Listeners implements AsyncDisposable {
  readonly #options: ListenerOptions;
  readonly #servers: Server[] = [];
  readonly #fronts: Http2Front[] = [];
  /**
   * By connection, the responses that are not sent yet. V8 would reallocate one set of all of them again and again, and each
   * discarded table keeps the next one alive, with all its responses, until the old generation is collected.
   */
  readonly #connections = new Map<Socket, ServerResponse[]>();
  #isStopping = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Shows connections that are opened from now on this certificate. */
  showCertificate(certificate: TlsCertificate): void {
    for (const server of this.#servers) if (server instanceof TlsServer) server.setSecureContext({ ...certificate });
  }

  /** Shows clients that ask for one of these names this certificate, and gives the server that takes their connections. */
  coverNames(names: readonly string[], certificate: TlsCertificate): HttpsServer {
    const server = this.#servers.find((one): one is HttpsServer => one instanceof TlsServer);
    if (server === undefined) throw new Error('No address speaks TLS.');
    for (const name of names) server.addContext(name, { ...certificate });
    return server;
  }

  /** Requests that are not answered yet. */
  get inFlight(): number {
    return this.#listInFlight().length;
  }

  /** Opens the addresses. Rejects with Node's error (`code` EADDRINUSE and `port`) when one cannot be opened; then none stays open. */
  async listen(bindings: readonly Binding[]): Promise<ListenAddress[]> {
    const addresses: ListenAddress[] = [];
    try {
      for (const binding of bindings) {
        const [first, ...others] = binding.host === 'localhost' ? LOOPBACK_HOSTS : [binding.host];
        const address = await this.#open({ ...binding, host: first ?? binding.host });
        addresses.push(address);
        for (const host of others) await this.#openIfPresent({ ...binding, host, port: address.port });
      }
    } catch (error) {
      await this.close();
      throw error;
    }
    return addresses;
  }

  /** Resolves when all connections have ended; after `drainMs` the rest is cut. */
  async close(): Promise<void> {
    this.#isStopping = true;
    for (const response of this.#listInFlight()) response.shouldKeepAlive = false;
    for (const front of this.#fronts) front.close();
    const servers = this.#servers.splice(0);
    const closed = this.#answersSent().then(() =>
      Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))),
    );
    // Connections that clients opened in advance and never used: Node does not count them as idle.
    for (const socket of this.#connections.keys()) if (socket.bytesRead === 0) socket.destroy();
    const { promise: cut, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      for (const server of servers) server.closeAllConnections();
      for (const front of this.#fronts) front.destroy();
      resolve();
    }, this.#options.limits.drainMs);
    await Promise.race([closed, cut]);
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #listInFlight(): readonly ServerResponse[] {
    return [...this.#connections.values()].flat();
  }

  /** Node counts a connection as idle whose answer is written but not yet sent, and cuts it when a server closes. */
  async #answersSent(): Promise<void> {
    for (;;) {
      const unsent = this.#listInFlight().filter(({ writableEnded }) => writableEnded);
      if (unsent.length === 0) return;
      await Promise.all(unsent.map((response) => once(response, 'close')));
    }
  }

  /** A machine without IPv6 has only one loopback address. */
  async #openIfPresent(binding: Binding): Promise<void> {
    try {
      await this.#open(binding);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT') throw error;
    }
  }

  async #open({ host, port, tls }: Binding): Promise<ListenAddress> {
    const options = { ...nodeOptions(this.#options.limits), ServerResponse: this.#options.responses };
    const server = tls === undefined ? createHttpServer(options) : this.#createTlsServer({ ...options, ...tls });
    this.#attach(server);
    // With TLS, after the handshake: then `bytesRead` counts decrypted bytes.
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      if (this.#isStopping) socket.destroy();
      // Node pauses a connection whose answers wait to be sent, and its parser. What TLS has decrypted already would go to the
      // parser nevertheless, which fails. With a listener beside the parser it waits in the socket.
      if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') socket.on('data', ignoreData);
      this.#connections.set(socket, []);
      socket.once('close', () => this.#connections.delete(socket));
    });
    await listening(server, host, port);
    this.#servers.push(server);
    server.on('error', (error) => this.#options.events.listenerFailed(error));
    const actual = (server.address() as AddressInfo).port;
    const scheme = tls === undefined ? 'http' : 'https';
    return { scheme, host, port: actual, origin: `${scheme}://${hostAndPort(host, actual)}` };
  }

  #createTlsServer(options: ServerOptions & TlsCertificate): HttpsServer {
    if (!this.#options.speaksHttp2) return createHttpsServer(options);
    const server = createHttpsServer({ ...options, ALPNProtocols: ALPN_PROTOCOLS });
    const [serve] = server.listeners('secureConnection');
    const front = createHttp2Front(this.#options.limits, (socket) => server.emit('secureConnection', socket));
    this.#fronts.push(front);
    server.removeAllListeners('secureConnection').on('secureConnection', (socket) => {
      if (!front.accept(socket)) serve?.call(server, socket);
    });
    return server;
  }

  #attach(server: Server): void {
    const { handler, errors } = this.#options;
    const connections = this.#connections;
    function forget(this: ServerResponse): void {
      const inFlight = connections.get(this.req.socket);
      inFlight?.splice(inFlight.indexOf(this), 1);
    }
    function dropRest(this: ServerResponse): void {
      if (!this.req.complete) dropBody(this.req);
    }
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      connections.get(request.socket)?.push(response);
      // Node's parser drops whatever follows such a request in the same packet.
      const { upgrade, connection = '' } = request.headers;
      if (upgrade !== undefined && /\bupgrade\b/i.test(connection)) response.shouldKeepAlive = false;
      response.on('close', forget);
      if (hasBody(request)) response.on('prefinish', dropRest);
      handler(request, response);
    };
    server.on('request', handle);
    // Whether a body is wanted is decided when it is read, after the caller is known.
    server.on('checkContinue', handle);
    server.on('checkExpectation', handle);
    server.on('connect', (request, socket) => errors.onConnect(request, socket as Socket));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const unanswered = [...(connections.get(socket as Socket) ?? [])];
      errors.onClientError(error, socket as Socket, unanswered);
    });
  }
}

function ignoreData(): void {}

function nodeOptions(limits: ConnectionLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headersBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, limits.headersMs),
    // Without Host, Node would answer by itself and in another shape; the listen address stands in for it.
    requireHostHeader: false,
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
