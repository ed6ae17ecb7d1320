/** An issuer that shares no code with the server: node-oidc-provider, which gives apps tokens by client credentials. */
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { Provider } from 'oidc-provider';
import type { Adapter, Configuration } from 'oidc-provider';
import { startLoopback } from './loopback.ts';
import type { Loopback } from './loopback.ts';

/** Apps of this API have GUIDs. */
const CLIENT_ID = '5b0d7c2e-6f1a-4b3c-8d9e-0a1b2c3d4e5f';
const LIFETIME_SECONDS = 600;
const CLIENT_SECRET = 'a secret that only the tests know';

export interface TokenOrder {
  /** The resource that the token is for. */
  readonly audience: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly algorithm?: 'RS256' | 'PS256' | 'ES256';
  /** From now until the token expires. */
  readonly lifetimeSeconds?: number;
}

export interface OidcIssuer extends Loopback {
  /** Requests for the key document so far. */
  readonly keyRequests: () => number;
  token(order: TokenOrder): Promise<string>;
  /** Signs with new keys from now on, and publishes only them. */
  rotateKeys(): Promise<void>;
  /** As before it was told to hang. */
  recover(): void;
}

export async function startOidcIssuer(): Promise<OidcIssuer> {
  const loopback = await startLoopback();
  const orders = new Map<string, TokenOrder>();
  let provider = await createProvider(loopback.origin, orders);
  let keyRequests = 0;
  const recover = (): void => {
    const answer = provider.callback();
    loopback.answerWith((request, response) => {
      if (request.url === '/jwks') keyRequests += 1;
      void answer(request, response);
    });
  };
  recover();
  return {
    ...loopback,
    keyRequests: () => keyRequests,
    recover,
    rotateKeys: async () => {
      provider = await createProvider(loopback.origin, orders);
      recover();
    },
    token: async (order) => {
      // The provider asks for the facts about a resource by its name alone.
      orders.set(order.audience, order);
      return requestToken(loopback.origin, order.audience);
    },
  };
}

async function requestToken(origin: string, resource: string): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET, resource };
  const response = await fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token } = (await response.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error(`The provider answered ${response.status}`);
  return token;
}

async function createProvider(issuer: string, orders: ReadonlyMap<string, TokenOrder>): Promise<Provider> {
  const getOrder = (audience: string): TokenOrder => orders.get(audience) as TokenOrder;
  const configuration: Configuration = {
    adapter: () => KEEPS_NOTHING,
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [await generateKey('RS256'), await generateKey('ES256')] },
    ttl: { ClientCredentials: LIFETIME_SECONDS },
    extraTokenClaims: (_context, token) => ({ ...getOrder(String(token.aud)).claims }),
    formats: {
      customizers: {
        jwt: (_context, _token, { payload }) => {
          // It gives no token that has expired already.
          const { lifetimeSeconds = LIFETIME_SECONDS } = getOrder(String(payload['aud']));
          payload['exp'] = Number(payload['iat']) + lifetimeSeconds;
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, audience) => ({
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: LIFETIME_SECONDS,
          jwt: { sign: { alg: getOrder(audience).algorithm ?? 'RS256' } },
        }),
      },
    },
  };
  return new Provider(issuer, configuration);
}

async function generateKey(algorithm: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(privateKey)), use: 'sig' };
}

/** Signed tokens need no storage. */
const KEEPS_NOTHING: Adapter = {
  upsert: async () => {},
  find: async () => {},
  findByUserCode: async () => {},
  findByUid: async () => {},
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};
