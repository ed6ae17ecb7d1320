/** Keeps a person signed in: their session lasts an hour, and the issuer's refresh token gives another one. */
import { getSession, readRenewal, setRenewal } from './session.ts';

const RENEWED_AFTER_MS = 50 * 60_000;

let renewing: Promise<void> | undefined;

/** The session's token; that of a person is renewed before it ends, without their doing anything. */
export async function findSessionToken(): Promise<string | undefined> {
  const renewal = readRenewal();
  const refreshToken = renewal?.refreshToken;
  if (renewal !== undefined && refreshToken !== undefined && Date.now() - renewal.openedAt > RENEWED_AFTER_MS) {
    renewing ??= renew(refreshToken).finally(() => (renewing = undefined));
    await renewing;
  }
  return getSession()?.token;
}

async function renew(refreshToken: string): Promise<void> {
  try {
    const { renewSession } = await import('./oidc.ts');
    await renewSession(refreshToken);
  } catch {
    // The session goes on to its end, and then the person is asked to sign in.
    setRenewal(undefined);
  }
}
