/**
 * Filter -> SQL, in the part that the databases share. Every condition is true or false and never null, so that `not`
 * means what it says: a comparison stands beside the test that its column has a value.
 */
import type { Field } from '../odata/field-path.ts';
import type { FilterNode, FilterValue, Inequality, TextTest } from '../odata/filter-types.ts';
import type { Dialect, SqlValue } from './dialect.ts';
import { columnSpecOf, comparableColumn, isOfTypes, listColumn } from './list-columns.ts';
import type { ListColumn, ListSource, SqlCondition } from './list-columns.ts';

/** Parameters are named f1, f2 and so on; the same tree of other values gives the same text. */
export function filterSql(node: FilterNode, source: ListSource, dialect: Dialect): SqlCondition {
  const writer: Writer = { source, dialect, params: {}, count: 0 };
  return { sql: print(node, writer), params: writer.params };
}

interface Writer {
  readonly source: ListSource;
  readonly dialect: Dialect;
  readonly params: Record<string, SqlValue>;
  count: number;
}

function bind(writer: Writer, value: SqlValue): string {
  writer.count += 1;
  writer.params[`f${writer.count}`] = value;
  return `:f${writer.count}`;
}

function print(node: FilterNode, writer: Writer): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.operands.map((operand) => print(operand, writer)).join(` ${node.kind} `)})`;
    case 'not':
      return `(not ${print(node.operand, writer)})`;
    case 'constant':
      return node.isTrue ? '(1 = 1)' : '(1 = 0)';
    case 'isNull':
      return `(not (${hasValue(node.field, writer)}))`;
    case 'oneOf':
      return printOneOf(node.field, node.values, writer);
    case 'compare':
      return printComparison(node.field, { operator: node.operator, value: node.value }, writer);
    case 'match':
      return printMatch(node.field, { test: node.test, text: node.text }, writer);
    case 'isOf':
      return `(${isOfTypes(node.types, writer.source)})`;
    default:
      return node satisfies never;
  }
}

function columnOf(field: Field, { source, dialect }: Writer): ListColumn {
  return listColumn(columnSpecOf(field), source, dialect);
}

/** In the order of its values, and with their parts. */
function comparableColumnOf(field: Field, { source, dialect }: Writer): ListColumn {
  return comparableColumn(columnSpecOf(field), source, dialect);
}

/** The column of an object that lacks the property is null, so that only a cast has to look at the type. */
function hasValue(field: Field, writer: Writer): string {
  const { sql, spec } = columnOf(field, writer);
  const isHeld = spec.nullText === undefined ? `${sql} is not null` : `${sql} <> '${spec.nullText}'`;
  return field.onlyOf === undefined ? isHeld : `${isOfTypes(field.onlyOf, writer.source)} and ${isHeld}`;
}

/** With `=` in place of `is not distinct from`: every planner finds an index for it. */
function printOneOf(field: Field, values: readonly FilterValue[], writer: Writer): string {
  const column = columnOf(field, writer);
  const sql = field.kind === 'localDateTime' ? filledUp(column, writer) : column.sql;
  const names = values.map((value) => bind(writer, column.codec.encode(value)));
  const isEqual = names.length === 1 ? `${sql} = ${names[0]}` : `${sql} in (${names.join(', ')})`;
  return `(${hasValue(field, writer)} and ${isEqual})`;
}

const SIGNS: Readonly<Record<Inequality, string>> = { gt: '>', ge: '>=', lt: '<', le: '<=' };

function printComparison(
  field: Field,
  { operator, value }: { readonly operator: Inequality; readonly value: FilterValue },
  writer: Writer,
): string {
  const column = comparableColumnOf(field, writer);
  const sql = field.kind === 'localDateTime' ? filledUp(column, writer) : column.sql;
  return `(${hasValue(field, writer)} and ${sql} ${SIGNS[operator]} ${bind(writer, column.codec.encode(value))})`;
}

const LOCAL_DATE_TIME = '0000-00-00T00:00:00.0000000';

/**
 * A local date is kept as the client wrote it, and may lack fraction, seconds or time: it is filled up to the length
 * that values to compare with have. A Z says no more than the time zone beside it.
 */
function filledUp({ sql }: ListColumn, writer: Writer): string {
  const written = `rtrim(${sql}, 'Zz')`;
  // A parameter, as the text has colons.
  return `${written} || substr(${bind(writer, LOCAL_DATE_TIME)}, length(${written}) + 1)`;
}

function printMatch(
  field: Field,
  { test, text }: { readonly test: TextTest; readonly text: string },
  writer: Writer,
): string {
  const { sql } = comparableColumnOf(field, writer);
  return `(${hasValue(field, writer)} and ${matchSql(test, sql, { part: bind(writer, text), dialect: writer.dialect })})`;
}

function matchSql(
  test: TextTest,
  column: string,
  { part, dialect }: { readonly part: string; readonly dialect: Dialect },
): string {
  switch (test) {
    case 'startswith':
      return `substr(${column}, 1, length(${part})) = ${part}`;
    case 'endswith':
      // The databases have no common way to count from the end. A text that is too short gives less than the part.
      return `substr(${column}, length(${column}) - length(${part}) + 1) = ${part}`;
    case 'contains':
      return dialect.functions.contains(column, part);
    default:
      return test satisfies never;
  }
}
