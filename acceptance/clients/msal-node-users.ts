/** `@azure/msal-node`: a confidential client with a certificate, and clients that users sign in with. */
import assert from 'node:assert/strict';
import { randomUUID, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  ConfidentialClientApplication,
  CryptoProvider,
  InteractionRequiredAuthError,
  PublicClientApplication,
  ResponseMode,
} from '@azure/msal-node';
import type { AuthenticationResult } from '@azure/msal-node';
import { openBrowser } from '../support/browser.ts';
import { hurry } from '../support/hurry.ts';
import { NotOffered } from '../support/not-offered.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';
import { readClaims } from '../support/token.ts';

const SCOPES = [SCOPE];
const REDIRECT_URI = 'http://localhost';

export const suite: Suite = {
  client: 'msal-node',
  cases: (scene) => ({ ...certificates(scene), ...publicClients(scene), ...webSites(scene) }),
};

function authorityOf({ target }: Scene, tenant = target.tenantId) {
  return { authority: `${target.baseUrl}/${tenant}`, knownAuthorities: [new URL(target.baseUrl).host] };
}

function openPortal(scene: Scene, tenant?: string): PublicClientApplication {
  const { clientId } = scene.signInApp('portal');
  return new PublicClientApplication({ auth: { clientId, ...authorityOf(scene, tenant) } });
}

/** A delegated token of the user, and an account that MSAL can find again. */
function check(scene: Scene, result: AuthenticationResult | null, user: string): void {
  const claims = readClaims(String(result?.accessToken));
  assert.equal(claims['oid'], scene.userId(user));
  assert.match(String(claims['scp']), /LearningProvider\.Read/);
  assert.equal(result?.account?.username, scene.user(user).userPrincipalName);
  assert.equal(result.account.homeAccountId, `${scene.userId(user)}.${scene.target.tenantId}`);
}

function certificates(scene: Scene): Cases {
  return {
    'I4 a certificate by its SHA-256 thumbprint': async () => {
      const { own } = scene.target;
      if (own === undefined) throw new NotOffered('no app with a certificate is known');
      const { clientId, certificateFile } = own.signer;
      const pem = await readFile(certificateFile, 'utf8');
      const thumbprintSha256 = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
      const privateKey = pem.slice(pem.indexOf('-----BEGIN PRIVATE KEY-----'));
      const clientCertificate = { thumbprintSha256, privateKey };
      const app = new ConfidentialClientApplication({ auth: { clientId, clientCertificate, ...authorityOf(scene) } });
      const result = await app.acquireTokenByClientCredential({ scopes: SCOPES });
      assert.equal(readClaims(String(result?.accessToken))['azp'], clientId);
    },
  };
}

function publicClients(scene: Scene): Cases {
  const signIn = async (tenant?: string) => {
    const app = openPortal(scene, tenant);
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const state = randomUUID();
    const url = await app.getAuthCodeUrl({
      scopes: SCOPES,
      redirectUri: REDIRECT_URI,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      responseMode: ResponseMode.QUERY,
      state,
    });
    const answer = await openBrowser().signIn(url, scene.user('learner').userPrincipalName);
    const { code = '', ...others } = Object.fromEntries(answer.url.searchParams);
    const request = { scopes: SCOPES, redirectUri: REDIRECT_URI, codeVerifier: verifier, code, state };
    return { app, result: await app.acquireTokenByCode(request, { code, ...others }) };
  };
  return {
    'I1 I2 K4 a public client by code and PKCE, and then silently by the refresh token': async () => {
      const { app, result } = await signIn();
      check(scene, result, 'learner');
      const account = result.account;
      assert.ok(account !== null);
      const cached = await app.acquireTokenSilent({ scopes: SCOPES, account });
      assert.equal(cached.fromCache, true);
      const fresh = await app.acquireTokenSilent({ scopes: SCOPES, account, forceRefresh: true });
      assert.equal(fresh.fromCache, false);
      check(scene, fresh, 'learner');
    },
    'I1 users of any tenant sign in by organizations and by common': async () => {
      for (const tenant of ['organizations', 'common']) check(scene, (await signIn(tenant)).result, 'learner');
    },
    'I1 name and password': async () => {
      const { userPrincipalName: username, password } = scene.user('admin');
      if (password === undefined) throw new NotOffered('no password is known');
      const app = openPortal(scene);
      check(scene, await app.acquireTokenByUsernamePassword({ scopes: SCOPES, username, password }), 'admin');
    },
    'I5 a device code, entered on the page': async () => {
      const browser = openBrowser();
      let enter = (): Promise<void> => Promise.reject(new Error('No code was shown.'));
      const { result } = await hurry(
        () =>
          openPortal(scene).acquireTokenByDeviceCode({
            scopes: SCOPES,
            deviceCodeCallback: ({ verificationUri, userCode }) => {
              enter = () => browser.enterCode(verificationUri, userCode, scene.user('learner').userPrincipalName);
            },
          }),
        () => enter(),
      );
      check(scene, result, 'learner');
    },
    'I6 what nobody consented to: an interaction is required': async () => {
      const { app, result } = await signIn();
      assert.ok(result.account !== null);
      const scopes = ['https://graph.microsoft.com/LearningContent.ReadWrite.All'];
      const refused = app.acquireTokenSilent({ scopes, account: result.account });
      await assert.rejects(refused, InteractionRequiredAuthError);
    },
  };
}

function webSites(scene: Scene): Cases {
  return {
    'I4 K4 a web site with its secret by code, PKCE, nonce and form_post': async () => {
      const { clientId, clientSecret } = scene.app('website');
      const [redirectUri = ''] = scene.signInApp('website').redirectUris;
      const app = new ConfidentialClientApplication({ auth: { clientId, clientSecret, ...authorityOf(scene) } });
      const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
      const nonce = randomUUID();
      const url = await app.getAuthCodeUrl({
        scopes: SCOPES,
        redirectUri,
        nonce,
        codeChallenge: challenge,
        codeChallengeMethod: 'S256',
        responseMode: ResponseMode.FORM_POST,
        loginHint: scene.user('learner').userPrincipalName,
      });
      const { form } = await openBrowser().signIn(url, scene.user('learner').userPrincipalName);
      const code = form?.get('code') ?? '';
      const request = { scopes: SCOPES, redirectUri, codeVerifier: verifier, code, nonce };
      const result = await app.acquireTokenByCode(request);
      check(scene, result, 'learner');
      assert.equal((result.idTokenClaims as Record<string, unknown>)['nonce'], nonce);
    },
  };
}
