/** The HTTP server: what every request passes, in order, and the routes. */
import { METHODS } from 'node:http';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../auth/authenticate.ts';
import { GraphError } from '../model/graph-error.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { Events } from '../telemetry/events.ts';
import { continueBody } from './body.ts';
import { createConnectionErrors } from './connection-error.ts';
import { createErrorReplier } from './error-reply.ts';
import { beginExchange, createRequestId, describeInstance } from './exchange.ts';
import { addGraphRoute, rewriteGraphUrl, versionInvalid } from './graph-route.ts';
import type { GraphEngine } from './graph-route.ts';
import { addHealthRoutes } from './health-route.ts';
import type { ReadinessCheck } from './health-route.ts';
import { Listeners } from './listeners.ts';
import type { ConnectionLimits, ListenAddress, TlsCertificate } from './listeners.ts';
import { createOriginResolver } from './origin.ts';
import type { OriginSettings } from './origin.ts';
import { reportWhenClosed } from './request-log.ts';
import { createThrottle, retryAfterMinutes } from './throttle.ts';

export interface HttpLimits extends ConnectionLimits {
  /** A request body, as received and inflated. */
  readonly bodyBytes: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
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
  /** One more port, plain HTTP on loopback, for clients that refuse an unknown certificate. */
  readonly httpPort?: number | undefined;
  readonly limits?: Partial<HttpLimits>;
  /** Requests that an app may send in a tenant; 0 for any number. */
  readonly requestsPerMinute: number;
  readonly origin: OriginSettings;
  readonly errorStyle: ErrorStyle;
  /** Names this process in x-ms-ags-diagnostic. */
  readonly instanceId: string;
  readonly events: Events;
  readonly authenticator: Authenticator;
  readonly engine: GraphEngine;
  readonly readiness: ReadinessCheck;
  /** Add routes of their own, each in its own scope. */
  readonly plugins?: readonly HttpPlugin[];
}

export type HttpPlugin = (app: FastifyInstance) => void | Promise<void>;

export interface HttpServer extends AsyncDisposable {
  /** Opens the ports and gives where: `port` first, then `httpPort`. Rejects with code EADDRINUSE and `port` when one is taken. */
  listen(): Promise<readonly ListenAddress[]>;
  /** Stops accepting, answers what is in flight, and closes. */
  close(): Promise<void>;
}

/** Routes have no long parameters; Graph paths do not pass the router. */
const MAX_PARAM_LENGTH = 1024;
const STOP_RETRY_MINUTES = 1;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const diagnostic = describeInstance(options.instanceId);
  const state = { isStopping: false };
  const app = createApp(options, { limits, diagnostic, state });
  const errors = createConnectionErrors({ style: options.errorStyle, events: options.events, diagnostic });
  const handler = app.routing.bind(app);
  const listeners = new Listeners({ limits, handler, errors, events: options.events });

  const close = async (): Promise<void> => {
    if (state.isStopping) return;
    state.isStopping = true;
    options.events.serverStopping(listeners.inFlight);
    const isDrained = await listeners.close();
    await app.close();
    options.events.serverStopped(isDrained);
  };

  return {
    async listen() {
      await app.ready();
      const { host, port, tls, httpPort } = options;
      const loopback = httpPort === undefined ? [] : [{ host: 'localhost', port: httpPort }];
      const addresses = await listeners.listen([{ host, port, tls }, ...loopback]);
      options.events.serverStarted(addresses.map(({ origin }) => origin));
      return addresses;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface AppState {
  readonly limits: HttpLimits;
  readonly diagnostic: string;
  readonly state: { readonly isStopping: boolean };
}

function createApp(options: HttpServerOptions, { limits, diagnostic, state }: AppState): FastifyInstance {
  const { events } = options;
  const replyWithError = createErrorReplier({ style: options.errorStyle, bodyLimitBytes: limits.bodyBytes });
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    genReqId: createRequestId,
    rewriteUrl: ({ url = '/' }) => rewriteGraphUrl(url),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // Of the router, before any hook.
    frameworkErrors: (error, request, reply) => {
      beginExchange(request, reply, diagnostic);
      if (events.isEnabled) reportWhenClosed(events, request, reply);
      replyWithError(error, request, reply);
    },
  });
  app.decorateRequest('exchange');
  app.setErrorHandler(replyWithError);

  app.addHook('onRequest', (request, reply, done) => {
    beginExchange(request, reply, diagnostic);
    if (events.isEnabled) reportWhenClosed(events, request, reply);
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!state.isStopping || isHealth(request.url)) return done();
    reply.raw.shouldKeepAlive = false;
    done(new GraphError('serviceUnavailable', retryAfterMinutes(STOP_RETRY_MINUTES)));
  });
  app.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? versionInvalid(request.originalUrl) : undefined);
  });
  // The Graph route ends here: it authenticates and throttles, then reads the body and answers.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    continueBody(request.raw, reply.raw);
    done();
  });
  addRoutes(app, options, limits);
  return app;
}

function addRoutes(app: FastifyInstance, options: HttpServerOptions, limits: HttpLimits): void {
  for (const method of METHODS) {
    // CONNECT never comes as a request.
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
  app.get('/', () => ({ name: 'vivarium', versions: API_VERSIONS, health: '/readyz' }));
  addHealthRoutes(app, options.readiness);
  addGraphRoute(app, {
    authenticator: options.authenticator,
    throttle: createThrottle(options.requestsPerMinute),
    engine: options.engine,
    originOf: createOriginResolver(options.origin),
    bodyLimitBytes: limits.bodyBytes,
  });
  for (const plugin of options.plugins ?? []) {
    app.register(async (scope) => {
      await plugin(scope);
    });
  }
}
