/** The control API with everything behind it. Loaded with its first request: it brings the parsers of seeds along. */
import { createControlApi } from '../control/api.ts';
import type { ControlApi } from '../control/api.ts';
import type { ControlToken } from '../control/token.ts';
import { CONTROL_ROOT } from '../lib/control-root.ts';
import { once } from '../lib/once.ts';
import { PACKAGE } from '../lib/package.ts';
import { readCredentials, writeCredentialsFile } from '../seed/credentials.ts';
import { createCredentialsStore } from '../store/credentials-store.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { countOfTenant } from '../store/tenant-counts.ts';
import { clockRoutes, idRoutes } from './clock-routes.ts';
import { sharedStore } from './common-store.ts';
import { CONTROL_FACTS } from './control-facts.ts';
import type { Faults } from './faults/faults.ts';
import type { Gate } from './gate.ts';
import type { Inboxes } from './inboxes/inboxes.ts';
import type { Journal } from './journal/journal.ts';
import type { Limits } from './limits/limits.ts';
import type { SandboxOptions } from './options.ts';
import { recordedRoutes } from './recorded-routes.ts';
import { createSeedReader } from './snapshots/seed-reader.ts';
import { snapshotRoutes } from './snapshots/snapshot-routes.ts';
import type { SnapshotParts } from './snapshots/snapshot-routes.ts';
import { createSnapshots } from './snapshots/snapshots.ts';
import { createTransfer } from './snapshots/transfer.ts';
import { statusRoutes } from './status-routes.ts';
import type { SandboxStore } from './store.ts';

export interface SandboxParts extends SandboxOptions {
  /** Of the monotonic clock. */
  readonly startedAt: number;
  readonly gate: Gate;
  readonly token: ControlToken;
  readonly stores: readonly SandboxStore[];
  readonly findStore: () => Promise<SnapshotStore>;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly journal: Journal;
  readonly inboxes: Inboxes;
}

export async function openControlApi(parts: SandboxParts): Promise<ControlApi> {
  const { startedAt, clock, ids, connection, directory, findBaseUrl, faults, limits, journal, inboxes } = parts;
  const openSnapshots = once(() => openSnapshotParts(parts));
  const status = statusRoutes({
    version: PACKAGE.version,
    startedAt,
    clock,
    database: connection.dialect.name,
    openSnapshots,
    counts: {
      faults: () => faults.countEnabled(),
      limits: () => limits.count(),
      journal: () => journal.describe().entries,
    },
    findBaseUrl,
    listTenants: () => directory.listTenants(),
    countOfTenant: (tenant) => countOfTenant(connection, tenant),
  });
  const ofClock = { store: sharedStore('clock', clock), describe: () => ({ ...clock.describe() }) };
  const ofIds = {
    store: sharedStore('ids', ids),
    describe: () => ({ idSeed: ids.capture().source?.seed }),
  };
  return createControlApi({
    facts: CONTROL_FACTS,
    routes: [
      ...status,
      ...snapshotRoutes(openSnapshots),
      ...recordedRoutes(clockRoutes(clock), ofClock, connection),
      ...recordedRoutes(idRoutes(ids), ofIds, connection),
      ...recordedRoutes(await faults.loadRoutes(), faults, connection),
      ...recordedRoutes(await limits.loadRoutes(), limits, connection),
      ...(await journal.loadRoutes()),
      ...recordedRoutes(await inboxes.loadRoutes(), inboxes, connection),
    ],
    keys: parts.sessions === undefined ? [parts.token] : [parts.token, parts.sessions],
    bodyLimitBytes: parts.bodyLimitBytes,
    version: PACKAGE.version,
    findUrl: () => `${findBaseUrl()}${CONTROL_ROOT}`,
  });
}

async function openSnapshotParts(parts: SandboxParts): ReturnType<SnapshotParts> {
  const { connection, folder, seeds } = parts;
  const store = await parts.findStore();
  const findCredentials = async () => readCredentials(await createCredentialsStore(connection).find());
  const refresh = async (): Promise<void> => {
    parts.forgetTenants();
    writeCredentialsFile(folder.credentials, await findCredentials());
  };
  const kept = { ...parts, store, seeds: createSeedReader({ ...seeds, findCredentials }), refresh };
  const snapshots = createSnapshots(kept);
  const transfer = createTransfer({ ...kept, snapshots, release: PACKAGE.version });
  return { snapshots, transfer, schemaName: store.schemaName };
}
