/** A list's columns as SQL: what $filter and $orderby refer to. The lists themselves are in `list-sources.ts`. */
import type { EntityName } from '../model/schema.ts';
import type { Field } from '../odata/field-path.ts';
import { columnsOf } from './columns.ts';
import type { ColumnSpec } from './columns.ts';
import type { Params } from './connection.ts';
import { createColumnCodec } from './row-codec.ts';
import type { ColumnCodec } from './row-codec.ts';
import type { Dialect } from './dialect.ts';

export interface ListSource {
  /** Of the table, in the statement that the texts are put into. */
  readonly alias: string;
  /** Tells the types that share the table apart; none when there is one type. */
  readonly discriminator?: {
    readonly column: string;
    readonly numbers: Readonly<Partial<Record<EntityName, number>>>;
  };
  /** SQL for columns that the table itself has not. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** What every order ends in: columns that hold no null and together are unique. */
  readonly keys: readonly ColumnSpec[];
}

/** A condition in brackets where it needs them, with the parameters that it names. */
export interface SqlCondition {
  readonly sql: string;
  readonly params: Params;
}

/** A column of the source, as SQL writes it and as values go in and out of it. */
export interface ListColumn {
  readonly sql: string;
  /** As result rows name it. */
  readonly name: string;
  readonly spec: ColumnSpec;
  readonly codec: ColumnCodec;
}

export function listColumn(spec: ColumnSpec, { alias, expressions }: ListSource, dialect: Dialect): ListColumn {
  const sql = expressions?.[spec.column] ?? `${alias}.${spec.column}`;
  return { sql, name: spec.column, spec, codec: createColumnCodec(spec, dialect) };
}

/** As {@link listColumn}, in the order of texts and with their parts. */
export function comparableColumn(spec: ColumnSpec, source: ListSource, dialect: Dialect): ListColumn {
  const column = listColumn(spec, source, dialect);
  if (spec.kind !== 'guidOrText') return column;
  const { encode } = createColumnCodec({ ...spec, kind: 'text' }, dialect);
  return { ...column, sql: dialect.functions.plainText(column.sql), codec: { ...column.codec, encode } };
}

/** The column that a field is kept in; throws a plain `Error` for a field that is computed. */
export function columnSpecOf({ property, member, path }: Field): ColumnSpec {
  const name = `${property.column}${member?.columnSuffix ?? ''}`;
  const spec = columnsOf(property).find(({ column }) => column === name);
  if (spec === undefined) throw new Error(`No column holds ${path}`);
  return spec;
}

/** SQL that holds for objects of one of these types. Numbers come from the source, never from a client. */
export function isOfTypes(types: readonly EntityName[], { alias, discriminator }: ListSource): string {
  if (discriminator === undefined) throw new Error('One type only is in this list');
  const numbers = types.map((type) => discriminator.numbers[type]).filter((number) => number !== undefined);
  return `${alias}.${discriminator.column} in (${numbers.join(', ')})`;
}
