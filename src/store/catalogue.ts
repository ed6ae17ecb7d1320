/** Which tables and columns the database has now. */
import type { SqlConnection } from './connection.ts';

export interface TableColumn {
  readonly name: string;
  /** As this database names it. */
  readonly type: string;
  /** Of values that databases keep in different forms. */
  readonly kind: 'guid' | 'guidOrText' | undefined;
  /** Its place in the primary key, counted from 1; 0 when it is not part of it. */
  readonly keyPlace: number;
}

/** Columns by table. */
export type Catalogue = ReadonlyMap<string, readonly TableColumn[]>;

export async function readCatalogue({ dialect, read }: Pick<SqlConnection, 'dialect' | 'read'>): Promise<Catalogue> {
  const rows = await read({ name: 'listColumns', sql: dialect.listColumns }, {});
  const tables = Map.groupBy(rows, (row) => String(row['table_name']));
  const kindOf = (type: unknown) =>
    (['guid', 'guidOrText'] as const).find((kind) => dialect.columns[kind].sql === type);
  return new Map(
    [...tables].map(([table, columns]) => [
      table,
      columns.map((row) => ({
        name: String(row['column_name']),
        type: String(row['column_type']),
        kind: kindOf(row['column_type']),
        keyPlace: Number(row['key_place']),
      })),
    ]),
  );
}
