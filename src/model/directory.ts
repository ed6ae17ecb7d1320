/** Who and what a tenant knows besides learning data: itself, its users, its app registrations. */
import type { AppId, TenantId, UserId } from '../lib/ids.ts';

/** What a user may use Viva Learning for. */
export const LICENCES = ['none', 'seeded', 'premium'] as const;
export type Licence = (typeof LICENCES)[number];

/** The licence without which no activity of a learner is written. */
export const ACTIVITY_LICENCE = 'premium' as const satisfies Licence;

export interface Tenant {
  /** The GUID of tokens and URLs. */
  readonly id: TenantId;
  /** First column of every key in the store. */
  readonly key: number;
  readonly displayName: string;
  /** Name usable in place of the GUID in token URLs, lower case. */
  readonly domainName: string;
  /** Whether the tenant has a Viva Learning service plan at all. */
  readonly hasServicePlan: boolean;
}

export interface AppRegistration {
  readonly tenantId: TenantId;
  readonly id: AppId;
  readonly name: string;
  /** Lower-case hex SHA-256 of the client secret; null for an app without one. */
  readonly secretSha256: string | null;
  /** PEM, of the keys that may sign the app's assertions about itself. */
  readonly certificates: readonly string[];
  /** Where answers to sign-in requests may go. */
  readonly redirectUris: readonly string[];
  /** Application permissions consented for the app. */
  readonly appRoles: readonly string[];
  /** Delegated permissions consented for the app. */
  readonly delegatedScopes: readonly string[];
}

export interface DirectoryUser {
  readonly tenantId: TenantId;
  readonly id: UserId;
  /** Short name of the seed, for the command line. */
  readonly name: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly mail: string | null;
  /** Given by the organisation; users may share one. */
  readonly employeeId: string | null;
  readonly licence: Licence;
  /** Names of directory roles, such as `Knowledge Administrator`. */
  readonly directoryRoles: readonly string[];
  /** As `base/password.ts` makes it; null for a user who has no password. */
  readonly passwordHash: string | null;
}

/** An app that cannot keep a secret: what it says about itself is believed, and PKCE binds its sign-ins. */
export function isPublicClient({ secretSha256, certificates }: AppRegistration): boolean {
  return secretSha256 === null && certificates.length === 0;
}

/** Directory roles that may register learning providers. */
export const PROVIDER_ADMINISTRATORS: readonly string[] = ['Knowledge Administrator', 'Global Administrator'];
