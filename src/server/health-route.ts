/** Whether the process lives and can serve, for those who run it. Needs no token. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { INSTANCE_HEADER } from '../lib/control-root.ts';

export interface Readiness {
  readonly isReady: boolean;
  /** One word for each thing that was looked at, such as `{ database: 'ok' }`. */
  readonly checks: Readonly<Record<string, string>>;
}

export type ReadinessCheck = () => Promise<Readiness>;

const STOPPING: Readiness = { isReady: false, checks: { server: 'stopping' } };

export interface HealthOptions {
  /** Of this start of the server. */
  readonly instance: string;
  readonly check: ReadinessCheck;
  readonly isStopping: () => boolean;
  readonly isOverloaded: () => boolean;
}

/**
 * `/livez` answers 200 as long as the process does. `/readyz`, also named `/health`, asks the check: 200 or 503; a server
 * that is stopping is not ready. An overloaded one is: it serves what it admits, and without it the others would have more to do.
 */
export function addHealthRoutes(app: FastifyInstance, options: HealthOptions): void {
  const { instance, check, isStopping, isOverloaded } = options;
  const headersFor = ({ headers }: FastifyRequest): Record<string, string> => ({
    'cache-control': 'no-store',
    // Only when asked for: otherwise two runs with the same ids would answer differently.
    ...(headers[INSTANCE_HEADER] !== undefined && { [INSTANCE_HEADER]: instance }),
  });
  const answerReadiness = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const load = isOverloaded() ? 'overloaded' : 'ok';
    const { isReady, checks } = isStopping() ? STOPPING : await check();
    reply.code(isReady ? 200 : 503).headers(headersFor(request));
    return { status: isReady ? 'ready' : 'unready', checks: { ...checks, load } };
  };
  // Frequent polling would evict everything else from the journal.
  const unrecorded = { config: { observedAs: 'nothing' } } as const;
  app.get('/livez', unrecorded, (request, reply) => reply.headers(headersFor(request)).send({ status: 'alive' }));
  app.get('/readyz', unrecorded, answerReadiness);
  app.get('/health', unrecorded, answerReadiness);
}
