/** What differs between the databases, as maps. */

/** What a parameter or a column can hold. */
export type SqlValue = string | number | null | Uint8Array;

export type ColumnKind = 'integer' | 'text' | 'guid' | 'boolean' | 'json';

export interface ColumnType {
  readonly sql: string;
  /** Never called with null. */
  readonly encode: (value: unknown) => SqlValue;
  readonly decode: (value: SqlValue) => unknown;
}

/** SQL expressions over other SQL expressions. */
interface SqlFunctions {
  /** True when the text holds the part, in the same casing; true for an empty part. */
  contains(text: string, part: string): string;
}

export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly columns: Readonly<Record<ColumnKind, ColumnType>>;
  readonly functions: SqlFunctions;
  /** The text of the parameter that stands at this place, counted from 1; `kind` is known for those named after columns. */
  placeholder(position: number, kind: ColumnKind | undefined): string;
  /** Gives a row when the table `:table_name` exists. */
  readonly findTable: string;
}

const asIs = (sql: string): ColumnType => ({ sql, encode: (value) => value as SqlValue, decode: (value) => value });

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  columns: {
    integer: asIs('integer'),
    text: asIs('text'),
    // 16 bytes in place of 36 characters, in the table and in every index.
    guid: {
      sql: 'blob',
      encode: (value) => guidBytes(value as string),
      decode: (value) => guidText(value as Uint8Array),
    },
    boolean: { sql: 'integer', encode: (value) => (value === true ? 1 : 0), decode: (value) => value === 1 },
    json: { sql: 'text', encode: (value) => JSON.stringify(value), decode: (value) => JSON.parse(value as string) },
  },
  functions: { contains: (text, part) => `instr(${text}, ${part}) > 0` },
  placeholder: () => '?',
  findTable: "select name from sqlite_schema where type = 'table' and name = :table_name",
};

/** What a parameter has to be called where its place does not tell, such as in a list of columns to select. */
const POSTGRES_CASTS: Readonly<Record<ColumnKind, string>> = {
  integer: 'bigint',
  text: 'text',
  guid: 'uuid',
  boolean: 'boolean',
  json: 'text',
};

export const postgresDialect: Dialect = {
  name: 'postgres',
  columns: {
    integer: asIs('bigint'),
    // By bytes, as SQLite orders: a page begins at the same place, whatever the locale of the database.
    text: asIs('text collate "C"'),
    guid: asIs('uuid'),
    // The driver reads and takes 1 and 0, as no other type has two forms.
    boolean: { ...sqliteDialect.columns.boolean, sql: 'boolean' },
    // Text comes back as it was written; jsonb would sort the keys and refuse some escapes.
    json: { ...sqliteDialect.columns.json, sql: 'text collate "C"' },
  },
  functions: { contains: (text, part) => `strpos(${text}, ${part}) > 0` },
  placeholder: (position, kind) => `$${position}${kind === undefined ? '' : `::${POSTGRES_CASTS[kind]}`}`,
  findTable: 'select cast(to_regclass(:table_name) as text) as name where to_regclass(:table_name) is not null',
};

export interface CompiledStatement {
  readonly sql: string;
  /** Parameter names in the order of the placeholders. */
  readonly order: readonly string[];
}

/** Turns `:name` parameters into the dialect's placeholders. */
export function compile(
  sql: string,
  dialect: Dialect,
  kinds: ReadonlyMap<string, ColumnKind> = new Map(),
): CompiledStatement {
  const order: string[] = [];
  const text = sql.replace(/:(\w+)/g, (_, name: string) => dialect.placeholder(order.push(name), kinds.get(name)));
  return { sql: text, order };
}

function guidBytes(text: string): Uint8Array {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

function guidText(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Reads a boolean column that may be null. */
export function isTrue(dialect: Dialect, value: SqlValue | undefined): boolean {
  return value !== null && value !== undefined && dialect.columns.boolean.decode(value) === true;
}
