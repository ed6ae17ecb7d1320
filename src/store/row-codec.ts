/** Entity <-> row, by the property tables. */
import type { PropertyRow } from '../model/rows.ts';
import { COMPLEX_TYPES, ENUMS } from '../model/value-types.ts';
import { columnNamesOf, columnsOf, isComplex } from './columns.ts';
import type { ColumnSpec } from './columns.ts';
import type { Tuple } from './connection.ts';
import type { Dialect, SqlValue } from './dialect.ts';

export interface RowCodec {
  toRow(entity: Readonly<Record<string, unknown>>): Record<string, SqlValue>;
  /** Values by property name; columns that were not selected read as null. */
  fromRow(row: Tuple): Record<string, unknown>;
}

interface PropertyCodec {
  write(value: unknown, row: Record<string, SqlValue>): void;
  read(row: Tuple): unknown;
}

/** @param selected the columns that rows have, in their order */
export function createRowCodec(
  properties: readonly PropertyRow[],
  dialect: Dialect,
  selected: readonly string[] = columnNamesOf(properties),
): RowCodec {
  const stored = properties.filter((property) => property.column !== undefined);
  const codecs = stored.map((property) => ({
    name: property.name,
    codec: createPropertyCodec(property, dialect, selected),
  }));
  // To fill a copy takes two thirds of what an object takes that grows by one name after the other.
  const blankEntity = blank(stored.map(({ name }) => name));
  const blankRow = blank(columnNamesOf(stored));
  return {
    toRow: (entity) => {
      const row: Record<string, SqlValue> = { ...blankRow };
      for (const { name, codec } of codecs) codec.write(entity[name], row);
      return row;
    },
    fromRow: (row) => {
      const entity: Record<string, unknown> = { ...blankEntity };
      for (const { name, codec } of codecs) entity[name] = codec.read(row);
      return entity;
    },
  };
}

function blank(names: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function createPropertyCodec(property: PropertyRow, dialect: Dialect, selected: readonly string[]): PropertyCodec {
  const columns = columnsOf(property);
  const codecs = columns.map((spec) => createColumnCodec(spec, dialect));
  if (!isComplex(property.type)) {
    const [{ column }, codec] = [columns[0] as ColumnSpec, codecs[0] as ColumnCodec];
    const place = selected.indexOf(column);
    return {
      write: (value, row) => void (row[column] = codec.encode(value)),
      read: (row) => codec.decode(row[place]),
    };
  }
  const members = COMPLEX_TYPES[property.type].map(({ name }, index) => {
    const { column } = columns[index] as ColumnSpec;
    return { name, column, place: selected.indexOf(column), codec: codecs[index] as ColumnCodec };
  });
  return {
    write: (value, row) => {
      const parts = (value ?? {}) as Readonly<Record<string, unknown>>;
      for (const { name, column, codec } of members) row[column] = codec.encode(parts[name]);
    },
    read: (row) => readComplex(members, row),
  };
}

interface MemberCodec {
  readonly name: string;
  readonly column: string;
  readonly place: number;
  readonly codec: ColumnCodec;
}

function readComplex(members: readonly MemberCodec[], row: Tuple): Record<string, unknown> | null {
  const value: Record<string, unknown> = {};
  let isNull = true;
  for (const { name, place, codec } of members) {
    value[name] = codec.decode(row[place]);
    isNull &&= value[name] === null;
  }
  return isNull ? null : value;
}

/** One column's values, enum members by name; null as the column keeps it. */
export interface ColumnCodec {
  encode(value: unknown): SqlValue;
  decode(value: SqlValue | undefined): unknown;
}

export function createColumnCodec({ kind, enumType, nullText }: ColumnSpec, dialect: Dialect): ColumnCodec {
  const type = dialect.columns[kind];
  const numbers = enumType === undefined ? undefined : new Map(ENUMS[enumType].map(({ name, value }) => [name, value]));
  const names = enumType === undefined ? undefined : new Map(ENUMS[enumType].map(({ name, value }) => [value, name]));
  const encode = numbers === undefined ? type.encode : (value: unknown) => numbers.get(value as never) as SqlValue;
  const decode = names === undefined ? type.decode : (value: SqlValue) => names.get(value as never);
  return {
    encode: (value) => (value === null || value === undefined ? (nullText ?? null) : encode(value)),
    decode: nullText === undefined ? orNull(decode) : orNull((value) => noneFor(nullText, decode(value))),
  };
}

function orNull(decode: (value: SqlValue) => unknown): ColumnCodec['decode'] {
  return (value) => (value === null || value === undefined ? null : decode(value));
}

function noneFor(nullText: string, text: unknown): unknown {
  return text === nullText ? null : text;
}
