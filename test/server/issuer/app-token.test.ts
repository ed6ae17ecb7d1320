import { hash, randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SQLITE } from '../../support/store.ts';
import {
  createTestClock,
  GRAPH,
  PORTAL_ID,
  startAuthority,
  TENANT_ID,
  TENANT_NAME,
  WEBSITE_ID,
  WRITER_ID,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';

const PATH = `/${TENANT_ID}/oauth2/v2.0/token`;
const FORM = 'application/x-www-form-urlencoded';

const clock = createTestClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority({}, clock);
});
afterAll(() => server[Symbol.asyncDispose]());

interface Attempt {
  readonly segment?: string;
  readonly authorization?: string;
  /** Changes to a good form; `undefined` takes a parameter away. */
  readonly form?: Readonly<Record<string, string | undefined>>;
}

async function ask({ segment = TENANT_ID, authorization, form = {} }: Attempt = {}) {
  const good = { grant_type: 'client_credentials', client_id: WRITER_ID, client_secret: server.writerSecret };
  const parameters = Object.entries({ ...good, scope: `${GRAPH}/.default`, ...form });
  const sent = Object.fromEntries(parameters.filter(([, value]) => value !== undefined)) as Record<string, string>;
  const headers = authorization === undefined ? {} : { authorization };
  return server.post(`/${segment}/oauth2/v2.0/token`, sent, headers);
}

const withoutBodyCredentials = { client_id: undefined, client_secret: undefined };

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

describe('a token for an app', () => {
  test('is answered as Entra does, and no cache keeps it', async () => {
    const { status, headers, body } = await ask();
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
    expect(headers['cache-control']).toBe('no-store, no-cache');
    expect(headers['pragma']).toBe('no-cache');
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  test('carries the claims of an app-only v2.0 token, times from the clock', async () => {
    const { body } = await ask();
    const issuedAt = Math.floor(clock.now() / 1000);
    const claims = decodeJwt(body.access_token);
    expect(claims).toEqual({
      aud: GRAPH,
      iss: `${server.origin}/${TENANT_ID}/v2.0`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 3599,
      app_displayname: 'writer',
      appid: WRITER_ID,
      appidacr: '1',
      azp: WRITER_ID,
      azpacr: '1',
      idtyp: 'app',
      oid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      sub: claims.oid,
      roles: expect.arrayContaining(['LearningAssignedCourse.ReadWrite.All']),
      tid: TENANT_ID,
      uti: expect.stringMatching(/^[\w-]{22}$/),
      ver: '2.0',
    });
    const again = decodeJwt((await ask()).body.access_token);
    expect(again.oid).toBe(claims.oid);
    expect(again.uti).not.toBe(claims.uti);
    const { body: document } = await server.call({ path: `/${TENANT_ID}/discovery/v2.0/keys` });
    expect(decodeProtectedHeader(body.access_token)).toEqual({ typ: 'JWT', alg: 'RS256', kid: document.keys[0].kid });
  });

  test.each([
    ['https://graph.microsoft.com//.default', GRAPH],
    ['HTTPS://GRAPH.microsoft.com/.default', GRAPH],
    ['00000003-0000-0000-c000-000000000000/.default', '00000003-0000-0000-c000-000000000000'],
    ['api://vivarium/.default', 'api://vivarium'],
  ])('has the audience that %s means', async (scope, audience) => {
    expect(decodeJwt((await ask({ form: { scope } })).body.access_token).aud).toBe(audience);
  });

  test.each([TENANT_ID.toUpperCase(), TENANT_NAME, 'CONTOSO.OnMicrosoft.com'])(
    'comes from tenant %s',
    async (segment) => {
      expect(decodeJwt((await ask({ segment })).body.access_token).tid).toBe(TENANT_ID);
    },
  );

  test('does not mind what clients send besides', async () => {
    const form = { 'x-client-SKU': 'msal.js.node', claims: '{"access_token":{}}', client_info: '1', empty: '' };
    expect((await ask({ form })).status).toBe(200);
  });

  test('is given by HTTP Basic, id and secret form-encoded first', async () => {
    const encoded = server.writerSecret.replaceAll(/./g, (one) => `%${one.charCodeAt(0).toString(16)}`);
    for (const secret of [encoded, server.writerSecret]) {
      const authorization = basic(`${WRITER_ID}:${secret}`);
      expect((await ask({ authorization, form: withoutBodyCredentials })).status).toBe(200);
    }
  });

  test('opens the API', async () => {
    await using current = await startAuthority();
    const provider = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38';
    const token = await current.appToken('writer');
    expect((await current.call({ path: `${provider}/learningContents`, token })).status).toBe(200);
  });
});

describe('a refusal', () => {
  const invalidRequest = (number: number) => ({ status: 400, error: 'invalid_request', number });
  const invalidClient = (number: number) => ({ status: 401, error: 'invalid_client', number });
  const invalidScope = { status: 400, error: 'invalid_scope', number: 1002012 };
  const notFound = { status: 400, error: 'unauthorized_client', number: 700016 };

  test.each<[name: string, attempt: Attempt, wanted: { status: number; error: string; number: number }]>([
    ['no grant type', { form: { grant_type: undefined } }, invalidRequest(900144)],
    ['an empty grant type', { form: { grant_type: '' } }, invalidRequest(900144)],
    [
      'another grant type',
      { form: { grant_type: 'implicit' } },
      { status: 400, error: 'unsupported_grant_type', number: 70003 },
    ],
    ['no client id', { form: { client_id: undefined } }, invalidRequest(900144)],
    ['unknown tenant', { segment: 'nobody.example' }, invalidRequest(90002)],
    ['no one tenant', { segment: 'Common' }, invalidRequest(50059)],
    ['unknown app', { form: { client_id: TENANT_ID } }, notFound],
    ['app of another tenant', { segment: 'fabrikam.example' }, notFound],
    ['app id is no GUID', { form: { client_id: 'writer' } }, notFound],
    ['no secret', { form: { client_secret: undefined } }, invalidClient(7000216)],
    ['wrong secret', { form: { client_secret: 'x' } }, invalidClient(7000215)],
    ["another app's secret", { form: { client_id: WEBSITE_ID } }, invalidClient(7000215)],
    ['public app', { form: { client_id: PORTAL_ID } }, invalidClient(700025)],
    ['no scope', { form: { scope: undefined } }, invalidRequest(90014)],
    ['a single permission', { form: { scope: 'User.Read' } }, invalidScope],
    ['two scopes', { form: { scope: 'a/.default b/.default' } }, invalidScope],
    [
      'unknown resource',
      { form: { scope: 'https://x.example/.default' } },
      { status: 400, error: 'invalid_resource', number: 500011 },
    ],
    ['two ways at once', { authorization: basic(`${WRITER_ID}:x`) }, invalidRequest(9002313)],
  ])('names what is wrong: %s', async (_name, attempt, { status, error, number }) => {
    const answer = await ask(attempt);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error, error_codes: [number] });
  });

  test('of Basic for another app than the form names is not taken for either', async () => {
    const form = { client_id: WEBSITE_ID, client_secret: undefined };
    const { status, body } = await ask({ authorization: basic(`${WRITER_ID}:${server.writerSecret}`), form });
    expect(status).toBe(400);
    expect(body.error_codes).toEqual([9002313]);
  });

  test('of an empty secret, also where that of the app is stored as empty', async () => {
    await using database = SQLITE.create();
    await using own = await startAuthority(await database.serverSettings());
    await database.connect().script(`update app_registration set secret_sha256 = '${hash('sha256', '')}'`);
    const form = { grant_type: 'client_credentials', scope: `${GRAPH}/.default` };
    const { body } = await own.post(PATH, form, { authorization: basic(`${WRITER_ID}:`) });
    expect(body.error_codes).toEqual([7000215]);
  });

  test.each([
    ['Bearer abc', 9002313],
    ['Basic !!!', 9002313],
    [basic('no colon'), 9002313],
    [basic(':secret'), 9002313],
    [basic('%zz:secret'), 9002313],
    [basic(`${WRITER_ID}:wrong`), 7000215],
  ])('of Basic %s is a 401 with a Basic challenge', async (authorization, number) => {
    const { status, headers, body } = await ask({ authorization, form: withoutBodyCredentials });
    expect(status).toBe(401);
    expect(body.error_codes).toEqual([number]);
    expect(headers['www-authenticate']).toMatch(/^Basic /);
  });

  test('has the body of Entra, with the ids of the request', async () => {
    const id = randomUUID();
    const { headers, body } = await server.post(`${PATH}?client-request-id=${id}`, {
      grant_type: 'client_credentials',
      client_id: WRITER_ID,
      client_secret: 'x',
    });
    const timestamp = '2026-01-02 03:04:05Z';
    expect(headers['client-request-id']).toBe(id);
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${WRITER_ID}'. Trace ID: ${headers['x-ms-request-id']} Correlation ID: ${id} Timestamp: ${timestamp}`,
      error_codes: [7000215],
      timestamp,
      trace_id: headers['x-ms-request-id'],
      correlation_id: id,
      error_uri: 'https://login.microsoftonline.com/error?code=7000215',
    });
  });

  test('of a repeated parameter names it', async () => {
    const body = 'scope=a&client_id=b&scope=a';
    const answer = await server.call({ method: 'POST', path: PATH, headers: { 'content-type': FORM }, body });
    expect(answer.body.error_description).toMatch(/^AADSTS9000411: .* The parameter 'scope' is duplicated\./);
  });

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    'of %s misses the parameters',
    async (type) => {
      const body = '{"grant_type":"client_credentials"}';
      const answer = await server.call({ method: 'POST', path: PATH, headers: { 'content-type': type }, body });
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', error_codes: [900144] } });
    },
  );

  test('of a request without a body, or with one of 100 kB, keeps the form', async () => {
    const headers = { 'content-type': FORM };
    const empty = await server.call({ method: 'POST', path: PATH, headers });
    expect(empty.body).toMatchObject({ error: 'invalid_request', error_codes: [900144] });
    const large = await server.call({ method: 'POST', path: PATH, headers, body: `x=${'y'.repeat(100_000)}` });
    expect(large).toMatchObject({ status: 400, body: { error: 'invalid_request', error_codes: [9002313] } });
  });

  test('does not echo what is not an id', async () => {
    const { headers } = await server.call({ method: 'POST', path: `${PATH}?client-request-id=a%0d%0ab` });
    expect(headers['client-request-id']).toBe(headers['request-id']);
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('of %s says that only POST is taken', async (method) => {
    const { status, headers, body } = await server.call({ method, path: PATH });
    expect(status).toBe(405);
    expect(headers['allow']).toBe('POST');
    expect(body.error_description).toMatch(
      new RegExp(`^AADSTS900561: The endpoint only accepts POST requests. Received a ${method} request.`),
    );
  });

  test('is not what the question of a browser gets before it sends', async () => {
    const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'POST' };
    const answer = await server.call({ method: 'OPTIONS', path: PATH, headers });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('*');
  });
});
