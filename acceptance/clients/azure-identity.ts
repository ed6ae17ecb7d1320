/** `@azure/identity`: credentials of an app, by secret. */
import assert from 'node:assert/strict';
import { ClientSecretCredential } from '@azure/identity';
import { Client } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';
import { readClaims } from '../support/token.ts';

interface CredentialOptions {
  readonly tenant?: string;
  readonly secret?: string;
}

function openCredential(scene: Scene, { tenant, secret }: CredentialOptions = {}): ClientSecretCredential {
  const { target } = scene;
  const { clientId, clientSecret } = scene.app('writer');
  return new ClientSecretCredential(tenant ?? target.tenantId, clientId, secret ?? clientSecret, {
    authorityHost: target.baseUrl,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  });
}

export const suite: Suite = {
  client: 'azure-identity',
  cases: (scene) => ({
    'I1 I2 I3 I5 I7 K4 ClientSecretCredential: an application token that lives as long as it says': async () => {
      const { token, expiresOnTimestamp } = await openCredential(scene).getToken(SCOPE);
      const claims = readClaims(token);
      assert.equal(claims['tid'], scene.target.tenantId);
      assert.equal(claims['azp'] ?? claims['appid'], scene.app('writer').clientId);
      assert.ok(Array.isArray(claims['roles']));
      assert.equal('scp' in claims, false);
      assert.ok(Math.abs(Number(claims['exp']) * 1000 - expiresOnTimestamp) < 60_000);
    },
    'I1 the tenant by its name, in capitals': async () => {
      const tenant = scene.tenantName().toUpperCase();
      const { token } = await openCredential(scene, { tenant }).getToken(SCOPE);
      assert.equal(readClaims(token)['tid'], scene.target.tenantId);
    },
    'I3 a token for continuous access evaluation: its claims parameter is no fault': async () => {
      const { token } = await openCredential(scene).getToken(SCOPE, { enableCae: true });
      assert.equal(readClaims(token)['tid'], scene.target.tenantId);
    },
    'I6 a wrong secret: AuthenticationRequiredError with the number that Entra gives': async () => {
      const refused = openCredential(scene, { secret: 'wrong' }).getToken(SCOPE);
      await assert.rejects(refused, /AADSTS7000215: Invalid client secret provided/);
    },
    'I6 a tenant that does not exist': async () => {
      const tenant = '00000000-0000-4000-8000-000000000000';
      await assert.rejects(openCredential(scene, { tenant }).getToken(SCOPE));
    },
    'K1 graph-client with a credential: the token that it gets is accepted': async () => {
      const authProvider = new TokenCredentialAuthenticationProvider(openCredential(scene), { scopes: [SCOPE] });
      const client = Client.initWithMiddleware({
        baseUrl: scene.target.baseUrl,
        customHosts: new Set([scene.host]),
        authProvider,
      });
      const page = (await client.api(scene.activities()).top(1).get()) as { value: unknown[] };
      assert.ok(Array.isArray(page.value));
    },
  }),
};
