/** What the admin API takes and gives, printed from its schemas by `npm run docs`. */

/** What runs, on which database. */
export interface AdminStatus {
  readonly version: string;
  /** Null when no server runs. */
  readonly uptimeMs: number | null;
  /** Null when no server runs. */
  readonly baseUrl: string | null;
  /** Whether the server is, or would be, a sandbox. */
  readonly isSandbox: boolean;
  /** Whether the documentation is served at /docs. */
  readonly hasDocs: boolean;
  readonly database: {
    readonly kind: 'sqlite' | 'postgres';
    /** The last migration of the database. */
    readonly schema: string;
  };
}

/** An organisation that the server knows. */
export interface TenantDescription {
  readonly id: string;
  readonly displayName: string;
  readonly domainName: string;
  /** Without it, its requests for learning are refused. */
  readonly hasServicePlan: boolean;
  /** Whose activities are accepted; null: as the setting says. */
  readonly directory: 'registered' | 'open' | null;
  /** Of learners who become users; null: as the setting says. */
  readonly openLicence: 'none' | 'seeded' | 'premium' | null;
}

/** What a seed has changed, or would change. */
export interface AppliedSeed {
  readonly isDryRun: boolean;
  readonly actions: readonly {
    readonly action: 'add' | 'change' | 'remove';
    readonly kind: 'tenant' | 'user' | 'app' | 'learningProvider' | 'learningContent' | 'learningCourseActivity';
    /** Its domain name. */
    readonly tenant: string;
    readonly name: string;
    /** That change. */
    readonly properties: readonly string[];
  }[];
  readonly secrets: readonly {
    /** Its name. */
    readonly app: string;
    readonly clientId: string;
    /** Shown once: only its hash is kept. */
    readonly secretText: string;
  }[];
}

/** A tenant to add. It has no users and apps yet. */
export interface NewTenant {
  /** A GUID; made when not given. */
  readonly id?: string | undefined;
  readonly displayName: string;
  /** Such as contoso.com: it may replace the id in token URLs. */
  readonly domainName: string;
  /** Without it, its requests for learning are refused. */
  readonly hasServicePlan?: boolean | undefined;
  /**
   * registered: activities are of its users. open: of any learner, who becomes a user with the first one. null: as
   * the setting says.
   */
  readonly directory?: 'registered' | 'open' | null | undefined;
  /** What learners get who become users so; null: as the setting says. */
  readonly openLicence?: 'none' | 'seeded' | 'premium' | null | undefined;
}

/** What changes of a tenant. */
export interface TenantChange {
  readonly displayName?: string | undefined;
  /** Such as contoso.com: it may replace the id in token URLs. */
  readonly domainName?: string | undefined;
  /** Without it, its requests for learning are refused. */
  readonly hasServicePlan?: boolean | undefined;
  /**
   * registered: activities are of its users. open: of any learner, who becomes a user with the first one. null: as
   * the setting says.
   */
  readonly directory?: 'registered' | 'open' | null | undefined;
  /** What learners get who become users so; null: as the setting says. */
  readonly openLicence?: 'none' | 'seeded' | 'premium' | null | undefined;
}

/** A user to add. */
export interface NewUser {
  /** A GUID; made when not given. */
  readonly id?: string | undefined;
  /** Such as ada@contoso.com. */
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly givenName?: string | null | undefined;
  readonly surname?: string | null | undefined;
  readonly jobTitle?: string | null | undefined;
  readonly department?: string | null | undefined;
  readonly mail?: string | null | undefined;
  readonly employeeId?: string | null | undefined;
  readonly usageLocation?: string | null | undefined;
  readonly preferredLanguage?: string | null | undefined;
  /** Of Viva Learning. Activities are written only for learners with premium. */
  readonly licence?: 'none' | 'seeded' | 'premium' | undefined;
  /** Whether the user may sign in. */
  readonly accountEnabled?: boolean | undefined;
  /** Such as Knowledge Administrator. */
  readonly directoryRoles?: readonly string[] | undefined;
  /** Kept as a hash. */
  readonly password?: string | undefined;
}

/** What changes of a user; null removes. */
export interface UserChange {
  /** Such as ada@contoso.com. */
  readonly userPrincipalName?: string | undefined;
  readonly displayName?: string | undefined;
  readonly givenName?: string | null | undefined;
  readonly surname?: string | null | undefined;
  readonly jobTitle?: string | null | undefined;
  readonly department?: string | null | undefined;
  readonly mail?: string | null | undefined;
  readonly employeeId?: string | null | undefined;
  readonly usageLocation?: string | null | undefined;
  readonly preferredLanguage?: string | null | undefined;
  /** Of Viva Learning. Activities are written only for learners with premium. */
  readonly licence?: 'none' | 'seeded' | 'premium' | undefined;
  /** Whether the user may sign in. */
  readonly accountEnabled?: boolean | undefined;
  /** Such as Knowledge Administrator. */
  readonly directoryRoles?: readonly string[] | undefined;
  /** Kept as a hash. */
  readonly password?: string | undefined;
}

/** A licence, and how many users hold it. */
export interface LicenceHolders {
  readonly licence: 'none' | 'seeded' | 'premium';
  /** Who hold it. */
  readonly users: number;
}

/** A user of a tenant. */
export interface UserDescription {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly licence: 'none' | 'seeded' | 'premium';
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly jobTitle: string | null;
  readonly department: string | null;
  readonly mail: string | null;
  readonly employeeId: string | null;
  readonly directoryRoles: readonly string[];
}

/** An app to add. */
export interface NewApp {
  readonly displayName: string;
  /** The client id; made when not given. */
  readonly id?: string | undefined;
  /** It cannot keep a secret, and gets none. */
  readonly isPublicClient?: boolean | undefined;
  /** Whether the app gets tokens. */
  readonly accountEnabled?: boolean | undefined;
  /** Where answers to sign-in requests may go. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Application permissions. */
  readonly roles?:
    | readonly (
        | 'LearningContent.Read.All'
        | 'LearningContent.ReadWrite.All'
        | 'LearningAssignedCourse.Read.All'
        | 'LearningAssignedCourse.ReadWrite.All'
        | 'LearningSelfInitiatedCourse.Read.All'
        | 'LearningSelfInitiatedCourse.ReadWrite.All'
        | 'LicenseAssignment.Read.All'
        | 'Organization.Read.All'
        | 'Directory.Read.All'
        | 'User.ReadBasic.All'
        | 'User.Read.All'
        | 'LicenseAssignment.ReadWrite.All'
        | 'Organization.ReadWrite.All'
        | 'Directory.ReadWrite.All'
        | 'User.ReadWrite.All'
        | 'User.DeleteRestore.All'
        | 'Application.Read.All'
        | 'Application.ReadWrite.OwnedBy'
        | 'Application.ReadWrite.All'
        | 'AppRoleAssignment.ReadWrite.All'
        | 'DelegatedPermissionGrant.ReadWrite.All'
      )[]
    | undefined;
  /** Delegated permissions. */
  readonly scopes?:
    | readonly (
        | 'LearningProvider.Read'
        | 'LearningProvider.ReadWrite'
        | 'LearningContent.Read.All'
        | 'LearningContent.ReadWrite.All'
        | 'LearningAssignedCourse.Read'
        | 'LearningSelfInitiatedCourse.Read'
        | 'LicenseAssignment.Read.All'
        | 'Organization.Read.All'
        | 'Directory.Read.All'
        | 'User.Read'
        | 'User.ReadBasic.All'
        | 'User.Read.All'
        | 'LicenseAssignment.ReadWrite.All'
        | 'Organization.ReadWrite.All'
        | 'Directory.ReadWrite.All'
        | 'User.ReadWrite.All'
        | 'User.DeleteRestore.All'
        | 'Application.Read.All'
        | 'Application.ReadWrite.All'
        | 'AppRoleAssignment.ReadWrite.All'
        | 'DelegatedPermissionGrant.ReadWrite.All'
      )[]
    | undefined;
}

/** What changes of an app; lists replace those that it has. */
export interface AppChange {
  readonly displayName?: string | undefined;
  /** Whether the app gets tokens. */
  readonly accountEnabled?: boolean | undefined;
  /** Where answers to sign-in requests may go. */
  readonly redirectUris?: readonly string[] | undefined;
  /** Application permissions. */
  readonly roles?:
    | readonly (
        | 'LearningContent.Read.All'
        | 'LearningContent.ReadWrite.All'
        | 'LearningAssignedCourse.Read.All'
        | 'LearningAssignedCourse.ReadWrite.All'
        | 'LearningSelfInitiatedCourse.Read.All'
        | 'LearningSelfInitiatedCourse.ReadWrite.All'
        | 'LicenseAssignment.Read.All'
        | 'Organization.Read.All'
        | 'Directory.Read.All'
        | 'User.ReadBasic.All'
        | 'User.Read.All'
        | 'LicenseAssignment.ReadWrite.All'
        | 'Organization.ReadWrite.All'
        | 'Directory.ReadWrite.All'
        | 'User.ReadWrite.All'
        | 'User.DeleteRestore.All'
        | 'Application.Read.All'
        | 'Application.ReadWrite.OwnedBy'
        | 'Application.ReadWrite.All'
        | 'AppRoleAssignment.ReadWrite.All'
        | 'DelegatedPermissionGrant.ReadWrite.All'
      )[]
    | undefined;
  /** Delegated permissions. */
  readonly scopes?:
    | readonly (
        | 'LearningProvider.Read'
        | 'LearningProvider.ReadWrite'
        | 'LearningContent.Read.All'
        | 'LearningContent.ReadWrite.All'
        | 'LearningAssignedCourse.Read'
        | 'LearningSelfInitiatedCourse.Read'
        | 'LicenseAssignment.Read.All'
        | 'Organization.Read.All'
        | 'Directory.Read.All'
        | 'User.Read'
        | 'User.ReadBasic.All'
        | 'User.Read.All'
        | 'LicenseAssignment.ReadWrite.All'
        | 'Organization.ReadWrite.All'
        | 'Directory.ReadWrite.All'
        | 'User.ReadWrite.All'
        | 'User.DeleteRestore.All'
        | 'Application.Read.All'
        | 'Application.ReadWrite.All'
        | 'AppRoleAssignment.ReadWrite.All'
        | 'DelegatedPermissionGrant.ReadWrite.All'
      )[]
    | undefined;
}

/** An app of a tenant. */
export interface AppDescription {
  readonly clientId: string;
  /** For commands. */
  readonly name: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** How many it has. */
  readonly secrets: number;
  /** How many it has. */
  readonly certificates: number;
}

/** A client secret that was made. */
export interface AppSecret {
  /** Shown once: only its hash is kept. */
  readonly secretText: string;
  readonly keyId: string;
  readonly endDateTime: string;
}

/** What an app proves itself with. */
export interface AppCredential {
  readonly keyId: string;
  readonly kind: 'secret' | 'certificate';
  /** Of a certificate its subject, of a secret its name or its first characters; null for one of the seed. */
  readonly name: string | null;
  /** Null for a secret of the seed. */
  readonly startDateTime: string | null;
  /** Null for a secret of the seed, which does not end. */
  readonly endDateTime: string | null;
}

/** An app that was added, and its secret; null for a public client. */
export interface AddedApp {
  /** An app of a tenant. */
  readonly app: AppDescription;
  readonly secret: AppSecret | null;
}

/** A credential of a provisioning client. */
export interface ScimCredentialDescription {
  readonly id: string;
  readonly displayName: string;
  readonly createdDateTime: string;
  /** Null where it does not end. */
  readonly endDateTime: string | null;
  /** Whether requests with it are refused. */
  readonly hasEnded: boolean;
  /** Of users that the client creates without saying which. */
  readonly licence: 'none' | 'seeded' | 'premium';
}

/** A credential to make. */
export interface NewScimCredential {
  /** Such as the name of the client. */
  readonly displayName: string;
  /** Until it ends; null for never. Default 365. */
  readonly days?: number | null | undefined;
  /** Of users that the client creates without saying which. Default none. */
  readonly licence?: 'none' | 'seeded' | 'premium' | undefined;
}

/** A credential that was made. */
export interface MadeScimCredential {
  /** A credential of a provisioning client. */
  readonly credential: ScimCredentialDescription;
  /** Shown once: only its hash is kept. */
  readonly token: string;
  /** Where the client is to send its requests, below the base URL. */
  readonly path: string;
}

/** Who uses the console, and as what. */
export interface ConsoleSession {
  /** Opens the admin API, and the control API of a sandbox. */
  readonly token: string;
  readonly role: 'learner' | 'viewer' | 'operator' | 'administrator';
  readonly name: string;
  /** The user who has signed in; not of a session that a token has opened. */
  readonly person?:
    | {
        readonly tenantId: string;
        readonly userId: string;
      }
    | undefined;
  readonly expiresAt: string;
}

/** Backups of the server, and when it takes them. */
export interface BackupList {
  /** Null where the setting backupFolder names no folder: then there are no backups. */
  readonly schedule: {
    readonly everyHours: number;
    /** How many stay. */
    readonly keep: number;
  } | null;
  /** The newest first. */
  readonly value: readonly BackupDescription[];
}

/** All data as it was at one moment, as a file. */
export interface BackupDescription {
  /** Of its file. */
  readonly name: string;
  readonly createdAt: string;
  readonly sizeBytes: number;
}

/** What a backup holds: all of it was read and restored where nothing is. */
export interface BackupCheck {
  readonly rows: number;
  readonly schema: string;
  /** The release that wrote it. */
  readonly release: string;
}

/** Where people sign in to the console. */
export interface SignInDescription {
  /** Its name, with {tenantid} where people of several tenants sign in; null where people do not. */
  readonly issuer: string | null;
  readonly clientId: string | null;
  /** Where people come back to. */
  readonly redirectUri: string;
  /** By the clock that tokens are judged by. */
  readonly now: string;
}

export interface TenantCounts {
  readonly users: number;
  readonly apps: number;
  readonly providers: number;
  readonly contents: number;
  readonly activities: number;
}

/** All that is kept about a learner. */
export interface LearnerData {
  readonly id: string;
  readonly tenant: {
    readonly id: string;
    readonly domainName: string;
  };
  /** Null when the directory has no user of the id. */
  readonly user: Readonly<Record<string, unknown>> | null;
  /** As the Graph API has them. */
  readonly activities: readonly Readonly<Record<string, unknown>>[];
  /** Activities of others that name the learner as their assigner. */
  readonly assigned: readonly Readonly<Record<string, unknown>>[];
  readonly signIns: readonly {
    readonly kind: string;
    readonly state: string;
    readonly appId: string | null;
    readonly expiresAt: string;
  }[];
  readonly unmapped: readonly {
    readonly providerId: string;
    readonly requests: number;
    readonly lastAt: string;
  }[];
  /** Entries in memory that mention the learner. */
  readonly journal: readonly Readonly<Record<string, unknown>>[];
  /** How many of their rows snapshots of a sandbox hold, by table. */
  readonly snapshotRows: Readonly<Record<string, number>>;
  /** How many texts mention them: credentials of a sandbox, states of snapshots. */
  readonly documents: number;
}

/** What has gone. */
export interface LearnerErasure {
  readonly id: string;
  /** Its domain name. */
  readonly tenant: string;
  readonly activities: number;
  /** Activities of others that do not name them any more. */
  readonly assigned: number;
  readonly signIns: number;
  readonly journal: number;
  /** What could not be reached. */
  readonly notices: readonly string[];
}

/** An import, and how far it has come. */
export interface Import {
  readonly id: string;
  readonly name: string | null;
  readonly kind: 'activities' | 'contents' | 'users';
  readonly format: 'csv' | 'ndjson' | 'json';
  /** open: rows may follow. done: it was ended. refused: all or nothing was asked for, and a row was refused. */
  readonly state: 'open' | 'done' | 'refused';
  readonly isDryRun: boolean;
  readonly isAllOrNothing: boolean;
  /** That have come so far. */
  readonly rows: number;
  /** Rows by what became of them. */
  readonly counts: {
    readonly created: number;
    readonly updated: number;
    readonly unchanged: number;
    readonly skipped: number;
    readonly refused: number;
    readonly notDone: number;
    readonly removed: number;
  };
  readonly createdAt: string;
  readonly changedAt: string;
}

/** How a file is read. */
export interface ImportMapping {
  /** Of a mapping in JSON, for editors. */
  readonly $schema?: string | undefined;
  /** What wrote the file, for readers of the mapping. */
  readonly source?: string | undefined;
  readonly kind: 'activities' | 'contents' | 'users';
  readonly format?: 'csv' | 'ndjson' | 'json' | undefined;
  readonly csv?:
    | {
        /** Guessed when not given. */
        readonly delimiter?: string | undefined;
        /** Such as windows-1252. Default: utf-8. */
        readonly encoding?: string | undefined;
        /** Lines in front of the header. */
        readonly skipLines?: number | undefined;
      }
    | undefined;
  /** Columns are properties, by their names in the documentation. */
  readonly asIs?: boolean | undefined;
  /** The learningProviderId of each row. */
  readonly provider?:
    | string
    | {
        /** Name of a column; of JSON also a path: actor.mbox. */
        readonly column?: string | undefined;
        /** A text with columns in braces: {User}:{Course}. */
        readonly template?: string | undefined;
        /** Columns, whose values make up a short text that is always the same. */
        readonly digest?: readonly string[] | undefined;
        readonly value?: string | number | boolean | null | undefined;
        /** A regular expression; its first group is taken, and a value that does not match is none. */
        readonly match?: string | undefined;
        /** By value of the column, in any casing, the value that it becomes. */
        readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
        /** What a value becomes that `values` does not name. Without it, the row is refused. */
        readonly otherwise?: string | number | boolean | null | undefined;
        /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
        readonly dates?: readonly string[] | undefined;
        /** Of dates that name none. Default: UTC. */
        readonly timeZone?: string | undefined;
        /** Of names of months and days. Default: en. */
        readonly locale?: string | undefined;
        /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
        readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
        /** Holds where the column has one of these values, any, or none. */
        readonly when?:
          | {
              readonly column: string;
              /** Values, in any casing. */
              readonly in?: readonly string[] | undefined;
              /** Whether there is any value. */
              readonly filled?: boolean | undefined;
            }
          | undefined;
      }
    | readonly {
        /** Name of a column; of JSON also a path: actor.mbox. */
        readonly column?: string | undefined;
        /** A text with columns in braces: {User}:{Course}. */
        readonly template?: string | undefined;
        /** Columns, whose values make up a short text that is always the same. */
        readonly digest?: readonly string[] | undefined;
        readonly value?: string | number | boolean | null | undefined;
        /** A regular expression; its first group is taken, and a value that does not match is none. */
        readonly match?: string | undefined;
        /** By value of the column, in any casing, the value that it becomes. */
        readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
        /** What a value becomes that `values` does not name. Without it, the row is refused. */
        readonly otherwise?: string | number | boolean | null | undefined;
        /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
        readonly dates?: readonly string[] | undefined;
        /** Of dates that name none. Default: UTC. */
        readonly timeZone?: string | undefined;
        /** Of names of months and days. Default: en. */
        readonly locale?: string | undefined;
        /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
        readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
        /** Holds where the column has one of these values, any, or none. */
        readonly when?:
          | {
              readonly column: string;
              /** Values, in any casing. */
              readonly in?: readonly string[] | undefined;
              /** Whether there is any value. */
              readonly filled?: boolean | undefined;
            }
          | undefined;
      }[]
    | undefined;
  /** Of activities. */
  readonly type?: 'learningAssignment' | 'learningSelfInitiatedCourse' | undefined;
  /** Other rows are skipped. */
  readonly only?:
    | readonly {
        readonly column: string;
        /** Values, in any casing. */
        readonly in?: readonly string[] | undefined;
        /** Whether there is any value. */
        readonly filled?: boolean | undefined;
      }[]
    | undefined;
  /** A completed activity stays completed, and no percentage falls: for files that are not in the order of time. */
  readonly forwardOnly?: boolean | undefined;
  readonly learner?:
    | {
        readonly by: 'id' | 'userPrincipalName' | 'mail' | 'employeeId';
        readonly from:
          | string
          | {
              /** Name of a column; of JSON also a path: actor.mbox. */
              readonly column?: string | undefined;
              /** A text with columns in braces: {User}:{Course}. */
              readonly template?: string | undefined;
              /** Columns, whose values make up a short text that is always the same. */
              readonly digest?: readonly string[] | undefined;
              readonly value?: string | number | boolean | null | undefined;
              /** A regular expression; its first group is taken, and a value that does not match is none. */
              readonly match?: string | undefined;
              /** By value of the column, in any casing, the value that it becomes. */
              readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
              /** What a value becomes that `values` does not name. Without it, the row is refused. */
              readonly otherwise?: string | number | boolean | null | undefined;
              /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
              readonly dates?: readonly string[] | undefined;
              /** Of dates that name none. Default: UTC. */
              readonly timeZone?: string | undefined;
              /** Of names of months and days. Default: en. */
              readonly locale?: string | undefined;
              /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
              readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
              /** Holds where the column has one of these values, any, or none. */
              readonly when?:
                | {
                    readonly column: string;
                    /** Values, in any casing. */
                    readonly in?: readonly string[] | undefined;
                    /** Whether there is any value. */
                    readonly filled?: boolean | undefined;
                  }
                | undefined;
            }
          | readonly {
              /** Name of a column; of JSON also a path: actor.mbox. */
              readonly column?: string | undefined;
              /** A text with columns in braces: {User}:{Course}. */
              readonly template?: string | undefined;
              /** Columns, whose values make up a short text that is always the same. */
              readonly digest?: readonly string[] | undefined;
              readonly value?: string | number | boolean | null | undefined;
              /** A regular expression; its first group is taken, and a value that does not match is none. */
              readonly match?: string | undefined;
              /** By value of the column, in any casing, the value that it becomes. */
              readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
              /** What a value becomes that `values` does not name. Without it, the row is refused. */
              readonly otherwise?: string | number | boolean | null | undefined;
              /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
              readonly dates?: readonly string[] | undefined;
              /** Of dates that name none. Default: UTC. */
              readonly timeZone?: string | undefined;
              /** Of names of months and days. Default: en. */
              readonly locale?: string | undefined;
              /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
              readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
              /** Holds where the column has one of these values, any, or none. */
              readonly when?:
                | {
                    readonly column: string;
                    /** Values, in any casing. */
                    readonly in?: readonly string[] | undefined;
                    /** Whether there is any value. */
                    readonly filled?: boolean | undefined;
                  }
                | undefined;
            }[];
        /** Where no user has the value. */
        readonly none?: 'refuse' | 'skip' | undefined;
        /** Where several users have it. */
        readonly several?: 'refuse' | 'skip' | undefined;
      }
    | undefined;
  readonly content?:
    | {
        readonly externalId:
          | string
          | {
              /** Name of a column; of JSON also a path: actor.mbox. */
              readonly column?: string | undefined;
              /** A text with columns in braces: {User}:{Course}. */
              readonly template?: string | undefined;
              /** Columns, whose values make up a short text that is always the same. */
              readonly digest?: readonly string[] | undefined;
              readonly value?: string | number | boolean | null | undefined;
              /** A regular expression; its first group is taken, and a value that does not match is none. */
              readonly match?: string | undefined;
              /** By value of the column, in any casing, the value that it becomes. */
              readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
              /** What a value becomes that `values` does not name. Without it, the row is refused. */
              readonly otherwise?: string | number | boolean | null | undefined;
              /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
              readonly dates?: readonly string[] | undefined;
              /** Of dates that name none. Default: UTC. */
              readonly timeZone?: string | undefined;
              /** Of names of months and days. Default: en. */
              readonly locale?: string | undefined;
              /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
              readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
              /** Holds where the column has one of these values, any, or none. */
              readonly when?:
                | {
                    readonly column: string;
                    /** Values, in any casing. */
                    readonly in?: readonly string[] | undefined;
                    /** Whether there is any value. */
                    readonly filled?: boolean | undefined;
                  }
                | undefined;
            }
          | readonly {
              /** Name of a column; of JSON also a path: actor.mbox. */
              readonly column?: string | undefined;
              /** A text with columns in braces: {User}:{Course}. */
              readonly template?: string | undefined;
              /** Columns, whose values make up a short text that is always the same. */
              readonly digest?: readonly string[] | undefined;
              readonly value?: string | number | boolean | null | undefined;
              /** A regular expression; its first group is taken, and a value that does not match is none. */
              readonly match?: string | undefined;
              /** By value of the column, in any casing, the value that it becomes. */
              readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
              /** What a value becomes that `values` does not name. Without it, the row is refused. */
              readonly otherwise?: string | number | boolean | null | undefined;
              /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
              readonly dates?: readonly string[] | undefined;
              /** Of dates that name none. Default: UTC. */
              readonly timeZone?: string | undefined;
              /** Of names of months and days. Default: en. */
              readonly locale?: string | undefined;
              /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
              readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
              /** Holds where the column has one of these values, any, or none. */
              readonly when?:
                | {
                    readonly column: string;
                    /** Values, in any casing. */
                    readonly in?: readonly string[] | undefined;
                    /** Whether there is any value. */
                    readonly filled?: boolean | undefined;
                  }
                | undefined;
            }[];
        /** Properties of a content that is created where none has the id. */
        readonly create?:
          | Readonly<
              Record<
                string,
                | string
                | {
                    /** Name of a column; of JSON also a path: actor.mbox. */
                    readonly column?: string | undefined;
                    /** A text with columns in braces: {User}:{Course}. */
                    readonly template?: string | undefined;
                    /** Columns, whose values make up a short text that is always the same. */
                    readonly digest?: readonly string[] | undefined;
                    readonly value?: string | number | boolean | null | undefined;
                    /** A regular expression; its first group is taken, and a value that does not match is none. */
                    readonly match?: string | undefined;
                    /** By value of the column, in any casing, the value that it becomes. */
                    readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
                    /** What a value becomes that `values` does not name. Without it, the row is refused. */
                    readonly otherwise?: string | number | boolean | null | undefined;
                    /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
                    readonly dates?: readonly string[] | undefined;
                    /** Of dates that name none. Default: UTC. */
                    readonly timeZone?: string | undefined;
                    /** Of names of months and days. Default: en. */
                    readonly locale?: string | undefined;
                    /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
                    readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
                    /** Holds where the column has one of these values, any, or none. */
                    readonly when?:
                      | {
                          readonly column: string;
                          /** Values, in any casing. */
                          readonly in?: readonly string[] | undefined;
                          /** Whether there is any value. */
                          readonly filled?: boolean | undefined;
                        }
                      | undefined;
                  }
                | readonly {
                    /** Name of a column; of JSON also a path: actor.mbox. */
                    readonly column?: string | undefined;
                    /** A text with columns in braces: {User}:{Course}. */
                    readonly template?: string | undefined;
                    /** Columns, whose values make up a short text that is always the same. */
                    readonly digest?: readonly string[] | undefined;
                    readonly value?: string | number | boolean | null | undefined;
                    /** A regular expression; its first group is taken, and a value that does not match is none. */
                    readonly match?: string | undefined;
                    /** By value of the column, in any casing, the value that it becomes. */
                    readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
                    /** What a value becomes that `values` does not name. Without it, the row is refused. */
                    readonly otherwise?: string | number | boolean | null | undefined;
                    /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
                    readonly dates?: readonly string[] | undefined;
                    /** Of dates that name none. Default: UTC. */
                    readonly timeZone?: string | undefined;
                    /** Of names of months and days. Default: en. */
                    readonly locale?: string | undefined;
                    /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
                    readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
                    /** Holds where the column has one of these values, any, or none. */
                    readonly when?:
                      | {
                          readonly column: string;
                          /** Values, in any casing. */
                          readonly in?: readonly string[] | undefined;
                          /** Whether there is any value. */
                          readonly filled?: boolean | undefined;
                        }
                      | undefined;
                  }[]
              >
            >
          | undefined;
      }
    | undefined;
  readonly properties?:
    | Readonly<
        Record<
          string,
          | string
          | {
              /** Name of a column; of JSON also a path: actor.mbox. */
              readonly column?: string | undefined;
              /** A text with columns in braces: {User}:{Course}. */
              readonly template?: string | undefined;
              /** Columns, whose values make up a short text that is always the same. */
              readonly digest?: readonly string[] | undefined;
              readonly value?: string | number | boolean | null | undefined;
              /** A regular expression; its first group is taken, and a value that does not match is none. */
              readonly match?: string | undefined;
              /** By value of the column, in any casing, the value that it becomes. */
              readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
              /** What a value becomes that `values` does not name. Without it, the row is refused. */
              readonly otherwise?: string | number | boolean | null | undefined;
              /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
              readonly dates?: readonly string[] | undefined;
              /** Of dates that name none. Default: UTC. */
              readonly timeZone?: string | undefined;
              /** Of names of months and days. Default: en. */
              readonly locale?: string | undefined;
              /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
              readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
              /** Holds where the column has one of these values, any, or none. */
              readonly when?:
                | {
                    readonly column: string;
                    /** Values, in any casing. */
                    readonly in?: readonly string[] | undefined;
                    /** Whether there is any value. */
                    readonly filled?: boolean | undefined;
                  }
                | undefined;
            }
          | readonly {
              /** Name of a column; of JSON also a path: actor.mbox. */
              readonly column?: string | undefined;
              /** A text with columns in braces: {User}:{Course}. */
              readonly template?: string | undefined;
              /** Columns, whose values make up a short text that is always the same. */
              readonly digest?: readonly string[] | undefined;
              readonly value?: string | number | boolean | null | undefined;
              /** A regular expression; its first group is taken, and a value that does not match is none. */
              readonly match?: string | undefined;
              /** By value of the column, in any casing, the value that it becomes. */
              readonly values?: Readonly<Record<string, string | number | boolean | null>> | undefined;
              /** What a value becomes that `values` does not name. Without it, the row is refused. */
              readonly otherwise?: string | number | boolean | null | undefined;
              /** Formats to try, such as dd/MM/yyyy HH:mm, or iso, unix (seconds), unixMs. */
              readonly dates?: readonly string[] | undefined;
              /** Of dates that name none. Default: UTC. */
              readonly timeZone?: string | undefined;
              /** Of names of months and days. Default: en. */
              readonly locale?: string | undefined;
              /** integer: rounded. percent: also with a sign, 45.5 %. fraction: 0 to 1, which becomes 0 to 100. */
              readonly number?: 'integer' | 'percent' | 'fraction' | undefined;
              /** Holds where the column has one of these values, any, or none. */
              readonly when?:
                | {
                    readonly column: string;
                    /** Values, in any casing. */
                    readonly in?: readonly string[] | undefined;
                    /** Whether there is any value. */
                    readonly filled?: boolean | undefined;
                  }
                | undefined;
            }[]
        >
      >
    | undefined;
}

/** What is imported, and how it is read. */
export interface ImportOrder {
  /** Where no mapping says it. Default: activities. */
  readonly kind?: 'activities' | 'contents' | 'users' | undefined;
  /** A mapping that comes along. Default: graph. */
  readonly profile?: string | undefined;
  /** How a file is read. */
  readonly mapping?: ImportMapping | undefined;
  /** Default: that of the mapping, or csv. */
  readonly format?: 'csv' | 'ndjson' | 'json' | undefined;
  /** The learningProviderId for rows that have none. */
  readonly provider?: string | undefined;
  /** Only say what would become of each row. */
  readonly dryRun?: boolean | undefined;
  /** Store nothing when a row is refused. The file has to come as one part. */
  readonly allOrNothing?: boolean | undefined;
  /** Of the file. */
  readonly name?: string | undefined;
  /** What tells the file from others, such as a checksum: an open import of the same is continued. */
  readonly source?: string | undefined;
}

/** A mapping that comes along. */
export interface ImportProfile {
  /** As beginImport takes it. */
  readonly name: string;
  /** How a file is read. */
  readonly mapping: ImportMapping;
}

/** A mapping to begin with, and what the sample has. */
export interface ImportSuggestion {
  /** How a file is read. */
  readonly mapping: ImportMapping;
  /** What to look at, a sentence each. */
  readonly hints: readonly string[];
  /** In the order of the file; of JSON the members of the rows. */
  readonly columns: readonly string[];
  /** The first 20 rows. */
  readonly rows: readonly {
    /** Where the row begins, counted from 1. */
    readonly line: number;
    /** Without empty cells. */
    readonly values: Readonly<Record<string, unknown>>;
    /** Why the row cannot be read. */
    readonly problem?: string | undefined;
  }[];
}

/** What became of the rows of a part, in their order. */
export interface ImportPart {
  /** An import, and how far it has come. */
  readonly import: Import;
  /** Rows before the first of these. */
  readonly from: number;
  readonly value: readonly ImportResult[];
}

/** What became of a row. */
export interface ImportResult {
  /** Where the row begins in the file, counted from 1. */
  readonly line: number;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'skipped' | 'refused' | 'notDone' | 'removed';
  readonly error?:
    | {
        /** As Microsoft Graph has it, or of the import. */
        readonly code: string;
        readonly message: string;
        readonly details?:
          | readonly {
              readonly code: string;
              readonly message: string;
              readonly target: string;
            }[]
          | undefined;
        readonly reasons?: readonly string[] | undefined;
      }
    | undefined;
}

/** What a rule has come to. */
export interface RetentionOutcome {
  /** Its domain name. */
  readonly tenant: string;
  readonly days: number;
  /** UTC: what was completed before goes. */
  readonly before: string;
  /** How many have gone, or would go. */
  readonly activities: number;
}

export interface LearningOverview {
  readonly total: number;
  /** Not completed, and due before now. */
  readonly overdue: number;
  /** Not completed, and due within the next 7 days. */
  readonly dueSoon: number;
  readonly byStatus: readonly {
    readonly status: string;
    readonly count: number;
  }[];
  readonly byType: readonly {
    readonly type: string;
    readonly count: number;
  }[];
  readonly byProvider: readonly {
    readonly id: string;
    readonly displayName: string;
    readonly count: number;
    readonly completed: number;
  }[];
  /** The twenty with most activities. */
  readonly byContent: readonly {
    readonly id: string;
    readonly title: string;
    readonly count: number;
    readonly completed: number;
  }[];
  /** Of the last 90 days, in UTC. */
  readonly completedByDay: readonly {
    readonly date: string;
    readonly count: number;
  }[];
}

/** How well a provider keeps its record here. */
export interface SyncHealth {
  /** The registrationId. */
  readonly id: string;
  readonly displayName: string;
  /** Whether its activities can be written. */
  readonly isEnabled: boolean;
  /** The last write that was accepted. */
  readonly lastWriteAt: string | null;
  /** Writes of contents and activities, of all time. */
  readonly accepted: number;
  readonly refused: number;
  /** By error, the most frequent first. */
  readonly refusals: readonly {
    readonly error: string;
    readonly count: number;
    readonly lastAt: string;
  }[];
  /** The last 24 hours, the current one last. */
  readonly byHour: readonly {
    readonly hour: string;
    readonly accepted: number;
    readonly refused: number;
  }[];
  /** Learners that it names and that no user is; the latest 100. */
  readonly unmappedLearners: {
    /** Of the last 7 days; at most 1000 are kept. */
    readonly count: number;
    readonly value: readonly {
      readonly id: string;
      readonly requests: number;
      readonly lastAt: string;
    }[];
  };
  /** Contents that no activity is about; the first 100. */
  readonly contentsWithoutActivity: {
    readonly count: number;
    readonly value: readonly {
      readonly id: string;
      readonly externalId: string;
      readonly title: string;
    }[];
  };
  /** Activities that are not completed, and due before now. */
  readonly overdueActivities: number;
}

/** How a sync target stands. */
export interface SyncTargetStatus {
  readonly name: string;
  /** Here: its domain name. */
  readonly tenant: string;
  /** Here: its registration id. */
  readonly provider: string;
  readonly remoteTenant: string;
  readonly remoteProvider: string | null;
  /** new: it was never started. */
  readonly state: 'new' | 'started' | 'paused';
  readonly trouble: string | null;
  /** Whether the whole record is walked through. */
  readonly isScanning: boolean;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number;
  /** Will not be sent unless they change or are retried. */
  readonly dead: number;
  readonly skipped: number;
  readonly lastSentAt: string | null;
  /** Items that came to be so within the last minute. */
  readonly sentLastMinute: number;
  /** At most; the setting of the target. */
  readonly requestsPerMinute: number;
}

/** A content or an activity, and what was sent of it. */
export interface SyncItem {
  /** Here. */
  readonly id: string;
  readonly kind: 'content' | 'activity';
  readonly state: 'inStep' | 'waiting' | 'dead' | 'skipped';
  readonly remoteId: string | null;
  readonly externalId: string | null;
  readonly reason: string | null;
  readonly explanation: string | null;
  readonly detail: string | null;
  readonly attempts: number;
  readonly waitingSince: string | null;
  readonly sentAt: string | null;
}

/** What was sent. */
export interface SyncRun {
  /** Nothing was sent: a server does so. */
  readonly isSentElsewhere: boolean;
  /** Requests that did what they were to do. */
  readonly sent: number;
  /** Requests that will be tried again. */
  readonly failed: number;
  /** Items that will not be tried again. */
  readonly dead: number;
  /** How a sync target stands. */
  readonly target: SyncTargetStatus;
}

/** A request that would be sent next. */
export interface SyncCall {
  readonly kind: 'content' | 'activity';
  /** Here. */
  readonly id: string;
  readonly method: string;
  /** Below the version; empty where there is no request yet. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>> | undefined;
  /** Why there is no request. */
  readonly note: string | null;
}

/** A subscription of an app. */
export interface SubscriptionDescription {
  readonly id: string;
  readonly appId: string | null;
  readonly resource: string;
  readonly changeType: string;
  /** Where notifications go, without the query. */
  readonly endpoint: string;
  readonly expirationDateTime: string | null;
  /** Number of notifications to be sent. */
  readonly waiting: number;
  readonly oldestWaitingDateTime: string | null;
  /** Number of notifications whose attempts all failed. They are not sent unless redelivered. */
  readonly dead: number;
  /** The last request; null if none is recorded. */
  readonly lastDelivery: {
    readonly sentDateTime: string;
    /** Number of notifications in the request. */
    readonly notifications: number;
    /** Null if there was no answer. */
    readonly status: number | null;
    /** Null if the endpoint accepted them. */
    readonly problem: string | null;
    readonly tookMs: number;
  } | null;
}

/** A request with notifications. */
export interface NotificationDelivery {
  /** Id of the subscription. */
  readonly subscription: string;
  readonly sentDateTime: string;
  /** Number of notifications in the request. */
  readonly notifications: number;
  /** Null if there was no answer. */
  readonly status: number | null;
  /** Null if the endpoint accepted them. */
  readonly problem: string | null;
  readonly tookMs: number;
}

/** A webhook of a tenant. */
export interface Webhook {
  readonly id: string;
  /** URL to send messages to. The setting notificationReach says which addresses are allowed. */
  readonly url: string;
  /** Events to send. */
  readonly events: readonly (
    | 'activity.created'
    | 'activity.progressed'
    | 'activity.completed'
    | 'activity.overdue'
    | 'activity.deleted'
    | 'content.created'
    | 'content.updated'
    | 'content.deleted'
  )[];
  /** Ids of the providers whose events are sent; null for all. */
  readonly registrationIds: readonly string[] | null;
  /** A note, for people. */
  readonly description: string | null;
  /** Whether messages are sent. */
  readonly isEnabled: boolean;
  /** Why the server disabled it: it answered 410, or failed for days. */
  readonly disabledReason: 'gone' | 'failing' | null;
  /** When it was created. */
  readonly createdDateTime: string;
  /** Since when every request has failed; null if the last one was accepted. */
  readonly failingSinceDateTime: string | null;
  /** Until when messages are also signed with the old secret; null if there is none. */
  readonly previousSecretEndDateTime: string | null;
  /** Number of messages to be sent. */
  readonly waiting: number;
  /** When the oldest waiting message was created; null if none waits. */
  readonly oldestWaitingDateTime: string | null;
  /** Number of dead letters: all attempts failed, so they are not sent unless redelivered. */
  readonly dead: number;
  /** The last request; null if none is recorded. */
  readonly lastDelivery: WebhookDelivery | null;
}

/** A webhook to create. */
export interface NewWebhook {
  /** URL to send messages to. The setting notificationReach says which addresses are allowed. */
  readonly url: string;
  /** Events to send. */
  readonly events: readonly (
    | 'activity.created'
    | 'activity.progressed'
    | 'activity.completed'
    | 'activity.overdue'
    | 'activity.deleted'
    | 'content.created'
    | 'content.updated'
    | 'content.deleted'
  )[];
  /** Ids of the providers whose events are sent; null for all. */
  readonly registrationIds?: readonly string[] | null | undefined;
  /** A note, for people. */
  readonly description?: string | null | undefined;
  /** Default true. */
  readonly isEnabled?: boolean | undefined;
}

/** Properties to change. */
export interface WebhookChange {
  /** URL to send messages to. The setting notificationReach says which addresses are allowed. */
  readonly url?: string | undefined;
  /** Events to send. */
  readonly events?:
    | readonly (
        | 'activity.created'
        | 'activity.progressed'
        | 'activity.completed'
        | 'activity.overdue'
        | 'activity.deleted'
        | 'content.created'
        | 'content.updated'
        | 'content.deleted'
      )[]
    | undefined;
  /** Ids of the providers whose events are sent; null for all. */
  readonly registrationIds?: readonly string[] | null | undefined;
  /** A note, for people. */
  readonly description?: string | null | undefined;
  /** Events that happen while it is disabled are not sent later. Waiting messages are sent once it is enabled. */
  readonly isEnabled?: boolean | undefined;
}

/** A webhook with a new secret. */
export interface MadeWebhook {
  /** A webhook of a tenant. */
  readonly webhook: Webhook;
  /** Key of the signatures. Only shown once. */
  readonly secret: string;
}

/** A request to a webhook. */
export interface WebhookDelivery {
  /** Id of the webhook. */
  readonly webhook: string;
  /** The header webhook-id, which is the same with each attempt. */
  readonly message: string;
  readonly event:
    | 'activity.created'
    | 'activity.progressed'
    | 'activity.completed'
    | 'activity.overdue'
    | 'activity.deleted'
    | 'content.created'
    | 'content.updated'
    | 'content.deleted'
    | 'webhook.missed'
    | 'webhook.test';
  /** 1 for the first. */
  readonly attempt: number;
  /** When the request was sent. */
  readonly sentDateTime: string;
  /** Null if there was no answer. */
  readonly status: number | null;
  /** Null if the receiver accepted it. */
  readonly problem: string | null;
  /** The start of the answer. */
  readonly answer: string;
  readonly tookMs: number;
}

/** A message whose attempts all failed. It is not sent unless redelivered. */
export interface WebhookDeadLetter {
  /** Id of the webhook. */
  readonly webhook: string;
  /** The header webhook-id. */
  readonly message: string;
  readonly event:
    | 'activity.created'
    | 'activity.progressed'
    | 'activity.completed'
    | 'activity.overdue'
    | 'activity.deleted'
    | 'content.created'
    | 'content.updated'
    | 'content.deleted'
    | 'webhook.missed'
    | 'webhook.test';
  /** Id of the activity or content. */
  readonly item: string | null;
  /** Id of its provider. */
  readonly registrationId: string | null;
  /** When it was queued. */
  readonly createdDateTime: string;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly problem: string | null;
}

/** What is sent again. */
export interface WebhookReplay {
  /** A webhook of a tenant. */
  readonly webhook: Webhook;
  /** Since when events are sent again: later than requested if changes are not kept that long. */
  readonly sinceDateTime: string;
  /** Whether all changes since the requested time are kept. */
  readonly isComplete: boolean;
}

/** What a check of the audit trail of a tenant has come to. */
export interface AuditVerdict {
  /** Id of the tenant; null for what belongs to none, or to one that has gone. */
  readonly tenant: string | null;
  /** Number of the tenant in the database; 0 for none. */
  readonly tenantKey: number;
  readonly records: number;
  readonly chains: number;
  /** Of all that was verified: keep it elsewhere, and give it to a later check. */
  readonly head: string;
  /** At most 100; none when the trail is whole. */
  readonly problems: readonly string[];
}

/** What a check of the audit trail has come to. */
export interface AuditVerification {
  readonly isWhole: boolean;
  readonly value: readonly AuditVerdict[];
}

/** A change, as the audit trail holds it. */
export interface AuditRecord {
  /** UTC, by the clock of the machine. */
  readonly at: string;
  /** Id of the tenant; null for what belongs to none, or to one that has gone. */
  readonly tenant: string | null;
  /** Number of the tenant in the database; 0 for none. */
  readonly tenantKey: number;
  readonly chain: number;
  /** In the chain. */
  readonly place: number;
  /** What was changed, such as learningCourseActivity. */
  readonly kind: string | null;
  /** created, updated or deleted. */
  readonly action: string | null;
  /** GUID of what was changed; for a user, a hash of the id. */
  readonly itemId: string | null;
  /** By what way the change came: graph, admin, control and so on. */
  readonly channel: string | null;
  readonly operation: string;
  readonly appId: string | null;
  readonly requestId: string | null;
  /** Id of the user who made the change, or a name. */
  readonly actor: string | null;
  /** Values as they were; of an update, those that changed. */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** Values as they are since; of an update, those that changed. */
  readonly after: Readonly<Record<string, unknown>> | null;
  /** Names of what changed, where values are not kept. */
  readonly changed: readonly string[] | null;
  /** Pseudonym of a person whose values were erased from the record. */
  readonly erased: string | null;
  /** False when what was stored has been tampered with. */
  readonly isReadable: boolean;
  readonly recordHash: string;
}

/** Records of the audit trail, the oldest first, and cursors to go on from. */
export interface AuditPage {
  readonly value: readonly AuditRecord[];
  /** Cursor of what is older than the page. */
  readonly before: string;
  /** Cursor of what is newer than the page, also of what is written later. */
  readonly after: string;
  /** Whether there may be more in the direction that was asked for. */
  readonly hasMore: boolean;
}
