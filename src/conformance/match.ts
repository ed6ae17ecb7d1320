/** What an expected answer may say in place of a value, and how an answer is held against it. */

/** The place of the first difference, and both sides there. */
export interface Mismatch {
  /** Such as `value[0].id`; empty for the whole. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** Stands in expected answers where any of several values will do. */
export class Pattern {
  /** For messages. */
  readonly text: string;
  readonly #accepts: (value: unknown) => boolean;
  readonly #rewrite: (change: TextChange) => Pattern;

  constructor(text: string, accepts: (value: unknown) => boolean, rewrite?: (change: TextChange) => Pattern) {
    this.text = text;
    this.#accepts = accepts;
    this.#rewrite = rewrite ?? (() => this);
  }

  accepts(value: unknown): boolean {
    return this.#accepts(value);
  }

  /** With every text in it changed. */
  rewrite(change: TextChange): Pattern {
    return this.#rewrite(change);
  }
}

type TextChange = (text: string) => string;

export const ANYTHING = new Pattern('anything', (value) => value !== undefined && value !== null);
export const ANY_TEXT = new Pattern('a text', (value) => typeof value === 'string');

/** A text that the expression finds something in. */
export function matching(expression: RegExp | string): Pattern {
  const { source, flags } = new RegExp(expression);
  return new Pattern(
    `a text that matches /${source}/${flags}`,
    (value) => typeof value === 'string' && new RegExp(source, flags).test(value),
    (change) => matching(new RegExp(change(source), flags)),
  );
}

export function containing(part: string): Pattern {
  return new Pattern(
    `a text with ${JSON.stringify(part)} in it`,
    (value) => typeof value === 'string' && value.includes(part),
    (change) => containing(change(part)),
  );
}

/** An object with these properties, and maybe others. */
export function having(part: Readonly<Record<string, unknown>>): Pattern {
  return new Pattern(
    `an object with ${describeValue(part)}`,
    (value) => Object.entries(part).every(([name, one]) => isEqual(Object(value)[name], one)),
    (change) => having(rewriteTexts(part, change)),
  );
}

/** A list with these items, in any order, and maybe others. */
export function including(items: readonly unknown[]): Pattern {
  return new Pattern(
    `a list with ${describeValue(items)}`,
    (value) => Array.isArray(value) && items.every((item) => value.some((one) => isEqual(one, item))),
    (change) => including(rewriteTexts(items, change)),
  );
}

export function not(pattern: Pattern): Pattern {
  return new Pattern(
    `other than ${pattern.text}`,
    (value) => !pattern.accepts(value),
    (change) => not(pattern.rewrite(change)),
  );
}

/** Plain data with every text in it changed, those of patterns too. Bytes stay as they are. */
export function rewriteTexts<Value>(value: Value, change: TextChange): Value {
  return rewrite(value, change) as Value;
}

function rewrite(value: unknown, change: TextChange): unknown {
  if (typeof value === 'string') return change(value);
  if (value instanceof Pattern) return value.rewrite(change);
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rewrite(member, change)]));
}

/** Compares as a whole; a property that is undefined counts as missing. */
export function findDifference(got: unknown, expected: unknown): Mismatch | undefined {
  return compare({ got, expected, path: '', isPart: false });
}

/** As `findDifference`, but objects may have more properties; lists have as many items. */
export function findMissing(got: unknown, expected: unknown): Mismatch | undefined {
  return compare({ got, expected, path: '', isPart: true });
}

function isEqual(got: unknown, expected: unknown): boolean {
  return findDifference(got, expected) === undefined;
}

interface Comparison {
  readonly got: unknown;
  readonly expected: unknown;
  readonly path: string;
  readonly isPart: boolean;
}

function compare(comparison: Comparison): Mismatch | undefined {
  const { got, expected, path } = comparison;
  const differs: Mismatch = { path, expected: describeValue(expected), got: describeValue(got) };
  if (expected instanceof Pattern) return expected.accepts(got) ? undefined : differs;
  if (typeof expected !== 'object' || expected === null) return Object.is(got, expected) ? undefined : differs;
  if (typeof got !== 'object' || got === null) return differs;
  if (Array.isArray(expected) !== Array.isArray(got)) return differs;
  if (Array.isArray(expected) && expected.length !== (got as readonly unknown[]).length) return differs;
  return compareMembers(comparison, new Map(entriesOf(got)), new Map(entriesOf(expected)));
}

function entriesOf(value: object): (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function compareMembers(
  { expected, path, isPart }: Comparison,
  got: ReadonlyMap<string, unknown>,
  wanted: ReadonlyMap<string, unknown>,
): Mismatch | undefined {
  const pathOf = (name: string): string => {
    if (Array.isArray(expected)) return `${path}[${name}]`;
    return path === '' ? name : `${path}.${name}`;
  };
  for (const [name, member] of wanted) {
    const found = compare({ got: got.get(name), expected: member, path: pathOf(name), isPart });
    if (found !== undefined) return found;
  }
  const more = isPart ? undefined : [...got].find(([name]) => !wanted.has(name));
  return more && { path: pathOf(more[0]), expected: 'no such property', got: describeValue(more[1]) };
}

const MAX_DESCRIBED = 600;

/** As JSON, with patterns in words; long ones are cut. */
export function describeValue(value: unknown): string {
  if (value instanceof Pattern) return value.text;
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value, (_name, member: unknown) =>
    member instanceof Pattern ? `<${member.text}>` : member,
  );
  return text.length > MAX_DESCRIBED ? `${text.slice(0, MAX_DESCRIBED)}…` : text;
}
