/** Printed from `src/config/rows/` by `npm run docs`. */

/** The settings of a server that is started by a program. */
export interface SettingOptions {
  /**
   * Address to listen on. localhost means both loopback addresses, 0.0.0.0 every IPv4 address. Default: localhost.
   */
  readonly host?: string | undefined;
  /** Port of HTTPS; 0 picks a free one and prints it. */
  readonly port?: number | undefined;
  /**
   * Speak HTTP/2 as well, with clients that agree on it by ALPN. Each stream is served as a request of HTTP/1.1,
   * which costs more than such a request itself. Default: false.
   */
  readonly http2?: boolean | undefined;
  /** A further port, for plain HTTP, on loopback unless --http-host is given; 0 picks a free one. */
  readonly httpPort?: number | undefined;
  /**
   * Address to listen on for plain HTTP. Any but loopback gives up encryption, so that others on the network can read
   * and change tokens, secrets and data. Use it only on a network that you trust, such as that of containers on one
   * machine. Default: localhost.
   */
  readonly httpHost?: string | undefined;
  /**
   * Further host names or IP addresses of this server, for its certificate; may be repeated. A local CA that was made
   * without them needs vivarium renew-ca.
   */
  readonly tlsName?: readonly string[] | undefined;
  /** PEM certificate chain to serve in place of one issued by the local CA; needs --key. */
  readonly cert?: string | undefined;
  /** PEM private key of the certificate. */
  readonly key?: string | undefined;
  /**
   * URL by which clients reach the server when it is not the address it listens on, such as behind a proxy. The
   * certificate names its host, if the local CA was made with it.
   */
  readonly publicUrl?: string | undefined;
  /**
   * Serve metrics for Prometheus at /metrics on this port, plain HTTP, on loopback unless --metrics-host is given; 0
   * picks a free one. They name operations, tenants and refusals, but no people and no data.
   */
  readonly metricsPort?: number | undefined;
  /**
   * Address to serve metrics on. Anyone who can reach it can read them: let it be a network of those who run the
   * server. Default: localhost.
   */
  readonly metricsHost?: string | undefined;
  /**
   * Open a forward proxy on this port, for programs whose base URL cannot be changed: it answers Microsoft Graph's
   * and Entra's host names from this server, with certificates by a local CA of its own. 0 picks a free one.
   */
  readonly proxyPort?: number | undefined;
  /** Address to listen on as a forward proxy. Default: localhost. */
  readonly proxyHost?: string | undefined;
  /**
   * What the forward proxy does with requests to any other host: refuse them with 403, or pass them on unread. pass
   * needs a loopback address, so that the proxy is not open to others. Default: refuse.
   */
  readonly proxyOthers?: 'refuse' | 'pass' | undefined;
  /**
   * Trust X-Forwarded-Proto, X-Forwarded-Host and the last address of X-Forwarded-For, from any sender. Only for a
   * server that is reachable through a proxy alone. Default: false.
   */
  readonly trustProxy?: boolean | undefined;
  /**
   * Addresses or networks of the proxies in front of the server, such as 10.0.0.0/8; may be repeated. Of
   * X-Forwarded-For counts the last address that is none of them, and only what they send. Needs --public-url.
   */
  readonly trustedProxy?: readonly string[] | undefined;
  /**
   * Serve the admin API below /_admin. It needs the admin token: the one of --admin-token-file, or the one that the
   * first start writes to the file admin-token of the data folder. With database, it is on only with a token file or
   * the sandbox. Default: true.
   */
  readonly adminApi?: boolean | undefined;
  /**
   * Serve the console at /console: pages for people, to see and change what the server holds. It needs the admin API.
   * Default: true.
   */
  readonly console?: boolean | undefined;
  /** Serve this documentation at /docs. It is the same for everyone, and asks for no token. Default: true. */
  readonly docs?: boolean | undefined;
  /**
   * Client id under which the first of trustedIssuers knows the console: people sign in there. Its redirect URI is
   * the address of its pages. Without it, people sign in at the embedded issuer of a sandbox.
   */
  readonly consoleClientId?: string | undefined;
  /**
   * Tenant, by id or domain name, whose people can have a role. Needed where there are several tenants: a role is for
   * the whole server.
   */
  readonly consoleTenant?: string | undefined;
  /**
   * Who may do everything in the console: userPrincipalNames, ids of users, or values of the roles claim of id
   * tokens; may be repeated. Without it, no one has this role.
   */
  readonly consoleAdministrator?: readonly string[] | undefined;
  /**
   * Who may see everything, change learning data and work with the sandbox, named in the same way. Without it, no one
   * has this role.
   */
  readonly consoleOperator?: readonly string[] | undefined;
  /**
   * Who may see everything but secrets, named in the same way. Other users of a tenant see their own learning alone.
   * Without it, no one has this role.
   */
  readonly consoleViewer?: readonly string[] | undefined;
  /** File with the token of the admin API, of at least 16 characters. Servers of one database share it. */
  readonly adminTokenFile?: string | undefined;
  /** Folder of the database, the keys and the certificates; made when it is missing. */
  readonly data?: string | undefined;
  /** Keep data in memory only: it is lost when the process ends. */
  readonly ephemeral?: boolean | undefined;
  /**
   * PostgreSQL database to use in place of the file in the data folder. Its sslmode is disable, require, verify-ca or
   * verify-full; without one, this machine is disable and any other verify-full.
   */
  readonly database?: string | undefined;
  /** File with the password for PostgreSQL, read again for every connection. */
  readonly databasePasswordFile?: string | undefined;
  /** PEM certificates of the CAs that may issue the certificate of PostgreSQL. */
  readonly databaseCa?: string | undefined;
  /**
   * Migrate PostgreSQL to the schema of this release at startup, as vivarium migrate does. SQLite files are always
   * migrated. Default: false.
   */
  readonly migrateAtStart?: boolean | undefined;
  /**
   * Fill an empty database although the data folder shows that one was filled before; without it, such a start is
   * refused. For one start. Default: false.
   */
  readonly beginAnew?: boolean | undefined;
  /**
   * What the audit trail keeps of each change: nothing, who changed which properties when, or the values before and
   * after too. Where the sandbox is off, the default is full; a sandbox has its journal. Default: off.
   */
  readonly audit?: 'off' | 'metadata' | 'full' | undefined;
  /**
   * File with a secret of at least 32 characters that seals the audit trail, so that write access to the database is
   * not enough to forge it. Servers of one database share it.
   */
  readonly auditKeyFile?: string | undefined;
  /** How long the audit trail keeps records; without it, for good. */
  readonly auditDays?: number | undefined;
  /**
   * How long changes are kept for those who follow them: a follower that was away for longer has to begin again. With
   * 0, and the audit trail off, changes are not kept at all. Default: 7.
   */
  readonly feedDays?: number | undefined;
  /**
   * Folder of its own for backups that the server takes at intervals, in a thread beside it. Without it, none are
   * taken.
   */
  readonly backupFolder?: string | undefined;
  /** How old the newest backup in backupFolder becomes before the next is taken. Default: 24. */
  readonly backupEveryHours?: number | undefined;
  /** How many backups stay in backupFolder; older ones are removed. Default: 7. */
  readonly backupKeep?: number | undefined;
  /**
   * TENANT=DAYS: activities that were completed more than so many days ago are deleted once a day; may be repeated.
   * vivarium retention says what a rule would delete.
   */
  readonly retentionRule?: readonly string[] | undefined;
  /** Minimum level of the events that are logged to standard error. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' | undefined;
  /**
   * Resources that tokens may be asked for and are accepted for, besides the address of the server itself. Default:
   * https://graph.microsoft.com, 00000003-0000-0000-c000-000000000000, api://vivarium.
   */
  readonly audiences?: readonly string[] | undefined;
  /** How long a token is valid. Default: 3599. */
  readonly tokenLifetimeSeconds?: number | undefined;
  /** How long a key of the embedded issuer signs tokens; it is published while they are valid. Default: 90. */
  readonly signingKeyDays?: number | undefined;
  /**
   * How many wrong passwords for a user, secrets for an app, or user codes lock out the address that sends them, for
   * a minute at first; 0 never does. Default: 10.
   */
  readonly lockoutThreshold?: number | undefined;
  /**
   * Refuse a client assertion that comes a second time. MSAL sends one again until it expires, so that it then fails.
   * Default: false.
   */
  readonly singleUseAssertions?: boolean | undefined;
  /** Allowed clock difference between the issuer of a token and this server. Default: 300. */
  readonly clockSkewSeconds?: number | undefined;
  /** Size of the cache of verified tokens. Default: 10000. */
  readonly tokenCacheSize?: number | undefined;
  /**
   * Issue tokens. When off, there are no token endpoints, and only tokens of trustedIssuers are accepted. Default:
   * true.
   */
  readonly embeddedIssuer?: boolean | undefined;
  /** Other issuers whose tokens are accepted; docs/identity.md says how to describe them. */
  readonly trustedIssuers?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Timeout for fetching the keys of a trusted issuer. Default: 5000. */
  readonly issuerTimeoutMs?: number | undefined;
  /**
   * Minimum time between two fetches of the keys of a trusted issuer; until then, tokens with an unknown key are
   * refused. Default: 300.
   */
  readonly issuerKeyFloorSeconds?: number | undefined;
  /** The largest request body, as received and inflated. Default: 4194304. */
  readonly bodyLimitBytes?: number | undefined;
  /** How many requests an app may send in a tenant each minute, over all servers; 0 is any number. Default: 0. */
  readonly throttleRequestsPerMinute?: number | undefined;
  /** How many requests all apps of a tenant may send each minute, over all servers; 0 is any number. Default: 0. */
  readonly throttleTenantRequestsPerMinute?: number | undefined;
  /**
   * How many reads, writes and token requests may be in flight, so many of each. Bursts may exceed it fivefold; under
   * a load that does not end, an eighth of it keeps the server busy, and what is beyond that is refused with 503
   * before it is read. Health routes and the control API are not counted. Default: 128.
   */
  readonly maxRequestsInFlight?: number | undefined;
  /** How long a write waits for its turn at the database, and for locks of other processes. Default: 5000. */
  readonly writeWaitMs?: number | undefined;
  /** How many connections to PostgreSQL are open at most; writes leave one of them to reads. Default: 10. */
  readonly databaseConnections?: number | undefined;
  /** How long a request waits for a connection to PostgreSQL. Default: 5000. */
  readonly databaseWaitMs?: number | undefined;
  /** How long PostgreSQL may work on a statement, and a transaction may idle. Default: 30000. */
  readonly statementTimeoutMs?: number | undefined;
  /** Database statements slower than this are logged. Default: 20. */
  readonly slowStatementMs?: number | undefined;
  /** How long a stopping server waits for the requests in flight. Default: 10000. */
  readonly shutdownGraceMs?: number | undefined;
  /** How many requests the journal of a sandbox keeps; older ones are evicted. Default: 10000. */
  readonly journalEntries?: number | undefined;
  /** How much memory the entries of the journal take, counted as two bytes a character. Default: 67108864. */
  readonly journalBytes?: number | undefined;
  /** Tenants that the records of providers are kept true in; docs/sync.md is the guide. */
  readonly syncTargets?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /**
   * When something has waited longer to be sent, or cannot be sent, the event syncWaiting reports it. Default: 15.
   */
  readonly syncWaitLimitMinutes?: number | undefined;
  /**
   * Which addresses notifications and webhooks may be sent to. public allows the Internet, over https; loopback also
   * this machine; any also private networks. Default: public, and loopback in a sandbox. Default: loopback.
   */
  readonly notificationReach?: 'public' | 'loopback' | 'any' | undefined;
  /**
   * Serve the control API below /_vivarium, for tests: reset, snapshots, clock, faults, journal. It needs the control
   * token. Off by default with database, with publicUrl and without embeddedIssuer. Default: true.
   */
  readonly sandbox?: boolean | undefined;
  /** Seeds the id generator: from a fresh data folder on, the same requests get the same ids. */
  readonly idSeed?: string | undefined;
  /**
   * Say in innerError why a request was refused: what is wrong with the token or with a value, which permission or
   * licence is missing. The log and the journal have it in any case. Switch it off where the server is not a sandbox.
   * Default: true.
   */
  readonly explainRefusals?: boolean | undefined;
  /**
   * Whose activities are accepted, in tenants that do not say so themselves. registered: those of its users. open:
   * those of any learner, who becomes a user with the first one. Default: registered.
   */
  readonly directory?: 'registered' | 'open' | undefined;
  /**
   * Licence of learners who become users by an open directory. With any but premium, their activities are refused for
   * want of a licence, and they do not become users. Default: premium.
   */
  readonly openLicence?: 'none' | 'seeded' | 'premium' | undefined;
  /**
   * How answers spell the provider's key: externalcourseActivityId as in the schema, which typed SDKs read, or
   * externalCourseActivityId as in the examples. An answer to a create repeats the request's spelling. Default:
   * schema.
   */
  readonly externalIdSpelling?: 'schema' | 'documented' | undefined;
  /**
   * The error code of a 403: as the pages print it, or as the live service was seen to send it. Default: Forbidden.
   */
  readonly forbiddenCode?: 'Forbidden' | 'forbidden' | undefined;
  /**
   * What a body with a property that the type does not have gets: a 400 that names it, or no notice. Default: error.
   */
  readonly unknownProperty?: 'error' | 'ignore' | undefined;
  /** Let updates of activities leave out status, which the pages call required. Default: false. */
  readonly lenientPatch?: boolean | undefined;
  /**
   * Let creates and updates repeat provider, type, learner and external id of another activity, in place of a 409.
   * Default: false.
   */
  readonly allowDuplicateExternalIds?: boolean | undefined;
  /**
   * Ask for a LearningAssignedCourse permission for assignments and a LearningSelfInitiatedCourse permission for
   * self-initiated courses; without it either opens both. Default: true.
   */
  readonly typeScopedPermissions?: boolean | undefined;
  /**
   * Accept POST, PATCH and DELETE at /employeeExperience/learningCourseActivities: older pages print the PATCH, and
   * generated clients offer all of them. Default: false.
   */
  readonly rootActivityWrites?: boolean | undefined;
  /** Take POST of learning contents, which the schema has and no page describes. Default: false. */
  readonly contentPost?: boolean | undefined;
  /** Open learning contents to delegated tokens, as before October 2022. Default: false. */
  readonly delegatedContent?: boolean | undefined;
  /** Open the lists of one learner's activities to application tokens. Default: false. */
  readonly appListActivities?: boolean | undefined;
  /**
   * Refuse $filter and $orderby on lists of activities, whose pages do not name them, and what this server adds to
   * Microsoft Graph. Default: false.
   */
  readonly documentedOnly?: boolean | undefined;
  /**
   * Refuse every form in docs/strict.md, also those that the sources disagree about, and what this server adds to
   * Microsoft Graph. Default: false.
   */
  readonly strict?: boolean | undefined;
  /**
   * Accept every form in docs/strict.md, also those that Microsoft Graph is known to refuse. Excludes strict.
   * Default: false.
   */
  readonly lenient?: boolean | undefined;
}
