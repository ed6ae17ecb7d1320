/** The server that the clients speak to, in the form of the ready file that Vivarium writes. */
import type { SigningApp } from './seed.ts';

export interface Target {
  /** Scheme, host and port. */
  readonly baseUrl: string;
  /** PEM file of the authority that signed the server's certificate; null when Node trusts it anyway. */
  readonly caFile: string | null;
  readonly tenantId: string;
  readonly tokenUrl: string;
  /** By the names of the seed: `writer` is what most cases act as. */
  readonly apps: Readonly<Record<string, TargetApp>>;
  readonly users: Readonly<Record<string, TargetUser>>;
  /** Apps that users sign in with: `portal` is public, `website` has a secret. */
  readonly signInApps: Readonly<Record<string, SignInApp>>;
  /** Ids of what the server holds, such as `registrationId`. */
  readonly samples: Readonly<Record<string, string>>;
  /** Only of servers that the suite has started itself. */
  readonly own?: OwnServer;
}

export interface TargetApp {
  readonly clientId: string;
  readonly clientSecret?: string;
}

export interface TargetUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly password?: string;
}

export interface SignInApp {
  readonly clientId: string;
  readonly redirectUris: readonly string[];
}

export interface OwnServer {
  readonly dataFolder: string;
  readonly signer: SigningApp;
  /** A second server, which allows {@link LIMIT_PER_MINUTE} requests of each app. */
  readonly limited?: Target;
}

/** So few that a client reaches it at once, and enough for a write, its retries and the removal of what it made. */
export const LIMIT_PER_MINUTE = 12;

/** What clients ask tokens for, as they do of Microsoft Graph. */
export const SCOPE = 'https://graph.microsoft.com/.default';
