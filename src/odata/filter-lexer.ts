/** $filter text -> tokens. */
import { clauseError } from './clause-error.ts';

export type Token = WordToken | TextToken | MarkToken;

/** A name, path, keyword or unquoted value. */
export interface WordToken {
  readonly kind: 'word';
  /** As the client wrote it. */
  readonly source: string;
  /** Of the first character, counted from 1. */
  readonly position: number;
}

/** `'it''s'`, `duration'PT1H'`. */
export interface TextToken {
  readonly kind: 'text';
  readonly source: string;
  readonly position: number;
  /** What stands before the opening quote. */
  readonly prefix: string;
  /** What stands between the quotes, doubled quotes undone. */
  readonly value: string;
}

interface MarkToken {
  readonly kind: '(' | ')' | ',' | 'end';
  readonly source: string;
  readonly position: number;
}

const TOKEN = /(?<mark>[(),])|(?<prefix>[^\s(),']*)'(?<quoted>[^']*(?:''[^']*)*)'|[^\s(),']+/y;
const SPACE = /\s*/y;

/** All tokens, the last one of kind `end`. @throws filterInvalid when a quote is not closed */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let index = skipSpace(text, 0);
  while (index < text.length) {
    TOKEN.lastIndex = index;
    const match = TOKEN.exec(text);
    // Every character but a quote begins some token.
    if (match === null) throw clauseError('filterInvalid', 'textOpen', { position: index + 1 });
    tokens.push(toToken(match, index + 1));
    index = skipSpace(text, TOKEN.lastIndex);
  }
  return [...tokens, { kind: 'end', source: '', position: text.length + 1 }];
}

function skipSpace(text: string, index: number): number {
  SPACE.lastIndex = index;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function toToken(match: RegExpExecArray, position: number): Token {
  const source = match[0];
  const { mark, prefix = '', quoted } = match.groups ?? {};
  if (mark !== undefined) return { kind: mark as MarkToken['kind'], source, position };
  if (quoted === undefined) return { kind: 'word', source, position };
  return { kind: 'text', source, position, prefix, value: quoted.replaceAll("''", "'") };
}
