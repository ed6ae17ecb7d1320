/** `@azure/msal-node`: a confidential client that acts for itself. */
import assert from 'node:assert/strict';
import { AuthError, ConfidentialClientApplication } from '@azure/msal-node';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';
import { readClaims } from '../support/token.ts';

interface AppOptions {
  readonly tenant?: string;
  readonly secret?: string;
}

function openApp(scene: Scene, { tenant, secret }: AppOptions = {}): ConfidentialClientApplication {
  const { baseUrl, tenantId } = scene.target;
  const { clientId, clientSecret } = scene.app('writer');
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      clientSecret: secret ?? clientSecret,
      authority: `${baseUrl}/${tenant ?? tenantId}`,
      // With the port: without it MSAL finds no endpoints.
      knownAuthorities: [new URL(baseUrl).host],
    },
  });
}

export const suite: Suite = {
  client: 'msal-node',
  cases: (scene) => ({
    'I1 I2 I3 I4 I5 acquireTokenByClientCredential, and the second time from the cache': async () => {
      const app = openApp(scene);
      const first = await app.acquireTokenByClientCredential({ scopes: [SCOPE] });
      assert.equal(first?.tokenType, 'Bearer');
      assert.equal(first.fromCache, false);
      assert.ok(Number(first.expiresOn?.getTime()) > Date.now());
      assert.equal(readClaims(first.accessToken)['azp'], scene.app('writer').clientId);
      const second = await app.acquireTokenByClientCredential({ scopes: [SCOPE] });
      assert.equal(second?.fromCache, true);
      assert.equal(second.accessToken, first.accessToken);
    },
    'I1 the tenant by its name, which MSAL writes in lower case': async () => {
      const tenant = scene.tenantName().replace('contoso', 'Contoso');
      const result = await openApp(scene, { tenant }).acquireTokenByClientCredential({ scopes: [SCOPE] });
      assert.equal(readClaims(String(result?.accessToken))['tid'], scene.target.tenantId);
    },
    'I6 a wrong secret: invalid_client, with the ids to ask about': async () => {
      const refused = openApp(scene, { secret: 'wrong' }).acquireTokenByClientCredential({ scopes: [SCOPE] });
      await assert.rejects(refused, (error) => {
        assert.ok(error instanceof AuthError);
        assert.equal(error.errorCode, 'invalid_client');
        assert.match(error.errorMessage, /AADSTS7000215/);
        assert.match(error.correlationId, /^[0-9a-f-]{36}$/);
        return true;
      });
    },
    'I6 a scope that no token is for': async () => {
      const scopes = ['https://other.example/.default'];
      await assert.rejects(openApp(scene).acquireTokenByClientCredential({ scopes }), AuthError);
    },
  }),
};
