/** A proxy for TCP that breaks a connection at the moment at which its client cannot know what came of its request. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

export interface BreakingProxy extends AsyncDisposable {
  readonly port: number;
  /** Breaks the next connection whose answer has this text, before the answer is passed on; settles when it has. */
  breakAt(text: string): Promise<void>;
}

export async function startBreakingProxy(host: string, port: number): Promise<BreakingProxy> {
  const sockets = new Set<Socket>();
  let fatal: { readonly text: string; readonly onBreak: () => void } | undefined;
  const server = createServer((client) => {
    const target = connect(port, host);
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.pipe(target);
    target.on('data', (chunk) => {
      if (fatal !== undefined && chunk.includes(fatal.text)) {
        fatal.onBreak();
        fatal = undefined;
        client.destroy();
        target.destroy();
      } else client.write(chunk);
    });
    client.on('close', () => target.destroy());
    target.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    breakAt: (text) => new Promise((resolve) => (fatal = { text, onBreak: resolve })),
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
