/**
 * Resets and snapshots of a sandbox: its data, which the database copies, and the states of its other parts. Each changes
 * all of it or nothing, alone, while no request is on its way.
 *
 * What a reset goes back to is a snapshot as well, without a name: it is taken when the seed has been stored. A folder
 * that was filled without a sandbox has none, nor has one whose schema has changed since: then the seed is read again.
 */
import type { Clock } from '../../lib/clock.ts';
import { findGuid } from '../../lib/ids.ts';
import type { TenantId } from '../../lib/ids.ts';
import type { Image, Logged } from '../../store/changes/change.ts';
import type { SqlConnection, Write, WriteResult } from '../../store/connection.ts';
import type { DirectoryStore } from '../../store/directory-store.ts';
import type { SnapshotRecord, SnapshotStore, TenantKey } from '../../store/snapshot-store.ts';
import { ControlError } from '../../control/route.ts';
import type { Gate } from '../gate.ts';
import { captureStates, resetStates, restoreStates } from '../states.ts';
import type { States } from '../states.ts';
import type { SandboxStore } from '../store.ts';
import { seedSnapshotWrites, SEED } from './seed-snapshot.ts';
import type { SeedReader } from './seed-reader.ts';

/** Of the log: of no tenant, or of all. */
const NO_TENANT = 0;

export interface SnapshotsOptions {
  readonly connection: SqlConnection;
  readonly store: SnapshotStore;
  readonly directory: Pick<DirectoryStore, 'findTenant'>;
  readonly seeds: SeedReader;
  /** The parts of the sandbox that hold something. */
  readonly stores: readonly SandboxStore[];
  readonly gate: Gate;
  readonly clock: Clock;
  /** Called when data has changed, to invalidate caches. */
  refresh(): Promise<void>;
}

export interface SeedOrder {
  /** YAML; the seed that the server was started with when not given. */
  readonly text?: string | undefined;
  /** Id or domain name; all tenants when not given. */
  readonly tenant?: string | undefined;
}

/** Tenants are given by id or domain name. Refusals are ControlErrors: 404 for a name that is unknown, 409 for one that is taken. */
export interface Snapshots {
  list(): Promise<readonly SnapshotRecord[]>;
  isUsable(snapshot: SnapshotRecord): boolean;
  /** @throws ControlError 404, and 409 for a snapshot of another schema */
  getUsable(name: string): Promise<SnapshotRecord>;
  create(name: string, tenant?: string): Promise<SnapshotRecord>;
  restore(name: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Back to the seed. */
  reset(tenant?: string): Promise<void>;
  /** Reads the seed and goes back to it, as every reset does from then on. @throws SeedError */
  reseed(order: SeedOrder): Promise<void>;
}

export function createSnapshots(options: SnapshotsOptions): Snapshots {
  const { store, gate, clock } = options;
  const isUsable = ({ schemaName }: SnapshotRecord): boolean => schemaName === store.schemaName;
  const find = async (name: string): Promise<SnapshotRecord> => {
    const found = await store.find(name);
    if (found !== undefined) return found;
    throw new ControlError(404, `There is no snapshot ${name}.`);
  };
  const getUsable = async (name: string): Promise<SnapshotRecord> => {
    const found = await find(name);
    if (isUsable(found)) return found;
    throw new ControlError(
      409,
      `The snapshot ${name} is of the schema ${found.schemaName}, and the database has ${store.schemaName}.`,
    );
  };
  return {
    isUsable,
    getUsable,
    list: async () => (await store.list()).filter(({ id }) => id !== SEED.id),
    create: (name, tenant) =>
      gate.exclusively(async () => {
        if ((await store.find(name)) !== undefined) throw nameTaken(name);
        const owner = tenant === undefined ? undefined : await getTenantKey(options, tenant);
        const identity = { id: await store.findFreeId(), name, tenantId: owner?.id };
        const record = { ...identity, schemaName: store.schemaName, createdAt: clock.now() };
        const states = captureStates(options.stores, owner?.id);
        const result = await options.connection.write(
          [store.record(record, states), ...store.keep(record.id, owner?.key)],
          logged('createSnapshot', { tenantKey: owner?.key, after: { snapshot: name } }),
        );
        if (result.kind !== 'done') throw nameTaken(name);
        return record;
      }),
    restore: (name) =>
      gate.exclusively(async () => {
        const snapshot = await getUsable(name);
        const { id, tenantId } = snapshot;
        const owner = tenantId && (await getTenantKey(options, tenantId));
        const states = (await store.readStates(snapshot)) as States;
        const writes = [...store.empty(owner?.key), ...store.bring(id, owner?.key)];
        const changeStates = () => restoreStates(options.stores, states, tenantId);
        const event = logged('restoreSnapshot', { tenantKey: owner?.key, after: { snapshot: name } });
        const result = await change(options, { writes, isKept: true, event, changeStates });
        if (result.kind === 'refused') throw new ControlError(404, `There is no snapshot ${name}.`);
        if (result.kind === 'notUnique') {
          throw new ControlError(
            409,
            `The tenant of the snapshot ${name} has the domain name of another tenant by now.`,
          );
        }
      }),
    remove: async (name) => {
      const forgotten = store.forget((await find(name)).id);
      await options.connection.write(forgotten, logged('deleteSnapshot', { before: { snapshot: name } }));
    },
    reset: (tenant) =>
      gate.exclusively(async () => {
        const seed = await store.find(SEED.name);
        if (seed === undefined || !isUsable(seed)) return reseed(options, { tenant });
        const owner = tenant === undefined ? undefined : await getTenantKey(options, tenant);
        const writes = [...store.empty(owner?.key), ...store.bring(SEED.id, owner?.key)];
        const changeStates = () => resetStates(options.stores, owner?.id);
        const event = logged('reset', { tenantKey: owner?.key, after: { seed: 'as it was kept' } });
        const result = await change(options, { writes, isKept: true, event, changeStates });
        if (result.kind !== 'done') throw notInSeed(tenant);
      }),
    reseed: (order) => gate.exclusively(() => reseed(options, order)),
  };
}

async function reseed(options: SnapshotsOptions, { text, tenant }: SeedOrder): Promise<void> {
  const { store } = options;
  const keys = await store.listTenantKeys();
  const seed = await options.seeds.read(text, createKeyFinder(keys));
  const owner = tenant === undefined ? undefined : await getTenantKey(options, tenant);
  const steps = owner === undefined ? seed.steps : seed.steps.filter(({ tenantId }) => tenantId === owner.id);
  if (steps.length === 0) throw notInSeed(tenant);
  const before = store.empty(owner?.key);
  const writes = [...before, ...steps.map(({ write }) => write), ...(await keptAfter(options, owner))];
  const changeStates = () => resetStates(options.stores, owner?.id);
  const event = logged('reloadSeed', { tenantKey: owner?.key, after: { steps: steps.length } });
  const result = await change(options, { writes, isKept: false, event, changeStates });
  if (result.kind !== 'done') throw seed.describeRepeat(steps[result.step - before.length]);
}

/** What resets go back to follows: as a whole, or the part of the tenant where there is a whole. */
async function keptAfter({ store, clock }: SnapshotsOptions, owner: TenantKey | undefined): Promise<readonly Write[]> {
  if (owner === undefined) return seedSnapshotWrites(store, clock);
  const seed = await store.find(SEED.name);
  if (seed?.schemaName !== store.schemaName) return [];
  return [...store.forget(SEED.id, owner.key), ...store.keep(SEED.id, owner.key), ...store.keepShared(SEED.id)];
}

/** Keys that tenants have had stay theirs: requests on their way, and snapshots, know tenants by them. */
export function createKeyFinder(known: readonly TenantKey[]): (id: TenantId) => number {
  const keys = new Map(known.map(({ id, key }) => [id, key]));
  let last = Math.max(0, ...keys.values());
  return (id) => {
    const key = keys.get(id) ?? (last += 1);
    keys.set(id, key);
    return key;
  };
}

async function getTenantKey({ directory, store }: SnapshotsOptions, idOrName: string): Promise<TenantKey> {
  const found = await directory.findTenant(idOrName);
  if (found !== undefined) return found;
  const id = findGuid<TenantId>(idOrName);
  const kept = (await store.listTenantKeys()).find((tenant) => tenant.id === id);
  if (kept !== undefined) return kept;
  throw new ControlError(404, `There is no tenant ${idOrName}.`);
}

function notInSeed(tenant: string | undefined): ControlError {
  return new ControlError(404, `The seed has no tenant ${tenant}.`);
}

function nameTaken(name: string): ControlError {
  return new ControlError(409, `There is a snapshot ${name} already.`);
}

/** All rows go and come at once: the log has the event, not each of them. */
function logged(
  operation: string,
  { tenantKey = NO_TENANT, before, after }: { tenantKey?: number | undefined; before?: Image; after?: Image },
): Logged {
  const changes = [{ tenantKey, kind: 'sandbox', itemId: undefined, before, after }] as const;
  return { origin: { channel: 'control', operation }, changes };
}

interface Change {
  readonly writes: readonly Write[];
  /** Whether the rows are those of a snapshot, which have stood together before. */
  readonly isKept: boolean;
  readonly event: Logged;
  changeStates(): void;
}

/** Data and states together: when the data is not changed, the states are as they were. */
async function change(
  { connection, stores, refresh }: SnapshotsOptions,
  { writes, isKept, event, changeStates }: Change,
): Promise<WriteResult> {
  const before = captureStates(stores);
  let result: WriteResult | undefined;
  try {
    changeStates();
    result = await (isKept ? connection.writeKept(writes, event) : connection.write(writes, event));
    return result;
  } finally {
    if (result?.kind !== 'done') restoreStates(stores, before);
    await refresh();
  }
}
