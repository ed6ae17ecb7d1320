/** What the sandbox takes of the server that it is beside. */
import type { Sessions } from '../control/sessions.ts';
import type { Lockout } from '../issuer/lockout.ts';
import type { TenantId } from '../lib/ids.ts';
import type { DataFolder } from '../lib/data-folder.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { ErrorStyle } from '../odata/error-body.ts';
import type { SqlConnection } from '../store/connection.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { Events } from '../telemetry/events.ts';
import type { SandboxClock } from './clock.ts';
import type { SandboxIds } from './ids.ts';
import type { SeedReaderOptions } from './snapshots/seed-reader.ts';

/** Time and ids that can be set. */
export interface SandboxSources {
  readonly clock: SandboxClock;
  readonly ids: SandboxIds;
}

export interface SandboxOptions extends SandboxSources {
  readonly behaviour: Behaviour;
  readonly errorStyle: ErrorStyle;
  readonly journalBounds: { readonly entries: number; readonly bytes: number };
  readonly bodyLimitBytes: number;
  readonly folder: DataFolder;
  readonly events: Events;
  readonly connection: SqlConnection;
  readonly directory: DirectoryStore;
  readonly lockout: Lockout;
  /** Counts of the server that a reset forgets. */
  readonly sync: { reset(tenantId?: TenantId): void };
  readonly seeds: Pick<SeedReaderOptions, 'tools' | 'readStartSeed'>;
  /** Whether this start has filled the database. */
  readonly hasFilled: boolean;
  /** What clients are to trust; `undefined` when the certificate is the user's own. */
  readonly authorityFile: string | undefined;
  /** Of the console; `undefined` without the admin API. */
  readonly sessions: Sessions | undefined;
  /** The value of WWW-Authenticate. */
  readonly findChallenge: () => string;
  readonly findBaseUrl: () => string;
  /** What requests remember of tenants: to be called after a change of them. */
  readonly forgetTenants: () => void;
}
