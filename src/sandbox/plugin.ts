/** The sandbox, as a plugin of a server: interceptors of its requests, a reader of its exchanges, and the control API that sets them. */
import type { ControlToken } from '../control/token.ts';
import { openControlToken } from '../control/token.ts';
import type { Interceptor } from '../graph/context.ts';
import { monotonicMs } from '../lib/clock.ts';
import type { Clock } from '../lib/clock.ts';
import { CONTROL_ROOT } from '../lib/control-root.ts';
import type { IdSource } from '../lib/id-source.ts';
import { once } from '../lib/once.ts';
import { StartError } from '../lib/start-error.ts';
import { CONSOLE_PAGES } from '../model/console-apps.ts';
import type { ServerPlugin } from '../server/plugin.ts';
import type { SqlConnection } from '../store/connection.ts';
import { openStores } from '../store/learning-store.ts';
import { openSnapshotStore } from '../store/snapshot-store.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { deliveryOf } from './call-marks.ts';
import { createSandboxClock } from './clock.ts';
import { sharedStore } from './common-store.ts';
import { sendBroken } from './faults/broken-delivery.ts';
import { createFaults } from './faults/faults.ts';
import { openPast } from './faults/open-past.ts';
import { createGate, throughGate } from './gate.ts';
import { createSandboxIds } from './ids.ts';
import { createJournal } from './journal/journal.ts';
import type { Journal } from './journal/journal.ts';
import { createLimits } from './limits/limits.ts';
import { createInboxes } from './inboxes/inboxes.ts';
import type { Inboxes } from './inboxes/inboxes.ts';
import type { SandboxOptions, SandboxSources } from './options.ts';
import { saveSeedSnapshot } from './snapshots/seed-snapshot.ts';
import type { SandboxStore } from './store.ts';

export interface Sandbox extends ServerPlugin, AsyncDisposable {
  /** Opens the control API. */
  readonly token: ControlToken;
  /** The entries that are in memory. */
  readonly journal: Pick<Journal, 'all' | 'keep'>;
  readonly inboxes: Pick<Inboxes, 'receive'>;
}

/** @param openIds the ids that the server starts with, by the clock */
export function openSources(baseClock: Clock, openIds: (clock: Clock) => IdSource): SandboxSources {
  const clock = createSandboxClock(baseClock);
  return { clock, ids: createSandboxIds(openIds(clock), clock) };
}

export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, ids, connection, errorStyle: style } = options;
  const startedAt = monotonicMs();
  const gate = createGate();
  const token = openControlToken(options.folder.controlToken, 'control token');
  const faults = createFaults({ ...options, style, openPast: () => openPast(connection) });
  const limits = createLimits({ ...options, style });
  const journal = openJournal(options);
  const inboxes = createInboxes(options);
  const shared = [sharedStore('clock', clock), sharedStore('ids', ids)];
  const stores = [
    ...shared,
    forgotten('lockout', options.lockout),
    forgotten('sync', options.sync),
    faults.store,
    limits.store,
    journal.store,
    inboxes.store,
  ];
  const findStore = once(() => openSnapshots(connection));
  if (options.hasFilled) await saveSeedSnapshot({ ...options, store: await findStore() });
  const findApi = once(async () => {
    const { openControlApi } = await import('./open-control-api.ts');
    return openControlApi({ ...options, startedAt, gate, token, stores, findStore, faults, limits, journal, inboxes });
  });
  return {
    token,
    journal,
    inboxes,
    // From outside to inside.
    interceptor: nest([
      journal.interceptor,
      ofClients(limits.interceptor),
      ofClients(faults.interceptor),
      throughGate(gate),
    ]),
    tokenInterceptor: (call, run) => faults.tokenInterceptor(call, () => gate.pass(run)),
    pass: gate.pass,
    observer: journal.observer,
    deliver: (exchange, answer) => {
      const delivery = deliveryOf(exchange.graph ?? exchange);
      if (delivery !== undefined) sendBroken(exchange.response, answer, delivery);
      return delivery !== undefined;
    },
    api: { root: CONTROL_ROOT, findApi },
    [Symbol.asyncDispose]: () => faults[Symbol.asyncDispose](),
  };
}

/** Snapshots do not contain it: resets and restores of the whole server forget it. */
function forgotten(name: string, { reset }: Pick<SandboxStore, 'reset'>): SandboxStore {
  return { name, capture: () => undefined, restore: () => undefined, reset };
}

function openJournal({ clock, journalBounds, behaviour, connection, directory, ...rest }: SandboxOptions): Journal {
  const { events, authorityFile } = rest;
  return createJournal({
    clock,
    bounds: journalBounds,
    behaviour,
    stores: { learning: openStores(connection), directory },
    authorityFile,
    onFailure: (cause) => events.backgroundTaskFailed('journal', cause),
  });
}

/** For every request but those of the console's pages. */
function ofClients(interceptor: Interceptor): Interceptor {
  return (call, run) => (call.principal?.appId === CONSOLE_PAGES.id ? run() : interceptor(call, run));
}

/** Each runs around those behind it. */
function nest(interceptors: readonly Interceptor[]): Interceptor {
  return interceptors.reduceRight((inner, outer) => (call, run) => outer(call, () => inner(call, run)));
}

/** @throws StartError when the database has no place for snapshots and makes none */
async function openSnapshots(connection: SqlConnection): Promise<SnapshotStore> {
  try {
    return await openSnapshotStore(connection);
  } catch (cause) {
    const hint = 'Allow its user to create tables, or start with --no-sandbox.';
    throw new StartError(`The database cannot keep snapshots: ${(cause as Error).message}.`, { hint, cause });
  }
}
