/**
 * The journal of a sandbox: what requests came, what they were answered, and why.
 *
 * An entry is in it before the last byte of the answer has left, and then stays as it is; only that an answer did not
 * leave as a whole is noted later. So a client that has its answer and asks the journal finds it there, and to verify
 * is exact, whatever else is under way. The newest entries are kept, in memory, within two bounds.
 */
import { EventEmitter } from 'node:events';

import type { Clock } from '../../lib/clock.ts';
import type { Interceptor } from '../../graph/context.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { CallDirectory } from '../calls/call-names.ts';
import type { ControlRoute } from '../../control/route.ts';
import type { ExchangeObserver } from '../../server/plugin.ts';
import type { SandboxStore } from '../store.ts';
import { createRecorder } from './create-recorder.ts';
import type { JournalEntry } from './entry.ts';
import type { NearMissStores } from './near-misses.ts';
import type { JournalReader } from './read-journal.ts';
import { observeFor } from './recording.ts';
import { RawLog } from './raw-log.ts';
import { BYTES_OF_CHARACTER, Ring } from './ring.ts';
import type { PendingEntry, RingBounds } from './ring.ts';

export interface JournalOptions {
  /** What entries are dated by. */
  readonly clock: Clock;
  readonly bounds: RingBounds;
  /** What is switched on. */
  readonly behaviour: Behaviour;
  readonly stores: NearMissStores & { readonly directory: CallDirectory };
  /** Of the authority that clients are to trust; `undefined` when they need none of the server's own. */
  readonly authorityFile: string | undefined;
  /** Told when an entry could not be made. */
  readonly onFailure: (cause: unknown) => void;
  /** How often a stream says that it is there when nothing happens. */
  readonly heartbeatMs?: number;
}

export interface Journal extends Pick<JournalReader, 'query' | 'find' | 'verify'> {
  readonly observer: ExchangeObserver;
  /** The outermost, so that it sees the final answer. */
  readonly interceptor: Interceptor;
  readonly store: SandboxStore;
  clear(): void;
  /** Oldest first. */
  all(): readonly JournalEntry[];
  /** Keeps only entries that pass. */
  keep(passes: (entry: JournalEntry) => boolean): void;
  describe(): { readonly entries: number; readonly sizeBytes: number; readonly lastId: number };
  /** Loaded when the control API is first asked for. */
  loadRoutes(): Promise<readonly ControlRoute[]>;
}

const HEARTBEAT_MS = 15_000;

/** So that the ring evicts an entry before it is written over: in bytes, texts are half of what they count. */
function rawBytesOf({ bytes }: RingBounds): number {
  return Math.ceil(bytes / BYTES_OF_CHARACTER) + LARGEST_ENTRY_BYTES;
}

/** Two bodies, heads, and a URL. */
const LARGEST_ENTRY_BYTES = 1024 * 1024;

interface JournalState {
  readonly entries: readonly JournalEntry[];
}

export function createJournal(options: JournalOptions): Journal {
  const { stores, bounds, onFailure, authorityFile, heartbeatMs = HEARTBEAT_MS } = options;
  const ring = new Ring(bounds, onFailure);
  const raw = new RawLog(rawBytesOf(bounds));
  const changes = new EventEmitter<{ change: [] }>().setMaxListeners(0);
  const sink = {
    takeId: () => ring.takeId(),
    change: ring.change.bind(ring),
    add: (entry: PendingEntry) => {
      ring.add(entry);
      changes.emit('change');
    },
  };
  const { interceptor, ...recorder } = createRecorder({ ...options, journal: sink, raw });
  // Its parts look names up and check what is asked: they are loaded when somebody asks.
  const loadReader = async () => {
    const { createReader } = await import('./read-journal.ts');
    return createReader({ ring, directory: stores.directory });
  };
  return {
    observer: observeFor(recorder),
    interceptor,
    store: createStore(ring),
    query: async (query) => (await loadReader()).query(query),
    find: async (id) => (await loadReader()).find(id),
    verify: async (order) => (await loadReader()).verify(order),
    clear: () => ring.clear(),
    all: () => ring.all(),
    keep: (passes) => ring.keep(passes),
    describe: () => ({ entries: ring.count, sizeBytes: ring.sizeBytes, lastId: ring.lastId }),
    loadRoutes: async () => {
      const { journalRoutes } = await import('./journal-routes.ts');
      const reader = await loadReader();
      return journalRoutes({ ring, reader, clear: () => ring.clear(), changes, heartbeatMs, authorityFile });
    },
  };
}

/** What is under way while state is captured, restored or reset is entered afterwards. */
function createStore(ring: Ring): SandboxStore {
  const isOf = (tenantId: string | undefined) => (entry: JournalEntry) =>
    tenantId === undefined || entry.tenantId === tenantId;
  const remove = (tenantId: string | undefined): void => {
    if (tenantId === undefined) return ring.clear();
    const isMeant = isOf(tenantId);
    ring.keep((entry) => !isMeant(entry));
  };
  return {
    name: 'journal',
    capture: (tenantId): JournalState => ({ entries: ring.all().filter(isOf(tenantId)) }),
    restore: (state, tenantId) => {
      remove(tenantId);
      ring.insert((state as JournalState).entries);
    },
    reset: remove,
  };
}
