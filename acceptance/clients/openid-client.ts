/** `openid-client` 6: what any OpenID Connect client finds and gets. */
import assert from 'node:assert/strict';
import { ClientSecretBasic, ClientSecretPost, clientCredentialsGrant, discovery } from 'openid-client';
import type { ClientAuth, Configuration } from 'openid-client';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Scene } from '../support/scene.ts';
import type { Suite } from '../support/suite.ts';
import { SCOPE } from '../support/target.ts';

interface ClientOptions {
  readonly tenant?: string;
  readonly secret?: string;
  /** By form when not given. */
  readonly authentication?: ((secret: string) => ClientAuth) | undefined;
}

function open(scene: Scene, options: ClientOptions = {}): Promise<Configuration> {
  const { tenant = scene.target.tenantId, authentication = ClientSecretPost } = options;
  const { clientId, clientSecret } = scene.app('writer');
  const secret = options.secret ?? clientSecret;
  return discovery(new URL(`${scene.target.baseUrl}/${tenant}/v2.0`), clientId, secret, authentication(secret));
}

export const suite: Suite = {
  client: 'openid-client',
  cases: (scene) => ({
    'I1 I2 discovery by id and by name: the issuer is the URL that was asked': async () => {
      for (const tenant of [scene.target.tenantId, scene.tenantName(), scene.tenantName().toUpperCase()]) {
        const metadata = (await open(scene, { tenant })).serverMetadata();
        assert.equal(metadata.issuer, `${scene.target.baseUrl}/${tenant}/v2.0`);
        for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
          assert.ok(metadata[name]?.startsWith(`${scene.target.baseUrl}/`), name);
        }
      }
    },
    'I4 I5 client credentials by form': async () => {
      const tokens = await clientCredentialsGrant(await open(scene), { scope: SCOPE });
      assert.equal(tokens.token_type, 'bearer');
      assert.ok(Number(tokens.expiresIn()) > 0);
    },
    'I4 client credentials by Basic, id and secret percent-encoded': async () => {
      const configuration = await open(scene, { authentication: ClientSecretBasic });
      const tokens = await clientCredentialsGrant(configuration, { scope: SCOPE });
      assert.ok(tokens.access_token.length > 100);
    },
    'I6 a wrong secret: invalid_client by form, a challenge by Basic': async () => {
      const ask = async (authentication: ClientOptions['authentication']): Promise<unknown> => {
        const configuration = await open(scene, { secret: 'wrong', authentication });
        return clientCredentialsGrant(configuration, { scope: SCOPE });
      };
      await assert.rejects(ask(ClientSecretPost), { name: 'ResponseBodyError', error: 'invalid_client', status: 401 });
      await assert.rejects(ask(ClientSecretBasic), { name: 'WWWAuthenticateChallengeError', status: 401 });
    },
    'K2 K3 K4 K5 an access token stands every check that an API makes': async () => {
      const configuration = await open(scene);
      const { jwks_uri: keysUrl = '', issuer } = configuration.serverMetadata();
      const tokens = await clientCredentialsGrant(configuration, { scope: SCOPE });
      const keys = createRemoteJWKSet(new URL(keysUrl));
      const { payload } = await jwtVerify(tokens.access_token, keys, {
        algorithms: ['RS256'],
        audience: 'https://graph.microsoft.com',
        issuer,
        requiredClaims: ['exp', 'nbf', 'iat', 'oid', 'sub', 'tid', 'azp', 'roles'],
      });
      assert.equal(payload['ver'], '2.0');
      assert.equal(payload['tid'], scene.target.tenantId);
      assert.equal(payload['oid'], payload.sub);
      assert.equal('scp' in payload, false);
    },
  }),
};
