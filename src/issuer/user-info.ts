/** The userinfo endpoint of OpenID Connect: the user of an access token, as its scopes show one. */
import type { Caller } from '../auth/authenticate.ts';
import type { EntraVersion } from '../model/entra-versions.ts';
import type { IssuerContext } from './issuer-context.ts';
import { userInfo } from './claims.ts';
import { TokenError } from './token-error.ts';

const CHALLENGE = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };

/** The refusal of a token, with the challenge that goes with it. */
export function accessTokenInvalid(cause?: unknown): TokenError {
  return new TokenError('accessTokenInvalid', { headers: CHALLENGE, cause });
}

/** Throws TokenError `accessTokenInvalid`. */
export async function describeUser(
  { directory }: IssuerContext,
  { principal, tenant }: Caller,
  version: EntraVersion,
): Promise<Record<string, string>> {
  const isOfUser = principal.kind === 'delegated' && principal.permissions.has('openid');
  const app = isOfUser ? await directory.findApp(tenant, principal.appId) : undefined;
  const user = isOfUser ? await directory.findUser(tenant, principal.userId) : undefined;
  if (app === undefined || user === undefined) throw accessTokenInvalid();
  return userInfo({ version, tenant, app, user, openid: principal.permissions });
}
