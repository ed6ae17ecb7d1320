/** Snapshots out to files and in from them. */
import type { TenantId } from '../../base/ids.ts';
import { Unavailable } from '../../base/unavailable.ts';
import type { Write } from '../../store/connection.ts';
import type { SnapshotRecord } from '../../store/snapshot-store.ts';
import { ControlError } from '../control/route.ts';
import type { States } from '../states.ts';
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
      const { id, tenantId, schemaName, createdAt } = await snapshots.getUsable(name);
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
        states: (await store.readStates(id)) as States,
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
  const unknown = Object.keys(head.states).filter((state) => !options.stores.some((one) => one.name === state));
  if (unknown.length > 0) throw refused(unknown.map((state) => `line 1: this server has no state of ${state}`));
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
  await tryRestore(options, writes, { id, tenantKey: tenantId && getKey(tenantId) });
  await connection.write(writes);
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

/** Lets the database judge the rows as it will when they are restored, and undoes it. @throws ControlError 400 */
async function tryRestore(
  { store, connection }: TransferOptions,
  writes: readonly Write[],
  { id, tenantKey }: { readonly id: number; readonly tenantKey: number | undefined },
): Promise<void> {
  const trial = [...writes, ...store.empty(tenantKey), ...store.bring(id, tenantKey), UNDO];
  try {
    const result = await connection.write(trial);
    if (result.kind === 'refused' && result.step === trial.length - 1) return;
    const step = result.kind === 'done' ? undefined : trial[result.step];
    throw refused([
      result.kind === 'notUnique' ? `rows repeat a key: ${step?.statement.name}` : 'there is no tenant in it',
    ]);
  } catch (thrown) {
    if (thrown instanceof ControlError || thrown instanceof Unavailable) throw thrown;
    throw refused([`the database does not take its rows: ${(thrown as Error).message}`]);
  }
}

function refused(problems: readonly string[]): ControlError {
  return new ControlError(400, 'The file is no snapshot that this server can keep.', problems);
}
