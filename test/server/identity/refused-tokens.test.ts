import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTestServer } from '../../support/server.ts';
import type { Answer, TestServer } from '../../support/server.ts';
import { createSigner, openStoredSigner, startKeyServer } from './signer.ts';
import type { Claims, KeyServer, Signer } from './signer.ts';

const TENANT_ID = '2f6b5d1c-8a0e-4d53-9c57-3f1e6a7b9c10';
const OTHER_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';
/** Of the seed: an app of the embedded issuer has to be registered. */
const APP_ID = '6a1c2f10-4d3b-4b8e-9d2a-5f7e8c9b0a11';
const OUTSIDE_NAME = 'https://login.example/{tenantid}/v2.0';
const OWN_AUDIENCE = 'https://graph.microsoft.com';
const OUTSIDE_AUDIENCE = 'api://outside';
const HOUR = 3600;
const path = '/v1.0/employeeExperience/learningProviders/01e8f81b-3060-4dec-acf0-0389665a0a38/learningContents';

const stranger = await createSigner('RS256');
const folder = mkdtempSync(join(tmpdir(), 'vivarium-refused-'));

let keyServer: KeyServer;
let server: TestServer;
let authorities: Readonly<Record<'embedded' | 'outside', Authority>>;

/** Who signs, and what it calls itself for a tenant. */
interface Authority {
  readonly signer: Signer;
  readonly audience: string;
  name(tenantId: string): string;
}

beforeAll(async () => {
  const outside = await createSigner('RS256');
  keyServer = await startKeyServer();
  keyServer.publish([outside.publicJwk]);
  server = await startTestServer({
    ephemeral: false,
    data: folder,
    trustedIssuers: [
      { issuer: OUTSIDE_NAME, audiences: [OUTSIDE_AUDIENCE], jwksUri: keyServer.url, tenants: [TENANT_ID] },
    ],
  });
  authorities = {
    embedded: {
      signer: await openStoredSigner(join(folder, 'vivarium.db')),
      audience: OWN_AUDIENCE,
      name: (tenantId) => `${server.origin}/${tenantId}/v2.0`,
    },
    outside: {
      signer: outside,
      audience: OUTSIDE_AUDIENCE,
      name: (tenantId) => OUTSIDE_NAME.replace('{tenantid}', tenantId),
    },
  };
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await keyServer[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Every way to run a statement, so that none goes uncounted. */
const counters = [
  ...(['all', 'get', 'run', 'iterate'] as const).map((name) => vi.spyOn(StatementSync.prototype, name)),
  vi.spyOn(DatabaseSync.prototype, 'exec'),
];

beforeEach(() => {
  for (const counter of counters) counter.mockClear();
});

/** But for what begins and ends the transaction that the reads of a turn share. */
function countStatements(): number {
  return counters.reduce((count, { mock }) => count + mock.contexts.filter((one) => !isMark(one)).length, 0);
}

function isMark(context: unknown): boolean {
  return context instanceof StatementSync && ['begin', 'commit'].includes(context.sourceSQL);
}

function goodClaims({ audience, name }: Authority, changes: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iat: now,
    nbf: now,
    exp: now + HOUR,
    aud: audience,
    iss: name(TENANT_ID),
    tid: TENANT_ID,
    azp: APP_ID,
    idtyp: 'app',
    roles: ['LearningContent.Read.All'],
    ...changes,
  };
}

function signed(authority: Authority, changes: Claims = {}): Promise<string> {
  return authority.signer.sign(goodClaims(authority, changes));
}

/** A good token with another header, claims or signature in place of its own. */
async function swapped(authority: Authority, parts: { readonly header?: object; readonly claims?: object }) {
  const [header, claims, signature] = (await signed(authority)).split('.');
  const encode = (part: object | undefined) => part && Buffer.from(JSON.stringify(part)).toString('base64url');
  return [encode(parts.header) ?? header, encode(parts.claims) ?? claims, signature].join('.');
}

function cut(token: string, length: number): string {
  return token.slice(0, length);
}

function headerOf({ signer }: Authority, alg: string) {
  return { typ: 'JWT', alg, kid: signer.keyId };
}

/** Each makes a token that is bad in one way. */
const FLAWS: Readonly<Record<string, (authority: Authority) => Promise<string>>> = {
  'forged by a stranger': (authority) => stranger.sign(goodClaims(authority)),
  "forged by a stranger in the issuer's name": (authority) =>
    stranger.sign(goodClaims(authority), { kid: authority.signer.keyId }),
  'with claims of its own': (authority) =>
    swapped(authority, { claims: goodClaims(authority, { roles: ['LearningContent.ReadWrite.All'] }) }),
  expired: (authority) => signed(authority, { exp: Math.floor(Date.now() / 1000) - HOUR }),
  'not yet valid': (authority) => signed(authority, { nbf: Math.floor(Date.now() / 1000) + HOUR }),
  'without an end': (authority) => signed(authority, { exp: undefined }),
  'for another audience': (authority) => signed(authority, { aud: 'https://other.example' }),
  'for the audience of the other issuer': (authority) =>
    signed(authority, { aud: authority.audience === OWN_AUDIENCE ? OUTSIDE_AUDIENCE : OWN_AUDIENCE }),
  "of another tenant than the issuer's": (authority) => signed(authority, { tid: OTHER_TENANT_ID }),
  "of an issuer for another tenant than the token's": (authority) =>
    signed(authority, { iss: authority.name(OTHER_TENANT_ID) }),
  'of no tenant': (authority) => signed(authority, { tid: undefined }),
  'of another issuer': (authority) => signed(authority, { iss: 'https://evil.example' }),
  'with the name of the other issuer': (authority) => {
    const other = authority === authorities.embedded ? authorities.outside : authorities.embedded;
    return signed(authority, { iss: other.name(TENANT_ID), aud: other.audience });
  },
  'with alg none': async (authority) => {
    const token = await swapped(authority, { header: headerOf(authority, 'none') });
    return cut(token, token.lastIndexOf('.') + 1);
  },
  'with HS256': (authority) => {
    const header = headerOf(authority, 'HS256');
    return new SignJWT(goodClaims(authority))
      .setProtectedHeader(header)
      .sign(Buffer.from(JSON.stringify(authority.signer.publicJwk)));
  },
  'with PS256': (authority) => swapped(authority, { header: headerOf(authority, 'PS256') }),
  'with no alg': (authority) => swapped(authority, { header: {} }),
  'with a critical extension': (authority) =>
    swapped(authority, { header: { ...headerOf(authority, 'RS256'), crit: ['x'], x: 1 } }),
  'without its last character': async (authority) => (await signed(authority)).slice(0, -1),
  'without its signature': async (authority) => (await signed(authority)).replace(/[^.]+$/, ''),
  'without its last part': async (authority) => (await signed(authority)).replace(/\.[^.]+$/, ''),
  'cut in its claims': async (authority) => cut(await signed(authority), 200),
  'of 20 kB': (authority) => signed(authority, { padding: 'x'.repeat(15_000) }),
  'that is no token': async () => 'Zm9yZ2Vk',
};

interface Shape {
  readonly status: number;
  readonly headers: readonly string[];
  readonly challenge: string | undefined;
  readonly error: readonly string[];
  readonly innerError: readonly string[];
}

function shapeOf({ status, headers, body }: Answer): Shape {
  const names = Object.keys(headers).toSorted();
  const { error } = body;
  return {
    status,
    headers: names,
    challenge: headers['www-authenticate'],
    error: Object.keys(error),
    innerError: Object.keys(error.innerError),
  };
}

describe.each(['embedded', 'outside'] as const)('of the %s issuer', (name) => {
  test('a good token opens the way to the store', async () => {
    const { status } = await server.call({ path, token: await signed(authorities[name]) });
    expect(status).toBe(200);
    expect(countStatements()).toBeGreaterThan(0);
  });

  test.each(Object.keys(FLAWS))(
    'a token %s is refused in the shape of all, and does not reach the store',
    async (flaw) => {
      const missing = shapeOf(await server.call({ path }));
      const token = await FLAWS[flaw]?.(authorities[name]);
      const answer = await server.call({ path, token });
      expect(answer.status, answer.text).toBe(401);
      expect(shapeOf(answer)).toEqual(missing);
      expect(answer.body.error.code).toBe('InvalidAuthenticationToken');
      expect(countStatements()).toBe(0);
    },
  );

  test('a refused token is refused again', async () => {
    const token = await FLAWS["forged by a stranger in the issuer's name"]?.(authorities[name]);
    const answers = [await server.call({ path, token }), await server.call({ path, token })];
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });
});

test('the shape is the documented one, and asks for no claims', async () => {
  expect(shapeOf(await server.call({ path }))).toMatchObject({
    status: 401,
    challenge: `Bearer realm="", authorization_uri="${server.origin}/common/oauth2/v2.0/authorize"`,
    error: ['code', 'message', 'innerError'],
    innerError: ['date', 'request-id', 'client-request-id', 'reasons'],
  });
});

test('a good token of a tenant that is not in the directory costs one look at it, and no more', async () => {
  const { embedded } = authorities;
  const claims = { tid: OTHER_TENANT_ID, iss: embedded.name(OTHER_TENANT_ID) };
  const { status, body } = await server.call({ path, token: await signed(embedded, claims) });
  expect({ status, message: body.error.message }).toEqual({
    status: 401,
    message: 'Access token validation failure. Invalid tenant.',
  });
  expect(countStatements()).toBe(1);
});
