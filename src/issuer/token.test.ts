import { hash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createAuthenticator, trustOwnIssuer } from '../auth/authenticate.ts';
import { generateSigningKey, openSigningKeys } from '../auth/signing-keys.ts';
import type { SigningKeys } from '../auth/signing-keys.ts';
import { getGuid } from '../base/ids.ts';
import type { AppId, TenantId, UserId } from '../base/ids.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { TokenErrorName } from '../model/token-errors.ts';
import type { IssuerDirectory } from './directory.ts';
import { describeIssuer } from './metadata.ts';
import { mintToken } from './mint-token.ts';
import { TokenError, tokenErrorBody } from './token-error.ts';
import { createTokenEndpoint, readTokenForm } from './token.ts';

const ORIGIN = 'https://localhost:8443';
const AUDIENCES = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000', 'api://vivarium'];
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const TOKEN_ID = '00112233-4455-6677-8899-aabbccddeeff';
const SECRET = 'a:b+c %~é';

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
  delegatedScopes: ['LearningProvider.Read', 'LearningProvider.ReadWrite'],
};

const publicApp: AppRegistration = {
  ...writer,
  id: getGuid<AppId>('55555555-0000-4000-8000-000000000005'),
  secretSha256: null,
};

const learner: DirectoryUser = {
  tenantId: tenant.id,
  id: getGuid<UserId>('44444444-0000-4000-8000-000000000004'),
  name: 'learner',
  userPrincipalName: 'learner@contoso.example',
  displayName: 'Lee Learner',
  mail: null,
  licence: 'premium',
  directoryRoles: [],
};

const directory: IssuerDirectory = {
  findTenant: (idOrName) => Promise.resolve([tenant.id, tenant.domainName].includes(idOrName) ? tenant : undefined),
  findApp: (_tenant, appId) => Promise.resolve([writer, publicApp].find((app) => app.id === appId)),
};

const clock = { now: () => NOW };
let keys: SigningKeys;

beforeAll(async () => {
  keys = await openSigningKeys([await generateSigningKey(NOW)]);
});

interface Attempt {
  readonly segment?: string;
  readonly authorization?: string;
  /** Changes to a good form; `undefined` takes a parameter away. */
  readonly form?: Record<string, string | undefined>;
}

async function ask({ segment = tenant.id, authorization, form = {} }: Attempt = {}) {
  const endpoint = createTokenEndpoint({ directory, keys, clock, newId: () => TOKEN_ID, audiences: AUDIENCES });
  const parameters = Object.entries({
    grant_type: 'client_credentials',
    client_id: writer.id,
    client_secret: SECRET,
    scope: `${AUDIENCES[0]}/.default`,
    ...form,
  }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams(parameters).toString();
  return endpoint.issueToken({ origin: ORIGIN, segment, authorization, form: readTokenForm(text) });
}

async function refusalOf(call: Promise<unknown>): Promise<TokenError> {
  const outcome: unknown = await call.then(
    () => 'accepted',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(TokenError);
  return outcome as TokenError;
}

const withoutBodyCredentials = { client_id: undefined, client_secret: undefined };

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

describe('a token for an app', () => {
  test('is answered as Entra does', async () => {
    await expect(ask()).resolves.toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
  });

  test('carries the claims of an app-only v2.0 token, times from the clock', async () => {
    const { access_token: token } = await ask();
    const objectId = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const issuedAt = Math.floor(NOW / 1000);
    const claims = decodeJwt(token);
    expect(claims).toEqual({
      aud: AUDIENCES[0],
      iss: `${ORIGIN}/${tenant.id}/v2.0`,
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + 3599,
      app_displayname: 'writer',
      appid: writer.id,
      appidacr: '1',
      azp: writer.id,
      azpacr: '1',
      idtyp: 'app',
      oid: objectId,
      sub: objectId,
      roles: ['LearningAssignedCourse.ReadWrite.All'],
      tid: tenant.id,
      uti: 'ABEiM0RVZneImaq7zN3u_w',
      ver: '2.0',
    });
    expect(claims.sub).toBe(claims.oid);
    expect(decodeJwt((await ask()).access_token).oid).toBe(claims.oid);
    const [{ kid } = {}] = keys.publicJwks().keys;
    expect(decodeProtectedHeader(token)).toEqual({ typ: 'JWT', alg: 'RS256', kid });
  });

  test.each([
    ['https://graph.microsoft.com//.default', AUDIENCES[0]],
    ['HTTPS://GRAPH.microsoft.com/.default', AUDIENCES[0]],
    ['00000003-0000-0000-c000-000000000000/.default', AUDIENCES[1]],
    ['api://vivarium/.default', AUDIENCES[2]],
  ])('has the audience that %s means', async (scope, audience) => {
    expect(decodeJwt((await ask({ form: { scope } })).access_token).aud).toBe(audience);
  });

  test.each([tenant.id.toUpperCase(), 'contoso.example', 'CONTOSO.Example'])(
    'comes from tenant %s',
    async (segment) => {
      expect(decodeJwt((await ask({ segment })).access_token).tid).toBe(tenant.id);
    },
  );

  test('does not mind what clients send besides', async () => {
    const form = { 'x-client-SKU': 'msal.js.node', claims: '{"access_token":{}}', client_info: '1', empty: '' };
    await expect(ask({ form })).resolves.toMatchObject({ token_type: 'Bearer' });
  });

  test('is given by HTTP Basic, id and secret form-encoded first', async () => {
    const encoded = new URLSearchParams([['', SECRET]]).toString().slice(1);
    for (const secret of [encoded, encodeURIComponent(SECRET)]) {
      const authorization = basic(`${writer.id}:${secret}`);
      await expect(ask({ authorization, form: withoutBodyCredentials })).resolves.toMatchObject({ expires_in: 3599 });
    }
  });
});

describe('a refusal', () => {
  const invalidRequest = (row: TokenErrorName) => ({ row, status: 400, error: 'invalid_request' });
  const invalidClient = (row: TokenErrorName) => ({ row, status: 401, error: 'invalid_client' });
  const invalidScope = { row: 'scopeInvalid', status: 400, error: 'invalid_scope' } as const;

  test.each<[name: string, attempt: Attempt, wanted: { row: TokenErrorName; status: number; error: string }]>([
    ['no grant type', { form: { grant_type: undefined } }, invalidRequest('parameterMissing')],
    ['an empty grant type', { form: { grant_type: '' } }, invalidRequest('parameterMissing')],
    [
      'another grant type',
      { form: { grant_type: 'password' } },
      { row: 'grantTypeUnsupported', status: 400, error: 'unsupported_grant_type' },
    ],
    ['no client id', { form: { client_id: undefined } }, invalidRequest('parameterMissing')],
    ['unknown tenant', { segment: 'fabrikam.example' }, invalidRequest('tenantOfTokenNotFound')],
    ['no one tenant', { segment: 'Common' }, invalidRequest('tenantNotNamed')],
    [
      'unknown app',
      { form: { client_id: tenant.id } },
      { row: 'applicationNotFound', status: 400, error: 'unauthorized_client' },
    ],
    [
      'app id is no GUID',
      { form: { client_id: 'writer' } },
      { row: 'applicationNotFound', status: 400, error: 'unauthorized_client' },
    ],
    ['no secret', { form: { client_secret: undefined } }, invalidClient('clientSecretMissing')],
    ['wrong secret', { form: { client_secret: 'x' } }, invalidClient('clientSecretInvalid')],
    ['public app', { form: { client_id: publicApp.id } }, invalidClient('clientIsPublic')],
    [
      'certificate',
      { form: { client_secret: undefined, client_assertion: 'a.b.c' } },
      invalidClient('clientCertificateUnknown'),
    ],
    ['no scope', { form: { scope: undefined } }, invalidRequest('scopeMissing')],
    ['a single permission', { form: { scope: 'User.Read' } }, invalidScope],
    ['two scopes', { form: { scope: 'a/.default b/.default' } }, invalidScope],
    [
      'unknown resource',
      { form: { scope: 'https://x.example/.default' } },
      { row: 'resourceNotFound', status: 400, error: 'invalid_resource' },
    ],
    ['two ways at once', { authorization: basic(`${writer.id}:x`) }, invalidRequest('requestMalformed')],
  ])('names what is wrong: %s', async (_name, attempt, wanted) => {
    const refusal = await refusalOf(ask(attempt));
    const { error } = tokenErrorBody(refusal, { now: NOW, traceId: 't', correlationId: 'c' });
    expect({ row: refusal.row, status: refusal.status, error }).toEqual(wanted);
  });

  test.each([
    ['Bearer abc', 'clientHeaderMalformed'],
    ['Basic !!!', 'clientHeaderMalformed'],
    [basic('no colon'), 'clientHeaderMalformed'],
    [basic(':secret'), 'clientHeaderMalformed'],
    [basic('%zz:secret'), 'clientHeaderMalformed'],
    [basic(`${writer.id}:wrong`), 'clientSecretInvalid'],
  ])('of Basic %s is a 401 with a Basic challenge', async (authorization, row) => {
    const refusal = await refusalOf(ask({ authorization, form: withoutBodyCredentials }));
    expect(refusal).toMatchObject({ row, status: 401 });
    expect(refusal.headers['WWW-Authenticate']).toMatch(/^Basic /);
  });

  test('of a repeated parameter names it', () => {
    expect(() => readTokenForm('scope=a&client_id=b&scope=a')).toThrow(
      "The request is not properly formatted. The parameter 'scope' is duplicated.",
    );
  });

  test('has the body of Entra', async () => {
    const refusal = await refusalOf(ask({ form: { client_secret: 'x' } }));
    expect(tokenErrorBody(refusal, { now: NOW, traceId: 'trace', correlationId: 'correlation' })).toEqual({
      error: 'invalid_client',
      error_description: `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${writer.id}'. Trace ID: trace Correlation ID: correlation Timestamp: 2026-01-02 03:04:05Z`,
      error_codes: [7000215],
      timestamp: '2026-01-02 03:04:05Z',
      trace_id: 'trace',
      correlation_id: 'correlation',
      error_uri: 'https://login.microsoftonline.com/error?code=7000215',
    });
  });
});

describe('a minted token', () => {
  test('for a user is delegated, with the scopes consented for the app', async () => {
    const mint = { keys, clock, newId: () => TOKEN_ID, lifetimeSeconds: 60 };
    const order = { tenant, app: publicApp, audience: 'api://vivarium', origin: ORIGIN, user: learner };
    const claims = decodeJwt(await mintToken(mint, order));
    expect(claims).toMatchObject({
      scp: 'LearningProvider.Read LearningProvider.ReadWrite',
      oid: learner.id,
      name: 'Lee Learner',
      preferred_username: 'learner@contoso.example',
      upn: 'learner@contoso.example',
      azpacr: '0',
      idtyp: 'user',
    });
    expect(claims.sub).not.toBe(learner.id);
    expect(claims).not.toHaveProperty('roles');
    expect(Number(claims.exp) - Number(claims.iat)).toBe(60);
  });

  test('is accepted by our own authenticator', async () => {
    const authenticator = createAuthenticator({
      issuer: trustOwnIssuer(keys, () => new Set([ORIGIN])),
      audiences: AUDIENCES,
      clock,
      cacheSize: 10,
      findTenant: (id) => directory.findTenant(id),
      findPublicOrigin: () => ORIGIN,
    });
    const mint = { keys, clock, newId: () => TOKEN_ID, lifetimeSeconds: 60 };
    const order = { tenant, app: writer, audience: 'api://vivarium', origin: ORIGIN };
    const [forApp, forUser] = [await mintToken(mint, order), await mintToken(mint, { ...order, user: learner })];
    await expect(authenticator.authenticate(`Bearer ${forApp}`)).resolves.toMatchObject({
      principal: { kind: 'application', appId: writer.id, permissions: new Set(writer.appRoles) },
      tenant,
    });
    await expect(authenticator.authenticate(`Bearer ${forUser}`)).resolves.toMatchObject({
      principal: { kind: 'delegated', userId: learner.id, permissions: new Set(writer.delegatedScopes) },
    });
  });
});

describe('the metadata', () => {
  test.each(['contoso.example', tenant.id.toUpperCase(), 'common', 'Organizations'])(
    'repeats the segment %s as it was requested',
    async (segment) => {
      await expect(describeIssuer(directory, { origin: ORIGIN, segment })).resolves.toMatchObject({
        issuer: `${ORIGIN}/${segment}/v2.0`,
        token_endpoint: `${ORIGIN}/${segment}/oauth2/v2.0/token`,
        authorization_endpoint: `${ORIGIN}/${segment}/oauth2/v2.0/authorize`,
        jwks_uri: `${ORIGIN}/${segment}/discovery/v2.0/keys`,
      });
    },
  );

  test('of an unknown tenant is AADSTS90002', async () => {
    const refusal = await refusalOf(describeIssuer(directory, { origin: ORIGIN, segment: 'consumers' }));
    expect(tokenErrorBody(refusal, { now: NOW, traceId: 't', correlationId: 'c' })).toMatchObject({
      error: 'invalid_tenant',
      error_codes: [90002],
    });
  });
});
