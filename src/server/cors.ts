/** CORS preflights: what a browser asks before a page sends a request to another origin. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

const DAY_SECONDS = 86_400;

export function isPreflight({ method: own, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  if (own !== 'OPTIONS') return false;
  const { origin, 'access-control-request-method': method } = headers;
  return origin !== undefined && method !== undefined;
}

/** Headers of the answer, whose status is 204. Any origin may ask: its token decides what it may do. */
export function preflightHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const wanted = headers['access-control-request-headers'];
  return {
    ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS',
    'access-control-max-age': String(DAY_SECONDS),
  };
}

export function sendPreflight(request: FastifyRequest, reply: FastifyReply): void {
  reply.code(204).headers(preflightHeaders(request.headers)).send();
}
