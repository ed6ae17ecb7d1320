import { createPublicKey } from 'node:crypto';
import { CompactSign, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { getGuid } from '../lib/ids.ts';
import type { TenantId } from '../lib/ids.ts';
import { NEW_TENANT } from '../model/directory.ts';
import type { Tenant } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import { ENTRA_CLAIM_NAMES } from '../model/outside-issuer.ts';
import { createAuthenticator } from './authenticate.ts';
import type { AuthenticatorOptions } from './authenticate.ts';
import { generateSigningKey, openSigningKeys } from './signing-keys.ts';
import type { SigningKeys, StoredSigningKey } from './signing-keys.ts';
import { listAudiences } from './audiences.ts';
import { trustOutsideIssuer, trustOwnIssuer } from './trusted-issuers.ts';
import type { TrustedIssuer } from './trusted-issuers.ts';

const ORIGIN = 'https://localhost:8443';
const AUDIENCE = 'https://graph.microsoft.com';
const TENANT_ID = '11111111-0000-4000-8000-000000000001';
const OTHER_TENANT_ID = '22222222-0000-4000-8000-000000000002';
const APP_ID = '33333333-0000-4000-8000-000000000003';
const USER_ID = '44444444-0000-4000-8000-000000000004';
const START = Date.UTC(2026, 0, 2, 3, 4, 5);

const tenant: Tenant = {
  id: getGuid<TenantId>(TENANT_ID),
  key: 1,
  displayName: 'Contoso',
  domainName: 'contoso.example',
  ...NEW_TENANT,
};

let stored: StoredSigningKey;
let foreign: StoredSigningKey;
let keys: SigningKeys;

beforeAll(async () => {
  [stored, foreign] = await Promise.all([generateSigningKey(START), generateSigningKey(START)]);
  keys = await openSigningKeys([stored]);
});

/** Claims of a good app-only token; `undefined` takes one away. */
function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = START / 1000;
  return {
    aud: AUDIENCE,
    iss: `${ORIGIN}/${TENANT_ID}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3599,
    tid: TENANT_ID,
    oid: USER_ID,
    appid: APP_ID,
    idtyp: 'app',
    roles: ['LearningContent.Read.All'],
    ...changes,
  };
}

function trustOwn(ownKeys: SigningKeys): TrustedIssuer {
  return trustOwnIssuer({
    keys: ownKeys,
    audiences: listAudiences([AUDIENCE, 'api://vivarium']),
    findOrigins: () => new Set(['http://localhost:8080', ORIGIN]),
  });
}

function start(changes: Partial<AuthenticatorOptions> = {}) {
  const clock = { time: START, now: () => clock.time };
  const tenants = new Map<string, Tenant>([[TENANT_ID, tenant]]);
  const authenticator = createAuthenticator({
    issuers: [trustOwn(keys)],
    clock,
    cacheSize: 10,
    findTenant: (id) => Promise.resolve(tenants.get(id)),
    findStanding: () => ({ app: 'enabled', user: 'enabled', withdrawn: [] }),
    findAuthority: () => `${ORIGIN}/common/v2.0`,
    ...changes,
  });
  // Refusals come as throws or as rejections; here all are rejections.
  const authenticate = async (header: string | undefined) => authenticator.authenticate(header);
  return { clock, tenants, call: (token: string) => authenticate(`Bearer ${token}`), authenticate };
}

async function refusalOf(call: Promise<unknown>): Promise<GraphError> {
  const outcome: unknown = await call.then(
    () => 'accepted',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(GraphError);
  return outcome as GraphError;
}

async function expectInvalid(call: Promise<unknown>, reason: string): Promise<void> {
  const { row, message } = await refusalOf(call);
  expect({ row, message }).toEqual({
    row: 'authenticationInvalid',
    message: `Access token validation failure. ${reason}`,
  });
}

describe('a good token', () => {
  test('of an app gives an application principal and its tenant', async () => {
    const caller = await start().call(await keys.sign(claims()));
    expect(caller).toEqual({
      principal: {
        kind: 'application',
        tenantId: TENANT_ID,
        appId: APP_ID,
        permissions: new Set(['LearningContent.Read.All']),
      },
      tenant,
    });
  });

  test('with scp is delegated, although it carries roles', async () => {
    const token = await keys.sign(claims({ scp: 'LearningProvider.Read User.Read', idtyp: 'user', azp: APP_ID }));
    const { principal } = await start().call(token);
    expect(principal).toEqual({
      kind: 'delegated',
      tenantId: TENANT_ID,
      appId: APP_ID,
      userId: USER_ID,
      permissions: new Set(['LearningProvider.Read', 'User.Read']),
    });
  });

  test('may leave roles out when idtyp is app, and name its app by azp', async () => {
    const token = await keys.sign(claims({ roles: undefined, appid: undefined, azp: APP_ID }));
    const { principal } = await start().call(token);
    expect(principal).toMatchObject({ kind: 'application', appId: APP_ID, permissions: new Set() });
  });

  test.each([`${AUDIENCE}/`, ['https://other.example', 'API://Vivarium']])('may have the audience %j', async (aud) => {
    await expect(start().call(await keys.sign(claims({ aud })))).resolves.toMatchObject({ tenant });
  });

  test.each(['bearer ', 'BEARER  '])('comes with the scheme in any case: %j', async (scheme) => {
    const { authenticate } = start();
    const token = await keys.sign(claims());
    await expect(authenticate(scheme + token)).resolves.toMatchObject({ tenant });
  });

  test('stays good when a newer key signs', async () => {
    const rotated = await openSigningKeys([stored, { ...foreign, createdAt: START + 1 }]);
    const { call } = start({ issuers: [trustOwn(rotated)] });
    await expect(call(await keys.sign(claims()))).resolves.toMatchObject({ tenant });
    await expect(call(await rotated.sign(claims()))).resolves.toMatchObject({ tenant });
    expect(rotated.publicJwks().keys.map((key) => key.kid)).toEqual([foreign.keyId, stored.keyId]);
  });
});

describe('no usable token', () => {
  test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearerabc'])('%j is missing', async (header) => {
    const refusal = await refusalOf(start().authenticate(header));
    expect(refusal.row).toBe('authenticationMissing');
  });

  test.each(['abc', 'a.b', 'a.b.c.d', 'a.b.c!', 'a b.c.d', 'e30.e30.e30'])('%j is malformed', async (token) => {
    const refusal = await refusalOf(start().call(token));
    expect(refusal.row).toBe('authenticationMalformed');
  });

  test('20 kB are malformed, however well signed', async () => {
    const refusal = await refusalOf(start().call(await keys.sign(claims({ padding: 'x'.repeat(20_000) }))));
    expect(refusal.row).toBe('authenticationMalformed');
  });

  test.each(['null', '[', '"text"'])('a signed payload %j is malformed', async (payload) => {
    const key = await importJWK(stored.privateJwk, 'RS256');
    const header = { alg: 'RS256', kid: stored.keyId };
    const token = await new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(header).sign(key);
    expect((await refusalOf(start().call(token))).row).toBe('authenticationMalformed');
  });

  test('every 401 points to the authority and asks for no claims', async () => {
    const refusals = await Promise.all([
      refusalOf(start().authenticate(undefined)),
      refusalOf(start().call('abc')),
      refusalOf(start().call(await keys.sign(claims({ aud: 'x' })))),
      refusalOf(start().call(await keys.sign(claims({ exp: 1 })))),
    ]);
    const challenge = `Bearer realm="", authorization_uri="${ORIGIN}/common/oauth2/v2.0/authorize"`;
    expect(refusals.map(({ status, headers }) => ({ status, headers }))).toEqual(
      Array.from({ length: 4 }, () => ({ status: 401, headers: { 'WWW-Authenticate': challenge } })),
    );
  });
});

describe('a forged token', () => {
  test('of a foreign key under our key id is refused', async () => {
    const key = await importJWK(foreign.privateJwk, 'RS256');
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: stored.keyId }).sign(key);
    await expectInvalid(start().call(token), 'Invalid signature.');
  });

  test('of a foreign key under its own id is refused', async () => {
    const foreignKeys = await openSigningKeys([foreign]);
    await expectInvalid(start().call(await foreignKeys.sign(claims())), 'Invalid signing key.');
  });

  test('without a key id is refused', async () => {
    const key = await importJWK(stored.privateJwk, 'RS256');
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(key);
    await expectInvalid(start().call(token), 'Invalid signing key.');
  });

  test('with changed claims is refused', async () => {
    const [header, , signature] = (await keys.sign(claims())).split('.');
    const payload = Buffer.from(JSON.stringify(claims({ roles: ['Everything'] }))).toString('base64url');
    await expectInvalid(start().call(`${header}.${payload}.${signature}`), 'Invalid signature.');
  });

  test('that was cut short is refused', async () => {
    const token = await keys.sign(claims());
    await expectInvalid(start().call(token.slice(0, -8)), 'Invalid signature.');
  });

  test('with alg none is refused', async () => {
    const unsecured = new UnsecuredJWT(claims()).encode();
    await expectInvalid(start().call(unsecured), 'Invalid algorithm.');
    const [, payload] = (await keys.sign(claims())).split('.');
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: stored.keyId })).toString('base64url');
    await expectInvalid(start().call(`${header}.${payload}.`), 'Invalid algorithm.');
  });

  test('with HS256 over the public key is refused', async () => {
    const [jwk] = keys.publicJwks().keys;
    const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const secret = new TextEncoder().encode(pem.toString());
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: stored.keyId }).sign(secret);
    await expectInvalid(start().call(token), 'Invalid algorithm.');
  });

  test('with another RSA algorithm is refused', async () => {
    const { alg: _alg, ...jwk } = stored.privateJwk;
    const key = await importJWK(jwk, 'PS256');
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'PS256', kid: stored.keyId }).sign(key);
    await expectInvalid(start().call(token), 'Invalid algorithm.');
  });
});

describe('a token with other claims', () => {
  test.each([
    ['audience', { aud: 'https://other.example' }, 'Invalid audience.'],
    ['no audience', { aud: undefined }, 'Invalid audience.'],
    ['a longer audience', { aud: `${AUDIENCE}.evil.example` }, 'Invalid audience.'],
    ['issuer', { iss: `https://evil.example/${TENANT_ID}/v2.0` }, 'Invalid issuer.'],
    ['no issuer', { iss: undefined }, 'Invalid issuer.'],
    ["another tenant's issuer", { iss: `${ORIGIN}/${OTHER_TENANT_ID}/v2.0` }, 'Invalid issuer.'],
    ['an alias as issuer', { iss: `${ORIGIN}/common/v2.0` }, 'Invalid issuer.'],
    ['no tenant', { tid: undefined }, 'Invalid issuer.'],
    ['an unknown tenant', { tid: OTHER_TENANT_ID, iss: `${ORIGIN}/${OTHER_TENANT_ID}/v2.0` }, 'Invalid tenant.'],
    ['no app', { appid: undefined }, 'Invalid application.'],
    ['a user that is no GUID', { scp: 'User.Read', oid: 'me' }, 'Invalid user.'],
    ['roles of a user, by its type', { idtyp: 'user' }, 'Invalid permissions.'],
    ['roles of a user, by its subject', { idtyp: undefined, sub: 'pairwise' }, 'Invalid permissions.'],
    ['no permissions at all', { roles: undefined, idtyp: undefined }, 'Invalid permissions.'],
    ['no exp', { exp: undefined }, 'Invalid lifetime.'],
    ['exp as text', { exp: '9999999999' }, 'Invalid lifetime.'],
  ])('is refused: %s', async (_name, changes, reason) => {
    await expectInvalid(start().call(await keys.sign(claims(changes))), reason);
  });

  test.each(['iss', 'aud', 'nbf'])('is refused with no more than the beginning of a long %s', async (name) => {
    const { logDetail } = await refusalOf(start().call(await keys.sign(claims({ [name]: 'x'.repeat(5000) }))));
    expect(logDetail).toMatch(/x{200}…/);
    expect(logDetail?.length).toBeLessThan(500);
  });
});

test('an issuer that may speak for some tenants speaks for no other', async () => {
  const names = [`${ORIGIN}/{tenantid}/v2.0`] as const;
  const known = { names, audiences: [AUDIENCE], algorithms: ['RS256'], claimNames: ENTRA_CLAIM_NAMES } as const;
  const key = keys.findVerificationKey(stored.keyId) as CryptoKey;
  const findPublished = async () => [{ algorithm: 'RS256', key, issuer: undefined }] as const;
  const outside = trustOutsideIssuer({ ...known, tenants: [tenant.id] }, findPublished, 0);
  const { call, tenants } = start({ issuers: [outside] });
  const other = { ...tenant, id: getGuid<TenantId>(OTHER_TENANT_ID) };
  tenants.set(OTHER_TENANT_ID, other);
  await expect(call(await keys.sign(claims()))).resolves.toMatchObject({ tenant });
  const ofOther = { tid: OTHER_TENANT_ID, iss: `${ORIGIN}/${OTHER_TENANT_ID}/v2.0` };
  await expectInvalid(call(await keys.sign(claims(ofOther))), 'Invalid tenant.');
});

describe('time', () => {
  test('ends a token on the second of exp, without grace', async () => {
    const { clock, call } = start();
    const token = await keys.sign(claims({ exp: START / 1000 + 60 }));
    clock.time = START + 59_999;
    await expect(call(token)).resolves.toMatchObject({ tenant });
    clock.time = START + 60_000;
    expect((await refusalOf(call(token))).row).toBe('authenticationExpired');
  });

  test('ends a token of an issuer whose clock may be behind by the grace later', async () => {
    const { clock, call } = start({ issuers: [{ ...trustOwn(keys), expiryGraceMs: 10_000 }] });
    const token = await keys.sign(claims({ exp: START / 1000 + 60 }));
    clock.time = START + 69_999;
    await expect(call(token)).resolves.toMatchObject({ tenant });
    clock.time = START + 70_000;
    expect((await refusalOf(call(token))).row).toBe('authenticationExpired');
  });

  test('refuses a token never seen before after its exp', async () => {
    const { clock, call } = start();
    clock.time = START + 3_599_000;
    expect((await refusalOf(call(await keys.sign(claims())))).row).toBe('authenticationExpired');
  });

  test('lets nbf lie in the future by the skew, no further', async () => {
    const { clock, call } = start({ clockSkewSeconds: 10 });
    const token = await keys.sign(claims());
    clock.time = START - 10_000;
    await expect(call(token)).resolves.toMatchObject({ tenant });
    clock.time = START - 10_001;
    expect((await refusalOf(call(token))).row).toBe('authenticationExpired');
  });
});

describe('the cache', () => {
  /** Counts how often a token's signature is checked. */
  function countingIssuer() {
    const own = trustOwn(keys);
    const counts = { lookups: 0 };
    const issuer: TrustedIssuer = {
      ...own,
      findKey: (wanted) => {
        counts.lookups += 1;
        return own.findKey(wanted);
      },
    };
    return { counts, issuers: [issuer] };
  }

  test('spares the second check of a token, but not the look-up of its tenant', async () => {
    const { counts, issuers } = countingIssuer();
    const { call, tenants } = start({ issuers });
    const token = await keys.sign(claims());
    const first = await call(token);
    const second = await call(token);
    expect(second.principal).toBe(first.principal);
    expect(counts.lookups).toBe(1);
    tenants.clear();
    await expectInvalid(call(token), 'Invalid tenant.');
  });

  test('forgets the least used token when it is full', async () => {
    const { counts, issuers } = countingIssuer();
    const { call } = start({ issuers, cacheSize: 1 });
    const [first, second] = [await keys.sign(claims()), await keys.sign(claims({ uti: 'other' }))];
    await call(first);
    await call(second);
    await call(first);
    expect(counts.lookups).toBe(3);
  });

  test('remembers no refusal', async () => {
    const { counts, issuers } = countingIssuer();
    const { call } = start({ issuers });
    const token = `${await keys.sign(claims())}x`;
    await expectInvalid(call(token), 'Invalid signature.');
    await expectInvalid(call(token), 'Invalid signature.');
    expect(counts.lookups).toBe(2);
  });
});
