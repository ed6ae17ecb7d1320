/** An HTTP server on loopback that can be told to answer, to fail, to hang and to be gone. */
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';

import { findQuietPort } from '../../support/quiet-port.ts';

export interface Loopback extends AsyncDisposable {
  readonly origin: string;
  /** Takes the place of what answered before. */
  answerWith(listener: RequestListener): void;
  /** Takes requests and never answers; the first of them is told. */
  hang(): Promise<void>;
  /** Refuses connections from now on. */
  stop(): Promise<void>;
  /** On the same port again. */
  restart(): Promise<void>;
}

export async function startLoopback(): Promise<Loopback> {
  const server = createServer();
  const port = await findQuietPort();
  await listen(server, port);
  const answerWith = (listener: RequestListener): void => {
    server.removeAllListeners('request');
    server.on('request', listener);
  };
  return {
    origin: `http://127.0.0.1:${port}`,
    answerWith,
    hang: () => new Promise((resolve) => answerWith(() => resolve())),
    stop: () => stop(server),
    restart: () => listen(server, port),
    [Symbol.asyncDispose]: () => stop(server),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => {
    server.close(resolve);
  });
  server.closeAllConnections();
  await closed;
}
