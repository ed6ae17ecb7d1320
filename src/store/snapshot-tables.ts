/**
 * For each table of a sandbox's data a second one of the same columns, which holds what snapshots have kept of it. They are
 * made from the catalogue when the sandbox needs them, so that they follow each migration, and a database that serves
 * no sandbox has none.
 */
import { readCatalogue } from './catalogue.ts';
import type { Catalogue, TableColumn } from './catalogue.ts';
import type { SqlConnection, Statement } from './connection.ts';
import type { Dialect } from './dialect.ts';
import { SNAPSHOT_TABLES } from './tables.ts';

export interface SnapshotTable {
  readonly name: string;
  /** Of the table itself. */
  readonly columns: readonly TableColumn[];
}

/** The table that snapshots of a table are in. */
export function keptTable(name: string): string {
  return `snapshot_of_${name}`;
}

/** Makes the tables that are missing, and anew those whose columns are not those of their table any more. */
export async function openSnapshotTables(connection: SqlConnection): Promise<readonly SnapshotTable[]> {
  const make = async (): Promise<void> => {
    const missing = listMissing(await readCatalogue(connection), connection);
    if (missing.length > 0) await connection.script(missing.join(';\n'));
  };
  const catalogue = await readCatalogue(connection);
  if (listMissing(catalogue, connection).length > 0) await connection.exclusively(make);
  return SNAPSHOT_TABLES.map((name) => ({ name, columns: catalogue.get(name) ?? [] }));
}

function listMissing(catalogue: Catalogue, { dialect }: SqlConnection): readonly string[] {
  const { integer, text, guid, json } = dialect.columns;
  const records = `
create table snapshot (
  snapshot_id ${integer.sql} not null primary key,
  name ${text.sql} not null unique,
  tenant_guid ${guid.sql},
  schema_name ${text.sql} not null,
  created_at ${integer.sql} not null,
  states ${json.sql} not null
)`;
  return [
    ...(catalogue.has('snapshot') ? [] : [records]),
    ...SNAPSHOT_TABLES.filter((table) => !isKeptAsIs(catalogue, table)).flatMap((table) => {
      const columns = namesOf(catalogue.get(table)).map((name) => `t.${name}`);
      const kept = keptTable(table);
      return [
        `drop table if exists ${kept}`,
        `create table ${kept} as select cast(0 as ${integer.sql}) as snapshot_id, ${columns.join(', ')} from ${table} t limit 0`,
        `create index ${kept}_id on ${kept} (snapshot_id)`,
      ];
    }),
  ];
}

function isKeptAsIs(catalogue: Catalogue, table: string): boolean {
  const kept = namesOf(catalogue.get(keptTable(table)));
  return kept.join(' ') === ['snapshot_id', ...namesOf(catalogue.get(table))].join(' ');
}

function namesOf(columns: readonly TableColumn[] = []): readonly string[] {
  return columns.map(({ name }) => name);
}

/** A statement on all rows of a table, and one on those of `:tenant_id`, where rows belong to tenants. */
interface Scoped {
  readonly all: Statement;
  readonly ofTenant: Statement | undefined;
}

/** What is done with one table, as SQL; parameters are `:snapshot_id` and those that are named here. */
export interface TableStatements {
  /** From the table to a snapshot. */
  readonly keep: Scoped;
  /** From a snapshot to the table. */
  readonly bring: Scoped;
  /** From a snapshot. */
  readonly forget: Scoped;
  /** From the table; needs no snapshot. */
  readonly empty: Scoped;
  /** One row to a snapshot, its columns as parameters. */
  readonly add: Statement;
  /** Rows of a snapshot behind `:place`, at most `:row_limit`, each with its place. */
  readonly page: Statement;
}

export function tableStatements(
  { name, columns }: SnapshotTable,
  { columns: types, rowPlace }: Dialect,
): TableStatements {
  const names = namesOf(columns);
  const list = names.join(', ');
  const kept = keptTable(name);
  const isThis = 'snapshot_id = :snapshot_id';
  const isTenant = 'tenant_id = :tenant_id';
  const statement = (purpose: string, sql: string): Statement => ({ name: `${purpose} ${name}`, sql });
  const scoped = (purpose: string, sql: string, ...conditions: readonly string[]): Scoped => {
    const where = (all: readonly string[]) => (all.length === 0 ? sql : `${sql} where ${all.join(' and ')}`);
    const ofTenant = statement(`${purpose} tenant's`, where([...conditions, isTenant]));
    return {
      all: statement(purpose, where(conditions)),
      ofTenant: names.includes('tenant_id') ? ofTenant : undefined,
    };
  };
  const snapshotId = `cast(:snapshot_id as ${types.integer.sql})`;
  const parameters = names.map((column) => `:${column}`).join(', ');
  return {
    keep: scoped('keep', `insert into ${kept} (snapshot_id, ${list}) select ${snapshotId}, ${list} from ${name}`),
    bring: scoped('bring', `insert into ${name} (${list}) select ${list} from ${kept}`, isThis),
    forget: scoped('forget', `delete from ${kept}`, isThis),
    empty: scoped('empty', `delete from ${name}`),
    add: statement('add', `insert into ${kept} (snapshot_id, ${list}) values (:snapshot_id, ${parameters})`),
    page: statement('page', pageSql(kept, columns.map(readSql).join(', '), rowPlace)),
  };
}

function readSql({ name, kind }: TableColumn): string {
  return kind === 'guidOrText' ? `guid_or_text(${name}) as ${name}` : name;
}

function pageSql(kept: string, list: string, { column, type, shownType }: Dialect['rowPlace']): string {
  return `
select cast(${column} as ${shownType}) as place, ${list} from ${kept}
where snapshot_id = :snapshot_id and ${column} > cast(:place as ${type}) order by ${column} limit :row_limit`;
}
