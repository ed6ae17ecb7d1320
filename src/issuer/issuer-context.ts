/** What all endpoints of the embedded issuer work on. */
import type { Audiences } from '../auth/audiences.ts';
import type { Clock } from '../lib/clock.ts';
import type { IssuerDirectory } from './directory.ts';
import type { GrantStore } from './grant-store.ts';
import type { Lockout } from './lockout.ts';
import type { RotatingKeys } from './rotating-keys.ts';

export interface IssuerContext {
  readonly directory: IssuerDirectory;
  readonly grants: GrantStore;
  readonly keys: RotatingKeys;
  readonly lockout: Lockout;
  readonly clock: Clock;
  /** A fresh GUID. */
  newId(): string;
  /** Of access tokens and id tokens. */
  readonly lifetimeSeconds: number;
  /** Resources that tokens can be asked for. */
  readonly audiences: Audiences;
  /** Whether a client assertion is refused when it comes again. Off for MSAL, which sends one until it expires. */
  readonly refusesRepeatedAssertions: boolean;
  /** The one origin that access tokens name as their issuer, however their receiver addressed the server. */
  findTokenOrigin(): string;
}
