/** Keys of an issuer that tests play themselves, the tokens they sign, and the document they are published in. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import type { TokenAlgorithm } from '../../../src/model/outside-issuer.ts';
import { createDirectoryStore } from '../../../src/store/directory-store.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { startLoopback } from './loopback.ts';
import type { Loopback } from './loopback.ts';

export type Claims = Readonly<Record<string, unknown>>;

export interface Signer {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  /** As it would be published. */
  readonly publicJwk: JWK;
  /** A compact JWT; `header` changes its header. */
  sign(claims: Claims, header?: Readonly<Record<string, string>>): Promise<string>;
}

export async function createSigner(algorithm: TokenAlgorithm): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(publicKey);
  const keyId = await calculateJwkThumbprint(jwk);
  return signWith({ keyId, privateKey, publicJwk: { ...jwk, kid: keyId, use: 'sig' } }, algorithm);
}

/** The newest key of a server, from its database. */
export async function openStoredSigner(database: string): Promise<Signer> {
  const limits = { maxWaitMs: 1000, slowStatementMs: 1000, onSlowStatement: () => {} };
  await using connection = openSqlite({ path: database, ...limits });
  const stored = await createDirectoryStore(connection).listSigningKeys();
  const [newest] = stored.toSorted((one, other) => other.createdAt - one.createdAt);
  if (newest === undefined) throw new Error(`No key in ${database}`);
  const { kty, n, e } = newest.privateJwk as JWK & { readonly kty: 'RSA'; readonly n: string; readonly e: string };
  const privateKey = (await importJWK(newest.privateJwk, 'RS256')) as CryptoKey;
  return signWith({ keyId: newest.keyId, privateKey, publicJwk: { kty, n, e, kid: newest.keyId } }, 'RS256');
}

function signWith(key: Omit<Signer, 'sign'>, algorithm: TokenAlgorithm): Signer {
  const { keyId, privateKey } = key;
  return {
    ...key,
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: algorithm, kid: keyId, ...header }).sign(privateKey),
  };
}

export interface KeyServer extends Loopback {
  /** Where the key document is. */
  readonly url: string;
  /** Requests for it so far. */
  readonly requests: () => number;
  /** In any form: a key document may hold what no library would make. */
  publish(keys: readonly object[]): void;
}

export async function startKeyServer(): Promise<KeyServer> {
  const loopback = await startLoopback();
  let requests = 0;
  return {
    ...loopback,
    url: `${loopback.origin}/keys`,
    requests: () => requests,
    publish: (keys) => {
      loopback.answerWith((_request, response) => {
        requests += 1;
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
      });
    },
  };
}
