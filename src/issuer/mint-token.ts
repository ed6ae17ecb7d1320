/** Signs access tokens: for the token endpoint, and for the command line beside the data folder's keys. */
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { Clock } from '../base/clock.ts';
import type { DirectoryUser } from '../model/directory.ts';
import { applicationClaims, delegatedClaims } from './claims.ts';
import type { TokenGrant } from './claims.ts';

export interface Mint {
  readonly keys: Pick<SigningKeys, 'sign'>;
  readonly clock: Clock;
  /** A fresh GUID. */
  newId(): string;
  readonly lifetimeSeconds: number;
}

export interface TokenOrder extends Pick<TokenGrant, 'tenant' | 'app' | 'audience' | 'origin' | 'clientProof'> {
  /** For whom the app acts; for itself when not given. */
  readonly user?: DirectoryUser;
  /** Of a user's token: what the app may do; all that is consented for it when not given. */
  readonly scopes?: readonly string[];
}

/** A signed access token that is valid from now on for the mint's lifetime. */
export async function mintToken(mint: Mint, { user, scopes, ...order }: TokenOrder): Promise<string> {
  const { lifetimeSeconds } = mint;
  const grant: TokenGrant = { ...order, now: mint.clock.now(), lifetimeSeconds, tokenId: mint.newId() };
  if (user === undefined) return mint.keys.sign(applicationClaims(grant));
  return mint.keys.sign(delegatedClaims(grant, user, scopes ?? order.app.delegatedScopes));
}
