/**
 * Order and keyset pages: a page begins after the place where the one before ended, and a place is the values of the
 * row's order columns and keys. Null is below every value. A row is passed over or repeated only if it moves meanwhile.
 */
import { findGuid } from '../lib/ids.ts';
import { isInstant } from '../lib/packed-instant.ts';
import { ENUMS } from '../model/value-types.ts';
import type { OrderItem } from '../odata/order-by.ts';
import type { SkipTokenValue } from '../odata/skip-token.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { columnSpecOf, comparableColumn, listColumn } from './list-columns.ts';
import type { ListColumn, ListSource, SqlCondition } from './list-columns.ts';

export interface ListOrder {
  /** What follows `order by`. */
  readonly sql: string;
  /** The place of a row, by the names of its columns; enum members by name, GUIDs as text. */
  placeOf(valueOf: (column: string) => SqlValue | undefined): readonly SkipTokenValue[];
  /**
   * The condition that a row comes after the place; parameters are named k1, k2 and so on. No row comes after a place
   * that this order does not have: values of another number or kind, which only a forged token can bring.
   */
  after(place: readonly SkipTokenValue[]): SqlCondition;
  /** The condition that a row comes no later than the place, by keys alone; parameters are named e1, e2 and so on. */
  upTo(place: readonly SkipTokenValue[]): SqlCondition;
}

export function createListOrder(orderBy: readonly OrderItem[], source: ListSource, dialect: Dialect): ListOrder {
  const keys = [
    ...orderBy.map(({ field, isDescending }) => {
      const column = comparableColumn(columnSpecOf(field), source, dialect);
      const isNullable = field.isNullable && column.spec.nullText === undefined;
      return { ...column, isDescending, isNullable };
    }),
    ...source.keys.map((spec) => ({ ...listColumn(spec, source, dialect), isDescending: false, isNullable: false })),
  ];
  return {
    sql: keys.map(orderTerm).join(', '),
    placeOf: (valueOf) => keys.map(({ name, codec }) => codec.decode(valueOf(name)) as SkipTokenValue),
    after: (place) => {
      if (place.length !== keys.length || !keys.every((key, index) => isValueOf(key, place[index]))) return NOWHERE;
      const params = Object.fromEntries(keys.map(({ codec }, index) => [`k${index + 1}`, codec.encode(place[index])]));
      return { sql: printAfter(keys, params, 0), params };
    },
    upTo: (place) => {
      const own = keys.slice(orderBy.length);
      const params = Object.fromEntries(own.map(({ codec }, index) => [`e${index + 1}`, codec.encode(place[index])]));
      const names = Object.keys(params).map((name) => `:${name}`);
      return { sql: `((${own.map(({ sql }) => sql).join(', ')}) <= (${names.join(', ')}))`, params };
    },
  };
}

interface OrderKey extends ListColumn {
  readonly isDescending: boolean;
  readonly isNullable: boolean;
}

/** What a column of enumeration members holds. */
const MAX_MEMBER = 2 ** 15 - 1;

const NOWHERE: SqlCondition = { sql: '(1 = 0)', params: {} };

/** Nulls are placed in words, as the databases differ in where they put them. */
function orderTerm({ sql, isDescending, isNullable }: OrderKey): string {
  const direction = isDescending ? ' desc' : '';
  const nulls = isDescending ? ' nulls last' : ' nulls first';
  return sql + direction + (isNullable ? nulls : '');
}

function isValueOf({ spec, isNullable }: OrderKey, value: SkipTokenValue | undefined): boolean {
  if (value === null) return isNullable || spec.nullText !== undefined;
  if (spec.enumType !== undefined) return ENUMS[spec.enumType].some(({ name }) => name === value);
  if (spec.kind === 'guid') return typeof value === 'string' && findGuid(value) !== undefined;
  if (spec.kind === 'instant') return typeof value === 'string' && isInstant(value);
  if (spec.kind === 'integer') return Number.isSafeInteger(value);
  if (spec.kind === 'member') return Number.isInteger(value) && Math.abs(value as number) <= MAX_MEMBER;
  return typeof value === (spec.kind === 'boolean' ? 'boolean' : 'string');
}

/** That a row comes after the place, looking at the keys from `index` on: those before are equal. */
function printAfter(keys: readonly OrderKey[], params: Readonly<Record<string, SqlValue>>, index: number): string {
  const rest = keys.slice(index);
  const name = (offset: number) => `:k${index + offset + 1}`;
  if (rest.every(({ isDescending, isNullable }) => !isDescending && !isNullable)) {
    return `((${rest.map(({ sql }) => sql).join(', ')}) > (${rest.map((_, offset) => name(offset)).join(', ')}))`;
  }
  // The last keys are the source's own, which the row comparison above has taken.
  const key = keys[index] as OrderKey;
  const tail = printAfter(keys, params, index + 1);
  if (params[`k${index + 1}`] === null) return afterNull(key, tail);
  return afterValue(key, name(0), tail);
}

function afterNull({ sql, isDescending }: OrderKey, tail: string): string {
  return isDescending ? `(${sql} is null and ${tail})` : `(${sql} is not null or ${tail})`;
}

/** The bound before the bracket says nothing new, but lets an index begin there. */
function afterValue({ sql, isDescending, isNullable }: OrderKey, value: string, tail: string): string {
  if (!isDescending) return `(${sql} >= ${value} and (${sql} > ${value} or ${tail}))`;
  if (!isNullable) return `(${sql} <= ${value} and (${sql} < ${value} or ${tail}))`;
  return `(${sql} < ${value} or ${sql} is null or (${sql} = ${value} and ${tail}))`;
}
