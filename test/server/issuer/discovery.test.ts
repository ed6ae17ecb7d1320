import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAuthority, TENANT_ID, TENANT_NAME } from './authority.ts';
import type { AuthorityServer } from './authority.ts';

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('the configuration', () => {
  test.each([
    `/${TENANT_ID}/v2.0/.well-known/openid-configuration`,
    `/${TENANT_ID}/V2.0/.Well-Known/OpenID-Configuration`,
  ])('is at %s, for every page', async (path) => {
    const { headers, body } = await server.call({ path });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(body.issuer).toBe(`${server.origin}/${TENANT_ID}/v2.0`);
  });

  test.each([TENANT_NAME, TENANT_ID.toUpperCase(), 'Contoso.OnMicrosoft.COM'])(
    'repeats the segment %s as it was requested',
    async (segment) => {
      const { body } = await server.call({ path: `/${segment}/v2.0/.well-known/openid-configuration` });
      const base = server.authority(segment);
      expect(body).toMatchObject({
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        userinfo_endpoint: `${server.origin}/oidc/userinfo`,
      });
    },
  );

  test.each(['common', 'Organizations'])('of %s has a placeholder for the tenant of the user', async (segment) => {
    const { body } = await server.call({ path: `/${segment}/v2.0/.well-known/openid-configuration` });
    expect(body.issuer).toBe(`${server.origin}/{tenantid}/v2.0`);
    expect(body.token_endpoint).toBe(`${server.authority(segment)}/oauth2/v2.0/token`);
  });

  test.each(['/v2.0', ''])('below the tenant%s names nothing that is not there', async (version) => {
    const { body } = await server.call({ path: `/${TENANT_ID}${version}/.well-known/openid-configuration` });
    const endpoints = Object.entries(body).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri');
    const statuses = endpoints.map(async ([name, url]) => {
      const { pathname } = new URL(url as string);
      const [get, post] = [await server.call({ path: pathname }), await server.post(pathname, {})];
      return [name, get.status === 404 && post.status === 404];
    });
    expect(Object.fromEntries(await Promise.all(statuses))).toEqual(
      Object.fromEntries(endpoints.map(([name]) => [name, false])),
    );
  });
});

describe('the keys', () => {
  test.each(['/common/discovery/v2.0/keys', `/${TENANT_NAME}/discovery/keys`])(
    'are shown at %s without their private parts',
    async (path) => {
      const { headers, body } = await server.call({ path });
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(body.keys).toHaveLength(1);
      expect(Object.keys(body.keys[0]).toSorted().join()).toBe('alg,e,kid,kty,n,use');
    },
  );
});

test.each(['/nobody.example/v2.0/.well-known/openid-configuration', '/%2e%2e%2fx/discovery/v2.0/keys'])(
  'there is no tenant at %s',
  async (path) => {
    const { status, headers, body } = await server.call({ path, headers: { 'client-request-id': 'my-request' } });
    expect(status).toBe(400);
    expect(headers['client-request-id']).toBe('my-request');
    expect(body).toMatchObject({
      error: 'invalid_tenant',
      error_codes: [90002],
      correlation_id: 'my-request',
      trace_id: headers['x-ms-request-id'],
    });
  },
);

describe('instance discovery', () => {
  const ask = (endpoint: string) =>
    server.call({
      path: `/common/discovery/instance?${new URLSearchParams({ 'api-version': '1.1', authorization_endpoint: endpoint }).toString()}`,
    });

  test('knows this server', async () => {
    const { host } = new URL(server.origin);
    const { status, body } = await ask(`${server.authority(TENANT_NAME)}/oauth2/v2.0/authorize`);
    expect(status).toBe(200);
    expect(body).toEqual({
      tenant_discovery_endpoint: `${server.authority(TENANT_NAME)}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    });
  });

  test('leads a client of version 1.0 to its configuration', async () => {
    const { body } = await ask(`${server.authority(TENANT_NAME)}/oauth2/authorize`);
    const configuration = `${server.authority(TENANT_NAME)}/.well-known/openid-configuration`;
    expect(body.tenant_discovery_endpoint).toBe(configuration);
  });

  test.each([
    'https://login.example/common/oauth2/v2.0/authorize',
    'no url',
    'https://localhost:1/common/oauth2/v2.0/authorize',
  ])('does not know %s', async (endpoint) => {
    expect(await ask(endpoint)).toMatchObject({
      status: 400,
      body: { error: 'invalid_instance', error_codes: [50049] },
    });
  });
});

test.each(['userrealm', 'UserRealm'])('the %s of a user is here, with all that an MSAL reads', async (name) => {
  const { body } = await server.call({ path: `/common/${name}/lee%40contoso.example?api-version=1.0` });
  expect(body).toEqual({
    ver: '1.0',
    account_type: 'Managed',
    domain_name: 'contoso.example',
    cloud_instance_name: new URL(server.origin).host,
    cloud_audience_urn: 'urn:federation:MicrosoftOnline',
  });
});
