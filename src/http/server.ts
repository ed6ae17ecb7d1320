/** The HTTP server: what every request passes, in order, and the routes. */
import { METHODS } from 'node:http';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticate.ts';
import { GraphError } from '../model/graph-error.ts';
import { API_VERSIONS } from '../model/versions.ts';
import type { Documents } from '../odata/documents.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import { retryAfter } from '../odata/retry-after.ts';
import type { GraphEngine } from '../operations/run-operation.ts';
import type { Events } from '../telemetry/events.ts';
import { continueBody } from './body.ts';
import { createConnectionErrors } from './connection-error.ts';
import { createErrorReplier } from './error-reply.ts';
import { beginExchange, createRequestId, describeInstance } from './exchange.ts';
import { addGraphRoute, rewriteGraphUrl, versionInvalid } from './graph-route.ts';
import { addHealthRoutes } from './health-route.ts';
import type { ReadinessCheck } from './health-route.ts';
import { Listeners } from './listeners.ts';
import type { ConnectionLimits, ListenAddress, TlsCertificate } from './listeners.ts';
import { createOriginResolver } from './origin.ts';
import type { OriginSettings } from './origin.ts';
import { reportWhenClosed } from './request-log.ts';
import { RunningWork } from './running-work.ts';
import type { Throttle } from './throttle.ts';

interface HttpLimits extends ConnectionLimits {
  /** A request body, as received and inflated. */
  readonly bodyBytes: number;
}

const DEFAULT_LIMITS: HttpLimits = {
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
  /** Undefined: any number of requests. */
  readonly throttle: Throttle | undefined;
  readonly origin: OriginSettings;
  readonly errorStyle: ErrorStyle;
  /** Names this process in x-ms-ags-diagnostic. */
  readonly instanceId: string;
  readonly events: Events;
  readonly authenticator: Authenticator;
  readonly engine: GraphEngine;
  /** Answers about the API itself. */
  readonly documents?: Documents;
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
const STOP_RETRY_MS = 60_000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const diagnostic = describeInstance(options.instanceId);
  const running = new RunningWork();
  let stopping: Promise<void> | undefined;
  let isListening = false;
  const app = createApp(options, { limits, diagnostic, running, isStopping: () => stopping !== undefined });
  const errors = createConnectionErrors({ style: options.errorStyle, events: options.events, diagnostic });
  const handler = app.routing.bind(app);
  const listeners = new Listeners({ limits, handler, errors, events: options.events });

  const stop = async (): Promise<void> => {
    // What never listened has nothing to stop that anyone would want to read about.
    if (!isListening) return app.close();
    options.events.serverStopping(listeners.inFlight);
    await listeners.close();
    const isDrained = await running.whenIdle(limits.drainMs);
    await app.close();
    options.events.serverStopped(isDrained);
  };
  const close = (): Promise<void> => (stopping ??= stop());

  return {
    async listen() {
      await app.ready();
      const { host, port, tls, httpPort } = options;
      const loopback = httpPort === undefined ? [] : [{ host: 'localhost', port: httpPort }];
      const addresses = await listeners.listen([{ host, port, tls }, ...loopback]);
      isListening = true;
      options.events.serverStarted(addresses.map(({ origin }) => origin));
      return addresses;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface AppParts {
  readonly limits: HttpLimits;
  readonly diagnostic: string;
  readonly running: RunningWork;
  readonly isStopping: () => boolean;
}

function createApp(options: HttpServerOptions, parts: AppParts): FastifyInstance {
  const { events } = options;
  const { limits, diagnostic } = parts;
  const replyWithError = createErrorReplier({ style: options.errorStyle, bodyLimitBytes: limits.bodyBytes });
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    beginExchange(request, reply, diagnostic);
    if (events.isEnabled) reportWhenClosed(events, request, reply);
  };
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    genReqId: createRequestId,
    rewriteUrl: ({ url = '/' }) => rewriteGraphUrl(url),
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: MAX_PARAM_LENGTH },
    // Of the router, before any hook.
    frameworkErrors: (error, request, reply) => {
      begin(request, reply);
      replyWithError(error, request, reply);
    },
  });
  app.decorateRequest('exchange');
  app.setErrorHandler(replyWithError);

  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    if (parts.isStopping()) reply.raw.shouldKeepAlive = false;
    done();
  });
  app.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? versionInvalid(request.originalUrl) : undefined);
  });
  addHealthRoutes(app, { check: options.readiness, isStopping: parts.isStopping });
  app.get('/', () => ({ name: 'vivarium', versions: API_VERSIONS, health: '/readyz' }));
  app.register(async (scope) => addWorkingRoutes(scope, options, parts));
  return app;
}

/** Routes that do something, and so are refused while the server is stopping. */
async function addWorkingRoutes(app: FastifyInstance, options: HttpServerOptions, parts: AppParts): Promise<void> {
  app.addHook('onRequest', (_request, _reply, done) => {
    done(parts.isStopping() ? new GraphError('serviceUnavailable', retryAfter(STOP_RETRY_MS)) : undefined);
  });
  // The Graph route goes on from here by itself: it authenticates and throttles, then reads the body and answers.
  app.addHook('preParsing', async (request, reply) => continueBody(request.raw, reply.raw));
  for (const method of METHODS) {
    // CONNECT never comes as a request.
    if (method !== 'CONNECT' && !app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
  }
  addGraphRoute(app, {
    authenticator: options.authenticator,
    throttle: options.throttle,
    engine: options.engine,
    documents: options.documents,
    originOf: createOriginResolver(options.origin),
    bodyLimitBytes: parts.limits.bodyBytes,
    running: parts.running,
  });
  for (const plugin of options.plugins ?? []) await app.register(async (scope) => plugin(scope));
}
