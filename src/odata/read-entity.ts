/** Request body -> typed input, driven by the property rows. Every problem is found before anything is refused. */
import type { ProblemKind } from '../model/errors.ts';
import { expectationOf } from '../model/expectations.ts';
import { reason } from '../model/reasons.ts';
import type { Reason } from '../model/reasons.ts';
import type { PropertyRow, ToleratedRow } from '../model/rows.ts';
import { getEntity, NAMESPACE } from '../model/schema.ts';
import type { EntityName, EntityView, Schema } from '../model/schema.ts';
import type { Deviation } from './message.ts';
import type { JsonObject } from './payload.ts';
import { ABSENT, readValue, Unfit } from './read-value.ts';
import type { ReadRules } from './read-value.ts';
import { findSpellingDeviation } from './spelling.ts';

/** What is wrong with one field of the body. */
export interface FieldProblem {
  readonly kind: ProblemKind;
  readonly field: string;
  /** The limit, when the text is too long. */
  readonly limit?: number;
  /** The type that lacks the property, when it is unknown. */
  readonly type?: EntityName;
  /** The deviations that it consists of. */
  readonly deviations?: readonly Deviation[];
  /** What is wrong; with the field, unless the reason names a part of it. */
  readonly reason?: Reason;
}

export interface EntityInput {
  /** The concrete type, or the declared one when the body does not tell. */
  readonly type: EntityName;
  /** Typed values by schema name, of those properties only that were sent; null was sent as null. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Properties with a documented name beside the schema's, and which of the two was sent. */
  readonly spellings: ReadonlyMap<string, string>;
  readonly problems: readonly FieldProblem[];
  /** Those that the server accepts; the others are problems. */
  readonly deviations: readonly Deviation[] | undefined;
}

export interface EntityRules extends ReadRules {
  /** The type of the stored entity, for updates that do not name one. */
  readonly storedType?: EntityName;
  /** The key of the URL that `registrationId` in a body must repeat. */
  readonly registrationId?: string;
  /** Whether a property that the type lacks is a problem or ignored. */
  readonly unknownProperty: 'error' | 'ignore';
  /** Whether an update must carry the properties that the pages call required. */
  readonly requiresOnUpdate: boolean;
}

export type EntityReader = (body: JsonObject, rules: EntityRules) => EntityInput;

interface ConcreteReader {
  readonly view: EntityView;
  /** By name as spelled in the schema, and by lower-case name. */
  readonly slots: ReadonlyMap<string, Slot>;
  /** As the schema spells them. */
  readonly names: readonly string[];
}

interface PropertySlot {
  readonly kind: 'property';
  /** Place in the table. */
  readonly index: number;
  readonly row: PropertyRow;
}

type Slot = PropertySlot | { readonly kind: 'tolerated'; readonly row: ToleratedRow };

/** A reader for bodies of the declared type; `@odata.type` picks the concrete one. */
export function createEntityReader(schema: Schema, declared: EntityName): EntityReader {
  const declaredView = getEntity(schema, declared);
  const readers = new Map(
    [declared, ...declaredView.concreteTypes].map((name) => [name, createConcreteReader(getEntity(schema, name))]),
  );
  const names = { declared: declaredView, typeNames: indexTypeNames(schema, declaredView) };
  return (body, rules) => {
    rules.notes?.take();
    const { type, problem } = readType(body, names, rules);
    const reader = readers.get(type) as ConcreteReader;
    const input = readProperties(reader, body, rules);
    return problem === undefined ? input : { ...input, problems: [problem, ...input.problems] };
  };
}

const TYPE = '@odata.type';

interface NamedType {
  readonly type: EntityName;
  /** With its namespace, as the schema spells it. */
  readonly name: string;
}

function indexTypeNames(schema: Schema, declared: EntityView): DeclaredType['typeNames'] {
  const names = declared.concreteTypes.flatMap((type) => {
    const all = [type, ...(getEntity(schema, type).row.otherNames ?? [])];
    const named = { type, name: `${NAMESPACE}.${type}` };
    return all.map((text) => [`${NAMESPACE}.${text}`.toLowerCase(), named] as const);
  });
  return new Map(names);
}

interface DeclaredType {
  readonly declared: EntityView;
  /** Concrete types by every name that `@odata.type` may give them, in lower case. */
  readonly typeNames: ReadonlyMap<string, NamedType>;
}

interface ReadType {
  readonly type: EntityName;
  readonly problem?: FieldProblem | undefined;
}

function readType(body: JsonObject, { declared, typeNames }: DeclaredType, rules: EntityRules): ReadType {
  const { mode, storedType } = rules;
  // An unclear type is read as the declared one: then no property counts as unknown.
  const unclear = (kind: ProblemKind, why: Reason) => ({
    type: declared.name,
    problem: { kind, field: TYPE, reason: why },
  });
  const key = TYPE in body ? TYPE : Object.keys(body).find((name) => name.toLowerCase() === TYPE);
  const sent = key === undefined ? undefined : body[key];
  if (sent === undefined || sent === null)
    return impliedType(declared, rules) ?? unclear('required', reason('missing', { expected: anyTypeOf(declared) }));
  if (sent === '') return unclear('empty', reason('empty', { expected: anyTypeOf(declared) }));
  const text = typeof sent === 'string' ? sent : '';
  const bare = text.replace(/^#/, '');
  const named = typeNames.get(bare.toLowerCase());
  if (named === undefined) return unclear('invalid', reason('unfit', { expected: anyTypeOf(declared), found: sent }));
  if (mode === 'update' && storedType !== undefined && named.type !== storedType)
    return unclear('invalid', reason('fixed', { stored: typeName(storedType), found: sent }));
  const { type, name } = named;
  if (key !== TYPE) {
    const deviation = { name: 'propertyCasing', found: key as string, expected: TYPE } as const;
    return { type, problem: judge(rules, deviation, { kind: 'unknown', field: deviation.found, type }) };
  }
  if (bare === name) return { type };
  const deviation = { name: 'typeSpelling', found: text, expected: `#${name}` } as const;
  return { type, problem: judge(rules, deviation, { kind: 'invalid', field: TYPE }) };
}

function anyTypeOf({ concreteTypes }: EntityView): string {
  return `one of ${concreteTypes.map(typeName).join(', ')}`;
}

function typeName(type: EntityName): string {
  return `#${NAMESPACE}.${type}`;
}

/** The type of a body that names none: that of the stored entity, or the only one. */
function impliedType({ concreteTypes }: EntityView, rules: EntityRules): ReadType | undefined {
  const [only, another] = concreteTypes;
  const { storedType } = rules;
  if (another === undefined && only !== undefined) return { type: storedType ?? only };
  if (storedType === undefined) return undefined;
  const deviation = { name: 'typeLeftOut', found: '', expected: typeName(storedType) } as const;
  return { type: storedType, problem: judge(rules, deviation, { kind: 'required', field: TYPE }) };
}

/** Notes a deviation that the server accepts; gives the problem for one that it refuses. */
function judge({ notes }: EntityRules, deviation: Deviation, problem: FieldProblem): FieldProblem | undefined {
  if (notes?.refuses(deviation.name) === true) return { ...problem, deviations: [deviation] };
  notes?.add(deviation);
  return undefined;
}

function createConcreteReader(view: EntityView): ConcreteReader {
  const slots = new Map<string, Slot>();
  view.properties.forEach((row, index) => {
    const slot: Slot = { kind: 'property', index, row };
    for (const name of [row.name, row.documentedName ?? row.name, ...(row.spellings ?? [])])
      slots.set(name, slot).set(name.toLowerCase(), slot);
  });
  for (const row of view.tolerated) slots.set(row.name.toLowerCase(), { kind: 'tolerated', row });
  return { view, slots, names: view.properties.map(({ name }) => name) };
}

/** Mutable only while one body is read. */
interface Reading {
  readonly reader: ConcreteReader;
  readonly rules: EntityRules;
  readonly sent: unknown[];
  readonly spellings: Map<string, string>;
  /** Problems that belong to no property's place in the table. */
  readonly strays: FieldProblem[];
}

function readProperties(reader: ConcreteReader, body: JsonObject, rules: EntityRules): EntityInput {
  const { notes } = rules;
  const reading: Reading = { reader, rules, sent: [], spellings: new Map(), strays: [] };
  for (const key of Object.keys(body)) note(reading, key, body[key]);
  const values: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  reader.view.properties.forEach((row, index) => {
    const value = reading.sent[index];
    const read = value === REPEATED ? new Unfit('invalid', reason('repeated')) : readProperty(value, row, rules);
    const refused = notes?.takeRefused();
    if (refused !== undefined) {
      const kind = read instanceof Unfit && read.kind === 'required' ? 'required' : 'invalid';
      problems.push({ kind, field: row.name, deviations: refused });
    } else if (read instanceof Unfit) problems.push(toProblem(read, row));
    else if (read !== undefined) values[row.name] = read;
  });
  problems.push(...reading.strays);
  const deviations = notes?.take();
  return { type: reader.view.name, values, spellings: reading.spellings, problems, deviations };
}

const REPEATED = Symbol('sent twice');

function note(reading: Reading, key: string, value: unknown): void {
  const { slots } = reading.reader;
  const slot = slots.get(key) ?? slots.get(key.toLowerCase());
  if (slot === undefined) return noteUnknown(reading, key);
  if (slot.kind === 'tolerated') return noteTolerated(reading, slot.row, { key, value });
  const { documentedName, name } = slot.row;
  noteValue(reading, slot, value);
  const deviation = key === name ? undefined : findSpellingDeviation(key, slot.row);
  if (deviation !== undefined) noteStray(reading, deviation);
  if (documentedName !== undefined && (key === documentedName || key === name)) reading.spellings.set(name, key);
}

function noteValue({ sent }: Reading, { index }: PropertySlot, value: unknown): void {
  sent[index] = sent[index] === undefined ? value : REPEATED;
}

function noteUnknown(reading: Reading, key: string): void {
  const { view, names } = reading.reader;
  // Without a concrete type there is no telling which names the body may hold.
  if (key.includes('@') || !view.row.isConcrete) return;
  if (reading.rules.unknownProperty === 'ignore') {
    noteStray(reading, { name: 'propertyIgnored', found: key, expected: '' });
    return;
  }
  const why = reason('propertyUnknown', { found: key, type: view.name, known: names });
  reading.strays.push({ kind: 'unknown', field: key, type: view.name, reason: why });
}

/** A name that is not the schema's. */
function noteStray({ reader: { view }, rules, strays }: Reading, deviation: Deviation): void {
  const problem = judge(rules, deviation, { kind: 'unknown', field: deviation.found, type: view.name });
  if (problem !== undefined) strays.push(problem);
}

interface SentProperty {
  readonly key: string;
  readonly value: unknown;
}

function noteTolerated(reading: Reading, { name, rule }: ToleratedRow, { key, value }: SentProperty): void {
  const { reader, rules, strays } = reading;
  const expected = typeof rule === 'string' ? '' : rule.firstItemOf;
  noteStray(reading, { name: 'propertyBesideSchema', found: key, expected });
  if (rule === 'ignored' || value === null) return;
  if (rule === 'mustEqualRegistrationId') {
    const isEqual = typeof value === 'string' && value.toLowerCase() === rules.registrationId?.toLowerCase();
    if (!isEqual) {
      const why = reason('keyDiffers', { stored: rules.registrationId, found: value });
      strays.push({ kind: 'invalid', field: name, reason: why });
    }
    return;
  }
  const slot = reader.slots.get(rule.firstItemOf);
  if (slot?.kind === 'property') noteValue(reading, slot, [value]);
}

/** A typed value, null, `undefined` (nothing to do), or what is wrong. */
function readProperty(value: unknown, row: PropertyRow, rules: EntityRules): unknown {
  const { mode } = rules;
  const isRequired =
    mode === 'create' ? row.onCreate === 'required' : row.onUpdate === 'required' && rules.requiresOnUpdate;
  if (mode === 'create' && row.onCreate === 'ignored') return undefined;
  if (value === undefined) return isRequired ? missing(row, rules) : noteMissing(row, rules);
  if (value === null) {
    const isEmpty = isRequired || !row.nullable;
    return isEmpty ? new Unfit('empty', reason('null', { expected: expectationOf(row, mode) })) : null;
  }
  const read = readValue(value, row, rules);
  if (read !== ABSENT) return read;
  return isRequired ? missing(row, rules) : undefined;
}

function missing(row: PropertyRow, { mode }: EntityRules): Unfit {
  return new Unfit('required', reason('missing', { expected: expectationOf(row, mode) }));
}

/** Of a property that may be left out: a strict server refuses an update without one that the pages require. */
function noteMissing(row: PropertyRow, rules: EntityRules): Unfit | undefined {
  const { mode, notes } = rules;
  if (mode !== 'update' || row.onUpdate !== 'required') return undefined;
  notes?.add({ name: 'statusLeftOut', found: '', expected: row.name });
  return notes?.refuses('statusLeftOut') === true ? missing(row, rules) : undefined;
}

function toProblem({ kind, reason: why }: Unfit, { name, maxLength = 0 }: PropertyRow): FieldProblem {
  return { kind, field: name, ...(kind === 'tooLong' && { limit: maxLength }), reason: why };
}

/** Every property of the type: the sent value, the default, or null. */
export function newValues(view: EntityView, { values }: EntityInput): Record<string, unknown> {
  const complete: Record<string, unknown> = {};
  for (const row of view.properties) complete[row.name] = values[row.name] ?? defaultOf(row);
  return complete;
}

function defaultOf({ default: value, type }: EntityView['properties'][number]): unknown {
  return value ?? (type === 'Collection(Edm.String)' ? [] : null);
}
