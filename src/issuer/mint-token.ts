/** Signs access tokens: for the token endpoint, and for the command line beside the data folder's keys. */
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { Clock } from '../base/clock.ts';
import type { DirectoryUser } from '../model/directory.ts';
import { applicationClaims, delegatedClaims } from './claims.ts';
import type { TokenGrant } from './claims.ts';

export interface Mint {
  readonly keys: SigningKeys;
  readonly clock: Clock;
  /** A fresh GUID. */
  newId(): string;
  readonly lifetimeSeconds: number;
}

export interface TokenOrder extends Pick<TokenGrant, 'tenant' | 'app' | 'audience' | 'origin'> {
  /** For whom the app acts; for itself when not given. */
  readonly user?: DirectoryUser;
}

/** A signed access token that is valid from now on for the mint's lifetime. */
export async function mintToken(mint: Mint, { user, ...order }: TokenOrder): Promise<string> {
  const { lifetimeSeconds } = mint;
  const grant: TokenGrant = { ...order, now: mint.clock.now(), lifetimeSeconds, tokenId: mint.newId() };
  return mint.keys.sign(user === undefined ? applicationClaims(grant) : delegatedClaims(grant, user));
}
