/** A reverse proxy that is a server with one defect: it alters requests on their way in, or answers on their way out. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import type { TestServer } from './server.ts';

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Defect {
  readonly request?: (request: ProxiedRequest) => ProxiedRequest;
  readonly answer?: (answer: ProxiedAnswer, request: ProxiedRequest) => ProxiedAnswer;
}

export interface AlteringProxy extends AsyncDisposable {
  readonly origin: string;
  /** In place of the one before; none for a server that is as it should be. */
  plant(defect: Defect | undefined): void;
}

/** Shows the certificate of the server, which is of this machine too. */
export async function startAlteringProxy({ app, ca }: TestServer): Promise<AlteringProxy> {
  const folder = join(app.dataDir, 'tls');
  const pair = { cert: readFileSync(join(folder, 'server.pem')), key: readFileSync(join(folder, 'server-key.pem')) };
  const pool = new Agent({ keepAlive: true, ca });
  let defect: Defect = {};
  const server = createServer(pair, (incoming, outgoing) => {
    const pass = async (): Promise<void> => {
      const received: ProxiedRequest = {
        method: incoming.method ?? 'GET',
        url: incoming.url ?? '/',
        headers: headersOf(incoming),
        body: await buffer(incoming),
      };
      const sent = defect.request?.(received) ?? received;
      const found = await forward(app.localUrl, sent, pool);
      const { status, headers, body } = defect.answer?.(found, sent) ?? found;
      const { 'transfer-encoding': _pieces, ...rest } = headers;
      const hasBody = received.method !== 'HEAD' && status !== 204 && status !== 304;
      outgoing.writeHead(status, { ...rest, ...(hasBody && { 'content-length': String(Buffer.byteLength(body)) }) });
      outgoing.end(hasBody ? body : undefined);
    };
    pass().catch((error: unknown) => outgoing.destroy(error as Error));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    plant: (next = {}) => {
      defect = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      pool.destroy();
    },
  };
}

async function forward(
  origin: string,
  { method, url, headers, body }: ProxiedRequest,
  pool: Agent,
): Promise<ProxiedAnswer> {
  const { 'content-length': _length, 'transfer-encoding': _pieces, ...rest } = headers;
  const length = body.length > 0 || headers['content-length'] !== undefined ? { 'content-length': body.length } : {};
  const sent = request(`${origin}${url}`, { method, agent: pool, headers: { ...rest, ...length } });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: (await buffer(answer)).toString() };
}

function headersOf({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]));
}
