/**
 * Resource paths: the raw text below the version root -> the operation it names and its keys.
 * The path is split before it is percent-decoded, each segment is decoded once. Names match in any casing; a key is a
 * segment of its own (`/learningProviders/x`), in parentheses (`('x')`, `(id='x')`) or an alternate key (`(name='x')`).
 */
import { GraphError } from '../model/graph-error.ts';
import type { HttpMethod } from '../model/rows.ts';
import type { OperationView } from '../model/schema.ts';

export interface PathMatch {
  readonly operation: OperationView;
  /** Key values by the names in the operation's path template. */
  readonly keys: Readonly<Record<string, string>>;
}

export type PathMatcher = (method: string, rawPath: string) => PathMatch;

interface PathNode {
  readonly literals: Map<string, PathNode>;
  /** Under a key of the collection: the name that the template gives it, and what follows. */
  key?: KeyNode;
  /** By lower-case property name. */
  readonly alternateKeys: Map<string, KeyNode>;
  readonly methods: Map<string, OperationView>;
}

interface KeyNode {
  readonly name: string;
  readonly node: PathNode;
}

interface Segment {
  readonly text: string;
  readonly name: string;
  readonly key?: { readonly property: string | undefined; readonly value: string };
}

/** A segment with a quoted key may hold slashes: it begins like this, and ends at the first `')` before a slash or the end. */
const KEYED_START = /[^/(]*\((?:[^/'%()=]*=)?(?:'|%27)/y;
const KEYED_END = /(?:'|%27)\)(?=\/|$)/g;
const PLAIN_SEGMENT = /[^/]+/y;

/** Builds the tree of all operation paths once; the matcher throws segmentNotFound, methodNotAllowed or urlMalformed. */
export function createPathMatcher(operations: readonly OperationView[]): PathMatcher {
  const root = newNode();
  for (const operation of operations) {
    addTemplate(root, operation.path, operation);
    if (operation.otherPath !== undefined) addTemplate(root, operation.otherPath, operation);
  }
  return (method, rawPath) => {
    const keys: Record<string, string> = {};
    let node = root;
    for (const text of splitPath(rawPath)) node = step(node, readSegment(text), keys);
    const operation = node.methods.get(method);
    if (operation === undefined) throw methodNotAllowed(node, rawPath);
    return { operation, keys };
  };
}

function newNode(): PathNode {
  return { literals: new Map(), alternateKeys: new Map(), methods: new Map() };
}

function addTemplate(root: PathNode, template: string, operation: OperationView): void {
  let node = root;
  for (const part of template.split('/').filter((text) => text !== '')) node = addPart(node, part);
  node.methods.set(operation.method, operation);
}

function addPart(node: PathNode, part: string): PathNode {
  const keyName = /^\{(\w+)\}$/.exec(part)?.[1];
  if (keyName !== undefined) return (node.key ??= { name: keyName, node: newNode() }).node;
  const alternate = /^(\w+)\((\w+)=\{(\w+)\}\)$/.exec(part);
  if (alternate === null) return getOrAdd(node.literals, part.toLowerCase(), newNode);
  const [, collection = '', property = '', name = ''] = alternate;
  const owner = getOrAdd(node.literals, collection.toLowerCase(), newNode);
  return getOrAdd(owner.alternateKeys, property.toLowerCase(), () => ({ name, node: newNode() })).node;
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function step(node: PathNode, segment: Segment, keys: Record<string, string>): PathNode {
  const literal = node.literals.get(segment.name.toLowerCase());
  if (literal !== undefined) return segment.key === undefined ? literal : takeKey(literal, segment, keys);
  if (node.key === undefined || isReserved(segment.text)) {
    throw new GraphError('segmentNotFound', { values: { segment: segment.text } });
  }
  keys[node.key.name] = segment.text;
  return node.key.node;
}

/** Names that OData keeps for itself are never keys. */
function isReserved(text: string): boolean {
  return text.startsWith('$') || text.toLowerCase() === 'delta';
}

function takeKey(collection: PathNode, segment: Segment, keys: Record<string, string>): PathNode {
  const property = segment.key?.property?.toLowerCase();
  const isPrimary = property === undefined || property === 'id';
  const target = isPrimary ? collection.key : collection.alternateKeys.get(property);
  if (target === undefined) throw new GraphError('segmentNotFound', { values: { segment: segment.text } });
  keys[target.name] = segment.key?.value ?? '';
  return target.node;
}

function methodNotAllowed(node: PathNode, rawPath: string): GraphError {
  const allow = allowedMethods(node).join(', ');
  return new GraphError('methodNotAllowed', { headers: { allow }, logDetail: rawPath });
}

function allowedMethods(node: PathNode): HttpMethod[] {
  return [...node.methods.values()].map((operation) => operation.method);
}

/** Empty segments are passed over: some clients join a base URL and a path with two slashes. */
function splitPath(path: string): readonly string[] {
  if (!path.includes('(')) return path.split('/').filter((text) => text !== '');
  const segments: string[] = [];
  let mayHoldKeys = true;
  for (let position = 0; position < path.length;) {
    const keyed = mayHoldKeys ? findKeyed(path, position) : undefined;
    // Without an end there is none for later segments either: what is long is not searched again.
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
  return { text, name: text.slice(0, open), key: { property, value: readKeyLiteral(inside.slice(equals + 1)) } };
}

/** Quotes around a key are optional, and a quote within is doubled or not: clients send all of these. */
function readKeyLiteral(literal: string): string {
  const start = literal.startsWith("'") ? 1 : 0;
  const end = literal.length > start && literal.endsWith("'") ? -1 : undefined;
  return literal.slice(start, end).replaceAll("''", "'");
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw new GraphError('urlMalformed', { values: { part: raw }, cause });
  }
}
