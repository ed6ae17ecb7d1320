/** What is open while a server runs: handed from one part of its start to the next. */
import type { SigningKeys } from '../auth/signing-keys.ts';
import type { DataFolder } from '../base/data-folder.ts';
import type { Settings } from '../config/settings.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { Events } from '../telemetry/events.ts';

export interface Parts {
  readonly settings: Settings;
  readonly events: Events;
  readonly folder: DataFolder;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly keys: SigningKeys;
  /** Known once the server listens. */
  readonly findBaseUrl: () => string;
}
