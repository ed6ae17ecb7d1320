/** The HTTP server: what every request passes, in order, and the routes. */
import { randomUUID } from 'node:crypto';
import { METHODS } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MountedApi } from '../control/api.ts';
import type { IdSource } from '../lib/id-source.ts';
import { GRAPH_HOSTS, SIGN_IN_HOSTS } from '../model/clouds.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ScimApi } from '../scim/api.ts';
import type { Services } from '../graph/context.ts';
import type { Events } from '../telemetry/events.ts';
import { createAdmission } from './admission.ts';
import type { Admission, RequestKind } from './admission.ts';
import { continueBody, hasBody, whenReceived } from './body.ts';
import { createConnectionErrors } from './connection-error.ts';
import { isControlRoot, registerControlRoutes, rewriteApiUrl } from './control-route.ts';
import { createErrorReplier } from './error-reply.ts';
import type { ErrorReplier } from './error-reply.ts';
import { datedResponses } from './dated-response.ts';
import { describeInstance, Exchange, exchangeHeaders } from './exchange.ts';
import { createGraphRoute, stoppingRefusal, versionInvalid } from './graph-route.ts';
import { addHealthRoutes } from './health-route.ts';
import type { ReadinessCheck } from './health-route.ts';
import { Listeners } from './listeners.ts';
import type { ConnectionLimits, ListenAddress, TlsCertificate } from './listeners.ts';
import { createOriginResolver } from './origin.ts';
import type { OriginResolver, OriginSettings } from './origin.ts';
import type { ServerPlugin } from './plugin.ts';
import { createGraphReplier } from './reply.ts';
import { reportWhenClosed } from './request-log.ts';
import type { RouteKind } from './request-log.ts';
import { RunningWork } from './running-work.ts';
import { registerScimRoutes } from './scim-route.ts';
import type { ServerWork } from './running-work.ts';

interface HttpLimits extends ConnectionLimits {
  readonly maxRequestsInFlight: number;
  /** A request body, as received and inflated. */
  readonly bodyBytes: number;
}

const DEFAULT_LIMITS: HttpLimits = {
  maxRequestsInFlight: 128,
  bodyBytes: 4 * 1024 * 1024,
  headersBytes: 32 * 1024,
  headersMs: 60_000,
  requestMs: 120_000,
  keepAliveMs: 65_000,
  drainMs: 10_000,
};

export interface HttpServerOptions {
  /** `localhost` means both loopback addresses. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Without it, `port` speaks plain HTTP. */
  readonly tls?: TlsCertificate | undefined;
  /** HTTP/2 beside HTTP/1.1 on the port of TLS. */
  readonly http2?: boolean;
  /** One more port, plain HTTP, for clients that refuse an unknown certificate. */
  readonly httpPort?: number | undefined;
  /** Loopback unless given. */
  readonly httpHost?: string;
  readonly limits?: Partial<HttpLimits>;
  readonly origin: OriginSettings;
  readonly ids: Pick<IdSource, 'newId'>;
  /** Names this process in x-ms-ags-diagnostic. */
  readonly instanceId: string;
  /** Of this start, for the health routes. */
  readonly instance: string;
  readonly events: Events;
  /** The clock of its error style dates every answer. */
  readonly services: Services;
  readonly readiness: ReadinessCheck;
  /** Where `/` redirects browsers to. */
  readonly homePath?: string | undefined;
  readonly plugin?: ServerPlugin | undefined;
  /** Add routes, each in its own scope. */
  readonly routes?: readonly HttpPlugin[];
  readonly controlApis?: readonly MountedApi[];
  /** Whether names of Microsoft's clouds are answered as well, each with what is found there alone. */
  readonly coversClouds?: boolean;
  /** Loaded when it is first asked for. */
  readonly findScim?: (() => Promise<ScimApi>) | undefined;
}

export type HttpPlugin = (app: FastifyInstance) => void | Promise<void>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How observers see the requests of a route; `graph` when not given. */
    observedAs?: RouteKind;
  }
}

export interface HttpServer extends AsyncDisposable {
  readonly admission: Pick<Admission, 'countInFlight' | 'isOverloaded'>;
  /** Opens the ports and gives where: `port` first, then `httpPort`. Rejects with code EADDRINUSE and `port` when one is taken. */
  listen(): Promise<readonly ListenAddress[]>;
  /** Shows connections that are opened from now on this certificate. */
  showCertificate(certificate: TlsCertificate): void;
  /** Once it listens: shows clients that ask for these names this certificate, and gives what takes their connections. */
  coverNames(names: readonly string[], certificate: TlsCertificate): HttpsServer;
  /** Stops accepting, answers what is in flight, and closes. */
  close(): Promise<void>;
}

/** No route has long parameters; Graph paths do not go through the router. */
const MAX_PARAM_LENGTH = 1024;
/** Of three segments, which no route and no parameter takes. */
const NO_ROUTE = '/_none/_none/_none';

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const diagnostic = describeInstance(options.instanceId);
  const running = new RunningWork();
  const admission = createAdmission({
    maxInFlight: limits.maxRequestsInFlight,
    onRefused: (kind, inFlight) => options.events.requestRefused(kind, inFlight),
  });
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;
  let isListening = false;
  const { events, plugin } = options;
  const { errorStyle: style } = options.services;
  const originOf = createOriginResolver(options.origin);
  const begin = createBegin(options, originOf);
  const replier = createGraphReplier(diagnostic, plugin);
  const replyWithError = createErrorReplier({ style, bodyLimitBytes: limits.bodyBytes, replier });
  const app = createApp(options, {
    ...{ diagnostic, originOf, limits, begin, replyWithError, admission },
    ...{ running, stopping: stopping.signal },
  });
  const answerGraph = createGraphRoute({
    services: options.services,
    originOf,
    bodyLimitBytes: limits.bodyBytes,
    admission,
    running,
    stopping: stopping.signal,
    ids: options.ids,
    begin,
    replier,
    replyWithError,
  });
  const responses = datedResponses(style.clock);
  const newId = (): string => options.ids.newId('visit');
  const errors = createConnectionErrors({ style, events, observer: plugin?.observer, diagnostic, newId, responses });
  const handler = (request: IncomingMessage, response: ServerResponse): void => {
    const isForSignIn = options.coversClouds === true && SIGN_IN_HOSTS.includes(foldHost(request.headers.host));
    if (isForSignIn || !answerGraph(request, response)) app.routing(request, response);
  };
  const listeners = new Listeners({
    ...{ limits, handler, responses, errors, events },
    speaksHttp2: options.http2 === true,
  });

  const stop = async (): Promise<void> => {
    stopping.abort();
    // A server that never listened has nothing to report.
    if (!isListening) return app.close();
    options.events.serverStopping(listeners.inFlight);
    await listeners.close();
    const isDrained = await running.whenIdle(limits.drainMs);
    await app.close();
    options.events.serverStopped(isDrained);
  };
  const close = (): Promise<void> => (stopped ??= stop());

  return {
    admission,
    async listen() {
      await app.ready();
      const { host, port, tls, httpPort, httpHost = 'localhost' } = options;
      const plain = httpPort === undefined ? [] : [{ host: httpHost, port: httpPort }];
      const addresses = await listeners.listen([{ host, port, tls }, ...plain]);
      isListening = true;
      options.events.serverStarted(addresses.map(({ origin }) => origin));
      return addresses;
    },
    showCertificate: (certificate) => listeners.showCertificate(certificate),
    coverNames: (names, certificate) => listeners.coverNames(names, certificate),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface AppParts extends ServerWork {
  readonly diagnostic: string;
  readonly originOf: OriginResolver;
  readonly limits: HttpLimits;
  readonly begin: Begin;
  readonly replyWithError: ErrorReplier;
  readonly admission: Admission;
}

/** Begins to observe and log an exchange. */
type Begin = (exchange: Exchange, kind: RouteKind) => void;

function createBegin({ events, plugin }: HttpServerOptions, originOf: OriginResolver): Begin {
  const observer = plugin?.observer;
  return (exchange, kind) => {
    if (observer !== undefined && kind !== 'nothing' && kind !== 'scim')
      observer.begin(exchange, kind, originOf(exchange.request));
    if (events.isEnabled || events.counts !== undefined) reportWhenClosed(events, exchange, kind);
  };
}

function createApp(options: HttpServerOptions, parts: AppParts): FastifyInstance {
  const { diagnostic, limits } = parts;
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    const exchange = new Exchange(request.id, request.raw, reply.raw, request.originalUrl);
    request.exchange = exchange;
    const headers = exchangeHeaders(exchange, diagnostic);
    for (let index = 0; index < headers.length; index += 2) reply.header(headers[index] ?? '', headers[index + 1]);
    reply.raw.once('close', () => (exchange.bytesOut ||= Number(reply.getHeader('content-length') ?? 0)));
    const kind = request.routeOptions?.config?.observedAs ?? 'graph';
    const admittedAs = findRequestKind(kind, request);
    if (admittedAs !== undefined) {
      const place = parts.admission.enter(admittedAs);
      exchange.exceedsCapacity = place === undefined;
      reply.raw.once('close', () => place?.leave());
      if (hasBody(request.raw)) void place?.waitAside(() => whenReceived(request.raw, reply.raw));
    }
    if (!exchange.exceedsCapacity) parts.begin(exchange, kind);
  };
  const replyWithError = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    parts.replyWithError(error, request.exchange);
  };
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    // Requests to control APIs take no ids of the sequence, which they may show or save.
    genReqId: ({ url }) => (isControlRoot(url) ? randomUUID() : options.ids.newId('visit')),
    rewriteUrl: ({ url = '/', headers }) =>
      // Under a host name of Graph there is nothing but Graph.
      options.coversClouds === true && GRAPH_HOSTS.includes(foldHost(headers.host)) ? NO_ROUTE : rewriteApiUrl(url),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // Errors of the router come before any hook.
    frameworkErrors: (error, request, reply) => {
      begin(request, reply);
      replyWithError(error, request, reply);
    },
  });
  app.decorateRequest('exchange');
  app.setErrorHandler(replyWithError);

  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    if (parts.stopping.aborted) reply.raw.shouldKeepAlive = false;
    done();
  });
  if (options.coversClouds === true) app.addHook('onRequest', keepToIssuer);
  app.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? versionInvalid(request.originalUrl) : undefined);
  });
  addHealthRoutes(app, {
    instance: options.instance,
    check: options.readiness,
    isStopping: () => parts.stopping.aborted,
    isOverloaded: () => parts.admission.isOverloaded(),
  });
  app.get('/', { config: { observedAs: 'nothing' } }, ({ headers: { accept = '' } }, reply) => {
    // Browsers are redirected to the pages; programs are told what this is.
    if (options.homePath !== undefined && accept.includes('text/html')) return reply.redirect(options.homePath);
    return { name: 'vivarium', versions: API_VERSIONS, health: '/readyz' };
  });
  app.register(async (scope) => addWorkingRoutes(scope, options, parts));
  return app;
}

/** Under a host name of Entra there is nothing but the issuer: neither health nor control APIs. */
function keepToIssuer(
  { headers: { host }, routeOptions }: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
): void {
  if (SIGN_IN_HOSTS.includes(foldHost(host)) && routeOptions.config?.observedAs !== 'issuer')
    void reply.code(404).send();
  else done();
}

/** Without the default port. */
function foldHost(host = ''): string {
  return host.toLowerCase().replace(/:443$/, '');
}

/** What a request counts as among those in flight; `undefined`: it is not counted. */
function findRequestKind(kind: RouteKind, { method }: FastifyRequest): RequestKind | undefined {
  if (kind === 'issuer') return 'token';
  if (kind !== 'scim') return undefined;
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/** Routes that do something, and so are refused while the server is stopping. */
async function addWorkingRoutes(app: FastifyInstance, options: HttpServerOptions, parts: AppParts): Promise<void> {
  app.addHook('onRequest', (_request, _reply, done) => {
    done(parts.stopping.aborted ? stoppingRefusal() : undefined);
  });
  app.addHook('preParsing', async (request, reply) => continueBody(request.raw, reply.raw));
  for (const method of METHODS) {
    // CONNECT never comes as a request.
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
  const { running, stopping } = parts;
  const { routes = [], controlApis = [], findScim } = options;
  for (const add of routes) await app.register(async (scope) => add(scope));
  for (const api of controlApis) await app.register(registerControlRoutes, { ...api, running, stopping });
  if (findScim !== undefined) {
    const { originOf, limits } = parts;
    await app.register(registerScimRoutes, { findApi: findScim, originOf, bodyLimitBytes: limits.bodyBytes, running });
  }
}
