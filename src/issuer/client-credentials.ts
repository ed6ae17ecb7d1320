/** How a client says who it is at the token endpoint: in the form, by HTTP Basic, or with a signed assertion. */
import { hash, timingSafeEqual } from 'node:crypto';
import { formatInstant } from '../lib/utc-text.ts';
import { isPublicClient } from '../model/directory.ts';
import type { AppRegistration } from '../model/directory.ts';
import type { Address } from './address.ts';
import type { IssuerContext } from './issuer-context.ts';
import { ASSERTION_TYPE, checkAssertion } from './client-assertion.ts';
import type { Registration } from './directory.ts';
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
  | { readonly kind: 'assertion'; readonly assertion: string }
  | { readonly kind: 'secret'; readonly secret: string; readonly isBasic: boolean };

/** How a client proved who it is, as tokens tell it in `azpacr`. */
export const PROOF_CLAIMS = { none: '0', secret: '1', assertion: '2' } as const;

/**
 * Reads who the client claims to be and what it offers as proof. Throws TokenError `clientHeaderMalformed`,
 * `requestMalformed` for two ways at once or an unknown type of assertion, `parameterMissing` without a client id.
 */
export function readClientCredentials(
  form: ReadonlyMap<string, string>,
  authorization: string | undefined,
): ClientCredentials {
  if (authorization !== undefined) return readBasic(form, authorization);
  const clientId = form.get('client_id');
  if (clientId === undefined) throw new TokenError('parameterMissing', { values: { parameter: 'client_id' } });
  const [secret, assertion] = [form.get('client_secret'), form.get('client_assertion')];
  if (assertion === undefined) {
    return { clientId, proof: secret === undefined ? { kind: 'none' } : { kind: 'secret', secret, isBasic: false } };
  }
  const isReadable = form.get('client_assertion_type') === ASSERTION_TYPE;
  if (secret !== undefined || !isReadable) throw new TokenError('requestMalformed');
  return { clientId, proof: { kind: 'assertion', assertion } };
}

/**
 * Passes when the proof is the registration's: its secret, its certificate, or none for a public client. Throws TokenError
 * `clientIsPublic`, `clientProofMissing`, `clientSecretInvalid`, `clientSecretExpired`, `clientLocked` and those of
 * {@link checkRegistration} and {@link checkAssertion}.
 */
export async function checkClientProof(
  issuer: IssuerContext,
  registration: Registration,
  { proof, address }: { readonly proof: ClientProof; readonly address: Address },
): Promise<void> {
  checkRegistration(registration);
  const isPublic = isPublicClient(registration.app);
  if (proof.kind === 'none') {
    if (!isPublic) throw new TokenError('clientProofMissing');
    return;
  }
  const headers = proof.kind === 'secret' && proof.isBasic ? CHALLENGE : {};
  if (isPublic) throw new TokenError('clientIsPublic', { headers });
  if (proof.kind === 'assertion') {
    await checkAssertion(issuer, registration, { assertion: proof.assertion, address });
    return;
  }
  const { tenantId, id } = registration.app;
  const guess = {
    kind: 'clientSecret',
    secret: proof.secret,
    target: { tenantId, id },
    sender: address.sender,
  } as const;
  const found = findSecret(registration.app, proof.secret, formatInstant(issuer.clock.now()));
  if (await issuer.lockout.judge(guess, async () => found)) {
    if (found === 'good') return;
    throw new TokenError('clientSecretExpired', { values: { appId: id }, headers });
  }
  throw new TokenError('clientSecretInvalid', { values: { appId: id }, headers });
}

/** Throws TokenError `applicationDisabled` or `servicePrincipalMissing`. */
function checkRegistration({ app, tenant }: Registration): void {
  const values = { appId: app.id, appName: app.displayName, tenant: tenant.id };
  if (!app.hasServicePrincipal) throw new TokenError('servicePrincipalMissing', { values });
  if (!app.accountEnabled) throw new TokenError('applicationDisabled', { values });
}

/** Whether it is a secret of the app, and its time has not passed; one whose time is to come counts as none. */
function findSecret(app: AppRegistration, secret: string, now: string): 'good' | 'expired' | undefined {
  if (app.secretSha256 !== null && isSecret(secret, app.secretSha256)) return 'good';
  const found = app.passwordCredentials.find((known) => isSecret(secret, known.secretSha256));
  if (found === undefined || now < found.startDateTime) return undefined;
  return now < found.endDateTime ? 'good' : 'expired';
}

function isSecret(secret: string, secretSha256: string): boolean {
  const offered = hash('sha256', secret, 'buffer');
  const known = Buffer.from(secretSha256, 'hex');
  return secret !== '' && known.length === offered.length && timingSafeEqual(offered, known);
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
