/**
 * Property paths of $filter and $orderby: `status`, `dueDateTime/dateTime`,
 * `microsoft.graph.learningAssignment/dueDateTime`. Names match in any casing; the cast may be left out.
 */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { ComplexType, EnumType, PropertyRow, PropertyType } from '../model/rows.ts';
import { getEntity, NAMESPACE } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import { COMPLEX_TYPES } from '../model/value-types.ts';
import type { ComplexMember } from '../model/value-types.ts';
import { createDeviationNotes } from './deviation-notes.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import { findSpellingDeviation } from './spelling.ts';

/** How values of a field are read and compared. `localDateTime`: a date in text, without an offset. */
export type ValueKind =
  'text' | 'guid' | 'boolean' | 'integer' | 'dateTime' | 'localDateTime' | 'duration' | 'enum' | 'collection';

/** One comparable value of an entity: a property, or a member of a complex one. */
export interface Field {
  /** As the schema spells it, a complex property with its member. */
  readonly path: string;
  readonly property: PropertyRow;
  /** A complex property alone stands for its main member: most pages call dueDateTime a timestamp. */
  readonly member: ComplexMember | undefined;
  readonly kind: ValueKind;
  /** Whether some object of the collection may have no value here. */
  readonly isNullable: boolean;
  /** A cast narrowed a property that others have too: objects not of these types count as null. */
  readonly onlyOf: readonly EntityName[] | undefined;
}

export interface FieldFinder {
  /** All types that an object of the collection can have. */
  readonly concreteTypes: readonly EntityName[];
  /** Names of the properties that can be filtered by, and of those that can be sorted by. */
  readonly filterable: readonly string[];
  readonly sortable: readonly string[];
  /** @throws propertyUnknown */
  getField(path: string): Field;
  /** The concrete types that a qualified type name stands for; `undefined` when none of the collection's has it. */
  findTypes(qualifiedName: string): readonly EntityName[] | undefined;
}

interface Candidate {
  readonly row: PropertyRow;
  readonly types: EntityName[];
}

/** A finder for collections of the declared type: knows its properties and those of the types derived from it. */
export function createFieldFinder(
  schema: Schema,
  declared: EntityName,
  notes: DeviationNotes = createDeviationNotes(),
): FieldFinder {
  const { concreteTypes } = getEntity(schema, declared);
  const candidates = indexProperties(schema, concreteTypes);
  const types = indexTypes(schema, declared, concreteTypes);
  const rows = [...new Set([...candidates.values()].map(({ row }) => row))];
  const known = namesOf(rows);
  const findTypes = (name: string) => types.get(name.replace(/^#/, '').toLowerCase());
  return {
    concreteTypes,
    filterable: namesOf(rows.filter(({ isFilterable }) => isFilterable === true)),
    sortable: namesOf(rows.filter(({ isSortable }) => isSortable === true)),
    findTypes,
    getField: (path) => {
      const segments = path.split('/');
      const cast = segments[0]?.includes('.') ? findTypes(segments.shift() ?? '') : concreteTypes;
      const candidate = candidates.get(segments[0]?.toLowerCase() ?? '');
      const isHeld = candidate?.types.some((type) => cast?.includes(type)) === true;
      const member = isHeld ? findMember(candidate.row, segments.slice(1)) : NO_MEMBER;
      if (!isHeld || member === NO_MEMBER) {
        const why = reason('propertyUnknown', { found: path, type: declared, known });
        throw new GraphError('propertyUnknown', { values: { property: path, type: declared }, reasons: [why] });
      }
      const deviation = findSpellingDeviation(segments[0] ?? '', candidate.row);
      if (deviation !== undefined) notes.addOrRefuse(deviation, { values: { property: path, type: declared } });
      return toField({ candidate, cast: cast ?? concreteTypes, concreteTypes, member });
    },
  };
}

function namesOf(rows: readonly PropertyRow[]): readonly string[] {
  return rows.map(({ name }) => name);
}

function indexProperties(schema: Schema, types: readonly EntityName[]): ReadonlyMap<string, Candidate> {
  const index = new Map<string, Candidate>();
  for (const type of types) {
    for (const row of getEntity(schema, type).properties) {
      const candidate = index.get(row.name.toLowerCase()) ?? { row, types: [] };
      candidate.types.push(type);
      const names = [row.name, row.documentedName ?? row.name, ...(row.spellings ?? [])];
      for (const name of names) index.set(name.toLowerCase(), candidate);
    }
  }
  return index;
}

function indexTypes(
  schema: Schema,
  declared: EntityName,
  concreteTypes: readonly EntityName[],
): ReadonlyMap<string, readonly EntityName[]> {
  const qualified = (name: string) => `${NAMESPACE}.${name}`.toLowerCase();
  const concrete = concreteTypes.flatMap((type) =>
    [type, ...(getEntity(schema, type).row.otherNames ?? [])].map((name) => [qualified(name), [type]] as const),
  );
  return new Map([[qualified(declared), concreteTypes], ...concrete]);
}

/** The rest of the path names no member that the property has. */
const NO_MEMBER = Symbol('no member');

function findMember(
  { type }: PropertyRow,
  [name, ...rest]: readonly string[],
): ComplexMember | undefined | typeof NO_MEMBER {
  const members: readonly ComplexMember[] =
    type in COMPLEX_TYPES ? COMPLEX_TYPES[type as keyof typeof COMPLEX_TYPES] : [];
  if (rest.length > 0) return NO_MEMBER;
  if (name === undefined) return members.find(isMainMember);
  return members.find((member) => member.name.toLowerCase() === name.toLowerCase()) ?? NO_MEMBER;
}

/** Whether it is the member that carries what the property is about: the time, the text. */
export function isMainMember({ columnSuffix }: ComplexMember): boolean {
  return columnSuffix === '';
}

function toField(found: {
  readonly candidate: Candidate;
  readonly cast: readonly EntityName[];
  readonly concreteTypes: readonly EntityName[];
  readonly member: ComplexMember | undefined;
}): Field {
  const { candidate, cast, concreteTypes, member } = found;
  const { row, types } = candidate;
  const isNarrowed = types.some((type) => !cast.includes(type));
  return {
    path: member === undefined ? row.name : `${row.name}/${member.name}`,
    property: row,
    member,
    kind: kindOf(row, member),
    isNullable: row.nullable || member?.nullable === true || isNarrowed || types.length < concreteTypes.length,
    onlyOf: isNarrowed ? cast : undefined,
  };
}

type Comparable = Exclude<PropertyType, ComplexType | `Collection(${string})`>;

const KINDS: Readonly<Record<Comparable, ValueKind>> = {
  'Edm.String': 'text',
  'Edm.Boolean': 'boolean',
  'Edm.Int32': 'integer',
  'Edm.DateTimeOffset': 'dateTime',
  'Edm.Duration': 'duration',
  'Edm.Guid': 'guid',
  'Edm.Binary': 'text',
  'graph.assignmentType': 'enum',
  'graph.courseStatus': 'enum',
  'graph.level': 'enum',
  'graph.bodyType': 'enum',
};

function kindOf(row: PropertyRow, member: ComplexMember | undefined): ValueKind {
  if (row.isGuid === true) return 'guid';
  if (member === undefined) return kindOfType(row.type);
  return row.type === 'graph.dateTimeTimeZone' && isMainMember(member) ? 'localDateTime' : kindOfType(member.type);
}

/** A complex property compares like a collection: not at all. */
function kindOfType(type: PropertyType): ValueKind {
  return KINDS[type as Comparable] ?? 'collection';
}

/** The enumeration of a field of kind `enum`. */
export function enumTypeOf({ property, member }: Field): EnumType {
  return (member?.type ?? property.type) as EnumType;
}
