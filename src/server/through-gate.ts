/** Lets the requests of routes pass a gate, each from when its body has come to when it is answered or its client has gone. */
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route passes the gate by itself. */
    passesGate?: boolean;
  }
}

/** Runs the work when it may run; see the gate of the sandbox. */
export type Pass = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function addGate(app: FastifyInstance, pass: Pass): void {
  app.addHook('preHandler', (request, { raw }, done) => {
    if (request.routeOptions.config.passesGate === true) return done();
    void pass(() => {
      const left = new Promise<void>((resolve) => {
        if (raw.closed) resolve();
        else raw.once('close', resolve);
      });
      done();
      return left;
    });
  });
}
