/** openid-client and oauth4webapi, as they come: they check more of what an authority says than MSAL does. */
import { createPrivateKey, createHash } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  GRAPH,
  LEARNER_ID,
  PORTAL_ID,
  PORTAL_URI,
  ROBOT_ID,
  startAuthority,
  TENANT_ID,
  TENANT_NAME,
  WEBSITE_ID,
  WEBSITE_URI,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createPerson } from './person.ts';

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority();
});
afterAll(() => server[Symbol.asyncDispose]());

describe('openid-client', () => {
  test.each([TENANT_ID, TENANT_NAME])(
    'signs a user in at %s: discovery, code, nonce, refresh, userinfo, sign-out',
    async (segment) => {
      const issuer = new URL(`${server.authority(segment)}/v2.0`);
      const config = await oidc.discovery(issuer, WEBSITE_ID, server.websiteSecret);
      expect(config.serverMetadata().supportsPKCE()).toBe(true);

      const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: WEBSITE_URI,
        scope: 'openid profile email offline_access LearningProvider.Read',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...{ state, nonce },
      });
      const answer = await createPerson(server).signIn(url.href, 'Lee Learner');
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      const tokens = await oidc.authorizationCodeGrant(config, answer, checks);
      const claims = tokens.claims() as oidc.IDToken;
      expect(claims).toMatchObject({ oid: LEARNER_ID, tid: TENANT_ID, email: 'lee@contoso.example', nonce });

      const user = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
      expect(user).toMatchObject({ sub: claims.sub, name: 'Lee Learner', email: 'lee@contoso.example' });

      const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token as string);
      expect(renewed.claims()).toMatchObject({ sub: claims.sub, oid: LEARNER_ID });
      expect(renewed.refresh_token).not.toBe(tokens.refresh_token);

      const leave = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: WEBSITE_URI });
      const { status, headers } = await createPerson(server).open(leave.href);
      expect([status, headers['location']]).toEqual([303, WEBSITE_URI]);
    },
  );

  test('reads the refusal of a code', async () => {
    const config = await oidc.discovery(new URL(`${server.authority()}/v2.0`), WEBSITE_ID, server.websiteSecret);
    const answer = new URL(`${WEBSITE_URI}?code=1.${'A'.repeat(64)}`);
    await expect(oidc.authorizationCodeGrant(config, answer)).rejects.toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('AADSTS9002313'),
    });
  });

  test('gets a token with HTTP Basic', async () => {
    const authentication = oidc.ClientSecretBasic(server.writerSecret);
    const issuer = new URL(`${server.authority()}/v2.0`);
    const { clientId } = server.app.credentials.apps['writer'] as { clientId: string };
    const config = await oidc.discovery(issuer, clientId, undefined, authentication);
    const tokens = await oidc.clientCredentialsGrant(config, { scope: `${GRAPH}/.default` });
    expect(tokens.access_token).toMatch(/^ey/);
  });

  test('lets a device in', async () => {
    const issuer = new URL(`${server.authority()}/v2.0`);
    const config = await oidc.discovery(issuer, PORTAL_ID, undefined, oidc.None());
    const device = await oidc.initiateDeviceAuthorization(config, { scope: 'openid User.Read' });
    const person = createPerson(server);
    await person.open(device.verification_uri);
    await person.press('Next', { user_code: device.user_code });
    await person.press('Lee Learner');
    const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...device, interval: 0 });
    expect(tokens.claims()).toMatchObject({ oid: LEARNER_ID, aud: PORTAL_ID });
  });
});

describe('oauth4webapi', () => {
  const discover = async () => {
    const issuer = new URL(`${server.authority()}/v2.0`);
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer));
  };

  test('signs a user in without a secret, and checks the signature of the id token', async () => {
    const as = await discover();
    const client: oauth.Client = { client_id: PORTAL_ID };
    const [verifier, nonce] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomNonce()];
    const url = new URL(as.authorization_endpoint as string);
    url.search = new URLSearchParams({
      ...{ client_id: PORTAL_ID, redirect_uri: PORTAL_URI, response_type: 'code', scope: 'openid', nonce },
      ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
    }).toString();
    const answer = await createPerson(server).signIn(url.href, 'Ada Admin');
    const code = oauth.validateAuthResponse(as, client, answer, oauth.expectNoState);
    const response = await oauth.authorizationCodeGrantRequest(as, client, oauth.None(), code, PORTAL_URI, verifier);
    const result = await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: nonce });
    await oauth.validateApplicationLevelSignature(as, response);
    expect(oauth.getValidatedIdTokenClaims(result)).toMatchObject({ aud: PORTAL_ID, tid: TENANT_ID });
  });

  test('proves itself with a private key', async () => {
    const as = await discover();
    const key = createPrivateKey(server.robot.privateKeyPem);
    const algorithm = { name: 'RSA-PSS', hash: 'SHA-256' };
    const der = Buffer.from(server.robot.certificatePem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    const kid = createHash('sha256').update(der).digest('base64url');
    const proof = oauth.PrivateKeyJwt({ key: key.toCryptoKey(algorithm, false, ['sign']), kid });
    const client: oauth.Client = { client_id: ROBOT_ID };
    const response = await oauth.clientCredentialsGrantRequest(as, client, proof, { scope: `${GRAPH}/.default` });
    const result = await oauth.processClientCredentialsResponse(as, client, response);
    expect(result).toMatchObject({ token_type: 'bearer', expires_in: 3599 });
  });
});

describe('userinfo', () => {
  test('is for tokens of users who signed in with openid', async () => {
    const app = await server.appToken('writer');
    const bare = await server.token({
      ...{ grant_type: 'password', client_id: PORTAL_ID, username: 'learner@contoso.onmicrosoft.com' },
      ...{ password: server.passwords['learner'] as string, scope: 'User.Read' },
    });
    for (const token of [app, bare.body.access_token as string, 'x', undefined]) {
      const answer = await server.call({ path: '/oidc/userinfo', token });
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    }
  });
});
