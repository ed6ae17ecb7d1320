/** What differs between the databases, as maps. */
import { guidBytes, guidText, guidTextOfHex } from '../lib/guid-bytes.ts';
import { packInstant, unpackInstant } from '../lib/packed-instant.ts';
import { POSTGRES_GUID_OR_TEXT, SQLITE_GUID_OR_TEXT } from './guid-or-text.ts';

/** What a parameter or a column can hold. */
export type SqlValue = string | number | null | Uint8Array;

/**
 * `integer`: up to 2^53. `member`: the number of a member of an enumeration, up to 2^15. `instant`: packed. `guidOrText`: text,
 * which takes 16 bytes when it is a GUID; equal when the texts are, but in an order of its own.
 */
export type ColumnKind = 'integer' | 'member' | 'text' | 'instant' | 'guid' | 'guidOrText' | 'boolean' | 'json';

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
  /** A column of GUIDs, in a form that `guid` decodes. */
  guidText(column: string): string;
  /** A column of the kind `guidOrText`, in a form that it decodes. */
  readGuidOrText(column: string): string;
  /** The text that such a column holds. */
  plainText(column: string): string;
}

interface LookedUp {
  /** With its alias. */
  readonly table: `${string} ${string}`;
  readonly condition: string;
}

export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  readonly columns: Readonly<Record<ColumnKind, ColumnType>>;
  readonly functions: SqlFunctions;
  /** The text of the parameter that stands at this place, counted from 1; `kind` is known for those named after columns. */
  placeholder(position: number, kind: ColumnKind | undefined): string;
  /** Gives a row when the table `:table_name` exists. */
  readonly findTable: string;
  /** Gives table_name, column_name, column_type and key_place of every column that can be written, in the order of the columns. */
  readonly listColumns: string;
  /** Rows that come as one parameter, a JSON array of arrays: as a relation, and the value at a place for a column of the type. */
  readonly jsonRows: {
    relation(parameter: string): string;
    value(place: number, type: string): string;
    /** Of the kind `guidOrText`, by what {@link packed} makes of a text: for many rows that are looked up. */
    packedValue(place: number): string;
    packed(text: string): string;
    /**
     * A relation with what the table has for each of its rows, found by an index: by itself a database that knows the table
     * as a small one reads the whole of it, and does so still when it has grown.
     */
    lookUp(relation: string, table: LookedUp): string;
  };
  /** Ends a select whose rows nobody else may change, or refer to, until COMMIT. */
  readonly forUpdate: string;
  /** Statements that empty these tables, each after those that refer to it, and keep others from writing to them until COMMIT. */
  empty(tables: readonly string[]): readonly string[];
  /** What says where a row of a table without a key lies, while nobody changes it. */
  readonly rowPlace: {
    readonly column: string;
    readonly type: string;
    /** The type that a row is read with. */
    readonly shownType: string;
    readonly beforeAll: SqlValue;
  };
}

const asIs = (sql: string): ColumnType => ({ sql, encode: (value) => value as SqlValue, decode: (value) => value });

const instant = (sql: string): ColumnType => ({
  sql,
  encode: (value) => packInstant(value as string),
  decode: (value) => unpackInstant(value as string),
});

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  columns: {
    integer: asIs('integer'),
    member: asIs('integer'),
    text: asIs('text'),
    instant: instant('text'),
    // 16 bytes in place of 36 characters, in the table and in every index.
    guid: {
      sql: 'blob',
      encode: (value) => guidBytes(value as string),
      decode: (value) => (typeof value === 'string' ? guidTextOfHex(value) : guidText(value as Uint8Array)),
    },
    guidOrText: SQLITE_GUID_OR_TEXT,
    boolean: { sql: 'integer', encode: (value) => (value === true ? 1 : 0), decode: (value) => value === 1 },
    json: { sql: 'text', encode: (value) => JSON.stringify(value), decode: (value) => JSON.parse(value as string) },
  },
  functions: {
    contains: (text, part) => `instr(${text}, ${part}) > 0`,
    // Bytes become an object with memory of its own each, which takes longer than all the rest of a row. hex(null) is ''.
    guidText: (column) => `nullif(hex(${column}), '')`,
    readGuidOrText: SQLITE_GUID_OR_TEXT.read,
    plainText: SQLITE_GUID_OR_TEXT.plainText,
  },
  placeholder: () => '?',
  findTable: "select name from sqlite_schema where type = 'table' and name = :table_name",
  listColumns: `
select t.name as table_name, c.name as column_name, lower(c.type) as column_type, c.pk as key_place
from sqlite_schema t join pragma_table_info(t.name) c
where t.type = 'table' order by t.name, c.cid`,
  jsonRows: {
    relation: (parameter) => `json_each(${parameter}) r`,
    value: (place, type) => {
      const value = `json_extract(r.value, '$[${place}]')`;
      if (type === SQLITE_GUID_OR_TEXT.sql) return SQLITE_GUID_OR_TEXT.pack(value);
      return type === 'blob' ? `unhex(${value}, '-')` : value;
    },
    packedValue: (place) => SQLITE_GUID_OR_TEXT.pack(`json_extract(r.value, '$[${place}]')`),
    packed: (text) => text,
    // Joined in this order, and by no other way than row by row.
    lookUp: (relation, { table, condition }) => `${relation} cross join ${table} on ${condition}`,
  },
  // A transaction that writes has the database for itself.
  forUpdate: '',
  empty: (tables) => tables.toReversed().map((table) => `delete from ${table}`),
  rowPlace: { column: 'rowid', type: 'integer', shownType: 'integer', beforeAll: 0 },
};

/** What a parameter has to be called where its place does not tell, such as in a list of columns to select. */
const POSTGRES_CASTS: Readonly<Record<ColumnKind, string>> = {
  integer: 'bigint',
  member: 'smallint',
  text: 'text',
  instant: 'text',
  guid: 'uuid',
  guidOrText: 'bytea',
  boolean: 'boolean',
  json: 'text',
};

export const postgresDialect: Dialect = {
  name: 'postgres',
  columns: {
    integer: asIs('bigint'),
    member: asIs('smallint'),
    // By bytes, as SQLite orders: a page begins at the same place, whatever the locale of the database.
    text: asIs('text collate "C"'),
    instant: instant('text collate "C"'),
    guid: asIs('uuid'),
    guidOrText: POSTGRES_GUID_OR_TEXT,
    // The driver reads and takes 1 and 0, as no other type has two forms.
    boolean: { ...sqliteDialect.columns.boolean, sql: 'boolean' },
    // Text comes back as it was written; jsonb would sort the keys and refuse some escapes.
    json: { ...sqliteDialect.columns.json, sql: 'text collate "C"' },
  },
  functions: {
    contains: (text, part) => `strpos(${text}, ${part}) > 0`,
    guidText: (column) => column,
    readGuidOrText: POSTGRES_GUID_OR_TEXT.read,
    plainText: POSTGRES_GUID_OR_TEXT.plainText,
  },
  placeholder: (position, kind) => `$${position}${kind === undefined ? '' : `::${POSTGRES_CASTS[kind]}`}`,
  findTable: 'select cast(to_regclass(:table_name) as text) as name where to_regclass(:table_name) is not null',
  listColumns: `
select t.relname as table_name, c.attname as column_name, format_type(c.atttypid, c.atttypmod) as column_type,
  coalesce(array_position(cast(k.indkey as smallint[]), c.attnum) + 1, 0) as key_place
from pg_class t join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped and c.attgenerated = ''
  left join pg_index k on k.indrelid = t.oid and k.indisprimary
where t.relkind in ('r', 'p') and t.relnamespace = to_regnamespace(current_schema()) order by t.relname, c.attnum`,
  jsonRows: {
    relation: (parameter) => `jsonb_array_elements(cast(${parameter} as jsonb)) as r (value)`,
    value: (place, type) => {
      const text = `(r.value ->> ${place})`;
      return type === POSTGRES_GUID_OR_TEXT.sql ? POSTGRES_GUID_OR_TEXT.pack(text) : `cast(${text} as ${type})`;
    },
    // To tell GUIDs from other texts by SQL takes longer than to find the row.
    packedValue: (place) => `cast(r.value ->> ${place} as bytea)`,
    packed: (text) => POSTGRES_GUID_OR_TEXT.encode(text) as string,
    // What has an offset is not merged into the query around it, and is so done for each row.
    lookUp: (relation, { table, condition }) =>
      `${relation} cross join lateral (select * from ${table} where ${condition} offset 0) ${table.split(' ')[1]}`,
  },
  forUpdate: 'for update',
  empty: (tables) => (tables.length === 0 ? [] : [`truncate ${tables.join(', ')}`]),
  rowPlace: { column: 'ctid', type: 'tid', shownType: 'text', beforeAll: '(0,0)' },
};

export interface CompiledStatement {
  readonly sql: string;
  /** Parameter names in the order of the placeholders. */
  readonly order: readonly string[];
}

/**
 * Turns `:name` parameters into the dialect's placeholders, `:name[]` being an array of such, and `guid_text(column)` and
 * `guid_or_text(column)` into what reads columns of these kinds.
 */
export function compile(
  sql: string,
  dialect: Dialect,
  kinds: ReadonlyMap<string, ColumnKind> = new Map(),
): CompiledStatement {
  const order: string[] = [];
  const text = sql
    .replace(/:(\w+)/g, (_, name: string) => dialect.placeholder(order.push(name), kinds.get(name)))
    .replace(/guid_text\(([^()]+|\([^()]+\))\)/g, (_, column: string) => dialect.functions.guidText(column))
    .replace(/guid_or_text\(([\w.]+)\)/g, (_, column: string) => dialect.functions.readGuidOrText(column));
  return { sql: text, order };
}

/** Reads a boolean column that may be null. */
export function isTrue(dialect: Dialect, value: SqlValue | undefined): boolean {
  return value !== null && value !== undefined && dialect.columns.boolean.decode(value) === true;
}
