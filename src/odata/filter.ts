/**
 * $filter: text -> tree. Keywords, names and enum members match in any casing; space between tokens is free.
 *
 *   filter      = conjunction *( "or" conjunction )
 *   conjunction = negation *( "and" negation )
 *   negation    = "not" negation | condition
 *   condition   = ( "(" filter ")" | function ) [ ( "eq" | "ne" ) ( "true" | "false" ) ]
 *               | operand ( "eq" | "ne" | "gt" | "ge" | "lt" | "le" ) operand   ; one a path, the other a value
 *               | path "in" "(" value *( "," value ) ")"
 *               | path                                                          ; of a boolean property
 *               | "true" | "false"
 *   function    = ( "startswith" | "endswith" | "contains" ) "(" path "," text ")"
 *               | "isof" "(" ( typeName | "'" typeName "'" ) ")"
 *   path        = [ typeName "/" ] name [ "/" name ]
 *   value       = text | [ name ] text | integer | "true" | "false" | "null" | date | guid
 *   text        = "'" *( any character, a quote doubled ) "'"
 *
 * Texts, integers, dates and local dates have an order; GUIDs, enumerations, durations and booleans take eq, ne and in
 * only. Durations are compared as written: PT60M is not PT1H.
 */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { clauseError, clauseReason } from './clause-error.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import type { Field, FieldFinder, ValueKind } from './field-path.ts';
import { tokenize } from './filter-lexer.ts';
import type { Token, WordToken } from './filter-lexer.ts';
import type { FilterNode, FilterValue, TextTest } from './filter-types.ts';
import { findBoolean, isNullToken, isValueWord, readFilterValues } from './filter-value.ts';
import type { ValuePlace, ValueToken } from './filter-value.ts';

export interface FilterRules {
  readonly fields: FieldFinder;
  /** Whether enum members behind the sentinel are values; else the sentinel stands for them. */
  readonly showsHiddenMembers: boolean;
  readonly notes: DeviationNotes;
}

const MAX_CHARACTERS = 8192;
const MAX_DEPTH = 50;
/** Of conditions, connectives and listed values together. */
const MAX_NODES = 100;

/** @throws filterInvalid, propertyUnknown */
export function parseFilter(text: string, rules: FilterRules): FilterNode {
  if (text.length > MAX_CHARACTERS) throw clauseError('filterInvalid', 'tooLong', { limit: MAX_CHARACTERS });
  if (text.trim() === '') throw clauseError('filterInvalid', 'empty');
  const cursor: Cursor = { tokens: tokenize(text), rules, index: 0, depth: 0, nodes: 0 };
  const node = readFilter(cursor);
  expectMark(cursor, 'end');
  return node;
}

/** The state of the parser. */
interface Cursor {
  readonly tokens: readonly Token[];
  readonly rules: FilterRules;
  index: number;
  depth: number;
  nodes: number;
}

function peek({ tokens, index }: Cursor): Token {
  return tokens[index] as Token;
}

function next(cursor: Cursor): Token {
  const token = peek(cursor);
  // The last token is the end, which is never passed.
  if (token.kind !== 'end') cursor.index += 1;
  return token;
}

/** Consumes the next token if it is one of these words, and returns the word. */
function takeWord<Word extends string>(cursor: Cursor, words: readonly Word[]): Word | undefined {
  const token = peek(cursor);
  const folded = token.kind === 'word' ? token.source.toLowerCase() : undefined;
  const word = words.find((one) => one === folded);
  if (word !== undefined) cursor.index += 1;
  return word;
}

function expectMark(cursor: Cursor, kind: '(' | ')' | ',' | 'end'): void {
  const token = next(cursor);
  if (token.kind !== kind) throw unexpected(token);
}

function unexpected(token: Token): Error {
  if (token.kind === 'end') return clauseError('filterInvalid', 'endUnexpected');
  return clauseError('filterInvalid', 'unexpected', { text: token.source, position: token.position });
}

/** Counts a node of the tree or a listed value. */
function count(cursor: Cursor): void {
  cursor.nodes += 1;
  if (cursor.nodes > MAX_NODES) throw clauseError('filterInvalid', 'tooLarge', { limit: MAX_NODES });
}

function nested<Result>(cursor: Cursor, read: (cursor: Cursor) => Result): Result {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw clauseError('filterInvalid', 'tooDeep', { limit: MAX_DEPTH });
  const result = read(cursor);
  cursor.depth -= 1;
  return result;
}

function readFilter(cursor: Cursor): FilterNode {
  return readChain(cursor, 'or', readConjunction);
}

function readConjunction(cursor: Cursor): FilterNode {
  return readChain(cursor, 'and', readNegation);
}

function readChain(cursor: Cursor, kind: 'and' | 'or', readOperand: (cursor: Cursor) => FilterNode): FilterNode {
  const first = readOperand(cursor);
  const operands = [first];
  while (takeWord(cursor, [kind]) !== undefined) operands.push(readOperand(cursor));
  if (operands.length === 1) return first;
  count(cursor);
  return { kind, operands };
}

function readNegation(cursor: Cursor): FilterNode {
  if (takeWord(cursor, ['not']) === undefined) return readCondition(cursor);
  count(cursor);
  return negate(nested(cursor, readNegation));
}

function negate(operand: FilterNode): FilterNode {
  return { kind: 'not', operand };
}

function readCondition(cursor: Cursor): FilterNode {
  count(cursor);
  const token = next(cursor);
  if (token.kind === '(') {
    const inside = nested(cursor, readFilter);
    expectMark(cursor, ')');
    return readTruthTest(cursor, inside);
  }
  if (token.kind === 'word' && peek(cursor).kind === '(') return readTruthTest(cursor, readFunction(cursor, token));
  return readComparison(cursor, readOperand(cursor, token));
}

/** Some client libraries write `contains(title,'x') eq true`. */
function readTruthTest(cursor: Cursor, node: FilterNode): FilterNode {
  const operator = takeWord(cursor, ['eq', 'ne']);
  if (operator === undefined) return node;
  const token = next(cursor);
  const isTrue = findBoolean(token);
  if (isTrue === undefined) throw unexpected(token);
  return isTrue === (operator === 'eq') ? node : negate(node);
}

type Operand =
  { readonly kind: 'field'; readonly field: Field } | { readonly kind: 'value'; readonly token: ValueToken };

const PATH = /^[A-Z_][\w.]*(\/[A-Z_]\w*)*$/i;

function readOperand(cursor: Cursor, token: Token): Operand {
  if (token.kind === 'text' || (token.kind === 'word' && isValueWord(token))) return { kind: 'value', token };
  if (token.kind !== 'word' || !PATH.test(token.source)) throw unexpected(token);
  if (peek(cursor).kind === '(') throw clauseError('filterInvalid', 'functionUnknown', { name: token.source });
  return { kind: 'field', field: getField(cursor, token) };
}

function getField({ rules }: Cursor, { source }: WordToken): Field {
  const field = rules.fields.getField(source);
  if (field.property.isFilterable === true) return field;
  throw new GraphError('filterInvalid', {
    values: { reason: clauseReason('notFilterable', { property: source }) },
    reasons: [reason('notFilterable', { found: source, known: rules.fields.filterable })],
  });
}

const OPERATORS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
type Operator = (typeof OPERATORS)[number];

/** What OData calls them in refusals. */
const OPERATOR_KINDS: Readonly<Record<Operator, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};

/** What an operator becomes when its operands change places. */
const MIRRORED: Readonly<Record<Operator, Operator>> = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' };

function readComparison(cursor: Cursor, left: Operand): FilterNode {
  if (left.kind === 'field' && takeWord(cursor, ['in']) !== undefined) return readList(cursor, left.field);
  const operator = takeWord(cursor, OPERATORS);
  if (operator === undefined) return readBareCondition(cursor, left);
  const right = readOperand(cursor, next(cursor));
  if (left.kind === right.kind) throw clauseError('filterInvalid', 'noComparison');
  const isValueFirst = left.kind === 'value';
  const { field } = (isValueFirst ? right : left) as Operand & { kind: 'field' };
  const { token } = (isValueFirst ? left : right) as Operand & { kind: 'value' };
  const place = { operatorKind: OPERATOR_KINDS[operator], isValueFirst };
  return compare(cursor, { field, operator: isValueFirst ? MIRRORED[operator] : operator, token, place });
}

interface Comparison {
  readonly field: Field;
  readonly operator: Operator;
  readonly token: ValueToken;
  readonly place: ValuePlace;
}

function compare({ rules }: Cursor, { field, operator, token, place }: Comparison): FilterNode {
  checkOperator(field, operator);
  if (isNullToken(token)) return compareWithNull(field, operator);
  const values = readFilterValues(token, field, { ...rules, place });
  if (operator === 'eq') return oneOf(field, values);
  if (operator === 'ne') return negate(oneOf(field, values));
  return { kind: 'compare', field, operator, value: values[0] as FilterValue };
}

/** Null equals null and has no place in any order. */
function compareWithNull(field: Field, operator: Operator): FilterNode {
  if (operator === 'gt' || operator === 'lt') return { kind: 'constant', isTrue: false };
  return operator === 'ne' ? negate({ kind: 'isNull', field }) : { kind: 'isNull', field };
}

function oneOf(field: Field, values: readonly FilterValue[]): FilterNode {
  return values.length === 0 ? { kind: 'constant', isTrue: false } : { kind: 'oneOf', field, values };
}

const ORDERED: ReadonlySet<ValueKind> = new Set<ValueKind>(['text', 'integer', 'dateTime', 'localDateTime']);

function checkOperator(field: Field, operator: Operator | 'in'): void {
  const isInequality = operator !== 'eq' && operator !== 'ne' && operator !== 'in';
  if (field.kind === 'collection' || (isInequality && !ORDERED.has(field.kind))) {
    throw clauseError('filterInvalid', 'operatorUnfit', { property: field.path, operator });
  }
}

function readList(cursor: Cursor, field: Field): FilterNode {
  checkOperator(field, 'in');
  expectMark(cursor, '(');
  const tokens = [readListed(cursor)];
  while (peek(cursor).kind === ',') {
    next(cursor);
    tokens.push(readListed(cursor));
  }
  expectMark(cursor, ')');
  const { rules } = cursor;
  const values = tokens.filter((token) => !isNullToken(token)).flatMap((one) => readFilterValues(one, field, rules));
  const isListed = oneOf(field, values);
  return tokens.some(isNullToken) ? { kind: 'or', operands: [isListed, { kind: 'isNull', field }] } : isListed;
}

function readListed(cursor: Cursor): ValueToken {
  count(cursor);
  const token = next(cursor);
  if (token.kind === 'text' || token.kind === 'word') return token;
  throw unexpected(token);
}

/** A boolean alone. */
function readBareCondition(cursor: Cursor, operand: Operand): FilterNode {
  if (operand.kind === 'field') {
    if (operand.field.kind === 'boolean') return oneOf(operand.field, [true]);
    throw unexpected(peek(cursor));
  }
  const isTrue = findBoolean(operand.token);
  if (isTrue === undefined) throw clauseError('filterInvalid', 'noComparison');
  return { kind: 'constant', isTrue };
}

const TEXT_TESTS: readonly TextTest[] = ['startswith', 'endswith', 'contains'];

function readFunction(cursor: Cursor, name: WordToken): FilterNode {
  const folded = name.source.toLowerCase();
  const test = TEXT_TESTS.find((one) => one === folded);
  expectMark(cursor, '(');
  if (folded === 'isof') return readTypeTest(cursor);
  if (test === undefined) throw clauseError('filterInvalid', 'functionUnknown', { name: name.source });
  const field = readTextField(cursor, test);
  expectMark(cursor, ',');
  const token = next(cursor);
  if (token.kind !== 'text') throw unexpected(token);
  const [text] = readFilterValues(token, { ...field, kind: 'text' }, cursor.rules);
  expectMark(cursor, ')');
  return { kind: 'match', field, test, text: text as string };
}

function readTextField(cursor: Cursor, test: TextTest): Field {
  const token = next(cursor);
  const operand = readOperand(cursor, token);
  if (operand.kind !== 'field') throw unexpected(token);
  const { field } = operand;
  if (field.kind === 'text' || field.kind === 'localDateTime') return field;
  throw clauseError('filterInvalid', 'operatorUnfit', { property: field.path, operator: test });
}

function readTypeTest(cursor: Cursor): FilterNode {
  const token = next(cursor);
  if (token.kind !== 'word' && token.kind !== 'text') throw unexpected(token);
  const name = token.kind === 'word' ? token.source : token.value;
  expectMark(cursor, ')');
  const { fields } = cursor.rules;
  const types = fields.findTypes(name);
  if (types === undefined) throw clauseError('filterInvalid', 'typeUnknown', { name });
  return types.length === fields.concreteTypes.length ? { kind: 'constant', isTrue: true } : { kind: 'isOf', types };
}
