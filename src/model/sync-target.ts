/** A tenant of the real Microsoft Graph, or of another server of its kind, that a provider's record is kept true in. */
import type { RegistrationId } from '../lib/ids.ts';
import type { LearnerKey } from './directory.ts';

/** Microsoft's own, for targets that name no other. */
export const GRAPH_URL = 'https://graph.microsoft.com';
export const AUTHORITY_URL = 'https://login.microsoftonline.com';

/** A batch of {@link MAX_BATCH} is sent at once: a budget below would not hold it. */
export const REQUEST_BUDGET = { minimum: 40, maximum: 120_000, default: 1200 } as const;

/** Requests of one batch, as Microsoft Graph allows. */
export const MAX_BATCH = 20;

export interface SyncTarget {
  /** In commands, metrics and tables. */
  readonly name: string;
  /** Here: id or domain name. */
  readonly tenant: string;
  /** Here. */
  readonly provider: RegistrationId;
  readonly remoteTenant: string;
  /** The registration id there; where it is not given, the one that `vivarium sync provider` has noted. */
  readonly remoteProvider: RegistrationId | undefined;
  readonly graphUrl: string;
  readonly authority: string;
  readonly clientId: string;
  /** Read whenever a token is asked for, so that a secret can be renewed in its file. */
  readonly credentials: TargetCredentials;
  /** PEM file of the CAs that the other side is trusted by, beside those that every program trusts. */
  readonly caFile: string | undefined;
  /** `undefined`: those of the environment, if any. */
  readonly proxy: string | undefined;
  readonly requestsPerMinute: number;
  /** The property by which users there are those of here. `id`: they have the same ids. */
  readonly learnersBy: LearnerKey;
}

export type TargetCredentials =
  | { readonly kind: 'secretFile'; readonly file: string }
  /** A function, so that printing the target does not print the secret. */
  | { readonly kind: 'secret'; readonly reveal: () => string }
  /** PEM file with the certificate and its private key. */
  | { readonly kind: 'certificate'; readonly file: string };
