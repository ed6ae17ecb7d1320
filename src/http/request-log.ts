/** One event a request, when its connection is done with it. */
import { monotonicMs } from '../base/clock.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Events, RequestFields } from '../telemetry/events.ts';

const SHOWN_PATH_LENGTH = 500;
/** A path segment, or a key in one, that holds a mail address, as a user principal name is one. */
const MAIL_IN_PATH = /[^/()'=]*(?:@|%40)[^/()'=]*/gi;

/** Reports the request when its answer has left, or its client. Call it when the request begins. */
export function reportWhenClosed(events: Events, request: FastifyRequest, reply: FastifyReply): void {
  const startedAt = monotonicMs();
  reply.raw.once('close', () => {
    const fields = describeRequest(request, reply, monotonicMs() - startedAt);
    const cause = request.exchange.refusal?.cause;
    if (cause !== undefined && fields.status !== undefined && fields.status >= 500) events.requestFailed(fields, cause);
    else events.requestFinished(fields);
  });
}

function describeRequest(request: FastifyRequest, reply: FastifyReply, durationMs: number): RequestFields {
  const { exchange } = request;
  return {
    requestId: exchange.requestId,
    clientRequestId: exchange.clientRequestId,
    method: request.method,
    path: shownPath(request.originalUrl),
    operation: exchange.operation,
    status: reply.raw.headersSent ? reply.statusCode : undefined,
    durationMs: Math.round(durationMs * 1000) / 1000,
    refusal: exchange.refusal?.row,
    detail: exchange.refusal?.logDetail,
    appId: exchange.appId,
    tenantId: exchange.tenantId,
    bytesIn: exchange.bytesIn,
    bytesOut: Number(reply.getHeader('content-length') ?? 0),
  };
}

function shownPath(target: string): string {
  const query = target.indexOf('?');
  return target
    .slice(0, Math.min(query === -1 ? target.length : query, SHOWN_PATH_LENGTH))
    .replace(MAIL_IN_PATH, '{mail}');
}
