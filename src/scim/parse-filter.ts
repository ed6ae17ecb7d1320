/**
 * Filters and the paths of patches, by the grammar of RFC 7644, figures 1 and 7; operators in any casing. As Microsoft
 * Entra sends it, a filter may go on behind an element: `emails[type eq "work"].value eq "a@b.c"`.
 */
import { SCIM_LIMITS } from '../model/scim.ts';
import type { ScimErrorType } from '../model/scim.ts';
import { findPath, findSub } from './attribute-path.ts';
import type { AttributePath, NamedPath } from './attribute-path.ts';
import { ScimError } from './scim-error.ts';

const COMPARISONS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export type ComparedValue = string | number | boolean | null;

export type ScimFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly ScimFilter[] }
  | { readonly kind: 'not'; readonly part: ScimFilter }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'compare'; readonly path: AttributePath; readonly by: Comparison; readonly value: ComparedValue }
  /** One of the elements passes. */
  | { readonly kind: 'element'; readonly path: AttributePath; readonly filter: ScimFilter }
  /** Of an attribute without values: nothing passes but `ne`, and `eq null`. */
  | { readonly kind: 'noValue'; readonly passes: boolean };

export interface PatchPath {
  readonly target: NamedPath;
  /** Which elements are meant. */
  readonly filter?: ScimFilter;
}

/** @throws ScimError invalidFilter */
export function parseScimFilter(text: string): ScimFilter {
  const tokens = new Tokens(text, 'invalidFilter');
  const filter = parseOr(tokens, findPath);
  tokens.end();
  return filter;
}

/** @throws ScimError invalidPath, invalidFilter within brackets */
export function parsePath(text: string): PatchPath {
  const tokens = new Tokens(text, 'invalidPath');
  const name = tokens.word('an attribute');
  const target = findPath(name);
  if (target.kind === 'unknown') throw tokens.error(`This server does not know the attribute ${name}`);
  if (!tokens.takes('[')) {
    tokens.end();
    return { target };
  }
  const filter = parseOr(tokens, withinElement(target));
  tokens.need(']');
  const sub = tokens.takes('.') ? tokens.word('a sub-attribute') : undefined;
  tokens.end();
  if (target.kind !== 'attribute') return { target };
  if (target.attribute.isMultiValued !== true)
    throw tokens.error(`${target.attribute.name} has one value: it takes no brackets`);
  return { target: sub === undefined ? target : needSub(tokens, target, sub), filter };
}

type Resolve = (name: string) => NamedPath;

function parseOr(tokens: Tokens, resolve: Resolve): ScimFilter {
  return joined('or', tokens, () => joined('and', tokens, () => parseTerm(tokens, resolve)));
}

function joined(kind: 'and' | 'or', tokens: Tokens, parse: () => ScimFilter): ScimFilter {
  const parts = [parse()];
  while (tokens.takesWord(kind)) parts.push(parse());
  return parts.length === 1 ? (parts[0] as ScimFilter) : { kind, parts };
}

function parseTerm(tokens: Tokens, resolve: Resolve): ScimFilter {
  if (tokens.takesWord('not')) {
    tokens.need('(');
    return { kind: 'not', part: parseGroup(tokens, resolve) };
  }
  if (tokens.takes('(')) return parseGroup(tokens, resolve);
  const name = tokens.word('an attribute');
  const path = resolve(name);
  if (path.kind === 'unknown' || path.kind === 'schema')
    throw tokens.error(`This server does not know the attribute ${name}`);
  if (!tokens.takes('[')) return parseComparison(tokens, path);
  tokens.deeper();
  const inner = parseOr(tokens, withinElement(path));
  tokens.need(']');
  tokens.shallower();
  const sub = tokens.takes('.') ? tokens.word('a sub-attribute') : undefined;
  const target = sub === undefined || path.kind === 'notKept' ? path : needSub(tokens, path, sub);
  const rest = sub === undefined ? undefined : parseComparison(tokens, target);
  if (path.kind === 'notKept') return { kind: 'noValue', passes: false };
  return { kind: 'element', path, filter: rest === undefined ? inner : { kind: 'and', parts: [inner, rest] } };
}

function parseGroup(tokens: Tokens, resolve: Resolve): ScimFilter {
  tokens.deeper();
  const filter = parseOr(tokens, resolve);
  tokens.need(')');
  tokens.shallower();
  return filter;
}

function parseComparison(tokens: Tokens, path: Exclude<NamedPath, { kind: 'unknown' | 'schema' }>): ScimFilter {
  const operator = tokens.word('an operator').toLowerCase();
  if (operator === 'pr')
    return path.kind === 'notKept' ? { kind: 'noValue', passes: false } : { kind: 'present', path };
  const by = COMPARISONS.find((one) => one === operator);
  if (by === undefined) throw tokens.error(`Unknown operator ${operator}: it may be ${COMPARISONS.join(', ')} or pr`);
  const value = tokens.value();
  if (path.kind === 'notKept') return { kind: 'noValue', passes: (by === 'eq') === (value === null) };
  const { type, name, isMultiValued } = path.sub ?? path.attribute;
  // Elements are compared by their value; a complex attribute by itself has none.
  if (type === 'complex' && isMultiValued !== true)
    throw tokens.error(`${name} can be compared by a sub-attribute only`);
  const isOrder = by !== 'eq' && by !== 'ne';
  if (isOrder && (type === 'boolean' || typeof value !== 'string'))
    throw tokens.error(`${name} cannot be compared with ${by}`);
  return { kind: 'compare', path, by, value };
}

function withinElement(path: NamedPath): Resolve {
  return (name) => (path.kind === 'attribute' ? findSub(path, name) : { kind: 'notKept' });
}

function needSub(tokens: Tokens, path: AttributePath, name: string): AttributePath {
  const found = findSub(path, name);
  if (found.kind === 'attribute') return found;
  throw tokens.error(`This server does not know the attribute ${path.attribute.name}.${name}`);
}

const WORD = /^[A-Za-z][\w:.$-]*/;
const TEXT = /^"(?:[^"\\]|\\.)*"/s;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/;
const LITERALS: Readonly<Record<string, ComparedValue>> = { true: true, false: false, null: null };

class Tokens {
  readonly #type: ScimErrorType;
  #rest: string;
  readonly #length: number;
  #depth = 0;

  constructor(text: string, type: ScimErrorType) {
    this.#type = type;
    this.#rest = text.trim();
    this.#length = this.#rest.length;
    if (text.length > SCIM_LIMITS.filterLength)
      throw this.error(`Too long: it may have ${SCIM_LIMITS.filterLength} characters`);
  }

  error(problem: string): ScimError {
    return new ScimError(this.#type, `${problem} (at character ${this.#length - this.#rest.length + 1}).`);
  }

  deeper(): void {
    this.#depth += 1;
    if (this.#depth > SCIM_LIMITS.filterDepth)
      throw this.error(`Too deep: brackets may be nested ${SCIM_LIMITS.filterDepth} times`);
  }

  shallower(): void {
    this.#depth -= 1;
  }

  end(): void {
    if (this.#rest !== '') throw this.error('Expected the end');
  }

  takes(sign: string): boolean {
    return this.#take(this.#rest.startsWith(sign) ? sign : undefined) !== undefined;
  }

  need(sign: string): void {
    if (!this.takes(sign)) throw this.error(`Expected ${sign}`);
  }

  /** Whether the next word is this one, in any casing. */
  takesWord(wanted: string): boolean {
    const found = WORD.exec(this.#rest)?.[0];
    return this.#take(found?.toLowerCase() === wanted ? found : undefined) !== undefined;
  }

  word(what: string): string {
    const found = this.#take(WORD.exec(this.#rest)?.[0]);
    if (found === undefined) throw this.error(`Expected ${what}`);
    return found;
  }

  value(): ComparedValue {
    const text = this.#take(TEXT.exec(this.#rest)?.[0]);
    if (text !== undefined) return this.#parse(text);
    const number = this.#take(NUMBER.exec(this.#rest)?.[0]);
    if (number !== undefined) return Number(number);
    const literal = WORD.exec(this.#rest)?.[0]?.toLowerCase() ?? '';
    const value = LITERALS[literal];
    if (value === undefined) throw this.error('Expected a text in double quotes, a number, true, false or null');
    this.#take(literal);
    return value;
  }

  #parse(text: string): string {
    try {
      return JSON.parse(text) as string;
    } catch {
      throw this.error('The text before is not valid as a JSON string');
    }
  }

  #take(found: string | undefined): string | undefined {
    if (found !== undefined) this.#rest = this.#rest.slice(found.length).trimStart();
    return found;
  }
}
