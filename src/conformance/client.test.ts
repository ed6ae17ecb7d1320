import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';

import { openClient } from './client.ts';

test('a connection for one text is closed once its answer has come', async () => {
  const closed = Promise.withResolvers<void>();
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    socket.on('close', () => closed.resolve());
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nx: 1\r\n\r\n{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  using client = openClient(undefined);
  try {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const answer = await client.sendText(origin, 'GET / HTTP/1.1\r\n\r\n', false);
    expect(answer).toEqual({ status: 400, headers: { x: '1' }, text: '{}', body: {} });
    await closed.promise;
  } finally {
    server.close();
  }
});
