/** `openid-client` 6: users sign in, and every answer is checked as the standards want it. */
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrant,
  discovery,
  fetchUserInfo,
  initiateDeviceAuthorization,
  modifyAssertion,
  None,
  pollDeviceAuthorizationGrant,
  PrivateKeyJwt,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
} from 'openid-client';
import type { ClientAuth, Configuration } from 'openid-client';
import { openBrowser } from '../support/browser.ts';
import type { Browser } from '../support/browser.ts';
import { hurry } from '../support/hurry.ts';
import { NotOffered } from '../support/not-offered.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';
import { readClaims } from '../support/token.ts';

/** The client gives it back with the slash when it redeems the code. */
const REDIRECT_URI = 'http://localhost:4711/';
const SCOPES = `openid profile offline_access ${SCOPE}`;

export const suite: Suite = {
  client: 'openid-client',
  cases: (scene) => ({ ...clients(scene), ...users(scene) }),
};

function open({ target }: Scene, clientId: string, authentication: ClientAuth): Promise<Configuration> {
  return discovery(new URL(`${target.baseUrl}/${target.tenantId}/v2.0`), clientId, undefined, authentication);
}

function clients(scene: Scene): Cases {
  return {
    'I4 a secret that is hard to send, by form and by Basic': async () => {
      const { clientId, clientSecret } = scene.app('hardSecret');
      for (const authentication of [ClientSecretPost(clientSecret), ClientSecretBasic(clientSecret)]) {
        const tokens = await clientCredentialsGrant(await open(scene, clientId, authentication), { scope: SCOPE });
        assert.equal(readClaims(tokens.access_token)['azp'], clientId);
      }
    },
    'I4 private_key_jwt with the thumbprint of the certificate': async () => {
      const { own } = scene.target;
      if (own === undefined) throw new NotOffered('no app with a certificate is known');
      const { clientId, certificateFile } = own.signer;
      const pem = await readFile(certificateFile, 'utf8');
      const thumbprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '');
      const key = createPrivateKey(pem.slice(pem.indexOf('-----BEGIN PRIVATE KEY-----')));
      const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
      const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
      const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
      const authentication = PrivateKeyJwt(signingKey, {
        [modifyAssertion]: (header) => {
          header['x5t#S256'] = Buffer.from(thumbprint, 'hex').toString('base64url');
        },
      });
      const tokens = await clientCredentialsGrant(await open(scene, clientId, authentication), { scope: SCOPE });
      assert.equal(readClaims(tokens.access_token)['azp'], clientId);
    },
  };
}

interface SignIn {
  readonly configuration: Configuration;
  readonly browser: Browser;
  readonly redirectUri: string;
}

/** By code, PKCE, state and nonce; the client checks all four, and the id token. */
async function signIn(scene: Scene, { configuration, browser, redirectUri }: SignIn) {
  const [pkceCodeVerifier, expectedState, expectedNonce] = [randomPKCECodeVerifier(), randomState(), randomNonce()];
  const url = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: SCOPES,
    code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  });
  const answer = await browser.signIn(url.href, scene.user('learner').userPrincipalName);
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
  return authorizationCodeGrant(configuration, answer.url, checks);
}

function users(scene: Scene): Cases {
  const openPortal = () => open(scene, scene.signInApp('portal').clientId, None());
  return {
    'I1 I2 K4 a public client: code, PKCE, state, nonce, id token, refresh token, user info': async () => {
      const configuration = await openPortal();
      const browser = openBrowser();
      const tokens = await signIn(scene, { configuration, browser, redirectUri: REDIRECT_URI });
      const claims = tokens.claims();
      assert.equal(claims?.['oid'], scene.userId('learner'));
      assert.equal(claims['tid'], scene.target.tenantId);
      assert.equal(readClaims(tokens.access_token)['oid'], scene.userId('learner'));
      const again = await refreshTokenGrant(configuration, String(tokens.refresh_token));
      assert.equal(readClaims(again.access_token)['oid'], scene.userId('learner'));
      const information = await fetchUserInfo(configuration, tokens.access_token, claims.sub);
      assert.equal(information.sub, claims.sub);
    },
    'I2 who signed in once is known: prompt=none answers at once': async () => {
      const configuration = await openPortal();
      const browser = openBrowser();
      const redirectUri = REDIRECT_URI;
      await signIn(scene, { configuration, browser, redirectUri });
      const url = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: SCOPES,
        prompt: 'none',
        code_challenge: await calculatePKCECodeChallenge(randomPKCECodeVerifier()),
        code_challenge_method: 'S256',
      });
      assert.ok((await browser.follow(url.href))?.searchParams.has('code'));
      const stranger = await openBrowser().follow(url.href);
      assert.equal(stranger?.searchParams.get('error'), 'login_required');
    },
    'I4 a web site with its secret': async () => {
      const { clientId, clientSecret } = scene.app('website');
      const [redirectUri = ''] = scene.signInApp('website').redirectUris;
      for (const authentication of [ClientSecretPost(clientSecret), ClientSecretBasic(clientSecret)]) {
        const configuration = await open(scene, clientId, authentication);
        const tokens = await signIn(scene, { configuration, browser: openBrowser(), redirectUri });
        assert.equal(tokens.claims()?.['oid'], scene.userId('learner'));
      }
    },
    'I5 a device code, entered on the page': async () => {
      const configuration = await openPortal();
      const device = await initiateDeviceAuthorization(configuration, { scope: SCOPES });
      const enter = (): Promise<void> =>
        openBrowser().enterCode(device.verification_uri, device.user_code, scene.user('learner').userPrincipalName);
      let hasEntered = false;
      const { result } = await hurry(
        () => pollDeviceAuthorizationGrant(configuration, device),
        async () => {
          if (!hasEntered) await enter();
          hasEntered = true;
        },
      );
      assert.equal(readClaims(result.access_token)['oid'], scene.userId('learner'));
    },
  };
}
