/** How a client says who it is at the token endpoint: in the form, or by HTTP Basic. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { AppRegistration } from '../model/directory.ts';
import { TokenError } from './token-error.ts';

const BASIC = /^basic +([a-z0-9+/]+={0,2})$/i;

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="token", charset="UTF-8"' };

export interface ClientCredentials {
  /** As sent: it may be no GUID. */
  readonly clientId: string;
  readonly proof: ClientProof;
}

export type ClientProof =
  | { readonly kind: 'none' }
  | { readonly kind: 'assertion' }
  | { readonly kind: 'secret'; readonly secret: string; readonly isBasic: boolean };

/**
 * Reads who the client claims to be and what it offers as proof. Throws TokenError `clientHeaderMalformed`,
 * `requestMalformed` for two ways at once, `parameterMissing` without a client id.
 */
export function readClientCredentials(
  form: ReadonlyMap<string, string>,
  authorization: string | undefined,
): ClientCredentials {
  if (authorization !== undefined) return readBasic(form, authorization);
  const clientId = form.get('client_id');
  if (clientId === undefined) throw new TokenError('parameterMissing', { values: { parameter: 'client_id' } });
  const secret = form.get('client_secret');
  if (secret !== undefined) return { clientId, proof: { kind: 'secret', secret, isBasic: false } };
  return { clientId, proof: { kind: form.has('client_assertion') ? 'assertion' : 'none' } };
}

/**
 * Passes when the proof is the registration's secret. Throws TokenError `clientIsPublic`, `clientSecretMissing`,
 * `clientCertificateUnknown` or `clientSecretInvalid`.
 */
export function checkClientProof(app: AppRegistration, proof: ClientProof): void {
  if (proof.kind === 'none') throw new TokenError('clientSecretMissing');
  if (proof.kind === 'assertion') throw new TokenError('clientCertificateUnknown');
  const headers = proof.isBasic ? CHALLENGE : {};
  if (app.secretSha256 === null) throw new TokenError('clientIsPublic', { headers });
  if (!isSecret(proof.secret, app.secretSha256)) {
    throw new TokenError('clientSecretInvalid', { values: { appId: app.id }, headers });
  }
}

function isSecret(secret: string, secretSha256: string): boolean {
  const offered = hash('sha256', secret, 'buffer');
  const known = Buffer.from(secretSha256, 'hex');
  return known.length === offered.length && timingSafeEqual(offered, known);
}

function readBasic(form: ReadonlyMap<string, string>, authorization: string): ClientCredentials {
  const [clientId, secret] = decodeBasic(authorization);
  const isTwofold = form.has('client_secret') || form.has('client_assertion');
  if (isTwofold || (form.get('client_id') ?? clientId) !== clientId) throw new TokenError('requestMalformed');
  return { clientId, proof: { kind: 'secret', secret, isBasic: true } };
}

/** Id and secret are form-encoded before base64 (RFC 6749, section 2.3.1), so that both may hold a colon. */
function decodeBasic(authorization: string): [clientId: string, secret: string] {
  const pair = Buffer.from(BASIC.exec(authorization)?.[1] ?? '', 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon < 1) throw new TokenError('clientHeaderMalformed', { headers: CHALLENGE });
  try {
    return [decodeForm(pair.slice(0, colon)), decodeForm(pair.slice(colon + 1))];
  } catch (cause) {
    throw new TokenError('clientHeaderMalformed', { headers: CHALLENGE, cause });
  }
}

function decodeForm(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
