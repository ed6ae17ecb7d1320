/**
 * `/{version}/...`: HTTP requests to Graph requests, and their answers back.
 *
 * Requests that arrive in one turn of the event loop run one after another, in one loop at its end: run between two trips
 * through the network stack, each would find its code cold, which costs half of a request.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestContext } from '../graph/context.ts';
import type { Services } from '../graph/context.ts';
import { runPipeline } from '../graph/pipeline.ts';
import type { IdSource } from '../lib/id-source.ts';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { API_VERSIONS, findApiVersion } from '../model/versions.ts';
import type { ApiVersion } from '../model/versions.ts';
import type { GraphResponse } from '../odata/message.ts';
import { retryAfter } from '../odata/retry-after.ts';
import { OVERLOAD_REFUSALS } from './admission.ts';
import type { Admission, Place } from './admission.ts';
import { readBody } from './body.ts';
import type { ReadBody } from './body.ts';
import { createSignalFinder } from './client-signal.ts';
import { isPreflight } from './cors.ts';
import type { ErrorReplier } from './error-reply.ts';
import { Exchange } from './exchange.ts';
import type { OriginResolver } from './origin.ts';
import type { GraphReplier } from './reply.ts';
import type { RunningWork } from './running-work.ts';

export interface GraphRouteOptions {
  readonly services: Services;
  readonly originOf: OriginResolver;
  readonly bodyLimitBytes: number;
  readonly admission: Admission;
  readonly running: RunningWork;
  readonly stopping: AbortSignal;
  readonly ids: Pick<IdSource, 'newId'>;
  /** Begins to log and record a request. */
  begin(exchange: Exchange, kind: 'graph'): void;
  readonly replier: GraphReplier;
  readonly replyWithError: ErrorReplier;
}

/** Methods that change nothing. */
const READ_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const SHOWN_SEGMENT_LENGTH = 100;
const STOP_RETRY_MS = 60_000;
/** So many requests run before the event loop turns to the network again. */
const MAX_PER_TURN = 256;

/** For a URL that no route has. */
export function versionInvalid(target: string): GraphError {
  const start = segmentStart(target);
  const version = target.slice(start, Math.min(segmentEnd(target, start), start + SHOWN_SEGMENT_LENGTH));
  const why = reason('versionUnknown', { found: version, known: API_VERSIONS.map((known) => `/${known}`) });
  return new GraphError('versionInvalid', { values: { version }, reasons: [why] });
}

/** For requests that arrive while the server is stopping. */
export function stoppingRefusal(): GraphError {
  return new GraphError('serviceUnavailable', retryAfter(STOP_RETRY_MS));
}

/** Answers the request; `false` if its URL is not one of Graph's. */
export type GraphRoute = (request: IncomingMessage, response: ServerResponse) => boolean;

interface Arrival {
  readonly exchange: Exchange;
  readonly target: GraphTarget;
  readonly place: Place;
}

/**
 * Runs before the framework's router. That would decode paths and refuse those that it cannot decode, while Graph keys are
 * needed as they were sent, and it has rules of its own for Content-Type.
 */
export function createGraphRoute(options: GraphRouteOptions): GraphRoute {
  const arrived: Arrival[] = [];
  const runTurn = (): void => {
    const turn = arrived.splice(0, MAX_PER_TURN);
    if (arrived.length > 0) setImmediate(runTurn);
    for (const arrival of turn) answer(options, arrival);
  };
  return (request, response) => {
    const target = findGraphTarget(request.url ?? '');
    if (target === undefined) return false;
    if (options.stopping.aborted) response.shouldKeepAlive = false;
    const exchange = new Exchange(options.ids.newId('request'), request, response);
    const kind = READ_METHODS.has(request.method ?? '') ? 'read' : 'write';
    const place = options.admission.enter(kind);
    if (place === undefined) {
      // Neither logged nor recorded: a flood would fill the log, and push all else out of the journal of a sandbox.
      options.replyWithError(OVERLOAD_REFUSALS[kind], exchange);
      return true;
    }
    options.running.begin();
    options.begin(exchange, 'graph');
    if (arrived.length === 0) setImmediate(runTurn);
    arrived.push({ exchange, target, place });
    return true;
  };
}

function answer(options: GraphRouteOptions, arrival: Arrival): void {
  const { exchange } = arrival;
  const { replier, replyWithError } = options;
  if (options.stopping.aborted) return finish(options, arrival, () => replyWithError(stoppingRefusal(), exchange));
  if (isPreflight(exchange.request)) return finish(options, arrival, () => replier.sendPreflight(exchange));
  const context = createContext(options, arrival);
  exchange.graph = context;
  const response = runPipeline(context);
  if (response instanceof Promise) void response.then((answered) => send(options, arrival, answered));
  else send(options, arrival, response);
}

function send(options: GraphRouteOptions, arrival: Arrival, response: GraphResponse): void {
  const { exchange } = arrival;
  finish(options, arrival, () => {
    try {
      options.replier.send(exchange, response);
    } catch (thrown) {
      options.replyWithError(thrown, exchange);
    }
  });
}

/** If even the error reply fails, drop this connection; other requests are unaffected. */
function finish({ running }: GraphRouteOptions, { exchange, place }: Arrival, reply: () => void): void {
  try {
    reply();
  } catch (cause) {
    exchange.refusal = { row: 'internalServerError', cause };
    exchange.response.destroy();
  } finally {
    place.leave();
    running.end();
  }
}

function createContext(
  { services, originOf, bodyLimitBytes }: GraphRouteOptions,
  { exchange, target: { version, path, queryText }, place }: Arrival,
): RequestContext {
  const { request, response, requestId, clientRequestId } = exchange;
  const { method = '' } = request;
  const noteBody = ({ bytes, receivedBytes }: ReadBody): Uint8Array | undefined => {
    exchange.bytesIn = receivedBytes;
    return bytes;
  };
  return new RequestContext(services, {
    requestId,
    clientRequestId,
    version,
    method: method === 'HEAD' ? 'GET' : method,
    path,
    queryText,
    // Only Set-Cookie is ever a list, and requests have none.
    headers: request.headers as Readonly<Record<string, string | undefined>>,
    origin: originOf(request),
    connection: request.socket,
    receiveBody: () => {
      const body = readBody(request, response, bodyLimitBytes);
      return body instanceof Promise ? place.waitAside(() => body.then(noteBody)) : noteBody(body);
    },
    findSignal: createSignalFinder(response),
    waitAside: place.waitAside,
  });
}

/** A request target, split as sent. */
interface GraphTarget {
  readonly version: ApiVersion;
  readonly path: string;
  readonly queryText: string;
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
    queryText: mark === -1 ? '' : target.slice(mark + 1),
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
