/** @azure/msal-node and @azure/identity, as they come, against the embedded issuer. */
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  DeviceCodeCredential,
  UsernamePasswordCredential,
} from '@azure/identity';
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from '@azure/msal-node';
import { decodeJwt } from 'jose';
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
  thumbprintOf,
  WEBSITE_ID,
  WEBSITE_URI,
  WRITER_ID,
} from './authority.ts';
import type { AuthorityServer } from './authority.ts';
import { createPerson } from './person.ts';

const ONE_SCOPE = ['LearningProvider.ReadWrite'];

let server: AuthorityServer;

beforeAll(async () => {
  server = await startAuthority();
});
afterAll(() => server[Symbol.asyncDispose]());

function publicClient(segment = TENANT_ID): PublicClientApplication {
  const knownAuthorities = [new URL(server.origin).host];
  return new PublicClientApplication({
    auth: { clientId: PORTAL_ID, authority: server.authority(segment), knownAuthorities },
  });
}

function confidentialClient(
  auth: { clientId: string; clientSecret: string } | { clientId: string; clientCertificate: object },
) {
  const knownAuthorities = [new URL(server.origin).host];
  return new ConfidentialClientApplication({
    auth: { ...auth, authority: server.authority(), knownAuthorities } as never,
  });
}

function robotClient(thumbprint: 'thumbprint' | 'thumbprintSha256' = 'thumbprintSha256') {
  const { certificatePem, privateKeyPem: privateKey } = server.robot;
  const sha256 = thumbprintOf(certificatePem);
  const clientCertificate =
    thumbprint === 'thumbprintSha256' ? { thumbprintSha256: sha256, privateKey } : { privateKey };
  return confidentialClient({ clientId: ROBOT_ID, clientCertificate });
}

describe('a public client of MSAL', () => {
  test.each([TENANT_ID, TENANT_NAME, 'Contoso.OnMicrosoft.COM', 'common', 'organizations'])(
    'signs a user in at %s, by code and PKCE',
    async (segment) => {
      const client = publicClient(segment);
      const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
      const request = { scopes: ONE_SCOPE, redirectUri: PORTAL_URI };
      const url = await client.getAuthCodeUrl({ ...request, codeChallenge: challenge, codeChallengeMethod: 'S256' });
      const answer = await createPerson(server).signIn(url, 'Lee Learner');
      const code = answer.searchParams.get('code') as string;
      const result = await client.acquireTokenByCode({ ...request, code, codeVerifier: verifier });

      expect(result.account).toMatchObject({
        homeAccountId: `${LEARNER_ID}.${TENANT_ID}`,
        tenantId: TENANT_ID,
        username: 'learner@contoso.onmicrosoft.com',
        name: 'Lee Learner',
      });
      expect(decodeJwt(result.accessToken)).toMatchObject({
        aud: GRAPH,
        iss: `${server.origin}/${TENANT_ID}/v2.0`,
        azpacr: '0',
        idtyp: 'user',
        oid: LEARNER_ID,
        tid: TENANT_ID,
        scp: 'LearningProvider.ReadWrite openid profile',
      });
    },
  );

  test('finds its token again, and renews it with the refresh token', async () => {
    const client = publicClient();
    const result = await client.acquireTokenByUsernamePassword({
      scopes: ONE_SCOPE,
      username: 'learner@contoso.onmicrosoft.com',
      password: server.passwords['learner'] as string,
    });
    const account = result?.account as NonNullable<typeof result>['account'] & object;
    const found = await client.acquireTokenSilent({ scopes: ONE_SCOPE, account });
    expect(found).toMatchObject({ fromCache: true, accessToken: result?.accessToken });
    const renewed = await client.acquireTokenSilent({ scopes: ['User.Read'], account, forceRefresh: true });
    expect(renewed.fromCache).toBe(false);
    expect(decodeJwt(renewed.accessToken)).toMatchObject({ scp: 'User.Read openid profile', oid: LEARNER_ID });
  });

  test('signs a user in on another device', async () => {
    const person = createPerson(server);
    const decided = Promise.withResolvers<string>();
    const result = await publicClient().acquireTokenByDeviceCode({
      scopes: ONE_SCOPE,
      deviceCodeCallback: ({ verificationUri, userCode }) => {
        const decide = async () => {
          await person.open(verificationUri);
          await person.press('Next', { user_code: userCode.toLowerCase() });
          const { text } = await person.press('Ada Admin');
          return text;
        };
        decided.resolve(decide());
      },
    });
    expect(await decided.promise).toContain('Your device is signed in');
    expect(result?.account?.username).toBe('admin@contoso.onmicrosoft.com');
  });

  test('learns which consent is missing', async () => {
    const username = 'learner@contoso.onmicrosoft.com';
    const password = server.passwords['learner'] as string;
    const request = { scopes: ['LearningContent.ReadWrite.All'], username, password };
    await expect(publicClient().acquireTokenByUsernamePassword(request)).rejects.toMatchObject({
      errorCode: 'invalid_grant',
      subError: 'consent_required',
      errorMessage: expect.stringContaining(`AADSTS65001: The user or administrator has not consented`),
    });
  });
});

describe('a confidential client of MSAL', () => {
  test('signs a user in, and proves itself with its secret', async () => {
    const client = confidentialClient({ clientId: WEBSITE_ID, clientSecret: server.websiteSecret });
    const request = { scopes: ['LearningProvider.Read', 'openid'], redirectUri: WEBSITE_URI };
    const url = await client.getAuthCodeUrl({ ...request, nonce: 'n-1' });
    const answer = await createPerson(server).signIn(url, 'Ada Admin');
    const code = answer.searchParams.get('code') as string;
    const result = await client.acquireTokenByCode({ ...request, code, nonce: 'n-1' });
    expect(decodeJwt(result.accessToken)).toMatchObject({ azpacr: '1', azp: WEBSITE_ID, scp: expect.any(String) });
    expect(result.idTokenClaims).toMatchObject({ aud: WEBSITE_ID, nonce: 'n-1', name: 'Ada Admin' });
  });

  test('gets a token for itself with its secret', async () => {
    const client = confidentialClient({ clientId: WRITER_ID, clientSecret: server.writerSecret });
    const result = await client.acquireTokenByClientCredential({ scopes: [`${GRAPH}/.default`] });
    expect(decodeJwt(result?.accessToken as string)).toMatchObject({ azpacr: '1', idtyp: 'app', azp: WRITER_ID });
  });

  test('gets tokens for itself with one assertion for both, as MSAL sends it until it expires', async () => {
    const client = robotClient();
    for (const resource of [GRAPH, 'api://vivarium']) {
      const result = await client.acquireTokenByClientCredential({ scopes: [`${resource}/.default`] });
      expect(decodeJwt(result?.accessToken as string)).toMatchObject({ aud: resource, azpacr: '2', idtyp: 'app' });
    }
  });
});

describe('a credential of @azure/identity', () => {
  const options = () => ({
    authorityHost: server.origin,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: server.ca },
  });

  test('proves itself with a certificate', async () => {
    const certificate = `${server.robot.privateKeyPem}${server.robot.certificatePem}\n`;
    const credential = new ClientCertificateCredential(TENANT_NAME, ROBOT_ID, { certificate }, options());
    const { token } = await credential.getToken(`${GRAPH}/.default`);
    expect(decodeJwt(token)).toMatchObject({ azp: ROBOT_ID, azpacr: '2', roles: ['LearningContent.Read.All'] });
  });

  test('proves itself with a secret, and is given tokens of the host that it calls', async () => {
    const credential = new ClientSecretCredential(TENANT_ID, WRITER_ID, server.writerSecret, options());
    const { host, hostname } = new URL(server.origin);
    for (const resource of [GRAPH, `https://${host}`, `https://${hostname}`]) {
      const { token } = await credential.getToken(`${resource}/.default`);
      expect(decodeJwt(token)).toMatchObject({ aud: resource, azp: WRITER_ID, azpacr: '1' });
    }
  });

  test('lets a user sign in on another device', async () => {
    const person = createPerson(server);
    const credential = new DeviceCodeCredential({
      ...{ ...options(), tenantId: TENANT_ID, clientId: PORTAL_ID },
      userPromptCallback: ({ verificationUri, userCode }) => {
        const decide = async () => {
          await person.open(verificationUri);
          await person.press('Next', { user_code: userCode });
          await person.press('Lee Learner');
        };
        void decide();
      },
    });
    const { token } = await credential.getToken('https://graph.microsoft.com/User.Read');
    expect(decodeJwt(token)).toMatchObject({ oid: LEARNER_ID, azp: PORTAL_ID });
  });

  test('uses a name and password, for scripts', async () => {
    const username = 'admin@contoso.onmicrosoft.com';
    const password = server.passwords['admin'] as string;
    const credential = new UsernamePasswordCredential(TENANT_ID, PORTAL_ID, username, password, options());
    const { token } = await credential.getToken(`${GRAPH}/.default`);
    expect(decodeJwt(token)).toMatchObject({
      idtyp: 'user',
      preferred_username: username,
      scp: expect.stringContaining('LearningProvider.ReadWrite'),
    });
  });
});
