/** Snapshots out to files and in from them. */
import type { TenantId } from '../../lib/ids.ts';
import { Unavailable } from '../../lib/unavailable.ts';
import type { Write } from '../../store/connection.ts';
import type { SnapshotRecord } from '../../store/snapshot-store.ts';
import { ControlError } from '../../control/route.ts';
import { captureStates, restoreStates } from '../states.ts';
import type { States } from '../states.ts';
import type { SandboxStore } from '../store.ts';
import { printFile, readFile, readKeptRows, toKeptRow } from './snapshot-file.ts';
import type { FileHead, ReadFile } from './snapshot-file.ts';
import { createKeyFinder } from './snapshots.ts';
import type { Snapshots, SnapshotsOptions } from './snapshots.ts';

export interface Transfer {
  /** The text of the file, in pieces. @throws ControlError 404, and 409 for a snapshot of another schema */
  exportFile(name: string): Promise<AsyncIterable<string>>;
  /** Keeps what the file has under the name, in place of what had it. @throws ControlError 400 with every problem */
  importFile(name: string, text: string): Promise<SnapshotRecord>;
}

export interface TransferOptions extends Pick<SnapshotsOptions, 'connection' | 'store' | 'stores' | 'gate'> {
  readonly snapshots: Pick<Snapshots, 'getUsable'>;
  readonly release: string;
}

export function createTransfer(options: TransferOptions): Transfer {
  const { store, snapshots, gate, release } = options;
  return {
    exportFile: async (name) => {
      const snapshot = await snapshots.getUsable(name);
      const { id, tenantId, schemaName, createdAt } = snapshot;
      const ids = new Map((await store.listTenantKeys()).map((tenant) => [tenant.key, tenant.id]));
      const head: FileHead = {
        vivariumSnapshot: 1,
        release,
        schema: schemaName,
        name,
        tenant: tenantId ?? null,
        createdAt,
        tables: Object.fromEntries(
          store.tables.map((table) => [table.name, table.columns.map((column) => column.name)]),
        ),
        states: (await store.readStates(snapshot)) as States,
      };
      return printFile(
        head,
        readKeptRows(store, id, (key) => ids.get(key) as TenantId),
      );
    },
    importFile: (name, text) => gate.exclusively(() => importFile(options, name, text)),
  };
}

async function importFile(options: TransferOptions, name: string, text: string): Promise<SnapshotRecord> {
  const { store, connection } = options;
  const file = readFile(text, store);
  const { head } = file;
  if (head === undefined || file.problems.length > 0) throw refused(file.problems);
  const replaced = await store.find(name);
  const id = await store.findFreeId();
  const getKey = createKeyFinder(await store.listTenantKeys());
  const tenantId = head.tenant ?? undefined;
  const record = { id, name, tenantId, schemaName: store.schemaName, createdAt: head.createdAt };
  const writes = [
    ...(replaced === undefined ? [] : store.forget(replaced.id)),
    store.record(record, head.states),
    ...addedRows(options, { file, id, getKey }),
  ];
  const problems = [
    ...tryStates(options, head.states, tenantId),
    ...(await tryRows(options, writes, { id, tenantKey: tenantId && getKey(tenantId) })),
  ];
  if (problems.length > 0) throw refused(problems);
  const changes = [{ tenantKey: 0, kind: 'sandbox', itemId: undefined, after: { snapshot: name } }] as const;
  await connection.write(writes, { origin: { channel: 'control', operation: 'importSnapshot' }, changes });
  return record;
}

interface Addition {
  readonly file: ReadFile;
  readonly id: number;
  readonly getKey: (id: TenantId) => number;
}

function addedRows({ store }: TransferOptions, { file, id, getKey }: Addition): readonly Write[] {
  const tables = new Map(store.tables.map((table) => [table.name, table]));
  return file.rows.flatMap((row) => {
    const table = tables.get(row.table);
    return table === undefined ? [] : [store.add(id, table.name, toKeptRow(table, row, getKey))];
  });
}

/** Cannot change anything, so that the unit of work that it stands in is undone. */
const UNDO: Write = {
  statement: { name: 'undo', sql: 'delete from snapshot where 1 = 0' },
  params: {},
  mustChange: true,
};

/** Lets the parts judge the states as they will when they are restored, and undoes it. */
function tryStates({ stores }: TransferOptions, states: States, tenantId: TenantId | undefined): readonly string[] {
  const before = captureStates(stores);
  try {
    return Object.entries(states).flatMap(([name, state]) => {
      const store = stores.find((one) => one.name === name);
      return store === undefined ? [`line 1: this server has no state of ${name}`] : tryState(store, state, tenantId);
    });
  } finally {
    restoreStates(stores, before);
  }
}

function tryState(store: SandboxStore, state: unknown, tenantId: TenantId | undefined): readonly string[] {
  try {
    store.restore(state, tenantId);
    return [];
  } catch (thrown) {
    return [`line 1: ${store.name} does not take its state: ${(thrown as Error).message}`];
  }
}

/** Lets the database judge the rows as it will when they are restored, and undoes it. */
async function tryRows(
  { store, connection }: TransferOptions,
  writes: readonly Write[],
  { id, tenantKey }: { readonly id: number; readonly tenantKey: number | undefined },
): Promise<readonly string[]> {
  const trial = [...writes, ...store.empty(tenantKey), ...store.bring(id, tenantKey), UNDO];
  try {
    const result = await connection.write(trial);
    if (result.kind === 'refused') return result.step === trial.length - 1 ? [] : ['there is no tenant in it'];
    if (result.kind === 'done') throw new Error('The trial was stored.');
    return [`rows repeat a key: ${trial[result.step]?.statement.name}`];
  } catch (thrown) {
    if (thrown instanceof Unavailable) throw thrown;
    return [`the database does not take its rows: ${(thrown as Error).message}`];
  }
}

function refused(problems: readonly string[]): ControlError {
  return new ControlError(400, 'The file is not a snapshot that this server can import.', problems);
}
