/**
 * Tables as a whole, their rows in a form that is the same on every database: out of a view, into a transaction. Columns are
 * those of the catalogue, so that a migration needs no change here.
 */
import { readCatalogue } from './catalogue.ts';
import type { TableColumn } from './catalogue.ts';
import type { Params, ReadView, SqlConnection, Statement, Transaction } from './connection.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import type { PlainRow } from './snapshot-store.ts';
import { keptTable, openSnapshotTables } from './snapshot-tables.ts';
import { FEED_TABLES, RECORD_TABLES, SHARED_TABLES, SNAPSHOT_TABLES } from './tables.ts';

export interface WholeTable {
  readonly name: string;
  readonly columns: readonly TableColumn[];
}

/** Rows of one table, their values in the order of its columns. */
export interface TablePage {
  readonly table: string;
  readonly rows: readonly PlainRow[];
}

/** Snapshots come last; a database that was never a sandbox has none. */
const SNAPSHOT_DATA = ['snapshot', ...SNAPSHOT_TABLES.map(keptTable)];

/** The schema says itself which migrations it has. */
const MIGRATION_RECORDS: readonly string[] = ['schema_migration', 'schema_compatibility'];

/** What makes up the record, a table after those that its foreign keys name. */
const WHOLE_TABLES: readonly string[] = [
  'tenant',
  ...RECORD_TABLES,
  ...SHARED_TABLES.filter((name) => name !== 'tenant' && !MIGRATION_RECORDS.includes(name)),
  ...SNAPSHOT_DATA,
];

/** Those of {@link WHOLE_TABLES} that the database has. */
export async function listWholeTables(
  connection: Pick<SqlConnection, 'dialect' | 'read'>,
): Promise<readonly WholeTable[]> {
  const catalogue = await readCatalogue(connection);
  return WHOLE_TABLES.flatMap((name) => {
    const columns = catalogue.get(name);
    return columns === undefined ? [] : [{ name, columns: withTypes(columns, catalogue.get(originalOf(name))) }];
  });
}

/** Of the table whose rows a table of snapshots keeps: SQLite forgets types of tables that are made from a query. */
function originalOf(name: string): string {
  return SNAPSHOT_TABLES.find((table) => keptTable(table) === name) ?? name;
}

function withTypes(columns: readonly TableColumn[], originals: readonly TableColumn[] = []): readonly TableColumn[] {
  return columns.map((column) => {
    const { type, kind } = originals.find(({ name }) => name === column.name) ?? column;
    return { ...column, type, kind };
  });
}

/** As {@link listWholeTables}, with the tables of snapshots when rows for them are to come. */
export async function makeWholeTables(
  connection: SqlConnection,
  expected: readonly string[],
): Promise<readonly WholeTable[]> {
  if (expected.some((name) => SNAPSHOT_DATA.includes(name))) await openSnapshotTables(connection);
  return listWholeTables(connection);
}

/** The tables with their columns in another order. @throws a plain `Error` when they are not the same ones */
export function arrangeTables(
  tables: readonly WholeTable[],
  expected: Readonly<Record<string, readonly string[]>>,
): readonly WholeTable[] {
  return Object.entries(expected).map(([name, columnNames]) => {
    const columns = tables.find((table) => table.name === name)?.columns ?? [];
    const found = columnNames.flatMap((columnName) => columns.find((column) => column.name === columnName) ?? []);
    if (found.length === columns.length && found.length === columnNames.length) return { name, columns: found };
    throw new Error(`the columns of ${name} are ${columnNames.join(', ')} there, and not those of the schema`);
  });
}

export interface PageLoad {
  /** With their columns as the rows have them. */
  readonly tables: readonly WholeTable[];
  readonly pages: AsyncIterable<TablePage>;
  readonly dialect: Dialect;
}

/** Stores all pages in empty tables. */
export async function loadPages(transaction: Transaction, { tables, pages, dialect }: PageLoad): Promise<void> {
  const toWrite = createPageWrites(tables, dialect);
  for await (const page of pages) {
    const { statement, params } = toWrite(page);
    await transaction.run(statement, params);
  }
}

export async function countRows(view: Pick<ReadView, 'read'>, tables: readonly WholeTable[]): Promise<number> {
  let sum = 0;
  for (const { name } of tables) {
    const [row] = await view.read({ name: `count ${name}`, sql: `select count(*) as row_count from ${name}` }, {});
    sum += Number(row?.['row_count']);
  }
  return sum;
}

export async function* readTables(
  view: Pick<ReadView, 'stream'>,
  tables: readonly WholeTable[],
  { columns: types }: Dialect,
): AsyncGenerator<TablePage> {
  for (const { name, columns } of tables) {
    const list = columns.map(readSql).join(', ');
    const toPlain = (value: SqlValue, place: number) => {
      const kind = columns[place]?.kind;
      return (kind === undefined || value === null ? value : types[kind].decode(value)) as string | number | null;
    };
    for await (const page of view.stream({ name: `stream ${name}`, sql: `select ${list} from ${name}` })) {
      yield { table: name, rows: page.map((row) => row.map(toPlain)) };
    }
  }
}

function readSql({ name, kind }: TableColumn): string {
  if (kind === 'guidOrText') return `guid_or_text(${name})`;
  return kind === 'guid' ? `guid_text(${name})` : name;
}

/** Empties the tables and ends all feeds of changes, and keeps others from writing to them until the transaction ends. */
export async function emptyTables(
  transaction: Transaction,
  tables: readonly WholeTable[],
  dialect: Dialect,
): Promise<void> {
  const statements = dialect.empty([...tables.map(({ name }) => name), ...FEED_TABLES]);
  for (const sql of statements) await transaction.run({ name: 'empty tables', sql }, {});
}

/** Makes what stores pages, by the columns that their rows have. `isRepeatable`: a row that is there already is replaced. */
export function createPageWrites(
  tables: readonly WholeTable[],
  dialect: Dialect,
  isRepeatable = false,
): (page: TablePage) => { readonly statement: Statement; readonly params: Params } {
  const statements = new Map(
    tables.map((table) => [table.name, { name: `load ${table.name}`, sql: insertSql(table, dialect, isRepeatable) }]),
  );
  return ({ table, rows }) => {
    const statement = statements.get(table);
    if (statement === undefined) throw new Error(`The database has no table ${table}.`);
    return { statement, params: { rows: JSON.stringify(rows) } };
  };
}

/** Rows of snapshots have none. */
export function hasKey(table: WholeTable): boolean {
  return keyOf(table).length > 0;
}

function keyOf({ columns }: WholeTable): readonly string[] {
  const keys = columns.filter(({ keyPlace }) => keyPlace > 0);
  return keys.toSorted((left, right) => left.keyPlace - right.keyPlace).map(({ name }) => name);
}

function insertSql(table: WholeTable, { jsonRows }: Dialect, isRepeatable: boolean): string {
  const { name, columns } = table;
  const key = keyOf(table);
  const values = columns.map(({ type }, place) => jsonRows.value(place, type)).join(', ');
  const others = columns.filter((column) => !key.includes(column.name)).map((column) => column.name);
  const changes = others.map((column) => `${column} = excluded.${column}`).join(', ');
  const differs = `(${others.map((column) => `${name}.${column}`).join(', ')}) is distinct from (${others.map((column) => `excluded.${column}`).join(', ')})`;
  // Without a condition, SQLite takes `on` for that of a join. A row that is there as it is to be is left alone.
  const replace = `where true on conflict (${key.join(', ')}) do ${others.length === 0 ? 'nothing' : `update set ${changes} where ${differs}`}`;
  return `
insert into ${name} (${columns.map((column) => column.name).join(', ')})
select ${values} from ${jsonRows.relation(':rows')} ${isRepeatable && key.length > 0 ? replace : ''}`;
}
