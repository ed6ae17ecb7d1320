/** `@azure/identity`: credentials of an app with a certificate, and of users. */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AuthorizationCodeCredential,
  ClientCertificateCredential,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
  UsernamePasswordCredential,
} from '@azure/identity';
import type { DeviceCodeInfo, TokenCredential } from '@azure/identity';
import { openBrowser } from '../support/browser.ts';
import { hurry } from '../support/hurry.ts';
import { NotOffered } from '../support/not-offered.ts';
import type { Scene } from '../support/scene.ts';
import type { Cases, Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';
import { readClaims } from '../support/token.ts';

const BROWSER_PROGRAM = join(import.meta.dirname, '..', 'support', 'browser-program.ts');

export const suite: Suite = {
  client: 'azure-identity',
  cases: (scene) => ({ ...certificates(scene), ...users(scene), ...browsers(scene) }),
};

function optionsOf({ target }: Scene) {
  return { authorityHost: target.baseUrl, disableInstanceDiscovery: true, retryOptions: { maxRetries: 0 } };
}

/** The token is delegated, of the user, and good for what only a user may read. */
async function check(scene: Scene, credential: TokenCredential, user: string): Promise<void> {
  const access = await credential.getToken(SCOPE);
  assert.ok(access !== null);
  const claims = readClaims(access.token);
  assert.equal(claims['oid'], scene.userId(user));
  assert.match(String(claims['scp']), /LearningProvider\.Read/);
  const headers = { authorization: `Bearer ${access.token}` };
  const url = `${scene.target.baseUrl}/v1.0/me/employeeExperience/learningCourseActivities?$top=1`;
  assert.equal((await fetch(url, { headers })).status, 200);
}

function certificates(scene: Scene): Cases {
  return {
    'I4 K4 ClientCertificateCredential: an assertion signed with PS256': async () => {
      const { own, tenantId } = scene.target;
      if (own === undefined) throw new NotOffered('no app with a certificate is known');
      const { clientId, certificateFile } = own.signer;
      const options = optionsOf(scene);
      const credential = new ClientCertificateCredential(tenantId, clientId, certificateFile, options);
      const { token } = await credential.getToken(SCOPE);
      const claims = readClaims(token);
      assert.equal(claims['azp'], clientId);
      // The client proved itself with a certificate.
      assert.equal(claims['azpacr'], '2');
    },
  };
}

function users(scene: Scene): Cases {
  const portal = () => scene.signInApp('portal').clientId;
  return {
    'I1 UsernamePasswordCredential': async () => {
      const { userPrincipalName, password } = scene.user('learner');
      if (password === undefined) throw new NotOffered('no password is known');
      const { tenantId } = scene.target;
      const options = optionsOf(scene);
      await check(
        scene,
        new UsernamePasswordCredential(tenantId, portal(), userPrincipalName, password, options),
        'learner',
      );
    },
    'I5 DeviceCodeCredential: the code is entered on the page': async () => {
      const browser = openBrowser();
      let device: DeviceCodeInfo | undefined;
      const credential = new DeviceCodeCredential({
        ...optionsOf(scene),
        tenantId: scene.target.tenantId,
        clientId: portal(),
        userPromptCallback: (info) => (device = info),
      });
      const enter = async (): Promise<void> => {
        assert.ok(device !== undefined);
        await browser.enterCode(device.verificationUri, device.userCode, scene.user('learner').userPrincipalName);
      };
      await hurry(() => check(scene, credential, 'learner'), enter);
    },
    'I4 AuthorizationCodeCredential of a web site': async () => {
      const { baseUrl, tenantId } = scene.target;
      const { clientId, clientSecret } = scene.app('website');
      const [redirectUri = ''] = scene.signInApp('website').redirectUris;
      const question = { client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: SCOPE };
      const url = `${baseUrl}/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(question).toString()}`;
      const answer = await openBrowser().signIn(url, scene.user('learner').userPrincipalName);
      const code = answer.url.searchParams.get('code') ?? '';
      const options = optionsOf(scene);
      const credential = new AuthorizationCodeCredential(tenantId, clientId, clientSecret, code, redirectUri, options);
      await check(scene, credential, 'learner');
    },
  };
}

/** On Linux the credential opens what $BROWSER names; elsewhere it would open a real one. */
function browsers(scene: Scene): Cases {
  if (platform() !== 'linux') return {};
  return {
    'I1 I2 InteractiveBrowserCredential: code and PKCE through a browser': async () => {
      const folder = await mkdtemp(join(tmpdir(), 'vivarium-browser-'));
      try {
        const program = join(folder, 'browser');
        const name = scene.user('learner').userPrincipalName;
        await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${BROWSER_PROGRAM}" "$1" "${name}"\n`);
        await chmod(program, 0o700);
        process.env['BROWSER'] = program;
        const { tenantId } = scene.target;
        const { clientId } = scene.signInApp('portal');
        await check(scene, new InteractiveBrowserCredential({ ...optionsOf(scene), tenantId, clientId }), 'learner');
      } finally {
        delete process.env['BROWSER'];
        await rm(folder, { recursive: true });
      }
    },
  };
}
