/** What admin routes work on: everything of a server that runs, or of the data that a stopped one has left. */
import type { Settings } from '../config/settings.ts';
import type { Clock } from '../lib/clock.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import type { IdSource } from '../lib/id-source.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { Events } from '../telemetry/events.ts';

export interface AdminContext {
  readonly settings: Settings;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  /** Of rules and tokens. */
  readonly clock: Clock;
  readonly ids: Pick<IdSource, 'newId'>;
  readonly events: Events;
  /** `undefined` for a command that works without one. */
  readonly server: AdminServer | undefined;
}

/** The server that the API belongs to. */
export interface AdminServer {
  /** Of the monotonic clock, in milliseconds. */
  readonly startedAt: number;
  readonly findBaseUrl: () => string;
  /** What requests remember of tenants: to be called after a change of them. */
  readonly forgetTenants: () => void;
}
