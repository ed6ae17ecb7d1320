/** What a server is filled with, as a program gives it: the content of a seed file. `seeds/default.yaml` is an example. */
export interface Seed {
  /** Tokens without a sign-in, apps, users and samples are those of the first. */
  readonly tenants: readonly SeedTenant[];
  /** Values of your own by name, handed on as {@link VivariumServer.samples}. */
  readonly samples?: Readonly<Record<string, string>>;
}

export interface SeedTenant {
  /** A GUID, as all ids here. */
  readonly id: string;
  readonly displayName: string;
  readonly domainName: string;
  /** Without it, every request but those for users and licences is refused. Default: true. */
  readonly hasServicePlan?: boolean;
  /** `open`: activities of any learner are accepted, who becomes a user with the first one. Default: the option `directory`. */
  readonly directory?: 'registered' | 'open';
  /** What learners get who become users so. Default: the option `openLicence`. */
  readonly openLicence?: 'none' | 'seeded' | 'premium';
  /** By names of your own. */
  readonly users: Readonly<Record<string, SeedUser>>;
  /** By names of your own. */
  readonly apps: Readonly<Record<string, SeedApp>>;
  readonly providers?: readonly SeedProvider[];
}

export interface SeedUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly mail?: string;
  /** Up to 16 characters, which users may share. */
  readonly employeeId?: string;
  /** Activities are written only for learners with `premium`. */
  readonly licence: 'none' | 'seeded' | 'premium';
  /** Made when not given. */
  readonly password?: string;
  /** Such as `Knowledge Administrator`, which may register providers. */
  readonly directoryRoles?: readonly string[];
}

export interface SeedApp {
  readonly id: string;
  /** Has neither a secret nor a certificate. */
  readonly isPublicClient?: boolean;
  /** Made when not given, in the first tenant. */
  readonly clientSecret?: string;
  /** PEM texts, or paths of PEM files. */
  readonly certificates?: readonly string[];
  readonly redirectUris?: readonly string[];
  /** Application permissions. */
  readonly roles?: readonly string[];
  /** Delegated permissions. */
  readonly scopes?: readonly string[];
}

/** With the properties of a learningProvider. */
export interface SeedProvider extends SeedItem {
  readonly contents?: readonly SeedItem[];
  readonly activities?: readonly SeedItem[];
}

/** With the properties of its type in the API. */
export interface SeedItem {
  readonly id: string;
  readonly [property: string]: unknown;
}
