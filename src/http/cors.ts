/** What a browser asks before it sends a request of another origin. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const DAY_SECONDS = 86_400;

export function isPreflight(request: FastifyRequest): boolean {
  if (request.method !== 'OPTIONS') return false;
  const { origin, 'access-control-request-method': method } = request.headers;
  return origin !== undefined && method !== undefined;
}

/** Any origin may ask: what it may do is decided by the token that it has. */
export function sendPreflight(request: FastifyRequest, reply: FastifyReply): void {
  const headers = request.headers['access-control-request-headers'];
  if (headers !== undefined) reply.header('access-control-allow-headers', headers);
  reply
    .code(204)
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-methods', 'GET, POST, PATCH, PUT, DELETE, OPTIONS')
    .header('access-control-max-age', DAY_SECONDS)
    .send();
}
