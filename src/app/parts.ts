/** What is open while a server runs: handed from one part of its start to the next. */
import type { TrustedIssuer } from '../auth/trusted-issuers.ts';
import type { Clock } from '../base/clock.ts';
import type { DataFolder } from '../base/data-folder.ts';
import type { Settings } from '../config/settings.ts';
import type { RotatingKeys } from '../issuer/rotating-keys.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { Events } from '../telemetry/events.ts';

export interface Parts {
  readonly settings: Settings;
  /** Of rules and tokens; certificates are made for the real time. */
  readonly clock: Clock;
  readonly events: Events;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly keys: RotatingKeys;
  readonly outsideIssuers: readonly TrustedIssuer[];
  /** Known once the server listens. */
  readonly findBaseUrl: () => string;
}
