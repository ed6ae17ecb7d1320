import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { Agent, request as send } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import type { Authenticator, Caller } from '../../src/auth/authenticate.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemIds } from '../../src/lib/id-source.ts';
import { getGuid } from '../../src/lib/ids.ts';
import type { AppId, TenantId } from '../../src/lib/ids.ts';
import { createThrottle } from '../../src/server/throttle.ts';
import { createHttpServer } from '../../src/server/server.ts';
import type { HttpServer, HttpServerOptions } from '../../src/server/server.ts';
import { createCertificateAuthority, createServerCertificate } from '../../src/issuer/certificate.ts';
import { GraphError } from '../../src/model/graph-error.ts';
import type { RequestContext, Services } from '../../src/graph/context.ts';
import { NEW_TENANT } from '../../src/model/directory.ts';
import { errorResponse } from '../../src/odata/error-body.ts';
import type { GraphResponse } from '../../src/odata/message.ts';
import { MAX_BODY_PIECES } from '../../src/model/limits.ts';
import { createEvents } from '../../src/telemetry/events.ts';
import { createLogger } from '../../src/telemetry/logger.ts';
import { answeringServices } from '../support/answering-services.ts';
import type { Answer } from '../support/answering-services.ts';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const BODY_LIMIT = 1000;
const TOKEN = 'Bearer good';
const PATH = '/v1.0/employeeExperience/learningProviders/1/learningCourseActivities';
const JSON_TYPE = 'application/json';

const style = { clock: systemClock, forbiddenCode: 'Forbidden' };
const tenantId = getGuid<TenantId>('11111111-0000-4000-8000-000000000001');
const appId = getGuid<AppId>('33333333-0000-4000-8000-000000000003');
const caller: Caller = {
  principal: { kind: 'application', tenantId, appId, permissions: new Set(['LearningAssignedCourse.ReadWrite.All']) },
  tenant: { id: tenantId, key: 1, displayName: 'Contoso', domainName: 'contoso.example', ...NEW_TENANT },
};

const ownAuthenticator: Authenticator = {
  authenticate: (header) =>
    header === TOKEN
      ? Promise.resolve(caller)
      : Promise.reject(new GraphError('authenticationMissing', { headers: { 'WWW-Authenticate': 'Bearer realm=""' } })),
};

const created: GraphResponse = {
  status: 201,
  headers: { 'content-type': 'application/json;odata.metadata=minimal', Location: '/there' },
  body: { id: 'é' },
};

interface Running {
  readonly server: HttpServer;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly port: number;
  readonly addresses: readonly { readonly origin: string }[];
  /** What was authenticated. */
  readonly requests: RequestContext[];
  readonly logLines: Record<string, unknown>[];
}

const running: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

type StartOptions = Partial<HttpServerOptions> &
  Partial<Pick<Services, 'authenticator' | 'admit' | 'errorStyle'>> & { readonly answer?: Answer };

async function start(options: StartOptions = {}): Promise<Running> {
  const {
    answer = () => created,
    limits,
    authenticator = ownAuthenticator,
    admit = () => undefined,
    errorStyle = style,
    ...others
  } = options;
  const requests: RequestContext[] = [];
  const logLines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void logLines.push(JSON.parse(line) as Record<string, unknown>) };
  const server = createHttpServer({
    host: '127.0.0.1',
    port: 0,
    limits: { bodyBytes: BODY_LIMIT, ...limits },
    origin: { isProxyTrusted: false },
    ids: systemIds(systemClock),
    instanceId: 'test "1"',
    instance: 'test',
    events: createEvents(createLogger({ level: 'debug', isTerminal: false, hasColour: false, destination })),
    services: answeringServices(
      (context) => {
        requests.push(context);
        return answer(context);
      },
      { authenticator, admit, errorStyle },
    ),
    readiness: () => Promise.resolve({ isReady: true, checks: { database: 'ok' } }),
    ...others,
  });
  running.push(server);
  const addresses = await server.listen();
  const { origin, port } = addresses[0] ?? { origin: '', port: 0 };
  return { server, origin, port, addresses, requests, logLines };
}

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends text as it is and gives all that comes until the server closes. */
async function exchange(port: number, message: string | Buffer): Promise<RawAnswer> {
  const socket = await open(port);
  socket.write(message);
  return readAnswer(socket);
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function readAnswer(socket: Socket): Promise<RawAnswer> {
  return parseAnswer(await text(socket));
}

function parseAnswer(message: string): RawAnswer {
  const end = message.indexOf('\r\n\r\n');
  const [first = '', ...lines] = message.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  return {
    status: Number(first.split(' ')[1]),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: message.slice(end + 4),
  };
}

/** The head of a request that may write; the connection is closed after it. */
function head(headers: readonly string[], target = PATH, method = 'POST'): string {
  return [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    `Authorization: ${TOKEN}`,
    'Connection: close',
    ...headers,
    '',
    '',
  ].join('\r\n');
}

function expectRefusal(answer: RawAnswer, status: number, error: { code: string; message?: string }): void {
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.headers['request-id']).toMatch(GUID);
  expect(answer.headers['x-ms-ags-diagnostic']).toContain('"DataCenter":"Vivarium"');
  expect(answer.headers['date']).toBeDefined();
  const ids = {
    'request-id': answer.headers['request-id'],
    'client-request-id': answer.headers['client-request-id'],
  };
  expect(JSON.parse(answer.body)).toMatchObject({
    error: { ...error, innerError: { ...ids, date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) } },
  });
}

describe('ids', () => {
  test('every answer has a request id, and the client request id it was sent', async () => {
    const { port } = await start();
    const id = 'e70c5c1b-8b47-68c0-3171-3d22f5e0bd54';
    const answer = await exchange(port, head([`client-request-id: ${id}`], PATH, 'GET'));
    expect(answer.headers).toMatchObject({ 'request-id': expect.stringMatching(GUID), 'client-request-id': id });
    expect(answer.headers['x-ms-ags-diagnostic']).toBe(
      '{"ServerInfo":{"DataCenter":"Vivarium","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"test \\"1\\""}}',
    );
  });

  test.each(['two words', 'é', 'x'.repeat(257), ''])('a client request id %j is not echoed', async (id) => {
    const { port } = await start();
    const { headers } = await exchange(port, head([`client-request-id: ${id}`], PATH, 'GET'));
    expect(headers['client-request-id']).toBe(headers['request-id']);
  });

  test('the engine and the answer speak of the same ids', async () => {
    const { port, requests } = await start();
    const { headers } = await exchange(port, head([], PATH, 'GET'));
    expect(requests[0]).toMatchObject({ requestId: headers['request-id'], clientRequestId: headers['request-id'] });
  });
});

describe('answers', () => {
  test('the answer of the engine goes out with its length, CORS headers and no-cache', async () => {
    const { port } = await start();
    const answer = await exchange(port, head(['Content-Length: 2'], PATH) + '{}');
    expect(answer).toMatchObject({
      status: 201,
      body: '{"id":"é"}',
      headers: {
        'content-type': 'application/json;odata.metadata=minimal',
        'content-length': '11',
        location: '/there',
        'cache-control': 'no-cache',
        'access-control-allow-origin': '*',
        'access-control-expose-headers': expect.stringContaining('request-id, client-request-id'),
      },
    });
  });

  test('204 has neither body nor type nor length', async () => {
    const { port } = await start({ answer: () => ({ status: 204, headers: {} }) });
    const answer = await exchange(port, head([], PATH, 'DELETE'));
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(Object.keys(answer.headers)).not.toContain('content-type');
    expect(Object.keys(answer.headers)).not.toContain('content-length');
  });

  test('an answer may bring its own Cache-Control, and text of another type', async () => {
    const headers = { 'cache-control': 'private', 'content-type': 'application/xml' };
    const { port } = await start({ answer: () => ({ status: 200, headers, body: '<edmx/>' }) });
    const answer = await exchange(port, head([], PATH, 'GET'));
    expect(answer).toMatchObject({
      body: '<edmx/>',
      headers: { 'cache-control': 'private', 'content-type': 'application/xml' },
    });
  });

  test('HEAD is GET without the body', async () => {
    const { port, requests } = await start();
    const answer = await exchange(port, head([], PATH, 'HEAD'));
    expect(answer).toMatchObject({ status: 201, body: '', headers: { 'content-length': '11' } });
    expect(requests[0]?.method).toBe('GET');
  });

  test('a fault is hidden from the client and told to the log', async () => {
    const answer: Answer = () => Promise.reject(new Error('the disk is on fire'));
    const { port, logLines } = await start({ answer });
    const refusal = await exchange(port, head([], PATH, 'GET'));
    expectRefusal(refusal, 500, { code: 'internalServerError', message: 'Internal server error.' });
    expect(refusal.body).not.toContain('fire');
    expect(logLines.at(-1)).toMatchObject({ msg: 'requestFailed', cause: { message: 'the disk is on fire' } });
  });

  test('a header that cannot be sent is a fault, not a broken connection', async () => {
    const { port } = await start({ answer: () => ({ status: 201, headers: { location: 'a\nb' }, body: {} }) });
    expectRefusal(await exchange(port, head([], PATH, 'GET')), 500, { code: 'internalServerError' });
  });
});

describe('the request target', () => {
  test.each([
    ["/learningContents(externalId='a''b')", ''],
    ["/x/learningCourseActivities(externalcourseActivityId='a/b:c%2Fd%3A%20(e)')", '$select=id&%24top=2'],
    ['/a%zz/%/%E0%A4%A', 'x=%zz'],
    ['//employeeExperience///x/', ''],
    [`/learningContents(externalId='${'x'.repeat(5000)}')`, '$filter=a%2Fb?c'],
    ['/users/ada@contoso.example/{x}|"<>^`\\', ''],
    ['/$batch', ''],
  ])('reaches the engine as sent: %s', async (path, query) => {
    const { port, requests } = await start();
    const target = `/v1.0${path}${query === '' ? '' : `?${query}`}`;
    expect(await exchange(port, head([], target, 'GET'))).toMatchObject({ status: 201 });
    expect(requests[0]).toMatchObject({ version: 'v1.0', method: 'GET', path, queryText: query });
  });

  test.each([
    ['/V1.0', { version: 'v1.0', path: '/', queryText: '' }],
    ['/beta?$top=1', { version: 'beta', path: '/', queryText: '$top=1' }],
    ['/BETA/', { version: 'beta', path: '/', queryText: '' }],
    ['//v1.0/me', { version: 'v1.0', path: '/me', queryText: '' }],
    ['https://localhost/beta/me?x', { version: 'beta', path: '/me', queryText: 'x' }],
  ])('%s names a version', async (target, expected) => {
    const { port, requests } = await start();
    await exchange(port, head([], target, 'GET'));
    expect(requests[0]).toMatchObject(expected);
  });

  test.each([
    ['/v2.0/me', 'v2.0'],
    ['/employeeExperience', 'employeeExperience'],
    ['/graph', 'graph'],
    ['/v1.0x/me', 'v1.0x'],
  ])('%s names no version, which needs no token to be said', async (target, version) => {
    const { port } = await start();
    const answer = await exchange(port, `POST ${target} HTTP/1.1\r\nConnection: close\r\nContent-Length: 9\r\n\r\n`);
    expectRefusal(answer, 400, { code: 'BadRequest', message: `Invalid version: ${version}` });
  });

  test('percent-encoding that the router cannot decode is refused in the same shape', async () => {
    const { port, logLines } = await start();
    const answer = await exchange(port, head([], '/other/%zz', 'GET'));
    expectRefusal(answer, 400, {
      code: 'BadRequest',
      message: "The URL is not valid: '/other/%zz' cannot be decoded.",
    });
    expect(logLines.at(-1)).toMatchObject({ msg: 'requestFinished', refusal: 'urlMalformed' });
  });

  test('the root says what this is', async () => {
    const { origin } = await start();
    const { statusCode, body } = await send(origin);
    expect(statusCode).toBe(200);
    expect(await body.json()).toEqual({ name: 'vivarium', versions: ['v1.0', 'beta'], health: '/readyz' });
  });
});

describe('methods', () => {
  test.each(['TRACE', 'PROPFIND', 'QUERY', 'M-SEARCH', 'PUT', 'OPTIONS'])('%s reaches the engine', async (method) => {
    const answer: Answer = (request) => errorResponse(new GraphError('methodNotAllowed'), request, style);
    const { port, requests } = await start({ answer });
    expectRefusal(await exchange(port, head([], PATH, method)), 405, { code: 'methodNotAllowed' });
    expect(requests[0]?.method).toBe(method);
  });

  test('CONNECT is refused on the bare connection', async () => {
    const { port } = await start();
    const answer = await exchange(port, 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n');
    expectRefusal(answer, 405, { code: 'methodNotAllowed' });
  });

  test('a preflight is answered without a token', async () => {
    const { port } = await start();
    const answer = await exchange(
      port,
      'OPTIONS /v1.0/me HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nConnection: close\r\n' +
        'Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: authorization,sdkversion\r\n\r\n',
    );
    expect(answer).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, POST, PATCH, PUT, DELETE, OPTIONS',
        'access-control-allow-headers': 'authorization,sdkversion',
        'access-control-max-age': '86400',
      },
    });
  });
});

describe('authentication', () => {
  const stranger = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 900\r\n`;

  test('comes before the body is read', async () => {
    const { port, requests } = await start();
    const answer = await exchange(port, `${stranger}\r\n`);
    expectRefusal(answer, 401, { code: 'InvalidAuthenticationToken', message: 'Access token is empty.' });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm=""');
    expect(requests).toEqual([]);
  });

  test('comes before the client is asked to send a body', async () => {
    const { port } = await start();
    const answer = await exchange(port, `${stranger}Expect: 100-continue\r\n\r\n`);
    expectRefusal(answer, 401, { code: 'InvalidAuthenticationToken' });
  });

  test('who is known is asked to send it', async () => {
    const { port, requests } = await start();
    const socket = await open(port);
    socket.write(head(['Content-Length: 2', 'Expect: 100-continue']));
    const [interim] = (await once(socket, 'data')) as [Buffer];
    expect(interim.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('{}');
    expect(await readAnswer(socket)).toMatchObject({ status: 201 });
    expect(requests[0]?.body).toEqual(Buffer.from('{}'));
  });
});

describe('a connection', () => {
  const get = (...headers: readonly string[]) =>
    head(headers, PATH, 'GET').replace('Connection: close', 'Connection: ');
  const statuses = (received: string) =>
    [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

  test.each([
    ['websocket', get('Upgrade: websocket').replace('Connection: ', 'Connection: Upgrade')],
    [
      'h2c',
      get('Upgrade: h2c', 'HTTP2-Settings: AAMAAABk').replace('Connection: ', 'Connection: Upgrade, HTTP2-Settings'),
    ],
  ])('that asks for an upgrade (%s) is closed after the answer: what follows would be lost', async (_, message) => {
    const { port, requests } = await start();
    const socket = await open(port);
    socket.write(`${message}${get('client-request-id: second')}`);
    const received = await text(socket);
    expect(statuses(received)).toEqual([201]);
    expect(received).toMatch(/^Connection: close\r$/m);
    expect(requests).toHaveLength(1);
  });

  test('with something malformed behind an answered request is answered with 400 and closed', async () => {
    const { port } = await start();
    const socket = await open(port);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const ended = once(socket, 'end');
    socket.write(get());
    await once(socket, 'data');
    socket.write('GET / HTTP/9.9 nonsense\r\n\r\n');
    await ended;
    expect(statuses(Buffer.concat(chunks).toString())).toEqual([201, 400]);
  });

  test('with something malformed right behind a request is closed after the answer', async () => {
    const { port } = await start();
    const socket = await open(port);
    socket.write(`${get()}GET / HTTP/9.9 nonsense\r\n\r\n`);
    expect(statuses(await text(socket))[0]).toBe(201);
  });

  test('with a chunk extension that is too long is answered with 400', async () => {
    const { port } = await start();
    const body = `2;${'x'.repeat(100_000)}\r\n{}\r\n0\r\n\r\n`;
    const answer = await exchange(port, `${head(['Transfer-Encoding: chunked'])}${body}`);
    expectRefusal(answer, 400, { code: 'BadRequest', message: 'The request is not valid HTTP.' });
  });
});

describe('request bodies', () => {
  test.each([
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['APPLICATION/JSON;odata.metadata=full'],
    ['application/x-www-form-urlencoded'],
    ['nonsense'],
    [''],
    [undefined],
  ])('of type %s reach the engine as bytes', async (type) => {
    const { port, requests } = await start();
    const typeHeader = type === undefined ? [] : [`Content-Type: ${type}`];
    await exchange(port, `${head(['Content-Length: 4', ...typeHeader])}\u0000{}\n`);
    expect(requests[0]?.body).toEqual(Buffer.from('\u0000{}\n'));
    expect(requests[0]?.headers['content-type']).toBe(type);
  });

  test.each(['GET', 'DELETE', 'POST', 'PATCH'])('%s may have a type and no body', async (method) => {
    const { port, requests } = await start();
    const answer = await exchange(port, head([`Content-Type: ${JSON_TYPE}`], PATH, method));
    expect(answer.status).toBe(201);
    expect(requests[0]).toMatchObject({ method, body: undefined });
  });

  test('a DELETE may have a type that is none', async () => {
    const { port, requests } = await start();
    await exchange(port, head(['Content-Type: nonsense'], PATH, 'DELETE'));
    expect(requests).toHaveLength(1);
  });

  test('may come in chunks', async () => {
    const { port, requests } = await start();
    await exchange(port, `${head(['Transfer-Encoding: chunked'])}3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n`);
    expect(requests[0]?.body).toEqual(Buffer.from('{"a":1}'));
  });

  describe('in very many pieces', () => {
    const PIECE = '1\r\nx\r\n';
    const chunked = head(['Transfer-Encoding: chunked']);
    const limits = { bodyBytes: 1_000_000 };

    test('is taken up to the bound', async () => {
      const { port, requests } = await start({ limits });
      await exchange(port, `${chunked}${PIECE.repeat(MAX_BODY_PIECES)}0\r\n\r\n`);
      expect(requests[0]?.body).toEqual(Buffer.from('x'.repeat(MAX_BODY_PIECES)));
    });

    test('is refused, and no more of it is read', async () => {
      const { port, requests } = await start({ limits, errorStyle: { ...style, explainRefusals: true } });
      const answer = await flood(await open(port), chunked);
      expectRefusal(answer, 400, { code: 'BadRequest' });
      expect(answer.body).toContain('"reasons":["The body comes in more than 10000 pieces."]');
      expect(requests).toEqual([]);
    });

    test('is not read to its end for somebody who is refused for another reason', async () => {
      const { port } = await start({ limits });
      const stranger = `POST ${PATH} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const answer = await flood(await open(port), stranger);
      expectRefusal(answer, 401, { code: 'InvalidAuthenticationToken' });
    });

    /** Begins a request, and goes on to write pieces after its answer until the server ends the connection. */
    async function flood(socket: Socket, beginning: string): Promise<RawAnswer> {
      const pieces = PIECE.repeat(10_000);
      socket.on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(beginning + pieces + pieces);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      for (let count = 0; !socket.destroyed; count += 1) {
        expect(count).toBeLessThan(100);
        if (!socket.write(pieces))
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
      }
      return parseAnswer(answer.toString());
    }
  });

  test.each(['gzip', 'GZIP', 'x-gzip'])('%s is inflated', async (encoding) => {
    const { origin, requests } = await start();
    const body = gzipSync('{"a":1}');
    const headers = { authorization: TOKEN, 'content-encoding': encoding };
    await (await send(origin + PATH, { method: 'POST', headers, body })).body.dump();
    expect(requests[0]?.body).toEqual(Buffer.from('{"a":1}'));
  });

  test('identity is no encoding', async () => {
    const { port, requests } = await start();
    await exchange(port, `${head(['Content-Encoding: Identity', 'Content-Length: 2'])}{}`);
    expect(requests[0]?.body).toEqual(Buffer.from('{}'));
  });

  test('another encoding is 415, upon which clients send again without it', async () => {
    const { port } = await start();
    const answer = await exchange(port, `${head(['Content-Encoding: br', 'Content-Length: 2'])}{}`);
    expectRefusal(answer, 415, { code: 'unsupportedMediaType', message: expect.stringContaining("'br'") as string });
  });

  test('broken gzip is 400', async () => {
    const { port } = await start();
    const answer = await exchange(port, `${head(['Content-Encoding: gzip', 'Content-Length: 2'])}{}`);
    expectRefusal(answer, 400, { code: 'BadRequest', message: 'The request body is not valid gzip data.' });
  });

  test('cut gzip is 400', async () => {
    const { port } = await start();
    const body = gzipSync('{"a":1}').subarray(0, 15);
    const answer = await exchange(
      port,
      Buffer.concat([Buffer.from(head(['Content-Encoding: gzip', 'Content-Length: 15'])), body]),
    );
    expectRefusal(answer, 400, { code: 'BadRequest', message: 'The request body is not valid gzip data.' });
  });

  test('at the limit passes, inflated too', async () => {
    const { port, requests } = await start();
    const full = 'x'.repeat(BODY_LIMIT);
    await exchange(port, head([`Content-Length: ${BODY_LIMIT}`]) + full);
    const zipped = gzipSync(full);
    const zippedHead = head(['Content-Encoding: gzip', `Content-Length: ${zipped.byteLength}`]);
    await exchange(port, Buffer.concat([Buffer.from(zippedHead), zipped]));
    expect(requests.map(({ body }) => (body as Uint8Array).byteLength)).toEqual([BODY_LIMIT, BODY_LIMIT]);
  });

  test('announced above the limit is refused before it comes', async () => {
    const { port, requests } = await start();
    const socket = await open(port);
    socket.write(head([`Content-Length: ${BODY_LIMIT + 1}`, 'Expect: 100-continue']));
    expectRefusal(await readAnswer(socket), 413, {
      code: 'requestEntityTooLarge',
      message: `The request body is larger than the maximum of ${BODY_LIMIT} bytes.`,
    });
    expect(requests).toEqual([]);
  });

  test.each([
    ['announced', 'Content-Length: 8000000', Buffer.alloc(8_000_000, 'x')],
    [
      'in chunks',
      'Transfer-Encoding: chunked',
      Buffer.from(`1000\r\n${'x'.repeat(4096)}\r\n`.repeat(2000) + '0\r\n\r\n'),
    ],
  ])('a client that sends on above the limit can read the answer: %s', async (_how, header, body) => {
    const { port } = await start();
    const socket = await open(port);
    socket.write(head([header]).replace('Connection: close', 'Connection: keep-alive'));
    socket.write(body);
    const answer = await readAnswer(socket);
    expectRefusal(answer, 413, { code: 'requestEntityTooLarge' });
    expect(answer.headers['connection']).toBe('close');
  });

  test('a gzip bomb is 413', async () => {
    const { port } = await start();
    const bomb = gzipSync(Buffer.alloc(500_000));
    const bombHead = head(['Content-Encoding: gzip', `Content-Length: ${bomb.byteLength}`]);
    const answer = await exchange(port, Buffer.concat([Buffer.from(bombHead), bomb]));
    expectRefusal(answer, 413, { code: 'requestEntityTooLarge' });
  });

  test('that end before their length are 400, to a client that still listens', async () => {
    const { port, logLines } = await start();
    const socket = await open(port);
    socket.end(`${head(['Content-Length: 10'])}{}`);
    expectRefusal(await readAnswer(socket), 400, {
      code: 'BadRequest',
      message: 'The request body ended before its announced length.',
    });
    expect(logLines.at(-1)).toMatchObject({ refusal: 'bodyAborted', status: 400, appId });
  });

  test('that break off with the connection leave nothing behind', async () => {
    const { port, server, logLines, requests } = await start();
    const socket = await open(port);
    socket.write(`${head(['Content-Length: 10'])}{}`);
    // The answer to a later connection shows that the server has seen this one.
    await exchange(port, head([], PATH, 'GET'));
    socket.resetAndDestroy();
    await server.close();
    expect(requests).toHaveLength(1);
    expect(logLines.filter(({ msg }) => msg === 'requestFinished')).toHaveLength(2);
    expect(logLines.at(-1)).toMatchObject({ msg: 'serverStopped', isDrained: true });
  });

  test('that break while the caller is being authenticated are refused after it', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const slowAuthenticator: Authenticator = {
      authenticate: async () => {
        enter();
        await released;
        return caller;
      },
    };
    const { port, server, logLines } = await start({ authenticator: slowAuthenticator });
    const [listening, leaving] = [await open(port), await open(port)];
    leaving.write(`${head(['Content-Length: 10'])}{}`);
    listening.end(`${head(['Content-Length: 10'])}{}`);
    await entered;
    leaving.resetAndDestroy();
    // The answer to a later connection shows that the server has seen the ends of these.
    await exchange(port, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n');
    release();
    expectRefusal(await readAnswer(listening), 400, { code: 'BadRequest' });
    await server.close();
    expect(logLines.at(-1)).toMatchObject({ msg: 'serverStopped', isDrained: true });
  });

  test('that break in the middle are refused in the ordinary way', async () => {
    const { port, logLines } = await start();
    const answer = await exchange(port, `${head(['Transfer-Encoding: chunked'])}zz\r\n`);
    expectRefusal(answer, 400, { code: 'BadRequest', message: 'The request is not valid HTTP.' });
    expect(logLines.at(-1)).toMatchObject({ requestId: answer.headers['request-id'], refusal: 'requestMalformed' });
  });
});

describe('bytes that are not a request', () => {
  test('garbage is 400', async () => {
    const { port } = await start();
    expectRefusal(await exchange(port, 'GARBAGE\r\n\r\n'), 400, {
      code: 'BadRequest',
      message: 'The request is not valid HTTP.',
    });
  });

  test('headers above the limit are 431', async () => {
    const { port } = await start();
    const answer = await exchange(port, head([`X: ${'x'.repeat(100_000)}`], PATH, 'GET'));
    expectRefusal(answer, 431, { code: 'requestHeaderFieldsTooLarge' });
  });

  test('headers that do not end are 408', async () => {
    const { port } = await start({ limits: { headersMs: 50, requestMs: 50 } });
    expectRefusal(await exchange(port, 'GET /'), 408, { code: 'requestTimeout' });
  });

  test('a body that does not end is 408', async () => {
    const { port, logLines } = await start({ limits: { headersMs: 50, requestMs: 50 } });
    const answer = await exchange(port, `${head(['Content-Length: 10'])}{}`);
    expectRefusal(answer, 408, { code: 'requestTimeout' });
    expect(logLines.at(-1)).toMatchObject({ requestId: answer.headers['request-id'], status: 408 });
  });

  test('garbage behind a good request does not become its answer', async () => {
    const { port } = await start();
    const answer = await exchange(port, `GET ${PATH} HTTP/1.1\r\nAuthorization: ${TOKEN}\r\n\r\nGARBAGE\r\n\r\n`);
    expect(answer).toMatchObject({ status: 201, body: '{"id":"é"}', headers: { connection: 'close' } });
  });

  test('an unknown expectation is ignored', async () => {
    const { port } = await start();
    expect(await exchange(port, head(['Expect: miracles'], PATH, 'GET'))).toMatchObject({ status: 201 });
  });
});

describe('the throttle', () => {
  test('refuses what an app sends above its limit, in minutes and in seconds', async () => {
    const throttle = createThrottle({ app: 2, tenant: 0 }, { now: () => 0 });
    const { port, requests } = await start({ admit: (principal) => throttle?.count(principal) });
    await exchange(port, head([], PATH, 'GET'));
    await exchange(port, head([], PATH, 'GET'));
    const answer = await exchange(port, head(['Content-Length: 900']));
    expectRefusal(answer, 429, { code: 'tooManyRequests', message: 'Retry after 1 minutes' });
    expect(answer.headers['retry-after']).toBe('30');
    expect(requests).toHaveLength(2);
  });
});

describe('the origin that the engine links to', () => {
  const forwarded = ['X-Forwarded-Proto: https, http', 'X-Forwarded-Host: graph.example:8443'];

  test.each([
    [['Host: contoso.example:81'], {}, 'http://contoso.example:81'],
    [['Host: [::1]:81'], {}, 'http://[::1]:81'],
    [['Host: a b/c'], {}, undefined],
    [[], {}, undefined],
    [['Host: a', ...forwarded], {}, 'http://a'],
    [['Host: a', ...forwarded], { isProxyTrusted: true }, 'https://graph.example:8443'],
    [['Host: a', 'X-Forwarded-Proto: ftp'], { isProxyTrusted: true }, 'http://a'],
    [
      ['Host: a', ...forwarded],
      { publicUrl: 'https://public.example/', isProxyTrusted: true },
      'https://public.example',
    ],
  ])('%j with %j', async (headers, settings, expected) => {
    const { port, requests, origin } = await start({ origin: { isProxyTrusted: false, ...settings } });
    const lines = [`GET ${PATH} HTTP/1.1`, `Authorization: ${TOKEN}`, 'Connection: close', ...headers, '', ''];
    await exchange(port, lines.join('\r\n'));
    expect(requests[0]?.origin).toBe(expected ?? origin);
  });
});

describe('listening', () => {
  test('speaks TLS, and plain HTTP on one more port of loopback', async () => {
    const now = systemClock.now();
    const authority = await createCertificateAuthority({ names: [], now });
    const { certificatePem, privateKeyPem } = await createServerCertificate({ authority, names: [], now });
    const tls = { cert: certificatePem, key: privateKeyPem };
    const { addresses, requests, server } = await start({ host: 'localhost', tls, httpPort: 0 });
    const dispatcher = new Agent({ connect: { ca: authority.certificatePem } });
    for (const { origin } of addresses) {
      await (await send(origin + PATH, { dispatcher, headers: { authorization: TOKEN } })).body.dump();
    }
    expect(requests.map(({ origin }) => origin)).toEqual(addresses.map(({ origin }) => origin));
    expect(addresses.map(({ origin }) => new URL(origin).protocol)).toEqual(['https:', 'http:']);

    const unused = connectTls({ port: Number(new URL(addresses[0]?.origin ?? '').port), ca: authority.certificatePem });
    await once(unused, 'secureConnect');
    const closed = once(unused.resume(), 'close');
    await server.close();
    await closed;
    await dispatcher.close();
  });

  test('rejects with the port that is in use, and leaves none open', async () => {
    const { port } = await start();
    const second = createHttpServer({ ...unusedOptions(), port: 0, httpPort: port });
    await expect(second.listen()).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await second.close();
  });
});

describe('closing', () => {
  test('answers requests in flight, refuses new ones, and closes the other connections', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    const answer: Answer = async ({ path }) => {
      if (path === '/slow') {
        enter();
        await released;
      }
      return created;
    };
    const { port, server, logLines } = await start({ answer });
    const [idle, unused, late, probe] = [await open(port), await open(port), await open(port), await open(port)];
    idle.write(`GET ${PATH} HTTP/1.1\r\nAuthorization: ${TOKEN}\r\n\r\n`);
    await once(idle, 'data');
    late.write('GET /v1.0/late HTTP/1.1\r\n');
    probe.write('GET /livez HTTP/1.1\r\n');
    const slow = await open(port);
    slow.write(`GET /v1.0/slow HTTP/1.1\r\nAuthorization: ${TOKEN}\r\n\r\n`);
    await entered;

    const closing = server.close();
    await Promise.all([once(idle, 'close'), once(unused.resume(), 'close')]);
    late.write('Host: a\r\n\r\n');
    const refusal = await readAnswer(late);
    expectRefusal(refusal, 503, { code: 'serviceUnavailable', message: 'Retry after 1 minutes' });
    expect(refusal.headers).toMatchObject({ 'retry-after': '60', connection: 'close' });
    probe.write('\r\n');
    expect(await readAnswer(probe)).toMatchObject({ status: 200, body: '{"status":"alive"}' });
    release();
    expect(await readAnswer(slow)).toMatchObject({ status: 201, headers: { connection: 'close' } });
    await closing;
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(logLines.at(-1)).toMatchObject({ msg: 'serverStopped', isDrained: true });
  });

  test('waits for work whose client has left', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    let isDone = false;
    const answer: Answer = async () => {
      enter();
      await released;
      isDone = true;
      return created;
    };
    const { port, server } = await start({ answer });
    const socket = await open(port);
    socket.write(head([], PATH, 'GET'));
    await entered;
    socket.destroy();
    const closing = server.close();
    release();
    await closing;
    expect(isDone).toBe(true);
  });

  test('does not wait for ever', async () => {
    const answer: Answer = () => new Promise(() => {});
    const { port, server, logLines } = await start({ answer, limits: { drainMs: 20 } });
    const socket = await open(port);
    socket.write(head([], PATH, 'GET'));
    // The answer to a later connection shows that the server has seen this one.
    await exchange(port, 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n');
    await server.close();
    expect(logLines.at(-1)).toMatchObject({ msg: 'serverStopped', isDrained: false });
    socket.destroy();
  });
});

describe('health', () => {
  test.each(['/livez', '/readyz', '/health', '/READYZ/'])('%s needs no token', async (path) => {
    const { origin } = await start();
    const { statusCode, headers, body } = await send(origin + path);
    expect(statusCode).toBe(200);
    expect(headers['request-id']).toMatch(GUID);
    expect(await body.json()).toHaveProperty('status');
  });

  test('a server that is not ready answers 503 with its checks', async () => {
    const readiness = () => Promise.resolve({ isReady: false, checks: { database: 'locked' } });
    const { origin } = await start({ readiness });
    const { statusCode, body } = await send(`${origin}/readyz`);
    expect(statusCode).toBe(503);
    expect(await body.json()).toEqual({ status: 'unready', checks: { database: 'locked', load: 'ok' } });
  });
});

describe('plugins', () => {
  test('add routes with bodies and errors of the framework in the same shape', async () => {
    const { port } = await start({
      routes: [
        (app) => {
          app.post('/echo', (request) => request.body);
        },
      ],
    });
    const json = (text: string, expectation: string[] = []): string =>
      head([`Content-Type: ${JSON_TYPE}`, `Content-Length: ${Buffer.byteLength(text)}`, ...expectation], '/echo') +
      text;
    expect(await exchange(port, json('{"a":1}'))).toMatchObject({ status: 200, body: '{"a":1}' });
    expectRefusal(await exchange(port, json('{')), 400, { code: 'BadRequest' });
    expectRefusal(await exchange(port, json(JSON.stringify('x'.repeat(BODY_LIMIT)))), 413, {
      code: 'requestEntityTooLarge',
    });
    expectRefusal(await exchange(port, head(['Content-Type: a/b', 'Content-Length: 1'], '/echo') + 'x'), 415, {
      code: 'unsupportedMediaType',
    });
    const socket = await open(port);
    socket.end(`${head([`Content-Type: ${JSON_TYPE}`, 'Content-Length: 10'], '/echo')}{}`);
    expectRefusal(await readAnswer(socket), 400, { code: 'BadRequest' });
  });
});

describe('the request log', () => {
  test('has one line a request, with ids and without secrets', async () => {
    const { port, logLines } = await start();
    const activities = '/beta/employeeExperience/learningProviders/ada%40contoso.example/learningCourseActivities';
    const target = `${activities}(externalcourseActivityId=%27bob@contoso.example%27)?$filter=secret`;
    const headers = ['Content-Length: 9', 'client-request-id: c1'];
    const answer = await exchange(port, `${head(headers, target, 'PATCH')}{"a":"b"}`);
    const lines = logLines.filter(({ msg }) => msg === 'requestFinished');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        msg: 'requestFinished',
        requestId: answer.headers['request-id'],
        clientRequestId: 'c1',
        method: 'PATCH',
        path: '/beta/employeeExperience/learningProviders/{mail}/learningCourseActivities(externalcourseActivityId={mail})',
        operation: 'updateLearningCourseActivityByExternalId',
        status: 201,
        durationMs: expect.any(Number) as number,
        appId,
        tenantId,
        bytesIn: 9,
        bytesOut: 11,
      },
    ]);
  });

  test.each([
    ['ada@contoso.example', '{mail}'],
    ['ada%40contoso.example', '{mail}'],
    ['ada%2540contoso.example', '{mail}'],
    ['ada%25252540contoso.example', '{mail}'],
    ['7ba2228a-e020-11ec-9d64-0242ac120002', '7ba2228a-e020-11ec-9d64-0242ac120002'],
  ])('shows the user %s as %s', async (user, shown) => {
    const { port, logLines } = await start();
    await exchange(port, head([], `/v1.0/users/${user}/x`, 'GET'));
    expect(logLines.at(-1)).toMatchObject({ path: `/v1.0/users/${shown}/x` });
  });

  test('names the refusal and what only the log may know', async () => {
    const refusal = { row: 'userLicenseInvalid', logDetail: 'user 7' } as const;
    const { port, logLines } = await start({ answer: () => ({ status: 403, headers: {}, body: {}, refusal }) });
    await exchange(port, head([], PATH, 'GET'));
    expect(logLines.at(-1)).toMatchObject({ status: 403, refusal: 'userLicenseInvalid', detail: 'user 7' });
  });
});

function unusedOptions(): HttpServerOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    origin: { isProxyTrusted: false },
    ids: systemIds(systemClock),
    instanceId: 'unused',
    instance: 'test',
    events: createEvents(createLogger({ level: 'silent', isTerminal: false, hasColour: false })),
    services: answeringServices(() => created, { authenticator: ownAuthenticator, errorStyle: style }),
    readiness: () => Promise.resolve({ isReady: true, checks: {} }),
  };
}
