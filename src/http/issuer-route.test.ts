import { hash, randomUUID } from 'node:crypto';
import { ClientSecretCredential } from '@azure/identity';
import Fastify from 'fastify';
import type { FastifyRequest } from 'fastify';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator, trustOwnIssuer } from '../auth/authenticate.ts';
import { generateSigningKey, openSigningKeys } from '../auth/signing-keys.ts';
import type { SigningKeys } from '../auth/signing-keys.ts';
import { systemClock } from '../base/clock.ts';
import { getGuid } from '../base/ids.ts';
import type { AppId, TenantId } from '../base/ids.ts';
import { createCertificateAuthority, createServerCertificate } from '../issuer/certificate.ts';
import type { IssuerDirectory } from '../issuer/directory.ts';
import { createTokenEndpoint } from '../issuer/token.ts';
import type { AppRegistration, Tenant } from '../model/directory.ts';
import { registerIssuerRoutes } from './issuer-route.ts';

const AUDIENCES = ['https://graph.microsoft.com'];
const SECRET = 'a secret';
const FAULTY_SEGMENT = 'faulty.example';
const FORM = 'application/x-www-form-urlencoded';

const tenant: Tenant = {
  id: getGuid<TenantId>('11111111-0000-4000-8000-000000000001'),
  key: 1,
  displayName: 'Contoso',
  domainName: 'contoso.example',
  hasServicePlan: true,
};

const writer: AppRegistration = {
  tenantId: tenant.id,
  id: getGuid<AppId>('33333333-0000-4000-8000-000000000003'),
  name: 'writer',
  secretSha256: hash('sha256', SECRET, 'hex'),
  appRoles: ['LearningAssignedCourse.ReadWrite.All'],
  delegatedScopes: [],
};

const directory: IssuerDirectory = {
  findTenant: (idOrName) =>
    idOrName === FAULTY_SEGMENT
      ? Promise.reject(new Error('disk on fire'))
      : Promise.resolve([tenant.id, tenant.domainName].includes(idOrName) ? tenant : undefined),
  findApp: (_tenant, appId) => Promise.resolve(appId === writer.id ? writer : undefined),
};

const findOrigin = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`;
const goodForm = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: writer.id,
  client_secret: SECRET,
  scope: `${AUDIENCES[0]}/.default`,
}).toString();

let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.close());

interface Content {
  readonly body?: string | null;
  readonly contentType?: string;
}

async function startServer() {
  const now = systemClock.now();
  const keys = await openSigningKeys([await generateSigningKey(now)]);
  const authority = await createCertificateAuthority(now);
  const { certificatePem, privateKeyPem } = await createServerCertificate({ authority, names: [], now });
  const app = Fastify({
    https: { cert: certificatePem, key: privateKeyPem },
    routerOptions: { caseSensitive: false },
    genReqId: () => randomUUID(),
  });
  const faults: unknown[] = [];
  const tokens = createTokenEndpoint({ directory, keys, clock: systemClock, newId: randomUUID, audiences: AUDIENCES });
  await app.register(registerIssuerRoutes, {
    issuer: { directory, keys, tokens },
    clock: systemClock,
    findOrigin,
    findTokenOrigin: () => server.origin,
    reportFault: (fault) => faults.push(fault),
  });
  app.post('/echo', (request) => request.body);
  const url = new URL(await app.listen({ host: 'localhost', port: 0 }));
  const dispatcher = new Agent({ connect: { ca: authority.certificatePem } });
  return {
    origin: `https://localhost:${url.port}`,
    ca: authority.certificatePem,
    keys,
    faults,
    get: (path: string, headers: Record<string, string> = {}) =>
      fetch(`https://localhost:${url.port}${path}`, { dispatcher, headers }),
    send: (method: string, path: string, { body = null, contentType = FORM }: Content = {}) =>
      fetch(`https://localhost:${url.port}${path}`, {
        dispatcher,
        method,
        body,
        headers: { 'content-type': contentType },
      }),
    async close() {
      await dispatcher.close();
      await app.close();
    },
  };
}

function authenticator(keys: SigningKeys, origin: string) {
  return createAuthenticator({
    issuer: trustOwnIssuer(keys, () => new Set([origin])),
    audiences: AUDIENCES,
    clock: systemClock,
    cacheSize: 10,
    findTenant: (id) => directory.findTenant(id),
    findPublicOrigin: () => origin,
  });
}

describe('@azure/identity', () => {
  test.each([tenant.id, tenant.domainName, 'Contoso.EXAMPLE'])('gets a token of tenant %s', async (tenantId) => {
    const credential = new ClientSecretCredential(tenantId, writer.id, SECRET, {
      authorityHost: server.origin,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: server.ca },
    });
    const { token, expiresOnTimestamp } = await credential.getToken(`${AUDIENCES[0]}/.default`, { enableCae: true });
    expect(expiresOnTimestamp).toBeGreaterThan(systemClock.now() + 3_000_000);
    const { principal } = await authenticator(server.keys, server.origin).authenticate(`Bearer ${token}`);
    expect(principal).toMatchObject({ kind: 'application', appId: writer.id, tenantId: tenant.id });
  });

  test('shows its user the sentence of a refusal', async () => {
    const credential = new ClientSecretCredential(tenant.id, writer.id, 'wrong', {
      authorityHost: server.origin,
      disableInstanceDiscovery: true,
      tlsOptions: { ca: server.ca },
    });
    await expect(credential.getToken(`${AUDIENCES[0]}/.default`)).rejects.toThrow(/AADSTS7000215: Invalid client/);
  });
});

describe('discovery', () => {
  test.each([
    `/${tenant.id}/v2.0/.well-known/openid-configuration`,
    `/${tenant.id}/.well-known/openid-configuration`,
    `/${tenant.id}/V2.0/.Well-Known/OpenID-Configuration`,
  ])('describes the authority at %s', async (path) => {
    const response = await server.get(path);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ issuer: `${server.origin}/${tenant.id}/v2.0` });
  });

  test.each(['/common/discovery/v2.0/keys', '/contoso.example/discovery/keys'])(
    'shows the keys at %s',
    async (path) => {
      const response = await server.get(path);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const { keys } = (await response.json()) as { keys: object[] };
      expect(keys).toEqual(server.keys.publicJwks().keys);
      expect(keys.every((key) => Object.keys(key).toSorted().join() === 'alg,e,kid,kty,n,use')).toBe(true);
    },
  );

  test.each(['/nobody.example/v2.0/.well-known/openid-configuration', '/%2e%2e%2fx/discovery/v2.0/keys'])(
    'knows no tenant at %s',
    async (path) => {
      const response = await server.get(path, { 'client-request-id': 'my-request' });
      expect(response.status).toBe(400);
      expect(response.headers.get('client-request-id')).toBe('my-request');
      expect(await response.json()).toMatchObject({
        error: 'invalid_tenant',
        error_codes: [90002],
        correlation_id: 'my-request',
        trace_id: response.headers.get('x-ms-request-id'),
      });
    },
  );
});

describe('the token path', () => {
  const path = `/${tenant.id}/oauth2/v2.0/token`;

  test('answers a form with a token that no cache keeps', async () => {
    const response = await server.send('POST', `${path}?client-request-id=abc`, {
      body: goodForm,
      contentType: `${FORM};charset=utf-8`,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store, no-cache');
    expect(response.headers.get('pragma')).toBe('no-cache');
    expect(response.headers.get('client-request-id')).toBe('abc');
    const { access_token: token } = (await response.json()) as { access_token: string };
    const call = authenticator(server.keys, server.origin).authenticate(`Bearer ${token}`);
    await expect(call).resolves.toMatchObject({ tenant });
  });

  test('does not echo what is no id', async () => {
    const response = await server.send('POST', `${path}?client-request-id=a%0d%0ab`, { body: goodForm });
    expect(response.status).toBe(200);
    expect(response.headers.get('client-request-id')).toBeNull();
  });

  test.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x'])(
    'finds no parameters in %s',
    async (contentType) => {
      const response = await server.send('POST', path, { body: '{"grant_type":"client_credentials"}', contentType });
      expect(response.status).toBe(400);
      expect(response.headers.get('cache-control')).toBe('no-store, no-cache');
      expect(await response.json()).toMatchObject({ error: 'invalid_request', error_codes: [900144] });
    },
  );

  test('finds no parameters in a request without a body', async () => {
    const response = await server.send('POST', path);
    expect(await response.json()).toMatchObject({ error: 'invalid_request', error_codes: [900144] });
  });

  test('refuses a form of 100 kB', async () => {
    const response = await server.send('POST', path, { body: `x=${'y'.repeat(100_000)}` });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request', error_codes: [9002313] });
  });

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const response = await server.send(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    const body = (await response.json()) as { error_description: string };
    expect(body.error_description).toMatch(
      new RegExp(`^AADSTS900561: The endpoint only accepts POST requests. Received a ${method} request.`),
    );
  });

  test('hides a fault and reports it', async () => {
    const response = await server.send('POST', `/${FAULTY_SEGMENT}/oauth2/v2.0/token`, { body: goodForm });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: 'server_error', error_codes: [50000] });
    expect(text).not.toContain('disk on fire');
    expect(server.faults).toEqual([new Error('disk on fire')]);
  });

  test('keeps its parser and error shape to itself', async () => {
    const response = await server.send('POST', '/echo', { body: '{"a":1}', contentType: 'application/json' });
    expect(await response.json()).toEqual({ a: 1 });
    expect((await server.send('POST', '/echo', { body: 'a=1' })).status).toBe(415);
  });
});
