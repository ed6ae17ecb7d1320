/** HTTP/2: that a stream is served as a request of HTTP/1.1 is, and ends alone. */
import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import type { Authenticator } from '../../src/auth/authenticate.ts';
import { createCertificateAuthority, createServerCertificate } from '../../src/issuer/certificate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemIds } from '../../src/lib/id-source.ts';
import { MAX_BODY_PIECES } from '../../src/model/limits.ts';
import { createHttpServer } from '../../src/server/server.ts';
import type { HttpServer } from '../../src/server/server.ts';
import { createEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { answeringServices } from '../support/answering-services.ts';
import { startTestServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { ACTIVITIES, activity } from './journal/journal-server.ts';

interface Reply {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Sending {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

function begin(session: ClientHttp2Session, { method = 'GET', path, headers = {}, body }: Sending): ClientHttp2Stream {
  const stream = session.request({ ':method': method, ':path': path, ...headers }, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return stream;
}

async function readReply(stream: ClientHttp2Stream): Promise<Reply> {
  const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  return { headers, body: await text(stream) };
}

const send = (session: ClientHttp2Session, sending: Sending) => readReply(begin(session, sending));

/** The code that a stream is reset with. */
async function readReset(stream: ClientHttp2Stream): Promise<number> {
  // `once` of events would reject with the error.
  await new Promise((resolve) => {
    stream.on('error', resolve).once('close', resolve).resume();
  });
  return stream.rstCode;
}

describe('a sandbox', () => {
  let server: TestServer;
  let session: ClientHttp2Session;
  let headers: Readonly<Record<string, string>>;

  const addFault = async (json: unknown): Promise<void> => {
    const call = { method: 'POST', path: '/_vivarium/faults', token: server.app.control?.token, json };
    expect((await server.call(call)).status).toBe(201);
  };

  beforeAll(async () => {
    server = await startTestServer({ http2: true });
    headers = { authorization: `Bearer ${await server.appToken('writer')}`, 'content-type': 'application/json' };
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    session = connect(server.origin, { ca: server.ca });
  });
  afterEach(() => {
    session.destroy();
  });

  test('answers as over HTTP/1.1, many requests at once', async () => {
    const token = await server.appToken('writer');
    const path = `${ACTIVITIES}?$top=2`;
    const first = await server.call({ path, token, headers: { 'client-request-id': 'one' } });
    const replies = await Promise.all(
      Array.from({ length: 60 }, () => send(session, { path, headers: { ...headers, 'client-request-id': 'one' } })),
    );
    for (const { headers: own, body } of replies) {
      expect(body).toBe(first.text);
      const { ':status': status, ...received } = Object.fromEntries(Object.entries(own));
      const varying = { date: expect.any(String), 'request-id': expect.any(String) };
      const { connection: _, 'keep-alive': __, ...expected } = first.headers;
      expect({ status, ...received }).toEqual({ status: 200, ...expected, ...varying });
    }
    expect(new Set(replies.map((reply) => reply.headers['request-id'])).size).toBe(60);
  });

  test('takes creates, batches, tokens, compressed bodies and HEAD', async () => {
    const made = (name: string) => JSON.stringify(activity({ externalcourseActivityId: name }));
    const created = await send(session, { method: 'POST', path: ACTIVITIES, headers, body: made('by HTTP/2') });
    expect(created.headers[':status']).toBe(201);
    const location = `${ACTIVITIES}/${JSON.parse(created.body).id}`;
    expect(JSON.parse((await send(session, { path: location, headers })).body)).toEqual(JSON.parse(created.body));
    const zipped = { ...headers, 'content-encoding': 'gzip' };
    const again = { method: 'POST', path: ACTIVITIES, headers: zipped, body: gzipSync(made('by HTTP/2')) };
    expect((await send(session, again)).headers[':status']).toBe(409);
    const batch = { requests: [{ id: '1', method: 'GET', url: location.replace('/v1.0', '') }] };
    const batched = await send(session, { method: 'POST', path: '/v1.0/$batch', headers, body: JSON.stringify(batch) });
    expect(JSON.parse(batched.body).responses).toMatchObject([{ id: '1', status: 200 }]);
    const head = await send(session, { method: 'HEAD', path: location, headers });
    expect(head).toMatchObject({ headers: { ':status': 200 }, body: '' });
    const { tenantId, apps } = server.app.credentials;
    const { clientId = '', clientSecret = '' } = apps['writer'] ?? {};
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    form.set('scope', 'https://graph.microsoft.com/.default');
    const body = form.toString();
    const ofForm = { 'content-type': 'application/x-www-form-urlencoded' };
    const token = await send(session, {
      method: 'POST',
      path: `/${tenantId}/oauth2/v2.0/token`,
      headers: ofForm,
      body,
    });
    expect(JSON.parse(token.body)).toMatchObject({ token_type: 'Bearer' });
  });

  test('asks for a body that waits to be asked for, and refuses without it', async () => {
    const waiting = { ...headers, expect: '100-continue' };
    const sending = { ':method': 'POST', ':path': ACTIVITIES, ...waiting };
    const stream = session.request(sending);
    await once(stream, 'continue');
    stream.end(JSON.stringify(activity({ externalcourseActivityId: 'asked for' })));
    expect((await readReply(stream)).headers[':status']).toBe(201);
    const refused = await readReply(session.request({ ...sending, authorization: 'Bearer none' }));
    expect(refused.headers[':status']).toBe(401);
  });

  test('a broken answer breaks its stream, and no other', async () => {
    await addFault({ effect: { kind: 'reset', when: 'before' }, calls: { first: 1 } });
    const other = server.call({ path: '/livez' });
    const path = '/v1.0/users?$top=1';
    expect(await readReset(begin(session, { path, headers }))).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    expect((await send(session, { path, headers })).headers[':status']).toBe(200);
    await addFault({ effect: { kind: 'truncate', bytes: 5 }, calls: { first: 1 } });
    const cut = begin(session, { path, headers });
    cut.on('error', () => undefined);
    const [received] = (await once(cut, 'response')) as [IncomingHttpHeaders];
    expect(received[':status']).toBe(200);
    expect(await readReset(cut)).not.toBe(constants.NGHTTP2_NO_ERROR);
    expect((await send(session, { path, headers })).headers[':status']).toBe(200);
    expect((await other).status).toBe(200);
  });

  test('a client that leaves a stream is noted as gone, and its session goes on', async () => {
    await addFault({ latency: { kind: 'fixed', ms: 60_000 }, calls: { first: 1 } });
    const path = '/v1.0/users?$top=3';
    const leaving = begin(session, { path, headers });
    const token = server.app.control?.token;
    const entries = async () => (await server.call({ path: '/_vivarium/journal', token })).body.value;
    await send(session, { path: '/livez' });
    leaving.close(constants.NGHTTP2_CANCEL);
    await expect
      .poll(async () => (await entries())[0])
      .toMatchObject({ delivery: 'none', url: expect.stringContaining('top=3') });
    expect((await send(session, { path, headers })).headers[':status']).toBe(200);
  });

  test('streams events until the client leaves', async () => {
    const authorization = `Bearer ${server.app.control?.token}`;
    const stream = begin(session, { path: '/_vivarium/journal/stream', headers: { authorization } });
    const [received] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    expect(received[':status']).toBe(200);
    const more = once(stream, 'data');
    await send(session, { path: '/v1.0/users', headers });
    expect(String((await more)[0])).toContain(':');
    stream.close();
  });

  test('serves clients of HTTP/1.1 on the same port, with and without ALPN', async () => {
    for (const ALPNProtocols of [['http/1.1'], undefined]) {
      const { port } = new URL(server.origin);
      const socket = connectTls({
        port: Number(port),
        ca: server.ca,
        servername: 'localhost',
        ...(ALPNProtocols && { ALPNProtocols }),
      });
      await once(socket, 'secureConnect');
      socket.end('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });
});

describe('a server of its own', () => {
  const running: HttpServer[] = [];
  let answer: () => Promise<void> = async () => undefined;
  let session: ClientHttp2Session;
  const authenticator = { authenticate: async () => CALLER } as unknown as Authenticator;

  const start = async (limits: Readonly<Record<string, number>>): Promise<HttpServer> => {
    const now = systemClock.now();
    const authority = await createCertificateAuthority({ names: [], now });
    const { certificatePem: cert, privateKeyPem: key } = await createServerCertificate({ authority, names: [], now });
    const respond = async () => {
      await answer();
      return { status: 200, headers: {}, body: {} };
    };
    const server = createHttpServer({
      ...{ host: '127.0.0.1', port: 0, limits, origin: { isProxyTrusted: false }, http2: true },
      ...{ ids: systemIds(systemClock), instanceId: 'test', instance: 'test', tls: { cert, key } },
      events: createEvents(createLogger({ level: 'silent', isTerminal: false, hasColour: false })),
      services: answeringServices(respond, {
        authenticator,
        errorStyle: { clock: systemClock, forbiddenCode: 'Forbidden' },
      }),
      readiness: () => Promise.resolve({ isReady: true, checks: {} }),
    });
    running.push(server);
    const [{ origin } = { origin: '' }] = await server.listen();
    session = connect(origin, { ca: authority.certificatePem });
    session.on('error', () => undefined);
    return server;
  };
  afterEach(async () => {
    session.destroy();
    await Promise.all(running.splice(0).map((server) => server.close()));
    answer = async () => undefined;
  });

  test('a body that is too large, in too many pieces, or too slow is refused, and the session goes on', async () => {
    await start({ bodyBytes: 1000, headersMs: 300, requestMs: 600 });
    const post = { method: 'POST', path: ACTIVITIES, headers: { 'content-type': 'application/json' } };
    const large = await send(session, { ...post, body: 'x'.repeat(200_000) });
    expect(large.headers[':status']).toBe(413);
    const slow = session.request({ ':method': 'POST', ':path': ACTIVITIES });
    slow.write('x');
    expect((await readReply(slow)).headers[':status']).toBe(408);
    expect((await send(session, { ...post, body: '{}' })).headers[':status']).toBe(200);
    expect(MAX_BODY_PIECES).toBeGreaterThan(1);
  });

  test('headers that are too large are refused', async () => {
    await start({ headersBytes: 2000 });
    const reply = await send(session, { path: ACTIVITIES, headers: { 'x-large': 'x'.repeat(1900) } }).catch(
      () => undefined,
    );
    expect(reply?.headers[':status']).toBe(431);
  });

  test('a session without requests is closed', async () => {
    await start({ keepAliveMs: 200 });
    await send(session, { path: ACTIVITIES });
    await once(session, 'close');
    expect(session.closed).toBe(true);
  });

  test('a stop answers what has begun, and takes nothing more', async () => {
    const server = await start({});
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: tell } = Promise.withResolvers<void>();
    answer = async () => {
      tell();
      await promise;
    };
    const last = send(session, { path: ACTIVITIES });
    await begun;
    const closing = server.close();
    await once(session, 'goaway');
    resolve();
    expect((await last).headers[':status']).toBe(200);
    await closing;
  });

  test('a stop that waits too long cuts what is open', async () => {
    const server = await start({ drainMs: 200 });
    const { promise: begun, resolve: tell } = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = async () => {
      tell();
      await promise;
    };
    const stream = begin(session, { path: ACTIVITIES });
    await begun;
    const closing = server.close();
    await readReset(stream);
    resolve();
    await closing;
  });
});

const CALLER = {
  principal: {
    kind: 'application',
    tenantId: '11111111-0000-4000-8000-000000000001',
    appId: '33333333-0000-4000-8000-000000000003',
    permissions: new Set(['LearningAssignedCourse.ReadWrite.All']),
  },
  tenant: {
    id: '11111111-0000-4000-8000-000000000001',
    key: 1,
    displayName: 'Contoso',
    domainName: 'contoso.example',
    hasServicePlan: true,
  },
};
