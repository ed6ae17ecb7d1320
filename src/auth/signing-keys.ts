/** The server's own RS256 keys: one signs, every stored one verifies, so that a rotation breaks no token. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';

export const SIGNING_ALGORITHM = 'RS256';

/** A key as it is kept; plain JSON. */
export interface StoredSigningKey {
  /** RFC 7638 SHA-256 thumbprint of the public key, base64url: the `kid` of tokens. */
  readonly keyId: string;
  readonly privateJwk: JWK;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** The longest that its tokens were given. */
  readonly tokenLifetimeSeconds: number;
}

/** One entry of the key document that clients verify tokens with. */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly alg: typeof SIGNING_ALGORITHM;
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

export interface SigningKeys {
  /** A compact JWT with exactly these claims. Times in claims are epoch seconds. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** The key document, newest key first. */
  publicJwks(): { readonly keys: readonly PublicJwk[] };
  findVerificationKey(keyId: string): CryptoKey | undefined;
}

/** A fresh RSA 2048 key; `now` is epoch milliseconds. */
export async function generateSigningKey(now: number): Promise<StoredSigningKey> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { modulusLength: 2048, extractable: true });
  const privateJwk = await exportJWK(privateKey);
  return { keyId: await calculateJwkThumbprint(privateJwk), privateJwk, createdAt: now, tokenLifetimeSeconds: 0 };
}

/**
 * Makes stored keys usable; throws a plain `Error` when there are none, or when one is no RSA key.
 * @param signer the key that signs, one of them; without it, the newest
 */
export async function openSigningKeys(
  stored: readonly StoredSigningKey[],
  signer?: StoredSigningKey,
): Promise<SigningKeys> {
  const newestFirst = stored.toSorted((a, b) => b.createdAt - a.createdAt);
  const { keyId, privateJwk } = signer ?? newestFirst[0] ?? noKey();
  const signingKey = await importJWK(privateJwk, SIGNING_ALGORITHM);
  const header = { typ: 'JWT', alg: SIGNING_ALGORITHM, kid: keyId };
  const keys = newestFirst.map(toPublicJwk);
  const verificationKeys = new Map(await Promise.all(keys.map(toVerificationEntry)));
  return {
    sign: (claims) => new SignJWT(claims).setProtectedHeader(header).sign(signingKey),
    publicJwks: () => ({ keys }),
    findVerificationKey: (keyId) => verificationKeys.get(keyId),
  };
}

function noKey(): never {
  throw new Error('There is no signing key to open');
}

function toPublicJwk({ keyId, privateJwk: { kty, n, e } }: StoredSigningKey): PublicJwk {
  if (kty !== 'RSA' || n === undefined || e === undefined) throw new Error(`Signing key ${keyId} is not an RSA key`);
  return { kty: 'RSA', use: 'sig', alg: SIGNING_ALGORITHM, kid: keyId, n, e };
}

async function toVerificationEntry({ kty, kid, n, e }: PublicJwk): Promise<[keyId: string, key: CryptoKey]> {
  return [kid, await importJWK({ kty, n, e }, SIGNING_ALGORITHM)];
}
