/** Where in a seed file something is wrong: places with dots, as its problems begin with, to lines. */
import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';

/** Puts the line in front of each problem that begins with a place: `12: tenants.0.users.learner must have …`. */
export function locateProblems(text: string, problems: readonly string[]): readonly string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'core', lineCounter: lines });
  const lineOf = (problem: string): string | number => {
    // What is no YAML has no members, but says itself where.
    const [, said] = / at line (\d+), column \d+:?$/.exec(problem) ?? [];
    return said ?? lines.linePos(findOffset(document, problem)).line;
  };
  return problems.map((problem) => `${lineOf(problem)}: ${problem.replace(/:$/, '')}`);
}

/** Of the member that is named, or of the last one on the way to it that is there. */
function findOffset(document: Document, problem: string): number {
  const [place = ''] = problem.split(/[ :]/, 1);
  // A member that is too much is named behind: `tenants.0 must NOT have additional properties (colour)`.
  const extra = /\(([^()]+)\)$/.exec(problem)?.[1];
  let node: unknown = document.contents;
  let offset = offsetOf(node);
  for (const name of [...place.split('.'), ...(extra === undefined ? [] : [extra])]) {
    const found = findMember(node, name);
    if (found === undefined) continue;
    offset = found.offset;
    node = found.value;
  }
  return offset;
}

interface Member {
  readonly offset: number;
  readonly value: unknown;
}

/** By name in a map, by number in a list. */
function findMember(node: unknown, name: string): Member | undefined {
  if (isMap(node)) {
    const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && key.value === name);
    return pair === undefined ? undefined : { offset: offsetOf(pair.key), value: pair.value };
  }
  if (!isCollection(node)) return undefined;
  const value: unknown = node.items[Number(name)];
  return value === undefined ? undefined : { offset: offsetOf(value), value };
}

function offsetOf(node: unknown): number {
  return isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0;
}
