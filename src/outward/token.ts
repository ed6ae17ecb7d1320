/** Access tokens of the app in the other tenant: client credentials, with a secret or a certificate. */
import { createHash, createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';

import { monotonicMs, systemClock } from '../lib/clock.ts';
import { readFilled, readWord } from '../lib/read-filled.ts';
import type { SyncTarget } from '../model/sync-target.ts';
import type { HttpAnswer, HttpClient, Lost } from './http.ts';

/** The target cannot be worked on at all at present. The message is for its administrator, and holds no secret. */
export class TargetTrouble extends Error {
  override readonly name = 'TargetTrouble';
}

export interface TokenSource {
  /** @throws TargetTrouble */
  get(signal: AbortSignal): Promise<string>;
  /** The other side has refused it. */
  forget(): void;
}

/** Renewed when a tenth of its life is left, five minutes at most. */
const MARGIN_SHARE = 0.1;
const MAX_MARGIN_SECONDS = 300;
const ASSERTION_SECONDS = 300;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export function createTokenSource(target: SyncTarget, http: HttpClient): TokenSource {
  const url = `${target.authority}/${target.remoteTenant}/oauth2/v2.0/token`;
  let known: { readonly token: string; readonly renewAt: number } | undefined;
  let asking: Promise<string> | undefined;
  const ask = async (signal: AbortSignal): Promise<string> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: target.clientId,
      scope: `${target.graphUrl}/.default`,
      ...(await proofOf(target, url).catch(troubleOf(target))),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const askedAt = monotonicMs();
    const { token, lifetimeSeconds } = readAnswer(
      await http.send({ method: 'POST', url, headers, body: form.toString() }, signal),
      target,
    );
    const marginSeconds = Math.min(MAX_MARGIN_SECONDS, lifetimeSeconds * MARGIN_SHARE);
    known = { token, renewAt: askedAt + (lifetimeSeconds - marginSeconds) * 1000 };
    return token;
  };
  return {
    get: async (signal) => {
      if (known !== undefined && monotonicMs() < known.renewAt) return known.token;
      // Batches that run at once share one.
      asking ??= ask(signal).finally(() => (asking = undefined));
      return asking;
    },
    forget: () => (known = undefined),
  };
}

/** A file that is missing, or holds something else. */
function troubleOf({ name }: SyncTarget): (cause: unknown) => never {
  return (cause) => {
    throw new TargetTrouble(`Cannot use the credentials of ${name}: ${(cause as Error).message}`, { cause });
  };
}

async function proofOf(target: SyncTarget, audience: string): Promise<Readonly<Record<string, string>>> {
  const { credentials, name } = target;
  switch (credentials.kind) {
    case 'secret':
      return { client_secret: credentials.reveal() };
    case 'secretFile':
      return { client_secret: readWord(credentials.file, { what: `The client secret of the sync target ${name}` }) };
    case 'certificate': {
      const assertion = await signAssertion(target, { file: credentials.file, audience });
      return { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
    }
    default:
      return credentials satisfies never;
  }
}

/** https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
async function signAssertion(
  { clientId, name }: SyncTarget,
  { file, audience }: { readonly file: string; readonly audience: string },
): Promise<string> {
  const pem = readFilled(file, { what: `The certificate of the sync target ${name}` });
  const certificate = new X509Certificate(pem);
  const thumbprint = (algorithm: string) => createHash(algorithm).update(certificate.raw).digest('base64url');
  const now = Math.floor(systemClock.now() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'PS256', typ: 'JWT', x5t: thumbprint('sha1'), 'x5t#S256': thumbprint('sha256') })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(createPrivateKey(pem));
}

function readAnswer(
  answer: HttpAnswer | Lost,
  { name, authority }: SyncTarget,
): { token: string; lifetimeSeconds: number } {
  if (answer.kind === 'lost')
    throw new TargetTrouble(`No token for ${name}: ${authority} did not answer (${answer.cause}).`);
  const {
    access_token: token,
    expires_in: seconds,
    error,
    error_description: description,
  } = Object(answer.body) as Readonly<Record<string, unknown>>;
  if (answer.status === 200 && typeof token === 'string') {
    return { token, lifetimeSeconds: Number.isFinite(Number(seconds)) ? Number(seconds) : 0 };
  }
  // The first sentence: what follows are ids and times of the request.
  const text = [description, error].find((one) => typeof one === 'string') ?? 'without a reason';
  const [why] = text.split(/\r?\n| Trace ID/, 1);
  throw new TargetTrouble(`No token for ${name}: ${authority} answered ${answer.status} ${why}`);
}
