/** Kept states of a sandbox's data, in the database that they are of: copied there and back by the database itself. */
import type { TenantId } from '../lib/ids.ts';
import type { Row, SqlConnection, Statement, Write } from './connection.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { endFollowing } from './feed/end-feeds.ts';
import { keptTable, openSnapshotTables, tableStatements } from './snapshot-tables.ts';
import type { SnapshotTable, TableStatements } from './snapshot-tables.ts';

export interface SnapshotRecord {
  readonly id: number;
  readonly name: string;
  /** `undefined`: of all tenants. */
  readonly tenantId: TenantId | undefined;
  /** The last migration of the schema that it is of. */
  readonly schemaName: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A tenant as tables know it. */
export interface TenantKey {
  readonly id: TenantId;
  readonly key: number;
}

/** A row, its values as columns of the same kind hold them in every database. */
export type PlainRow = readonly (string | number | null)[];

/**
 * Of what it does with data it gives writes, which are to be stored in one unit of work. `tenantKey`: rows of one tenant
 * only; where there is none, those of all and of none.
 */
export interface SnapshotStore {
  readonly tables: readonly SnapshotTable[];
  /** Of the database as it is. */
  readonly schemaName: string;
  list(): Promise<readonly SnapshotRecord[]>;
  find(name: string): Promise<SnapshotRecord | undefined>;
  /** The state outside of the database, as given to `record`. Never mutated. */
  readStates(snapshot: Pick<SnapshotRecord, 'id' | 'createdAt'>): Promise<unknown>;
  findFreeId(): Promise<number>;
  /** Of the present and in any snapshot. A tenant has one key for good. */
  listTenantKeys(): Promise<readonly TenantKey[]>;
  /** Rows of one table of a snapshot, in pages. */
  readRows(id: number, table: string): AsyncIterable<readonly PlainRow[]>;
  record(snapshot: SnapshotRecord, states: unknown): Write;
  keep(id: number, tenantKey?: number): readonly Write[];
  /** What is of no tenant, in place of what the snapshot has of it. */
  keepShared(id: number): readonly Write[];
  add(id: number, table: string, row: PlainRow): Write;
  /** With its record, unless only the rows of one tenant are meant. */
  forget(id: number, tenantKey?: number): readonly Write[];
  /** The data, and every feed of its changes. */
  empty(tenantKey?: number): readonly Write[];
  /** To be stored behind {@link empty}. Refused when the snapshot has no tenant. */
  bring(id: number, tenantKey?: number): readonly Write[];
}

const RECORD_COLUMNS = 'snapshot_id, name, tenant_guid, schema_name, created_at';
const PAGE_ROWS = 2_000;

const SQL = {
  list: `select ${RECORD_COLUMNS} from snapshot order by name`,
  find: `select ${RECORD_COLUMNS} from snapshot where name = :name`,
  readStates: 'select states from snapshot where snapshot_id = :snapshot_id',
  findFreeId: 'select coalesce(max(snapshot_id), 0) + 1 as free_id from snapshot',
  findSchema: 'select max(name) as schema_name from schema_migration',
  listTenantKeys: `select tenant_guid, tenant_id from tenant union select tenant_guid, tenant_id from ${keptTable('tenant')}`,
  record: `
insert into snapshot (${RECORD_COLUMNS}, states)
values (:snapshot_id, :name, :tenant_guid, :schema_name, :created_at, :states)`,
  forget: 'delete from snapshot where snapshot_id = :snapshot_id',
} as const;

const statements = Object.fromEntries(
  Object.entries(SQL).map(([name, sql]) => [name, { name: `snapshot ${name}`, sql }]),
) as Readonly<Record<keyof typeof SQL, Statement>>;

/** Makes the tables for snapshots where they are missing. */
export async function openSnapshotStore(connection: SqlConnection): Promise<SnapshotStore> {
  const tables = await openSnapshotTables(connection);
  const [schema] = await connection.read(statements.findSchema, {});
  return {
    tables,
    schemaName: String(schema?.['schema_name']),
    ...rememberStates(createReads(connection, tables), createWrites(connection, tables)),
  };
}

/**
 * The states of one snapshot, the last that was recorded or read, are remembered: a full journal takes longer to read
 * from a text than the data takes to restore. Its entries are mostly those that the journal holds anyway.
 */
function rememberStates(
  reads: Pick<SnapshotStore, Reads>,
  writes: Pick<SnapshotStore, Writes>,
): Pick<SnapshotStore, Reads | Writes> {
  let last: { readonly id: number; readonly createdAt: number; readonly states: unknown } | undefined;
  return {
    ...reads,
    ...writes,
    readStates: async (snapshot) => {
      const { id, createdAt } = snapshot;
      // Another server may have given the id again.
      if (last?.id === id && last.createdAt === createdAt) return last.states;
      const states = await reads.readStates(snapshot);
      last = { id, createdAt, states };
      return states;
    },
    record: (snapshot, states) => {
      const { id, createdAt } = snapshot;
      last = { id, createdAt, states };
      return writes.record(snapshot, states);
    },
  };
}

type Reads = 'list' | 'find' | 'readStates' | 'findFreeId' | 'listTenantKeys' | 'readRows';

function createReads(connection: SqlConnection, tables: readonly SnapshotTable[]): Pick<SnapshotStore, Reads> {
  const { dialect } = connection;
  const { guid, json } = dialect.columns;
  const readRecord = (row: Row): SnapshotRecord => ({
    id: Number(row['snapshot_id']),
    name: String(row['name']),
    tenantId: row['tenant_guid'] === null ? undefined : (guid.decode(row['tenant_guid'] as SqlValue) as TenantId),
    schemaName: String(row['schema_name']),
    createdAt: Number(row['created_at']),
  });
  return {
    list: async () => (await connection.read(statements.list, {})).map(readRecord),
    find: async (name) => (await connection.read(statements.find, { name })).map(readRecord)[0],
    readStates: async ({ id }) => {
      const [row] = await connection.read(statements.readStates, { snapshot_id: id });
      return json.decode(row?.['states'] as SqlValue);
    },
    findFreeId: async () => Number((await connection.read(statements.findFreeId, {}))[0]?.['free_id']),
    listTenantKeys: async () =>
      (await connection.read(statements.listTenantKeys, {})).map((row) => ({
        id: guid.decode(row['tenant_guid'] as SqlValue) as TenantId,
        key: Number(row['tenant_id']),
      })),
    readRows: async function* (id, name) {
      const table = getTable(tables, name);
      const { page } = tableStatements(table, dialect);
      let place = dialect.rowPlace.beforeAll;
      for (;;) {
        const rows = await connection.read(page, { snapshot_id: id, place, row_limit: PAGE_ROWS });
        if (rows.length > 0) yield rows.map((row) => toPlain(table, row, dialect));
        if (rows.length < PAGE_ROWS) return;
        place = rows.at(-1)?.['place'] ?? null;
      }
    },
  };
}

type Writes = 'record' | 'keep' | 'keepShared' | 'add' | 'forget' | 'empty' | 'bring';

function createWrites({ dialect }: SqlConnection, tables: readonly SnapshotTable[]): Pick<SnapshotStore, Writes> {
  const { guid, json } = dialect.columns;
  const byTable = new Map(tables.map((table) => [table.name, tableStatements(table, dialect)]));
  const childrenFirst = [...byTable.values()].toReversed();
  const onEach = (each: Iterable<TableStatements>, purpose: Purpose, params: Write['params']): Write[] => {
    const isScoped = params['tenant_id'] !== undefined;
    const chosen = Array.from(each, (all) => (isScoped ? all[purpose].ofTenant : all[purpose].all));
    return chosen.flatMap((statement) => (statement === undefined ? [] : [{ statement, params }]));
  };
  const scope = (tenantKey: number | undefined) => (tenantKey === undefined ? {} : { tenant_id: tenantKey });
  return {
    record: ({ id, name, tenantId, schemaName, createdAt }, states) => ({
      statement: statements.record,
      params: {
        snapshot_id: id,
        name,
        tenant_guid: tenantId === undefined ? null : guid.encode(tenantId),
        schema_name: schemaName,
        created_at: createdAt,
        states: json.encode(states),
      },
    }),
    keep: (id, tenantKey) => onEach(byTable.values(), 'keep', { snapshot_id: id, ...scope(tenantKey) }),
    keepShared: (id) => {
      const shared = [...byTable.values()].filter(({ keep }) => keep.ofTenant === undefined);
      return (['forget', 'keep'] as const).flatMap((purpose) => onEach(shared, purpose, { snapshot_id: id }));
    },
    add: (id, name, row) => {
      const { columns } = getTable(tables, name);
      const values = columns.map(({ name: column, kind }, index) => {
        const value = row[index] ?? null;
        return [column, kind === undefined || value === null ? value : dialect.columns[kind].encode(value)] as const;
      });
      const { add } = byTable.get(name) as TableStatements;
      return { statement: add, params: { ...Object.fromEntries(values), snapshot_id: id } };
    },
    forget: (id, tenantKey) => [
      ...onEach(byTable.values(), 'forget', { snapshot_id: id, ...scope(tenantKey) }),
      ...(tenantKey === undefined ? [{ statement: statements.forget, params: { snapshot_id: id } }] : []),
    ],
    empty: (tenantKey) => [...onEach(childrenFirst, 'empty', scope(tenantKey)), ...endFollowing(tenantKey)],
    bring: (id, tenantKey) => {
      const [tenant, ...others] = onEach(byTable.values(), 'bring', { snapshot_id: id, ...scope(tenantKey) });
      return [{ ...(tenant as Write), mustChange: true }, ...others];
    },
  };
}

type Purpose = 'keep' | 'bring' | 'forget' | 'empty';

function getTable(tables: readonly SnapshotTable[], name: string): SnapshotTable {
  const table = tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`${name} is not a table of snapshots`);
  return table;
}

function toPlain({ columns }: SnapshotTable, row: Row, dialect: Dialect): PlainRow {
  return columns.map(({ name, kind }) => {
    const value = row[name] ?? null;
    return (kind === undefined || value === null ? value : dialect.columns[kind].decode(value)) as PlainRow[number];
  });
}
