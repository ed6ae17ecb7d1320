/** Who and what a tenant knows besides learning data: itself, its users, its app registrations. */
import type { AppId, TenantId, UserId } from '../lib/ids.ts';

/** What a user may use Viva Learning for. */
export const LICENCES = ['none', 'seeded', 'premium'] as const;
export type Licence = (typeof LICENCES)[number];

/** The licence without which no activity of a learner is written. */
export const ACTIVITY_LICENCE = 'premium' as const satisfies Licence;

/** Which learners activities are accepted of: users of the directory, or any, who become users with the first one. */
export const DIRECTORY_MODES = ['registered', 'open'] as const;
export type DirectoryMode = (typeof DIRECTORY_MODES)[number];

/** What tells learners apart: `mail` and `employeeId` may be those of several. */
export const LEARNER_KEYS = ['id', 'userPrincipalName', 'mail', 'employeeId'] as const;
export type LearnerKey = (typeof LEARNER_KEYS)[number];

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
  /** Null: as the setting says. */
  readonly directory: DirectoryMode | null;
  /** What a learner gets who becomes a user with the first activity. Null: as the setting says. */
  readonly openLicence: Licence | null;
  /** Grows by one with each update. */
  readonly rowVersion: number;
}

/** A client secret that was added to an app; of the secret itself only the hash is kept. */
export interface PasswordCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  /** The first characters of the secret. */
  readonly hint: string;
  /** Canonical UTC text, as all instants here. */
  readonly startDateTime: string;
  readonly endDateTime: string;
  /** Lower-case hex. */
  readonly secretSha256: string;
}

/** A certificate that was added to an app. */
export interface KeyCredential {
  readonly keyId: string;
  readonly displayName: string | null;
  /** As sent, base64; the thumbprint when not sent. */
  readonly customKeyIdentifier: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
  /** PEM. */
  readonly certificate: string;
}

/** A permission that was taken from an app: tokens that were issued until then do not hold it any more. */
export interface WithdrawnPermission {
  readonly permission: string;
  readonly kind: 'application' | 'delegated';
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface AppRegistration {
  readonly tenantId: TenantId;
  readonly id: AppId;
  /** Unique in the tenant, for the command line: of the seed, or the id. */
  readonly name: string;
  readonly displayName: string;
  /** Lower-case hex SHA-256 of the client secret of the seed, which does not expire; null for an app without one. */
  readonly secretSha256: string | null;
  /** Secrets that were added while the server runs. */
  readonly passwordCredentials: readonly PasswordCredential[];
  /** PEM of the seed, of the keys that may sign the app's assertions about itself. */
  readonly certificates: readonly string[];
  /** Certificates that were added while the server runs. */
  readonly keyCredentials: readonly KeyCredential[];
  /** Where answers to sign-in requests may go. */
  readonly redirectUris: readonly string[];
  /** Application permissions consented for the app. */
  readonly appRoles: readonly string[];
  /** Delegated permissions consented for the app. */
  readonly delegatedScopes: readonly string[];
  readonly withdrawn: readonly WithdrawnPermission[];
  /** What its owner says of it and no rule goes by, by property name of `application`; null for an app of the seed. */
  readonly manifest: Readonly<Record<string, unknown>> | null;
  /** Canonical UTC text; null for an app of the seed. */
  readonly createdDateTime: string | null;
  /** The app that created it. */
  readonly createdByAppId: AppId | null;
  /** Whether the app is enabled in the tenant. */
  readonly accountEnabled: boolean;
  /** Whether the tenant knows the app as a service principal: without one it gets no tokens. */
  readonly hasServicePrincipal: boolean;
  /** Grows by one with each update. */
  readonly rowVersion: number;
}

/** What a provisioning client authenticates with; of the token itself only the hash is kept. */
export interface ScimCredential {
  readonly tenantId: TenantId;
  /** A GUID. */
  readonly id: string;
  readonly displayName: string;
  /** Lower-case hex. */
  readonly tokenSha256: string;
  /** Epoch milliseconds, as is `expiresAt`; null where it does not expire. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** Of users that the client creates without saying which. */
  readonly licence: Licence;
}

/** A product that was assigned to a user, without some of its service plans. */
export interface AssignedLicense {
  readonly skuId: string;
  readonly disabledPlans: readonly string[];
}

export interface DirectoryUser {
  readonly tenantId: TenantId;
  readonly id: UserId;
  /** Unique in the tenant, for the command line: of the seed, or the userPrincipalName. */
  readonly name: string;
  /** In lower case. */
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** Whether the user may sign in. */
  readonly accountEnabled: boolean;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly jobTitle: string | null;
  readonly department: string | null;
  readonly mail: string | null;
  readonly mailNickname: string | null;
  readonly preferredLanguage: string | null;
  /** Two letters of ISO 3166; licences are assigned where it is given. */
  readonly usageLocation: string | null;
  /** Given by the organisation; users may share one. */
  readonly employeeId: string | null;
  /** The id that a provisioning client gives. */
  readonly externalId: string | null;
  readonly licence: Licence;
  /** Where products were assigned one by one: `licence` follows from them. Null where the licence was given as such. */
  readonly assignedLicenses: readonly AssignedLicense[] | null;
  /** Names of directory roles, such as `Knowledge Administrator`. */
  readonly directoryRoles: readonly string[];
  /** As `lib/password.ts` makes it; null for a user who has no password. */
  readonly passwordHash: string | null;
  /** Grows by one with each update. */
  readonly rowVersion: number;
}

/** Whether the directory has an app or user, and lets it work. */
export type Registered = 'enabled' | 'disabled' | 'unknown';

/** How the app and the user of a token stand now: tokens outlive changes of both. */
export interface Standing {
  readonly app: Registered;
  readonly withdrawn: readonly WithdrawnPermission[];
  /** `undefined` for the token of an app. */
  readonly user: Registered | undefined;
}

/** What a new tenant has unless it is said otherwise. */
export const NEW_TENANT = {
  hasServicePlan: true,
  directory: null,
  openLicence: null,
  rowVersion: 1,
} as const satisfies Partial<Tenant>;

/** What a new user has unless it is said otherwise. */
export const NEW_USER = {
  accountEnabled: true,
  givenName: null,
  surname: null,
  jobTitle: null,
  department: null,
  mail: null,
  mailNickname: null,
  preferredLanguage: null,
  usageLocation: null,
  employeeId: null,
  externalId: null,
  licence: 'none',
  assignedLicenses: null,
  directoryRoles: [],
  passwordHash: null,
  rowVersion: 1,
} as const satisfies Partial<DirectoryUser>;

/** What a new app has unless it is said otherwise. */
export const NEW_APP = {
  secretSha256: null,
  passwordCredentials: [],
  certificates: [],
  keyCredentials: [],
  redirectUris: [],
  appRoles: [],
  delegatedScopes: [],
  withdrawn: [],
  manifest: null,
  createdDateTime: null,
  createdByAppId: null,
  accountEnabled: true,
  hasServicePrincipal: true,
  rowVersion: 1,
} as const satisfies Partial<AppRegistration>;

/** An app that cannot keep a secret: what it says about itself is believed, and PKCE binds its sign-ins. */
export function isPublicClient(app: AppRegistration): boolean {
  const { secretSha256, passwordCredentials, certificates, keyCredentials, manifest } = app;
  const hasProof = [certificates, passwordCredentials, keyCredentials].some((proofs) => proofs.length > 0);
  if (secretSha256 !== null || hasProof) return false;
  return manifest === null || manifest['isFallbackPublicClient'] === true;
}

/** Directory roles that may register learning providers. */
export const PROVIDER_ADMINISTRATORS: readonly string[] = ['Knowledge Administrator', 'Global Administrator'];
