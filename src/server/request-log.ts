/** What is logged and counted of a request, when its connection is done with it. */
import type { RequestContext } from '../graph/context.ts';
import { nameOperation } from '../graph/describe-outcome.ts';
import { monotonicMs } from '../lib/clock.ts';
import type { CountedItem, Counts, Events, RequestFields } from '../telemetry/events.ts';
import type { Exchange } from './exchange.ts';
import type { ObservedKind } from './plugin.ts';

/** How the log and the metrics count the requests of a route. */
export type RouteKind = ObservedKind | 'scim' | 'nothing';

/** Has a cause outside the request, which is reported where it occurs. */
const UNAVAILABLE = 503;
const SHOWN_PATH_LENGTH = 500;
/** Looked for first: to look for the whole segment in every path takes forty times as long. Keys may be encoded twice. */
const MAIL_SIGN = /@|%(?:25)*40/;
/** A path segment, or a key in one, that holds a mail address, as a user principal name is one. */
const MAIL_IN_PATH = /[^/()'=]*(?:@|%(?:25)*40)[^/()'=]*/g;

/** Reports the request when its answer has been sent or its client has left. Call it when the request begins. */
export function reportWhenClosed(events: Events, exchange: Exchange, kind: RouteKind): void {
  const startedAt = monotonicMs();
  exchange.response.on('close', () => {
    const durationMs = monotonicMs() - startedAt;
    if (events.counts !== undefined) count(events.counts, exchange, { durationMs, kind });
    if (!events.isEnabled) return;
    const fields = describeExchange(exchange, durationMs);
    const cause = exchange.refusal?.cause;
    const isFault = fields.status !== undefined && fields.status >= 500 && fields.status !== UNAVAILABLE;
    if (cause !== undefined && isFault) events.requestFailed(fields, cause);
    else events.requestFinished(fields);
  });
}

function describeExchange(exchange: Exchange, durationMs: number): RequestFields {
  const { request, response, target, graph, scim } = exchange;
  return {
    requestId: exchange.requestId,
    clientRequestId: exchange.clientRequestId,
    method: request.method ?? '',
    path: shownPath(target),
    operation: graph?.match?.operation.id ?? scim?.operation,
    status: response.headersSent ? response.statusCode : undefined,
    durationMs: Math.round(durationMs * 1000) / 1000,
    refusal: exchange.refusal?.row,
    detail: exchange.refusal?.logDetail,
    appId: exchange.appId,
    tenantId: exchange.tenantId,
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
  };
}

interface Timing {
  readonly durationMs: number;
  readonly kind: RouteKind;
}

function count(counts: Counts, exchange: Exchange, { durationMs, kind }: Timing): void {
  const { response, graph, scim, grantType, tokenRefusal, refusal } = exchange;
  counts.request({
    operation: graph === undefined ? (scim?.operation ?? OPERATION_NAMES[kind]) : nameOperation(graph),
    status: response.headersSent ? response.statusCode : undefined,
    refusal: refusal?.row,
    durationMs,
    tenantId: graph?.principal?.tenantId ?? scim?.tenantId,
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    items: graph === undefined ? [] : graph.items.map(describeItem),
  });
  if (grantType !== undefined && response.headersSent) counts.tokenRequest(grantType, tokenRefusal?.row);
}

/** For what is not an operation of Graph. */
const OPERATION_NAMES: Readonly<Record<RouteKind, string>> = {
  graph: 'unknown',
  issuer: 'issuer',
  scim: 'unknownScim',
  nothing: 'other',
};

function describeItem(item: RequestContext): CountedItem {
  const { response } = item;
  return { operation: nameOperation(item), status: response?.status, refusal: response?.refusal?.row };
}

function shownPath(target: string): string {
  const query = target.indexOf('?');
  const path = target.slice(0, Math.min(query === -1 ? target.length : query, SHOWN_PATH_LENGTH));
  return MAIL_SIGN.test(path) ? path.replace(MAIL_IN_PATH, '{mail}') : path;
}
