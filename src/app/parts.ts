/** What is open while a server runs: handed from one part of its start to the next. */
import type { TrustedIssuer } from '../auth/trusted-issuers.ts';
import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import type { IdSource } from '../lib/id-source.ts';
import type { Settings } from '../config/settings.ts';
import type { Throttle } from '../server/throttle.ts';
import type { Lockout } from '../issuer/lockout.ts';
import type { RotatingKeys } from '../issuer/rotating-keys.ts';
import type { MountedApi } from '../control/api.ts';
import type { Sessions } from '../control/sessions.ts';
import type { ControlToken } from '../control/token.ts';
import type { Sandbox } from '../sandbox/plugin.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { StandingCache } from '../store/standing-cache.ts';
import type { TenantCache } from '../store/tenant-cache.ts';
import type { SyncCounter } from '../sync/sync-counter.ts';
import type { Events } from '../telemetry/events.ts';
import type { RequestTracer } from '../telemetry/request-tracer.ts';

export interface Parts {
  readonly settings: Settings;
  /** Of rules and tokens; certificates are made for the real time. */
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'newId' | 'newActivityGuid'>;
  readonly events: Events;
  /** `undefined`: requests are not traced. */
  readonly tracer: RequestTracer | undefined;
  readonly folder: DataFolder;
  /** Of this start, as the folder has noted it. */
  readonly instance: string;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  /** Changes users and apps. */
  readonly people: Directory;
  /** Of requests. */
  readonly tenants: TenantCache;
  /** Of the apps and users of tokens. */
  readonly standings: StandingCache;
  readonly keys: RotatingKeys;
  readonly lockout: Lockout;
  readonly sync: SyncCounter;
  readonly outsideIssuers: readonly TrustedIssuer[];
  /** `undefined`: any number of requests. */
  readonly throttle: Throttle | undefined;
  /** `undefined`: the server is none. */
  readonly sandbox: Sandbox | undefined;
  /** `undefined`: it is switched off. */
  readonly admin: Admin | undefined;
  /** Whether an origin names the server by a host of its own. */
  readonly isOwnHost: (origin: string) => boolean;
  /** Known once the server listens. */
  readonly findBaseUrl: () => string;
  /** Where clients may reach the server: its base URL, and each port that it listens on. */
  readonly findUrls: () => readonly string[];
}

/** What the admin API adds to a server. */
export interface Admin {
  readonly token: ControlToken;
  /** Of the console. */
  readonly sessions: Sessions;
  /** The file that holds it. */
  readonly tokenFile: string;
  readonly api: MountedApi;
}
