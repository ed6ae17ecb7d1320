/** Which tables and columns the database has now. */
import type { SqlConnection } from './connection.ts';

export interface TableColumn {
  readonly name: string;
  /** As this database names it. */
  readonly type: string;
  /** Whether it holds GUIDs, which databases keep in different forms. */
  readonly isGuid: boolean;
  /** Its place in the primary key, counted from 1; 0 when it is not part of it. */
  readonly keyPlace: number;
}

/** Columns by table. */
export type Catalogue = ReadonlyMap<string, readonly TableColumn[]>;

export async function readCatalogue({ dialect, read }: Pick<SqlConnection, 'dialect' | 'read'>): Promise<Catalogue> {
  const rows = await read({ name: 'listColumns', sql: dialect.listColumns }, {});
  const tables = Map.groupBy(rows, (row) => String(row['table_name']));
  const guid = dialect.columns.guid.sql;
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columns.map((row) => ({
        name: String(row['column_name']),
        type: String(row['column_type']),
        isGuid: row['column_type'] === guid,
        keyPlace: Number(row['key_place']),
      })),
    ]),
  );
}
