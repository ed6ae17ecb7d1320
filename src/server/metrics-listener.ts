/** `/metrics` on a port of its own, for those who run the server: clients of the API do not reach it. */
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';

import { hostAndPort } from './origin.ts';

export interface MetricsListener extends AsyncDisposable {
  readonly url: string;
}

export interface MetricsListenerOptions {
  /** `localhost` means both loopback addresses. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  print(): Promise<{ readonly type: string; readonly text: string }>;
}

const PATH = '/metrics';

/** Listens from now on. @throws Node's error when the address cannot be opened */
export async function listenForScrapes({ host, port, print }: MetricsListenerOptions): Promise<MetricsListener> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  app.get(PATH, async (_request, reply) => {
    const { type, text } = await print();
    return reply.headers({ 'content-type': type, 'cache-control': 'no-store' }).send(text);
  });
  await app.listen({ host, port });
  const { port: actual } = app.server.address() as AddressInfo;
  return {
    url: `http://${hostAndPort(host, actual)}${PATH}`,
    [Symbol.asyncDispose]: () => app.close(),
  };
}
