/** Over TLS, a client sends its next request while the answers before it wait to be sent. */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';

import { startTestServer } from '../support/server.ts';

/** More than the system takes of them while nothing is read. */
const UNREAD_ANSWERS = 60;
/** In several records of TLS, of which the first one has the head of the request. */
const BODY = JSON.stringify({ token: 'x'.repeat(60_000) });

test('its body arrives whole', async () => {
  await using server = await startTestServer({});
  const { port } = new URL(server.origin);
  const socket = connect({ port: Number(port), host: '127.0.0.1', servername: 'localhost', ca: server.ca });
  await once(socket, 'secureConnect');
  socket.write('GET /_admin/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(UNREAD_ANSWERS));
  await once(socket, 'readable');
  const head = [
    'POST /_admin/sessions HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Connection: close',
  ];
  socket.write(`${[...head, `Content-Length: ${BODY.length}`].join('\r\n')}\r\n\r\n${BODY}`);
  // By then the server has looked at all connections.
  for (let look = 0; look < 3; look += 1) expect((await server.call({ path: '/livez' })).status).toBe(200);
  let answers = '';
  for await (const text of socket.setEncoding('latin1')) answers = (answers + String(text)).slice(-10_000);
  expect(answers.slice(answers.lastIndexOf('HTTP/1.1 '))).toMatch(/^HTTP\/1\.1 401 /);
});
