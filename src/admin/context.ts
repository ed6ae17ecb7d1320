/** What admin routes work on: everything of a server that runs, or of the data that a stopped one has left. */
import type { Settings } from '../config/settings.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import type { IdSource } from '../lib/id-source.ts';
import type { AppRegistration, DirectoryUser, Tenant } from '../model/directory.ts';
import type { ChainKey } from '../store/changes/chain.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { PlaceSince } from '../store/feed/change-feed.ts';
import type { ChangeCursor } from '../store/feed/feed-cursor.ts';
import type { DeliveryRecord } from '../store/notifications/message-queue.ts';
import type { Webhook } from '../store/notifications/webhook.ts';
import type { Person } from '../control/role.ts';
import type { ControlKey } from '../control/token.ts';
import type { Sessions } from '../control/sessions.ts';
import type { SyncTarget } from '../model/sync-target.ts';
import type { OutwardParts } from '../outward/parts.ts';
import type { Events } from '../telemetry/events.ts';

export interface AdminContext {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  /** Changes tenants, users and apps: `people.run(addUser(people, tenant, { … }))`. */
  readonly people: Directory;
  /** Of rules and tokens. */
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'newId' | 'newActivityGuid'>;
  readonly events: Events;
  /** What the chains of the change log are sealed with; `undefined` without a key. */
  readonly changeLogKey: ChainKey;
  /** What works on a target for this tenant is given. */
  readonly outwardOf: (target: SyncTarget, tenant: Tenant) => OutwardParts;
  /** `undefined` where no changes are kept. */
  readonly webhooks: WebhookTools | undefined;
  /** `undefined` for a command that works without one. */
  readonly server: AdminServer | undefined;
  /** Of a sandbox that runs. */
  readonly journal?: RecordedEntries | undefined;
  /** Whom the console lets in; `undefined` for a command. */
  readonly access?: ConsoleAccess;
}

/** What webhooks are made, tried and replayed with. */
export interface WebhookTools {
  /** Why messages may not go to the URL, in words that follow "must be"; `undefined` when they may. */
  findUrlProblem(url: string): Promise<string | undefined>;
  /** The present end of the tenant's changes. */
  follow(tenantKey: number): Promise<ChangeCursor>;
  /** Where its changes since the time begin, as far as they are kept; `undefined` when none are. */
  findPlace(tenantKey: number, since: number): Promise<PlaceSince | undefined>;
  /** Sends a test message. */
  test(tenant: Tenant, webhook: Webhook): Promise<DeliveryRecord>;
}

/** What a sandbox has recorded and has in memory, as plain JSON. */
export interface RecordedEntries {
  /** Oldest first. */
  all(): readonly unknown[];
  /** Keeps only entries that pass. */
  keep(passes: (entry: unknown) => boolean): void;
}

/** What opens sessions, and what a session may be opened with. */
export interface ConsoleAccess {
  readonly sessions: Sessions;
  readonly keys: readonly ControlKey[];
  /** `undefined` where people do not sign in. */
  readonly signIn: ConsoleSignIn | undefined;
}

/** A person, as the issuer describes them. */
export interface SignedInPerson extends Person {
  /** Values of the claim of roles: what the issuer's administrators have assigned. */
  readonly roles: readonly string[];
}

/** The issuer that signs people in. */
export interface ConsoleSignIn {
  /** Of the console, there. */
  readonly clientId: string;
  /** Its name, with a place for the tenant where there are several. */
  findIssuer(): Promise<string>;
  /** Who an id token is about. @throws ControlError 401 */
  identify(idToken: string): Promise<SignedInPerson>;
}

/** Whom a token is for: an app for itself, or a user through an app. */
export interface GraphCaller {
  readonly tenant: Tenant;
  readonly app: AppRegistration;
  readonly user?: DirectoryUser;
}

export interface IssuedToken {
  readonly token: string;
  /** UTC, by the clock of tokens. */
  readonly expiresAt: string;
}

/** The backups that a server takes at intervals, in a folder of their own. */
export interface AdminBackups {
  readonly everyHours: number;
  readonly keep: number;
  /** Newest first; epoch milliseconds. */
  list(): readonly { readonly name: string; readonly createdAt: number; readonly sizeBytes: number }[];
  /** @throws ControlError 409 while another is made or verified */
  make(): Promise<ReturnType<AdminBackups['list']>[number] | undefined>;
  /** Reads all of one, and restores it where nothing is. @throws ControlError 404, 409 for one that is damaged */
  verify(name: string): Promise<{ readonly rows: number; readonly release: string; readonly schema: string }>;
}

/** The server that the API belongs to. */
export interface AdminServer {
  /** Of the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  readonly findBaseUrl: () => string;
  /** Adds to the database what was counted of the writes of providers. */
  readonly flushSyncCounts: () => Promise<void>;
  /** What requests remember of tenants: to be called after a change of them. */
  readonly forgetTenants: () => void;
  /** `undefined` where it takes none. */
  readonly backups: AdminBackups | undefined;
  /** A signed access token. @throws StartError when the server issues none */
  readonly issueFor: (holder: GraphCaller) => Promise<IssuedToken>;
}
