/** `oauth4webapi`: every step of the protocol checked by itself. */
import assert from 'node:assert/strict';
import {
  ClientSecretBasic,
  ClientSecretPost,
  clientCredentialsGrantRequest,
  discoveryRequest,
  processClientCredentialsResponse,
  processDiscoveryResponse,
} from 'oauth4webapi';
import type { AuthorizationServer } from 'oauth4webapi';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';

async function discover(scene: Scene): Promise<AuthorizationServer> {
  const issuer = new URL(`${scene.target.baseUrl}/${scene.target.tenantId}/v2.0`);
  return processDiscoveryResponse(issuer, await discoveryRequest(issuer));
}

export const suite: Suite = {
  client: 'oauth4webapi',
  cases: (scene) => ({
    'I2 discovery': async () => {
      const server = await discover(scene);
      assert.ok(server.token_endpoint_auth_methods_supported?.includes('client_secret_basic'));
    },
    'I4 I5 client credentials by form and by Basic, never cached': async () => {
      const server = await discover(scene);
      const { clientId, clientSecret } = scene.app('writer');
      const client = { client_id: clientId };
      for (const authenticate of [ClientSecretPost(clientSecret), ClientSecretBasic(clientSecret)]) {
        const parameters = { scope: SCOPE };
        const response = await clientCredentialsGrantRequest(server, client, authenticate, parameters);
        assert.match(String(response.headers.get('cache-control')), /no-store/);
        const { token_type: type } = await processClientCredentialsResponse(server, client, response);
        assert.equal(type, 'bearer');
      }
    },
  }),
};
