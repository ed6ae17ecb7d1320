/** What makes a server a sandbox: interceptors of its requests, and the control API that sets them. */
import { bearerChallenge } from '../auth/authenticate.ts';
import { monotonicMs } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { CONTROL_ROOT } from '../lib/control-root.ts';
import { once } from '../lib/once.ts';
import { PACKAGE } from '../lib/package.ts';
import { StartError } from '../lib/start-error.ts';
import type { Interceptor } from '../graph/context.ts';
import { readCredentials, writeCredentialsFile } from '../seed/credentials.ts';
import type { ControlApi } from '../control/api.ts';
import type { Sessions } from '../control/sessions.ts';
import { CONTROL_FACTS } from '../sandbox/control-facts.ts';
import { createSandboxClock } from '../sandbox/clock.ts';
import type { SandboxClock } from '../sandbox/clock.ts';
import { createSandboxIds } from '../sandbox/ids.ts';
import type { SandboxIds } from '../sandbox/ids.ts';
import type { IdSource } from '../lib/id-source.ts';
import { openControlToken } from '../control/token.ts';
import type { ControlToken } from '../control/token.ts';
import { createFaults } from '../sandbox/faults/faults.ts';
import type { Faults } from '../sandbox/faults/faults.ts';
import { createGate, throughGate } from '../sandbox/gate.ts';
import type { Gate } from '../sandbox/gate.ts';
import { createLimits } from '../sandbox/limits/limits.ts';
import type { Limits } from '../sandbox/limits/limits.ts';
import { createJournal } from '../sandbox/journal/journal.ts';
import type { Journal } from '../sandbox/journal/journal.ts';
import { sharedStore } from '../sandbox/common-store.ts';
import { keepAsSeed } from '../sandbox/snapshots/keep-seed.ts';
import type { SnapshotParts } from '../sandbox/snapshots/snapshot-routes.ts';
import type { SandboxStore } from '../sandbox/store.ts';
import { createCredentialsStore } from '../store/credentials-store.ts';
import { openStores } from '../store/learning-store.ts';
import { openSnapshotStore } from '../store/snapshot-store.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { countOfTenant } from '../store/tenant-counts.ts';
import { controlPlugin } from './control-plugin.ts';
import { readStartSeed, seedTools } from './fill-data.ts';
import { findAuthority } from './open-issuers.ts';
import { openPast } from './open-past.ts';
import { errorStyleOf } from './open-server.ts';
import type { Parts, Sandbox } from './parts.ts';

/** Time and ids that can be set. */
export interface SandboxSources {
  readonly clock: SandboxClock;
  readonly ids: SandboxIds;
}

export interface SandboxOptions
  extends
    Omit<
      Parts,
      'sandbox' | 'tracer' | 'admin' | 'outsideIssuers' | 'throttle' | 'keys' | 'isOwnHost' | 'clock' | 'ids'
    >,
    SandboxSources {
  /** Whether this start has filled the database. */
  readonly hasFilled: boolean;
  /** What it was to be filled with, in place of a seed file. */
  readonly seed?: unknown;
  /** What clients are to trust; `undefined` when the certificate is the user's own. */
  readonly authorityFile: string | undefined;
  /** Of the console; `undefined` without the admin API. */
  readonly sessions: Sessions | undefined;
}

/** @param openIds the ids that the server starts with, by the clock */
export function openSources(baseClock: Clock, openIds: (clock: Clock) => IdSource): SandboxSources {
  const clock = createSandboxClock(baseClock);
  return { clock, ids: createSandboxIds(openIds(clock), clock) };
}

export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, ids, folder } = options;
  const gate = createGate();
  const token = openControlToken(folder.controlToken, 'The control token');
  const faults = openFaults(options);
  const limits = createLimits({ ...options, style: errorStyleOf(options) });
  const journal = openJournal(options);
  const shared = [sharedStore('clock', clock), sharedStore('ids', ids)];
  const stores = [...shared, lockoutStore(options), faults.store, limits.store, journal.store];
  const findStore = once(() => openSnapshots(options));
  if (options.hasFilled) await keepAsSeed({ ...options, store: await findStore() });
  const openKept = once(() => openParts(options, { gate, stores, findStore }));
  const startedAt = monotonicMs();
  const control = { startedAt, token, openParts: openKept, faults, limits, journal };
  const findApi = once(() => openControlApi(options, control));
  return {
    token,
    gate,
    findApi,
    // From outside to inside.
    interceptor: nest([journal.interceptor, limits.interceptor, faults.interceptor, throughGate(gate)]),
    tokenInterceptor: (call, run) => faults.tokenInterceptor(call, () => gate.pass(run)),
    recorder: journal.recorder,
    plugin: controlPlugin(CONTROL_ROOT, findApi),
    [Symbol.asyncDispose]: () => faults[Symbol.asyncDispose](),
  };
}

/** Snapshots do not contain it: resets and restores of the whole server clear all lockouts. */
function lockoutStore({ lockout }: SandboxOptions): SandboxStore {
  return {
    name: 'lockout',
    capture: () => undefined,
    restore: () => undefined,
    reset: (tenantId) => lockout.reset(tenantId),
  };
}

function openFaults(options: SandboxOptions): Faults {
  return createFaults({
    ...options,
    style: errorStyleOf(options),
    findChallenge: () => bearerChallenge(findAuthority(options)),
    openPast: () => openPast(options.connection),
  });
}

function openJournal({ settings, clock, events, connection, directory, authorityFile }: SandboxOptions): Journal {
  return createJournal({
    clock,
    bounds: { entries: settings.journalEntries, bytes: settings.journalBytes },
    behaviour: settings,
    stores: { learning: openStores(connection), directory },
    authorityFile,
    onFailure: (cause) => events.backgroundTaskFailed('journal', cause),
  });
}

/** Each runs around those behind it. */
function nest(interceptors: readonly Interceptor[]): Interceptor {
  return interceptors.reduceRight((inner, outer) => (call, run) => outer(call, () => inner(call, run)));
}

/** @throws StartError when the database has no place for snapshots and makes none */
async function openSnapshots({ connection }: SandboxOptions): Promise<SnapshotStore> {
  try {
    return await openSnapshotStore(connection);
  } catch (cause) {
    const hint = 'Allow its user to create tables, or start with --no-sandbox.';
    throw new StartError(`The database cannot keep snapshots: ${(cause as Error).message}.`, { hint, cause });
  }
}

interface KeptParts {
  readonly gate: Gate;
  readonly stores: readonly SandboxStore[];
  readonly findStore: () => Promise<SnapshotStore>;
}

async function openParts(options: SandboxOptions, { gate, stores, findStore }: KeptParts): ReturnType<SnapshotParts> {
  const { settings, connection, directory, clock, tenants, folder } = options;
  // Loaded with the first request for them: they bring the parsers of seeds along.
  const { createSnapshots } = await import('../sandbox/snapshots/snapshots.ts');
  const { createTransfer } = await import('../sandbox/snapshots/transfer.ts');
  const { createSeedReader } = await import('../sandbox/snapshots/seed-reader.ts');
  const store = await findStore();
  const findCredentials = async () => readCredentials(await createCredentialsStore(connection).find());
  const seeds = createSeedReader({
    tools: seedTools(settings, connection),
    readStartSeed: () => readStartSeed(settings, options.seed),
    findCredentials,
  });
  const refresh = async (): Promise<void> => {
    tenants.forget();
    writeCredentialsFile(folder.credentials, await findCredentials());
  };
  const parts = { connection, store, directory, seeds, stores, gate, clock, refresh };
  const snapshots = createSnapshots(parts);
  const transfer = createTransfer({ ...parts, snapshots, release: PACKAGE.version });
  return { snapshots, transfer, schemaName: store.schemaName };
}

interface ControlParts {
  /** Of the monotonic clock. */
  readonly startedAt: number;
  readonly token: ControlToken;
  readonly openParts: SnapshotParts;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly journal: Journal;
}

async function openControlApi(
  options: SandboxOptions,
  { startedAt, token, openParts, faults, limits, journal }: ControlParts,
): Promise<ControlApi> {
  const { settings, connection, directory, clock, ids, findBaseUrl } = options;
  const { createControlApi } = await import('../control/api.ts');
  const { clockRoutes } = await import('../sandbox/clock-routes.ts');
  const { statusRoutes } = await import('../sandbox/status-routes.ts');
  const { snapshotRoutes } = await import('../sandbox/snapshots/snapshot-routes.ts');
  const status = statusRoutes({
    version: PACKAGE.version,
    startedAt,
    clock,
    database: connection.dialect.name,
    openSnapshots: openParts,
    counts: {
      faults: () => faults.countEnabled(),
      limits: () => limits.count(),
      journal: () => journal.describe().entries,
    },
    findBaseUrl,
    listTenants: () => directory.listTenants(),
    countOfTenant: (tenant) => countOfTenant(connection, tenant),
  });
  return createControlApi({
    facts: CONTROL_FACTS,
    routes: [
      ...[...status, ...snapshotRoutes(openParts), ...clockRoutes({ clock, ids })],
      ...(await faults.loadRoutes()),
      ...(await limits.loadRoutes()),
      ...(await journal.loadRoutes()),
    ],
    keys: options.sessions === undefined ? [token] : [token, options.sessions],
    bodyLimitBytes: settings.bodyLimitBytes,
    version: PACKAGE.version,
    findUrl: () => `${findBaseUrl()}${CONTROL_ROOT}`,
  });
}
