/** Fetches the keys of another issuer: its key document, which its OpenID configuration may have to name first. */
import { importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { fillTenant, isKeyUrl } from '../model/outside-issuer.ts';
import type { OutsideIssuer, TokenAlgorithm } from '../model/outside-issuer.ts';
import type { PublishedKey } from './trusted-issuers.ts';

/** The key documents of large issuers have some 50 kB. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;
const MIN_RSA_BITS = 2048;
const CONFIGURATION_PATH = '/.well-known/openid-configuration';
/** Stands for the tenant where an issuer describes itself without one. */
const ANY_TENANT = 'common';

export type KeySource = Pick<OutsideIssuer, 'names' | 'jwksUri' | 'algorithms'>;

/** By key id: several keys may share one, each for other tenants or algorithms. */
export type KeySet = ReadonlyMap<string, readonly PublishedKey[]>;

/** The usable keys. Throws an `Error` that says what could not be fetched, or that there is no usable key. */
export async function fetchKeys(source: KeySource, signal: AbortSignal): Promise<KeySet> {
  const url = source.jwksUri ?? (await discover(source, signal));
  const { keys } = await fetchObject(url, signal);
  if (!Array.isArray(keys)) throw new Error(`${url} holds no list of keys`);
  const published = await Promise.all(keys.filter(isVerifier).map((jwk) => importKeys(jwk, source.algorithms)));
  const set = Map.groupBy(published.flat(), ({ keyId }) => keyId);
  if (set.size === 0) throw new Error(`${url} holds no key for ${source.algorithms.join(' or ')}`);
  return set;
}

/** The address of the key document, by the issuer's own word (OpenID Connect Discovery 1.0, section 4). */
async function discover({ names: [name] }: KeySource, signal: AbortSignal): Promise<string> {
  const base = fillTenant(name, ANY_TENANT);
  const url = `${base.endsWith('/') ? base.slice(0, -1) : base}${CONFIGURATION_PATH}`;
  const { issuer, jwks_uri: jwksUri } = await fetchObject(url, signal);
  // A template describes itself with the place left open.
  if (issuer !== name) throw new Error(`${url} describes the issuer ${String(issuer)}, not ${name}`);
  if (typeof jwksUri !== 'string' || !isKeyUrl(jwksUri)) throw new Error(`${url} names no safe jwks_uri`);
  return jwksUri;
}

async function fetchObject(url: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const content: unknown = JSON.parse(await readText(response));
  if (typeof content === 'object' && content !== null) return content as Readonly<Record<string, unknown>>;
  throw new Error(`${url} holds no JSON object`);
}

async function readText({ body, url }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_DOCUMENT_BYTES) throw new Error(`${url} is larger than ${MAX_DOCUMENT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

type Verifier = JWK & { readonly kid: string; readonly issuer?: unknown };

function isVerifier(jwk: unknown): jwk is Verifier {
  const { kid, use = 'sig', key_ops: uses = ['verify'] } = (jwk ?? {}) as JWK;
  return typeof kid === 'string' && use === 'sig' && Array.isArray(uses) && uses.includes('verify');
}

type NamedKey = PublishedKey & { readonly keyId: string };

/** The key once for each algorithm that it fits. A key that cannot be used is passed over: the others still serve. */
async function importKeys(jwk: Verifier, algorithms: readonly TokenAlgorithm[]): Promise<readonly NamedKey[]> {
  const fitting = algorithms.filter((algorithm) => fits(jwk, algorithm));
  const keys = await Promise.all(fitting.map(async (algorithm) => [algorithm, await findKey(jwk, algorithm)] as const));
  const issuer = typeof jwk.issuer === 'string' ? jwk.issuer : undefined;
  return keys.flatMap(([algorithm, key]) => (key === undefined ? [] : [{ keyId: jwk.kid, algorithm, key, issuer }]));
}

function fits({ kty, crv, alg }: JWK, algorithm: TokenAlgorithm): boolean {
  const isOfType = algorithm === 'ES256' ? kty === 'EC' && crv === 'P-256' : kty === 'RSA';
  return isOfType && (alg === undefined || alg === algorithm);
}

/** Takes the public members only, whatever else was published. */
async function findKey({ kty, n, e, crv, x, y }: JWK, algorithm: TokenAlgorithm): Promise<CryptoKey | undefined> {
  const members = Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => typeof value === 'string');
  try {
    const key = (await importJWK(Object.fromEntries(members), algorithm)) as CryptoKey;
    const bits = (key.algorithm as { readonly modulusLength?: number }).modulusLength ?? MIN_RSA_BITS;
    return bits < MIN_RSA_BITS ? undefined : key;
  } catch {
    return undefined;
  }
}
