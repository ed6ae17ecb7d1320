/** What of a published schema concerns the one that is served, and how the two differ. */
import { CONTRACT_FAMILIES } from '../model/contract.ts';
import type { Facts, SchemaFacts } from './schema-facts.ts';

export interface SchemaDifference {
  /** `new`: only published. `gone`: only served. `different`: a fact about it is another one. */
  readonly kind: 'new' | 'gone' | 'different';
  readonly subject: string;
  /** The fact that is different. */
  readonly fact?: string;
  /** The value of the fact, or all facts of what is new. Not there where the published schema says nothing. */
  readonly published?: string;
  /** The value of the fact, or all facts of what is gone. Not there where the served schema says nothing. */
  readonly served?: string;
}

/** In order of their subjects. The published schema may be whole or cut already. */
export function compareSchemas(published: SchemaFacts, served: SchemaFacts): readonly SchemaDifference[] {
  const expected = cutToServed(published, served);
  const differences: SchemaDifference[] = [];
  const oneSided = new Set<string>();
  for (const subject of [...new Set([...expected.keys(), ...served.keys()])].toSorted()) {
    // Members share the fate of what they belong to.
    if (ancestorsOf(subject).some((ancestor) => oneSided.has(ancestor))) continue;
    const [theirs, ours] = [expected.get(subject), served.get(subject)];
    if (theirs !== undefined && ours !== undefined) {
      differences.push(...compareFacts(subject, theirs, ours));
      continue;
    }
    oneSided.add(subject);
    if (theirs !== undefined) differences.push({ kind: 'new', subject, published: describe(theirs) });
    if (ours !== undefined) differences.push({ kind: 'gone', subject, served: describe(ours) });
  }
  return differences;
}

/**
 * The part of a published schema that a server of learning is measured by: types of the learning families and the
 * values they hold, whole; of all else, such as `user`, what is served, without annotations, and what leads to those
 * types.
 */
export function cutToServed(published: SchemaFacts, served: SchemaFacts): SchemaFacts {
  const whole = findWholeTypes(published);
  const cut = new Map<string, Facts>();
  for (const [subject, facts] of published) {
    const [owner = '', member = ''] = subject.split('/');
    const isOfLearning = isOfFamily(owner) || namesFamily(subject, facts);
    // Operations of a base type or a value type belong to whatever else uses it.
    const isOfWhole = whole.has(owner) && (isOfFamily(owner) || !member.endsWith('()'));
    if (served.has(subject) || isOfWhole || (isOfLearning && served.has(owner))) {
      cut.set(subject, isOfLearning ? facts : withoutAnnotations(facts));
    }
  }
  return cut;
}

function withoutAnnotations(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !name.startsWith('@')));
}

/** Types of the families, their bases, and the types of their properties. */
function findWholeTypes(published: SchemaFacts): ReadonlySet<string> {
  const members = Map.groupBy(published.keys(), (subject) => subject.split('/', 1)[0] ?? '');
  const whole = new Set<string>();
  const open = [...members.keys()].filter(isOfFamily);
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    if (whole.has(type)) continue;
    whole.add(type);
    for (const subject of members.get(type) ?? []) {
      const { is, Type = '', BaseType = '' } = published.get(subject) ?? {};
      open.push(...typesIn(BaseType), ...(is === 'Property' ? typesIn(Type) : []));
    }
  }
  return whole;
}

function isOfFamily(type: string): boolean {
  return CONTRACT_FAMILIES.some((family) => type.startsWith(family));
}

function namesFamily(subject: string, facts: Facts): boolean {
  return Object.values(facts).flatMap(typesIn).some(isOfFamily) || subject.split('/').slice(1).some(isOfFamily);
}

/** `Collection(graph.learningContent)` -> `learningContent` */
function typesIn(value: string): readonly string[] {
  return [...value.matchAll(/\bgraph\.(\w+)/g)].map(([, name = '']) => name);
}

function ancestorsOf(subject: string): readonly string[] {
  const segments = subject.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

function compareFacts(subject: string, theirs: Facts, ours: Facts): readonly SchemaDifference[] {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return names
    .filter((name) => theirs[name] !== ours[name])
    .map((fact) => {
      const [published, served] = [theirs[fact], ours[fact]];
      return {
        kind: 'different',
        subject,
        fact,
        ...(published !== undefined && { published }),
        ...(served !== undefined && { served }),
      };
    });
}

function describe({ is = '', ...facts }: Facts): string {
  return [is, ...Object.entries(withoutAnnotations(facts)).map(([name, value]) => `${name}="${value}"`)].join(' ');
}
