/** `/{version}/...`: one HTTP request to one Graph request, and its answer back. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticator } from '../auth/authenticate.ts';
import { GraphError } from '../model/graph-error.ts';
import { findApiVersion } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { Documents } from '../odata/documents.ts';
import type { GraphRequest, GraphResponse } from '../odata/message.ts';
import type { GraphEngine } from '../operations/run-operation.ts';
import { readBody } from './body.ts';
import { isPreflight, sendPreflight } from './cors.ts';
import type { OriginResolver } from './origin.ts';
import { sendGraphResponse } from './reply.ts';
import type { RunningWork } from './running-work.ts';
import type { Throttle } from './throttle.ts';

export interface GraphRouteOptions {
  readonly authenticator: Authenticator;
  readonly throttle: Throttle | undefined;
  readonly engine: GraphEngine;
  readonly documents: Documents | undefined;
  readonly originOf: OriginResolver;
  readonly bodyLimitBytes: number;
  readonly running: RunningWork;
}

/** A request target, split as sent. */
interface GraphTarget {
  readonly version: ApiVersion;
  readonly path: string;
  readonly query: string;
}

/** Where {@link rewriteGraphUrl} sends every Graph URL. */
const GRAPH_ROUTE = '/graph';
const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT']);
const SHOWN_SEGMENT_LENGTH = 100;

/**
 * For the router: one constant URL in place of every Graph URL, all others as they are. The router would decode the path
 * and refuse what it cannot decode; Graph keys need it as it was sent, which `request.originalUrl` still has.
 */
export function rewriteGraphUrl(target: string): string {
  return findGraphTarget(target) === undefined ? target : GRAPH_ROUTE;
}

/** For a URL that no route has. */
export function versionInvalid(target: string): GraphError {
  const start = segmentStart(target);
  const version = target.slice(start, Math.min(segmentEnd(target, start), start + SHOWN_SEGMENT_LENGTH));
  return new GraphError('versionInvalid', { values: { version } });
}

/**
 * Adds the Graph route for every method of the app. It answers in the onRequest hook: after it the framework looks at
 * Content-Type by its own rules, refusing a DELETE whose Content-Type it cannot read.
 */
export function addGraphRoute(app: FastifyInstance, options: GraphRouteOptions): void {
  app.route({
    method: app.supportedMethods,
    url: GRAPH_ROUTE,
    exposeHeadRoute: false,
    onRequest: (request, reply) => answer(options, request, reply),
    handler: () => {
      throw new Error('The onRequest hook has not answered');
    },
  });
}

async function answer(options: GraphRouteOptions, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (isPreflight(request)) return sendPreflight(request, reply);
  const target = findGraphTarget(request.originalUrl);
  if (target === undefined) throw versionInvalid(request.originalUrl);
  options.running.begin();
  try {
    sendGraphResponse(reply, await run(options, target, { request, reply }));
  } finally {
    options.running.end();
  }
}

interface RouteExchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The way of a Graph request: who, how often, what, answer. The body of a stranger is not read. */
async function run(
  options: GraphRouteOptions,
  { version, path, query }: GraphTarget,
  { request, reply }: RouteExchange,
): Promise<GraphResponse> {
  const { exchange, raw } = request;
  const origin = options.originOf(raw);
  const document = options.documents?.find(version, path, origin);
  if (document !== undefined) return readOnly(document, request.method);

  const caller = await options.authenticator.authenticate(raw.headers.authorization);
  exchange.appId = caller.principal.appId;
  exchange.tenantId = caller.principal.tenantId;
  if (options.throttle !== undefined) await options.throttle.count(caller.principal);

  const hasBody = METHODS_WITH_BODY.has(request.method);
  const body = hasBody ? await readBody(raw, reply.raw, options.bodyLimitBytes) : undefined;
  exchange.bytesIn = body?.receivedBytes ?? 0;

  const graphRequest: GraphRequest = {
    requestId: exchange.requestId,
    clientRequestId: exchange.clientRequestId,
    version,
    // HEAD is GET whose body stays here.
    method: request.method === 'HEAD' ? 'GET' : request.method,
    path,
    query,
    // Only Set-Cookie is ever a list, and it is no request header.
    headers: raw.headers as Readonly<Record<string, string | undefined>>,
    body: body?.bytes,
    origin,
  };
  return options.engine.run(graphRequest, caller);
}

/** Documents need no token and take no changes. */
function readOnly(document: GraphResponse, method: string): GraphResponse {
  if (method === 'GET' || method === 'HEAD') return document;
  throw new GraphError('methodNotAllowed', { headers: { allow: 'GET, HEAD' } });
}

function findGraphTarget(target: string): GraphTarget | undefined {
  const start = segmentStart(target);
  const end = segmentEnd(target, start);
  const version = findApiVersion(target.slice(start, end));
  if (version === undefined) return undefined;
  const mark = target.indexOf('?', end);
  const pathEnd = mark === -1 ? target.length : mark;
  return {
    version,
    path: pathEnd === end ? '/' : target.slice(end, pathEnd),
    query: mark === -1 ? '' : target.slice(mark + 1),
  };
}

/** Where the first segment begins. Clients whose base URL ends in `/` send two slashes; proxies send a whole URL. */
function segmentStart(target: string): number {
  let index = 0;
  if (!target.startsWith('/')) {
    const authority = target.indexOf('://');
    const path = authority === -1 ? -1 : target.indexOf('/', authority + 3);
    index = path === -1 ? 0 : path;
  }
  while (target[index] === '/') index += 1;
  return index;
}

function segmentEnd(target: string, start: number): number {
  let index = start;
  while (index < target.length && target[index] !== '/' && target[index] !== '?') index += 1;
  return index;
}
