/** Signs access tokens: for the token endpoint, and for the command line beside the data folder's keys. */
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { Clock } from '../lib/clock.ts';
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

export interface TokenOrder extends Omit<TokenGrant, 'now' | 'lifetimeSeconds' | 'tokenId'> {
  /** For whom the app acts; for itself when not given. */
  readonly user?: DirectoryUser;
  /** Of a user's token: what the app may do; all that is consented for it when not given. */
  readonly scopes?: readonly string[];
}

export interface AccessToken {
  readonly text: string;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly lifetimeSeconds: number;
}

/** A signed access token that is valid from now on for the mint's lifetime. */
export async function mintAccessToken(mint: Mint, { user, scopes, ...order }: TokenOrder): Promise<AccessToken> {
  const { lifetimeSeconds } = mint;
  const now = mint.clock.now();
  const grant: TokenGrant = { ...order, now, lifetimeSeconds, tokenId: mint.newId() };
  const claims =
    user === undefined ? applicationClaims(grant) : delegatedClaims(grant, user, scopes ?? order.app.delegatedScopes);
  return { text: await mint.keys.sign(claims), issuedAt: Math.floor(now / 1000), lifetimeSeconds };
}
