/**
 * Resource paths: the raw text below the version root -> the operation it names and its keys.
 * The path is split before it is percent-decoded, each segment is decoded once. Names match in any casing; a key is a
 * segment of its own (`/learningProviders/x`), in parentheses (`('x')`, `(id='x')`) or an alternate key (`(name='x')`).
 */
import { LRUCache } from 'lru-cache';
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';
import type { HttpMethod } from '../model/rows.ts';
import { NAMESPACE } from '../model/schema.ts';
import type { OperationView } from '../model/schema.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import type { Deviation } from './message.ts';
import { methodError } from './method-error.ts';

export interface PathMatch {
  readonly operation: OperationView;
  /** Key values by the names in the operation's path template. */
  readonly keys: Readonly<Record<string, string>>;
  readonly deviations: readonly Deviation[] | undefined;
}

export type PathMatcher = (method: string, rawPath: string) => PathMatch;

interface PathNode {
  /** The segment that leads here, as the schema spells it; empty for a key. */
  readonly spelling: string;
  /** By segment, as the schema spells it and in lower case. */
  readonly literals: Map<string, PathNode>;
  /** Under a key of the collection: the name that the template gives it, and what follows. */
  key?: KeyNode;
  /** By lower-case property name. */
  readonly alternateKeys: Map<string, KeyNode>;
  readonly methods: Map<string, Ending>;
}

interface KeyNode {
  /** In the operation's path template. */
  readonly name: string;
  /** The property, as the schema spells it. */
  readonly property: string;
  readonly node: PathNode;
}

interface Ending {
  readonly operation: OperationView;
  /** The template that the page documents, where this one is another. */
  readonly documentedPath: string | undefined;
}

interface Segment {
  readonly text: string;
  readonly name: string;
  readonly key?: SegmentKey;
}

interface SegmentKey {
  readonly property: string | undefined;
  /** As it was sent, decoded once, with its quotes. */
  readonly literal: string;
  readonly value: string;
}

/** How far a path has been matched. */
interface Place {
  readonly node: PathNode;
  readonly keys: Readonly<Record<string, string>>;
  /** Of the segments so far, with a slash before each. */
  readonly length: number;
}

const MAX_COLLECTIONS = 1000;
const MAX_COLLECTION_LENGTH = 500;

/** The key property of every collection. */
const ID = 'id';

/** A segment with a quoted key may hold slashes: it begins like this, and ends at the first `')` before a slash or the end. */
const KEYED_START = /[^/(]*\((?:[^/'%()=]*=)?(?:'|%27)/y;
const KEYED_END = /(?:'|%27)\)(?=\/|$)/g;
const PLAIN_SEGMENT = /[^/]+/y;

/** Builds the tree of all operation paths once; the matcher throws segmentNotFound, methodNotAllowed or urlMalformed. */
export function createPathMatcher(
  operations: readonly OperationView[],
  notes: DeviationNotes = createDeviationNotes(),
): PathMatcher {
  const root = newNode('');
  for (const operation of operations) addOperation(root, operation);
  const step = createStep(notes);
  const walk = ({ node: start, keys: known, length: before }: Place, path: string): Place => {
    const keys = { ...known };
    let node = start;
    let length = before;
    for (const text of splitPath(path)) {
      node = step(node, readSegment(text), keys);
      length += 1 + text.length;
    }
    return { node, keys, length };
  };
  // Most paths differ in their last key alone.
  const collections = new LRUCache<string, Place>({ max: MAX_COLLECTIONS });
  const findCollection = (path: string): Place => {
    const found = collections.get(path);
    if (found !== undefined) return found;
    const place = walk({ node: root, keys: {}, length: 0 }, path);
    const deviations = notes.take();
    for (const deviation of deviations ?? []) notes.add(deviation);
    if (deviations === undefined && path.length <= MAX_COLLECTION_LENGTH) collections.set(path, place);
    return place;
  };
  return (method, rawPath) => {
    // JSON can carry lone surrogates. A database would store each as U+FFFD, and so take all of them for one key.
    if (!rawPath.isWellFormed()) throw new GraphError('urlMalformed', { values: { part: rawPath.toWellFormed() } });
    notes.take();
    const end = lastSlash(rawPath);
    const { node, keys, length } = walk(findCollection(rawPath.slice(0, end)), rawPath.slice(end));
    const ending = node.methods.get(method);
    if (ending === undefined) throw methodError(method, allowedMethods(node));
    if (length < rawPath.length) noteEmptySegments(notes, rawPath);
    const { operation, documentedPath } = ending;
    if (documentedPath !== undefined) {
      const allow = allowedMethods(node).filter((name) => name !== method);
      const deviation = { name: 'referenceSegment', found: rawPath, expected: documentedPath } as const;
      notes.addOrRefuse(deviation, { headers: { allow: allow.join(', ') } });
    }
    return { operation, keys, deviations: notes.take() };
  };
}

function newNode(spelling: string): PathNode {
  return { spelling, literals: new Map(), alternateKeys: new Map(), methods: new Map() };
}

function addOperation(root: PathNode, operation: OperationView): void {
  const { method, path, otherPath, isFirstPathTolerated = false } = operation;
  const add = (template: string, documentedPath: string | undefined): void => {
    const parts = template.split('/').filter((text) => text !== '');
    const node = parts.reduce(addPart, root);
    node.methods.set(method, { operation, documentedPath });
  };
  add(path, isFirstPathTolerated ? otherPath : undefined);
  if (otherPath !== undefined) add(otherPath, isFirstPathTolerated ? undefined : path);
}

function addPart(node: PathNode, part: string): PathNode {
  const keyName = /^\{(\w+)\}$/.exec(part)?.[1];
  if (keyName !== undefined) return (node.key ??= { name: keyName, property: ID, node: newNode('') }).node;
  const alternate = /^(\w+)\((\w+)=\{(\w+)\}\)$/.exec(part);
  if (alternate === null) return addLiteral(node, part);
  const [, collection = '', property = '', name = ''] = alternate;
  const owner = addLiteral(node, collection);
  return getOrAdd(owner.alternateKeys, property.toLowerCase(), () => ({ name, property, node: newNode('') })).node;
}

function addLiteral({ literals }: PathNode, spelling: string): PathNode {
  const added = getOrAdd(literals, spelling.toLowerCase(), () => newNode(spelling));
  literals.set(spelling, added);
  return added;
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

type Step = (node: PathNode, segment: Segment, keys: Record<string, string>) => PathNode;

/** Goes down the tree by one segment, and adds the segment's key to `keys`. */
function createStep(notes: DeviationNotes): Step {
  return (node, segment, keys) => {
    const { name, text, key } = segment;
    const literal = node.literals.get(name) ?? node.literals.get(name.toLowerCase()) ?? findCalled(node, name);
    if (literal !== undefined) {
      if (!name.endsWith(literal.spelling))
        noteName(notes, segment, { name: 'segmentCasing', found: name, expected: literal.spelling });
      if (key === undefined || isCall(literal, key)) return literal;
      const target = findKey(literal, key, segment);
      noteKey(notes, segment, target);
      keys[target.name] = key.value;
      return target.node;
    }
    if (node.key === undefined || isReserved(text)) throw segmentNotFound(text, segmentReason(node, text));
    keys[node.key.name] = text;
    return node.key.node;
  };
}

function segmentNotFound(segment: string, why: Reason): GraphError {
  return new GraphError('segmentNotFound', { values: { segment }, reasons: [why] });
}

function segmentReason({ literals }: PathNode, found: string): Reason {
  const known = [...new Set([...literals.values()].map(({ spelling }) => spelling))];
  return known.length === 0 ? reason('segmentBeyond', { found }) : reason('segmentUnknown', { found, known });
}

/** A function or an action by its qualified name, as the SDKs write it. */
function findCalled({ literals }: PathNode, name: string): PathNode | undefined {
  if (!name.startsWith(`${NAMESPACE}.`)) return undefined;
  const called = literals.get(name.slice(NAMESPACE.length + 1));
  return called !== undefined && isCallable(called) ? called : undefined;
}

/** With the parentheses of a function without parameters. */
function isCall(node: PathNode, { literal, property }: SegmentKey): boolean {
  return literal === '' && property === undefined && isCallable(node);
}

function isCallable({ key, alternateKeys, literals }: PathNode): boolean {
  return key === undefined && alternateKeys.size === 0 && literals.size === 0;
}

const DELTA = 'delta';

/** Names that OData reserves are never keys. */
function isReserved(text: string): boolean {
  return text.startsWith('$') || (text.length === DELTA.length && text.toLowerCase() === DELTA);
}

function findKey(collection: PathNode, { property }: SegmentKey, { text }: Segment): KeyNode {
  const folded = property?.toLowerCase() ?? ID;
  const target = folded === ID ? collection.key : collection.alternateKeys.get(folded);
  if (target !== undefined) return target;
  const nodes = [...(collection.key === undefined ? [] : [collection.key]), ...collection.alternateKeys.values()];
  const known = nodes.map((node) => node.property);
  throw segmentNotFound(text, reason('keyUnknown', { collection: collection.spelling, found: property ?? ID, known }));
}

function noteName(notes: DeviationNotes, { text }: Segment, deviation: Deviation): void {
  notes.addOrRefuse(deviation, { values: { segment: text } });
}

const QUOTED = /^'(?:[^']|'')*'$/;

function noteKey(notes: DeviationNotes, segment: Segment, target: KeyNode): void {
  const { property, literal, value } = segment.key as SegmentKey;
  if (property !== undefined && property !== target.property)
    noteName(notes, segment, { name: 'keySpelling', found: property, expected: target.property });
  if (!QUOTED.test(literal)) {
    const expected = `'${value.replaceAll("'", "''")}'`;
    noteName(notes, segment, { name: 'keyUnquoted', found: literal, expected });
  }
}

function noteEmptySegments(notes: DeviationNotes, rawPath: string): void {
  const expected = `/${splitPath(rawPath).join('/')}`;
  notes.addOrRefuse({ name: 'segmentEmpty', found: rawPath, expected }, { values: { segment: '' } });
}

function allowedMethods(node: PathNode): HttpMethod[] {
  return [...node.methods.values()].map(({ operation }) => operation.method);
}

/** Before the last segment; a key in quotes may hold slashes. */
function lastSlash(path: string): number {
  const key = path.indexOf('(');
  return Math.max(path.lastIndexOf('/', key === -1 ? Infinity : key), 0);
}

/** Empty segments are skipped: some clients join a base URL and a path with two slashes. */
function splitPath(path: string): readonly string[] {
  // The usual case: one segment after the collection.
  if (path.startsWith('/') && path.length > 1 && path.indexOf('/', 1) === -1) return [path.slice(1)];
  if (!path.includes('(')) return path.split('/').filter((text) => text !== '');
  const segments: string[] = [];
  let mayHoldKeys = true;
  for (let position = 0; position < path.length;) {
    const keyed = mayHoldKeys ? findKeyed(path, position) : undefined;
    // A quote that is never closed here is not closed later either: a long path is not searched again.
    if (keyed === null) mayHoldKeys = false;
    const text = keyed ?? matchAt(PLAIN_SEGMENT, path, position);
    if (text !== undefined) segments.push(text);
    position += text?.length ?? 1;
  }
  return segments;
}

/** The segment with a quoted key that begins here; null when its quote is never closed. */
function findKeyed(path: string, position: number): string | null | undefined {
  const start = matchAt(KEYED_START, path, position);
  if (start === undefined) return undefined;
  KEYED_END.lastIndex = position + start.length;
  const end = KEYED_END.exec(path);
  return end === null ? null : path.slice(position, end.index + end[0].length);
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}

function readSegment(raw: string): Segment {
  const text = raw.includes('%') ? decode(raw) : raw;
  const open = text.indexOf('(');
  if (open === -1 || !text.endsWith(')')) return { text, name: text };
  const inside = text.slice(open + 1, -1);
  const equals = inside.startsWith("'") ? -1 : inside.indexOf('=');
  const property = equals === -1 ? undefined : inside.slice(0, equals).trim();
  const literal = inside.slice(equals + 1);
  return { text, name: text.slice(0, open), key: { property, literal, value: readKeyLiteral(literal) } };
}

/**
 * Clients that leave out the quotes around a key, or send a single quote within it, never double quotes: so such a literal
 * has only one reading.
 */
function readKeyLiteral(literal: string): string {
  if (QUOTED.test(literal)) return literal.slice(1, -1).replaceAll("''", "'");
  const hasQuotes = literal.length > 1 && literal.startsWith("'") && literal.endsWith("'");
  return hasQuotes ? literal.slice(1, -1) : literal;
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw new GraphError('urlMalformed', { values: { part: raw }, cause });
  }
}
