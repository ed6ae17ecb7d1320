/** What a program sees of a server. */
import type {
  AddedApp,
  AdminStatus,
  AppChange,
  AppCredential,
  AppDescription,
  AppSecret,
  AppliedSeed,
  AuditPage,
  AuditRecord,
  AuditVerification,
  ImportOrder,
  ImportPart,
  LicenceHolders,
  MadeScimCredential,
  NewApp,
  NewScimCredential,
  NewTenant,
  NewUser,
  ScimCredentialDescription,
  TenantChange,
  TenantDescription,
  UserChange,
  UserDescription,
} from './admin-types.ts';
import type { Subscriptions, Webhooks } from './notified.ts';
import type { OfTenant } from './of-tenant.ts';
import type {
  ClockDescription,
  Fault,
  FaultOrder,
  FaultPreset,
  Inbox,
  InboxChange,
  InboxRequest,
  JournalCount,
  JournalEntry,
  JournalMatch,
  JournalPage,
  JournalVerification,
  Limit,
  LimitOrder,
  SnapshotDescription,
} from './control-types.ts';
import type { SettingOptions } from './options.ts';
import type { Seed } from './seed.ts';
import type { Sync } from './sync-types.ts';

/** Settings by their names, and what only a program can say. */
export interface ServerOptions extends SettingOptions {
  /** Plain HTTP on loopback in place of HTTPS, so that no client has to trust a certificate. Default: false. */
  readonly http?: boolean | undefined;
  /** What the server is filled with: a YAML file, or its content as an object. Default: the seed that comes along. */
  readonly seed?: string | Seed | undefined;
}

/** A running server. */
export interface VivariumServer extends Sandbox, AsyncDisposable {
  /** Scheme, host and port, without a trailing slash. */
  readonly baseUrl: string;
  /** The further address of the option `httpPort`. */
  readonly httpUrl: string | undefined;
  /** The forward proxy of the option `proxyPort`, and the file with the certificate that its clients are to trust. */
  readonly proxy: { readonly url: string; readonly caFile: string } | undefined;
  /** For client credentials of the first tenant; `undefined` when the server issues no tokens. */
  readonly tokenUrl: string | undefined;
  /** The certificate, in PEM, that clients are to trust; `undefined` with `http`, or with a certificate of your own. */
  readonly caCertificate: string | undefined;
  /** A file that holds it while the server runs. */
  readonly caFile: string | undefined;
  /** The first tenant. What follows is its, by the names of the seed. */
  readonly tenantId: string;
  readonly apps: Readonly<Record<string, ServerApp>>;
  /** Apps that users sign in with. */
  readonly signInApps: Readonly<Record<string, ServerSignInApp>>;
  /** Apps that prove themselves with a certificate. */
  readonly certificateApps: Readonly<Record<string, ServerCertificateApp>>;
  readonly users: Readonly<Record<string, ServerUser>>;
  /** Ids of the seed that examples use. */
  readonly samples: Readonly<Record<string, string>>;
  /**
   * A bearer token for an app, or for a user with these delegated permissions, which the sign-in app must have consent for,
   * or with all of them.
   */
  tokenFor(holder: TokenHolder): Promise<string>;
  /** The control API, for other processes; `undefined` with `sandbox: false`. */
  readonly controlUrl: string | undefined;
  readonly controlToken: string | undefined;
  /** What runs the server: with and without the sandbox. Refusals are errors named `ControlRefusal`. */
  readonly admin: Admin;
  /** The admin API, for other processes; `undefined` with `adminApi: false`. */
  readonly adminUrl: string | undefined;
  readonly adminToken: string | undefined;
  /** Answers what is in flight, then stops. A second call waits for the first. */
  close(): Promise<void>;
}

/** What tests do to a server. Refusals are errors named `ControlRefusal`, with `status` and `problems`. */
export interface Sandbox {
  /** Back to what a fresh start has: the seed, no faults and limits, an empty journal and inboxes, real time. */
  reset(tenant?: string): Promise<void>;
  /** Other data, now and for resets: the content of a seed file, or its text. */
  reseed(seed: Seed | string): Promise<void>;
  /** Keeps the state under a name: letters, digits, dots, underscores and hyphens. */
  snapshot(name: string, tenant?: string): Promise<Snapshot>;
  /** Goes back to the state that was kept under the name. */
  restore(name: string): Promise<void>;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly journal: Journal;
  readonly inboxes: Inboxes;
  readonly clock: Clock;
  /** The same requests get the same ids for the same seed; `null` for ids by chance. */
  seedIds(seed: string | null): Promise<void>;
}

export interface Snapshot extends SnapshotDescription {
  restore(): Promise<void>;
}

/** What those who run a server do to it. Refusals are errors named `ControlRefusal`, with `status` and `problems`. */
export interface Admin {
  /** Adds and changes what the seed names; removes nothing unless it is to prune, and changes no secret. */
  applySeed(
    seed: Seed | string,
    options?: { readonly dryRun?: boolean | undefined; readonly prune?: boolean | undefined },
  ): Promise<AppliedSeed>;
  status(): Promise<AdminStatus>;
  readonly tenants: Tenants;
  readonly users: Users;
  readonly licences: Licences;
  readonly apps: Apps;
  readonly scimCredentials: ScimCredentials;
  readonly subscriptions: Subscriptions;
  readonly webhooks: Webhooks;
  readonly sync: Sync;
  readonly audit: Audit;
  /** A text of at most 32 MB: activities as CSV unless the options say otherwise. Gives what became of each row. */
  import(text: string, options?: OfTenant & ImportOrder): Promise<ImportPart>;
}

/** Users are named by id or userPrincipalName. */
export interface Users {
  /** By display name, 100 of them unless a limit is given, 1000 at most. */
  list(
    query?: OfTenant & { readonly search?: string | undefined; readonly limit?: number | undefined },
  ): Promise<readonly UserDescription[]>;
  add(user: NewUser, of?: OfTenant): Promise<UserDescription>;
  /** Licence, password and whether the user may sign in as well. */
  change(name: string, change: UserChange, of?: OfTenant): Promise<UserDescription>;
  remove(name: string, of?: OfTenant): Promise<void>;
}

/** Licences of Viva Learning, which users hold. */
export interface Licences {
  /** How many users hold each. */
  list(of?: OfTenant): Promise<readonly LicenceHolders[]>;
  assign(user: string, licence: LicenceHolders['licence'], of?: OfTenant): Promise<UserDescription>;
}

/** Apps are named by client id or name. */
export interface Apps {
  list(of?: OfTenant): Promise<readonly AppDescription[]>;
  /** With a secret, which is shown this once. */
  add(app: NewApp, of?: OfTenant): Promise<AddedApp>;
  change(name: string, change: AppChange, of?: OfTenant): Promise<AppDescription>;
  remove(name: string, of?: OfTenant): Promise<void>;
  /** Its secrets and certificates. */
  listCredentials(name: string, of?: OfTenant): Promise<readonly AppCredential[]>;
  /** In PEM, of an RSA key. */
  addCertificate(name: string, certificate: string, of?: OfTenant): Promise<AppCredential>;
  removeCredential(name: string, keyId: string, of?: OfTenant): Promise<void>;
  /** Earlier secrets end at once, unless they are to be kept. */
  rotateSecret(name: string, options?: OfTenant & { readonly keepOld?: boolean | undefined }): Promise<AppSecret>;
}

/** Tokens of clients that provision users over SCIM. Credentials are named by id. */
export interface ScimCredentials {
  /** Oldest first. */
  list(of?: OfTenant): Promise<readonly ScimCredentialDescription[]>;
  /** With a token, which is shown this once. */
  add(credential: NewScimCredential, of?: OfTenant): Promise<MadeScimCredential>;
  remove(id: string, of?: OfTenant): Promise<void>;
}

/** From when on, and the first time that is too late: UTC, such as `2026-01-01T00:00:00Z`. */
export interface AuditSpan {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** Which changes; the newest of them, unless a cursor of an earlier page is given. */
export interface AuditQuery extends OfTenant, AuditSpan {
  /** Such as `learningCourseActivity`, `user`, `settings`. */
  readonly kind?: string | undefined;
  /** Id of an activity, a content, a provider, an app or a user. */
  readonly item?: string | undefined;
  /** Id of the user who made the change, or a name. */
  readonly actor?: string | undefined;
  /** Client id. */
  readonly app?: string | undefined;
  readonly operation?: string | undefined;
  /** 100 unless given, 1000 at most. */
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** Who changed what, with `audit: 'full'` or `'metadata'`. */
export interface Audit {
  /** The tenant `none` has what belongs to no tenant, such as settings. */
  list(query?: AuditQuery): Promise<AuditPage>;
  /** What became of one item, the oldest change first. */
  history(item: string, of?: OfTenant): Promise<readonly AuditRecord[]>;
  /** Whether every record is as it was written; `head`: of an earlier check of the tenant. */
  verify(query?: OfTenant & { readonly head?: string | undefined }): Promise<AuditVerification>;
  /** All records of all tenants, or of one, in the order of chains. */
  export(query?: OfTenant & AuditSpan): AsyncIterable<AuditRecord>;
}

/** The organisations that the server knows, named by id or domain name. */
export interface Tenants {
  list(): Promise<readonly TenantDescription[]>;
  /** Without users and apps. */
  add(tenant: NewTenant): Promise<TenantDescription>;
  change(name: string, change: TenantChange): Promise<TenantDescription>;
  /** With all that it has; the only tenant cannot be removed. */
  remove(name: string): Promise<void>;
}

/** Failures on demand. */
export interface Faults {
  add(order: FaultOrder): Promise<Fault>;
  /** In the order in which they are looked at, with how often each has struck. */
  list(): Promise<readonly Fault[]>;
  get(id: string): Promise<Fault>;
  /** Its counters stay. */
  setEnabled(id: string, isEnabled: boolean): Promise<Fault>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
  /** Of faults and of limits. */
  listPresets(): Promise<readonly FaultPreset[]>;
}

/** How many requests are let through in a window of time. */
export interface Limits {
  /** With a preset, what it says itself need not be said. */
  add(order: LimitOrder | (Partial<LimitOrder> & { readonly preset: string })): Promise<Limit>;
  list(): Promise<readonly Limit[]>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

/** Which entries, and how many. */
export interface JournalQuery extends Omit<JournalMatch, 'header' | 'body'> {
  /** Those that come after the entry with this id; of the newest first, those before it. */
  readonly after?: number | undefined;
  /** Which come first: the newest unless given. */
  readonly order?: 'newest' | 'oldest' | undefined;
  /** 100 unless given, 1000 at most. */
  readonly limit?: number | undefined;
}

/** What requests came, what they were answered, and why. */
export interface Journal {
  query(query?: JournalQuery): Promise<JournalPage>;
  get(id: number): Promise<JournalEntry>;
  /** Whether as many requests came as expected; without a count at least one. `after` is the id of an entry. */
  verify(order: {
    readonly match?: JournalMatch | undefined;
    readonly count?: JournalCount | undefined;
    readonly after?: number | undefined;
  }): Promise<JournalVerification>;
  /** Whether no requests came but those that fit one of these. */
  verifyNoneBut(allow: readonly JournalMatch[], after?: number): Promise<JournalVerification>;
  /** The request as a command for a shell. */
  curl(id: number): Promise<string>;
  /** As an HTTP archive, oldest first. */
  har(query?: Omit<JournalQuery, 'order' | 'limit'>): Promise<unknown>;
  clear(): Promise<void>;
}

/** Addresses that stand in for endpoints of webhooks and notifications. Any name of letters and digits is one. */
export interface Inboxes {
  /** Those that are set to something or have received something. */
  list(): Promise<readonly Inbox[]>;
  /** With its address. */
  get(name: string): Promise<Inbox>;
  /** What it answers, and the secret by which it checks signatures. */
  change(name: string, change: InboxChange): Promise<Inbox>;
  /** What arrived, oldest first. Waits at most so long until so many have arrived, one unless given. */
  requests(
    name: string,
    query?: {
      readonly after?: number | undefined;
      readonly atLeast?: number | undefined;
      readonly waitSeconds?: number | undefined;
    },
  ): Promise<readonly InboxRequest[]>;
  /** Forgets what arrived and what it is set to. */
  remove(name: string): Promise<void>;
  clear(): Promise<void>;
}

/** An ISO 8601 date and time, such as `2026-01-02T03:04:05Z`, or a date. */
export type Moment = string | Date;

/** The clock of rules, tokens and answers. */
export interface Clock {
  show(): Promise<ClockDescription>;
  /** Stands still, there or where it is. */
  freeze(at?: Moment): Promise<ClockDescription>;
  /** Goes on from there. */
  set(at: Moment): Promise<ClockDescription>;
  /** Forward, or back: milliseconds, or an ISO 8601 duration such as `PT1H30M`. */
  advance(by: number | string): Promise<ClockDescription>;
  /** So many times as fast as real time. */
  run(factor: number): Promise<ClockDescription>;
  /** Real time again. */
  real(): Promise<ClockDescription>;
}

/** By the names of the seed. */
export type TokenHolder =
  { readonly app: string } | { readonly user: string; readonly scopes?: readonly string[] | undefined };

export interface ServerApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Application permissions. */
  readonly roles: readonly string[];
}

export interface ServerSignInApp {
  readonly clientId: string;
  /** Delegated permissions. */
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
}

export interface ServerCertificateApp {
  readonly clientId: string;
  /** SHA-1 in hex. */
  readonly certificateThumbprints: readonly string[];
  /** Application permissions. */
  readonly roles: readonly string[];
}

export interface ServerUser {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly password: string;
}
