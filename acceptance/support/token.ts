/** Tokens without a library, for clients that are given one. */
import { NotOffered } from './not-offered.ts';
import { SCOPE } from './target.ts';
import type { SignInApp, Target, TargetApp, TargetUser } from './target.ts';

/** By client credentials. */
export function requestAppToken(target: Target, app: Required<TargetApp>): Promise<string> {
  return requestToken(target, {
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    scope: SCOPE,
  });
}

/** By name and password, with all that the app may do. Throws NotOffered. */
export function requestUserToken(target: Target, app: SignInApp, user: TargetUser): Promise<string> {
  if (user.password === undefined) throw new NotOffered(`the password of ${user.userPrincipalName} is not known`);
  return requestToken(target, {
    grant_type: 'password',
    client_id: app.clientId,
    username: user.userPrincipalName,
    password: user.password,
    scope: SCOPE,
  });
}

async function requestToken({ tokenUrl }: Target, form: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token: token, error_description: problem } = (await response.json()) as Record<string, string>;
  if (token === undefined) throw new Error(`No token: ${problem ?? response.status}`);
  return token;
}

/** What a token says, unchecked. */
export function readClaims(token: string): Readonly<Record<string, unknown>> {
  const [, claims = ''] = token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}
