/** `/{version}/...`: one HTTP request to one Graph request, and its answer back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticator } from '../auth/authenticate.ts';
import { GraphError } from '../model/graph-error.ts';
import { findApiVersion } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { Documents } from '../odata/documents.ts';
import type { GraphRequest, GraphResponse } from '../odata/message.ts';
import { retryAfter } from '../odata/retry-after.ts';
import type { GraphEngine } from '../graph/run-operation.ts';
import { readBody } from './body.ts';
import { createSignalFinder } from './client-signal.ts';
import { isPreflight } from './cors.ts';
import type { ErrorReplier } from './error-reply.ts';
import type { Visit } from './exchange.ts';
import type { OriginResolver } from './origin.ts';
import type { GraphReplier } from './reply.ts';
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
  readonly isStopping: () => boolean;
  /** Takes notice of a request. */
  begin(request: IncomingMessage, response: ServerResponse): Visit;
  readonly replier: GraphReplier;
  readonly replyWithError: ErrorReplier;
}

/** A request target, split as sent. */
interface GraphTarget {
  readonly version: ApiVersion;
  readonly path: string;
  readonly query: string;
}

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PATCH', 'PUT']);
const SHOWN_SEGMENT_LENGTH = 100;
const STOP_RETRY_MS = 60_000;

/** For a URL that no route has. */
export function versionInvalid(target: string): GraphError {
  const start = segmentStart(target);
  const version = target.slice(start, Math.min(segmentEnd(target, start), start + SHOWN_SEGMENT_LENGTH));
  return new GraphError('versionInvalid', { values: { version } });
}

/** What comes while the server is stopping. */
export function stoppingRefusal(): GraphError {
  return new GraphError('serviceUnavailable', retryAfter(STOP_RETRY_MS));
}

/** Answers the request, unless its URL is none of Graph's: then it gives `false`. */
export type GraphRoute = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Stands before the framework's router, which would decode the path and refuse what it cannot decode, while Graph keys are
 * needed as they were sent; and which looks at Content-Type by rules of its own.
 */
export function createGraphRoute(options: GraphRouteOptions): GraphRoute {
  return (request, response) => {
    const target = findGraphTarget(request.url ?? '');
    if (target === undefined) return false;
    const visit = options.begin(request, response);
    // What cannot even be refused is a fault of ours: its client is left without an answer, the others are not.
    answer(options, target, visit).catch((cause: unknown) => {
      visit.exchange.refusal = { row: 'internalServerError', cause };
      response.destroy();
    });
    return true;
  };
}

async function answer(options: GraphRouteOptions, target: GraphTarget, visit: Visit): Promise<void> {
  options.running.begin();
  try {
    if (options.isStopping()) throw stoppingRefusal();
    if (isPreflight(visit.request)) options.replier.sendPreflight(visit);
    else options.replier.send(visit, await run(options, target, visit));
  } catch (thrown) {
    options.replyWithError(thrown, visit);
  } finally {
    options.running.end();
  }
}

/** The way of a Graph request: who, how often, what, answer. The body of a caller without permission is not read. */
async function run(
  options: GraphRouteOptions,
  { version, path, query }: GraphTarget,
  { request, response, exchange }: Visit,
): Promise<GraphResponse> {
  const { method = '', headers } = request;
  const origin = options.originOf(request);
  const document = options.documents?.find(version, path, origin);
  if (document !== undefined) return readOnly(document, method);

  const caller = await options.authenticator.authenticate(headers.authorization);
  exchange.appId = caller.principal.appId;
  exchange.tenantId = caller.principal.tenantId;
  if (options.throttle !== undefined) await options.throttle.count(caller.principal);

  const hasBody = METHODS_WITH_BODY.has(method) && options.engine.takesBody({ version, method, path }, caller);
  const body = hasBody ? await readBody(request, response, options.bodyLimitBytes) : undefined;
  exchange.bytesIn = body?.receivedBytes ?? 0;

  const graphRequest: GraphRequest = {
    requestId: exchange.requestId,
    clientRequestId: exchange.clientRequestId,
    version,
    // HEAD is GET whose body stays here.
    method: method === 'HEAD' ? 'GET' : method,
    path,
    query,
    // Only Set-Cookie is ever a list, and it is no request header.
    headers: headers as Readonly<Record<string, string | undefined>>,
    body: body?.bytes,
    origin,
    findSignal: createSignalFinder(response),
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
