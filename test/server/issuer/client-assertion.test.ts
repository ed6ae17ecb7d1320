import { createHash, createPrivateKey, randomUUID } from 'node:crypto';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../support/server.ts';
import {
  createTestClock,
  GRAPH,
  PORTAL_ID,
  ROBOT_ID,
  startAuthority,
  TENANT_ID,
  TENANT_NAME,
  TWIN_ID,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createRsaCertificate } from './certificates.ts';
import type { RsaCertificate } from './certificates.ts';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const MINUTE = 60;
const YEAR_MS = 365 * 86_400_000;

const clock = createTestClock();
let server: AuthorityServer;
let stranger: RsaCertificate;

beforeAll(async () => {
  server = await startAuthority({}, clock);
  stranger = await createRsaCertificate('CN=stranger');
});
afterAll(() => server[Symbol.asyncDispose]());

interface Assertion {
  readonly alg?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly signer?: RsaCertificate;
}

function thumbprint(pem: string, algorithm: 'sha1' | 'sha256'): string {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  return createHash(algorithm).update(der).digest('base64url');
}

/** A good assertion of the robot, with changes. */
function sign({ alg = 'PS256', header, claims = {}, signer = server.robot }: Assertion = {}): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  const named = header ?? { 'x5t#S256': thumbprint(server.robot.certificatePem, 'sha256') };
  const good = { aud: `${server.authority()}/oauth2/v2.0/token`, iss: ROBOT_ID, sub: ROBOT_ID, jti: randomUUID() };
  return new SignJWT({ ...good, nbf: now, exp: now + 10 * MINUTE, ...claims })
    .setProtectedHeader({ alg, typ: 'JWT', ...named })
    .sign(createPrivateKey(signer.privateKeyPem));
}

function ask(assertion: string, changes: Record<string, string> = {}, to = server): Promise<Answer> {
  const good = { grant_type: 'client_credentials', client_id: ROBOT_ID, scope: `${GRAPH}/.default` };
  return to.token({ ...good, client_assertion_type: TYPE, client_assertion: assertion, ...changes });
}

describe('an assertion', () => {
  test.each(['RS256', 'PS256'])('signed with %s proves the app', async (alg) => {
    const { status, body } = await ask(await sign({ alg }));
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ azp: ROBOT_ID, azpacr: '2', appidacr: '2' });
  });

  test.each([
    ['x5t#S256', 'sha256'],
    ['x5t', 'sha1'],
    ['kid', 'sha1'],
    ['kid', 'sha256'],
  ] as const)('may name the certificate by %s of %s, in any spelling of base64', async (name, algorithm) => {
    const base64url = thumbprint(server.robot.certificatePem, algorithm);
    const base64 = Buffer.from(base64url, 'base64url').toString('base64');
    const padded = base64.replaceAll('+', '-').replaceAll('/', '_');
    for (const spelling of [base64url, padded, base64, base64.replaceAll('=', '')]) {
      expect((await ask(await sign({ header: { [name]: spelling } }))).status).toBe(200);
    }
  });

  test('that names no certificate of the app, or names it as no base64 does, is refused', async () => {
    const good = thumbprint(server.robot.certificatePem, 'sha256');
    const names = [
      thumbprint(stranger.certificatePem, 'sha256'),
      good.slice(0, -4),
      `${good}!`,
      `${good}====`,
      '',
      ' ',
    ];
    for (const name of names) {
      const { status, body } = await ask(await sign({ header: { 'x5t#S256': name } }));
      expect([name, status, body.error_codes]).toEqual([name, 401, [700027]]);
    }
  });

  test('may be for any address of the authority, and for its issuer', async () => {
    const { port } = new URL(server.origin);
    const audiences = [
      ...[TENANT_ID, TENANT_NAME, 'common', TENANT_ID.toUpperCase()].map((segment) => server.authority(segment)),
      `https://LOCALHOST:${port}/${TENANT_ID}`,
    ];
    for (const base of audiences) {
      for (const aud of [`${base}/oauth2/v2.0/token`, `${base}/v2.0`, [`${base}/v2.0`, 'other']]) {
        expect((await ask(await sign({ claims: { aud } }))).status).toBe(200);
      }
    }
  });

  test('may be for a name that the request came by, when it is one of this machine', async () => {
    const { port } = new URL(server.origin);
    const aud = `https://127.0.0.1:${port}/${TENANT_ID}/v2.0`;
    expect((await ask(await sign({ claims: { aud } }))).body).toMatchObject({ error_codes: [700023] });
    const answer = await fetch(`https://127.0.0.1:${port}/${TENANT_ID}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_id: ROBOT_ID, scope: `${GRAPH}/.default` },
        ...{ client_assertion_type: TYPE, client_assertion: await sign({ claims: { aud } }) },
      }),
    });
    expect(answer.status).toBe(200);
  });

  test('also proves the app for the tokens of a user', async () => {
    const form = { grant_type: 'password', username: 'learner@contoso.onmicrosoft.com', scope: 'User.Read' };
    const password = server.passwords['learner'] as string;
    const { body } = await ask(await sign(), { ...form, password });
    expect(decodeJwt(body.access_token)).toMatchObject({ azpacr: '2', idtyp: 'user' });
  });

  const seconds = () => Math.floor(clock.now() / 1000);

  test.each<[string, () => Assertion, number]>([
    [
      'of a certificate that is not registered',
      () => ({ header: { x5t: thumbprint(stranger.certificatePem, 'sha1') }, signer: stranger }),
      700027,
    ],
    ['that names no certificate', () => ({ header: {} }), 700027],
    ['that another key has signed', () => ({ signer: stranger }), 700027],
    ['with another algorithm', () => ({ alg: 'PS384' }), 50027],
    ['for another server', () => ({ claims: { aud: 'https://login.example/common/oauth2/v2.0/token' } }), 700023],
    ['for another tenant', () => ({ claims: { aud: `${server.origin}/fabrikam.example/v2.0` } }), 700023],
    ['for another path', () => ({ claims: { aud: server.origin } }), 700023],
    ['without an audience', () => ({ claims: { aud: undefined } }), 50027],
    ['of another subject', () => ({ claims: { sub: PORTAL_ID } }), 700021],
    ['of another issuer', () => ({ claims: { iss: PORTAL_ID } }), 700021],
    ['that has expired', () => ({ claims: { exp: seconds() - 301 } }), 700024],
    ['that is not valid yet', () => ({ claims: { nbf: seconds() + 301 } }), 700024],
    ['from the end of time', () => ({ claims: { nbf: 1e300, exp: 1e300 } }), 700024],
    ['without an end', () => ({ claims: { exp: undefined } }), 50027],
  ])('%s is refused', async (_name, flaw, number) => {
    const answer = await ask(await sign(flaw()));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [number] } });
  });

  test('that is no signed JWT is refused', async () => {
    const unsecured = new UnsecuredJWT({ iss: ROBOT_ID, sub: ROBOT_ID }).encode();
    for (const assertion of [unsecured, 'x', 'a.b.c', `${await sign()}x`]) {
      const answer = await ask(assertion);
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
  });

  test('is read in one way at a time, and of one type', async () => {
    const both = await ask(await sign(), { client_secret: 'x' });
    expect(both.body).toMatchObject({ error: 'invalid_request', error_codes: [9002313] });
    const saml = await ask(await sign(), {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    });
    expect(saml.body).toMatchObject({ error: 'invalid_request', error_codes: [9002313] });
    const ofPublic = await ask(await sign(), { client_id: PORTAL_ID });
    expect(ofPublic.body).toMatchObject({ error: 'invalid_client', error_codes: [700025] });
  });

  test('may come again until it expires, as MSAL sends it', async () => {
    const assertion = await sign();
    for (let times = 0; times < 2; times += 1) expect((await ask(assertion)).status).toBe(200);
  });

  test('is taken once where the setting says so, with or without an id', async () => {
    await using strict = await startAuthority({ singleUseAssertions: true }, clock);
    const aud = `${strict.authority()}/v2.0`;
    const header = { x5t: thumbprint(strict.robot.certificatePem, 'sha1') };
    for (const jti of ['one', undefined]) {
      const assertion = await sign({ signer: strict.robot, header, claims: { aud, jti } });
      const answers = await Promise.all([1, 2, 3].map(() => ask(assertion, {}, strict)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await ask(assertion, {}, strict)).body).toMatchObject({ error_codes: [50013] });
    }
  });

  test('may have the id of one of another app', async () => {
    await using strict = await startAuthority({ singleUseAssertions: true }, clock);
    const header = { x5t: thumbprint(strict.robot.certificatePem, 'sha1') };
    const aud = `${strict.authority()}/v2.0`;
    for (const id of [ROBOT_ID, TWIN_ID]) {
      const claims = { aud, iss: id, sub: id, jti: 'one' };
      const assertion = await sign({ signer: strict.robot, header, claims });
      expect((await ask(assertion, { client_id: id }, strict)).status).toBe(200);
    }
  });

  test.each([
    ['has ended', 2 * YEAR_MS],
    ['has not begun', -2 * YEAR_MS],
  ])('of a certificate that %s is refused', async (_, fromNowMs) => {
    await using other = await startAuthority({}, createTestClock(Date.now() + fromNowMs));
    const now = Math.floor((Date.now() + fromNowMs) / 1000);
    const header = { x5t: thumbprint(other.robot.certificatePem, 'sha1') };
    const claims = { aud: `${other.authority()}/v2.0`, nbf: now, exp: now + MINUTE };
    const { body } = await ask(await sign({ signer: other.robot, header, claims }), {}, other);
    expect(body).toMatchObject({ error_codes: [700027] });
  });
});
