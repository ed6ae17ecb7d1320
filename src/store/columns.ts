/** Which columns the property tables ask for. */
import type { PropertyRow } from '../model/rows.ts';
import { ENTITIES } from '../model/schema.ts';
import type { EntityName } from '../model/schema.ts';
import { COMPLEX_TYPES, ENUMS } from '../model/value-types.ts';
import type { ComplexMember } from '../model/value-types.ts';
import type { ColumnKind } from './dialect.ts';

export interface ColumnSpec {
  readonly column: string;
  readonly kind: ColumnKind;
  /** The enumeration whose numbers the column holds. */
  readonly enumType?: keyof typeof ENUMS;
  /** What the column holds in place of null, in a column that is part of a key. */
  readonly nullText?: '';
}

/** The columns of one property: none when it is computed, one for each member of a complex type. */
export function columnsOf(property: PropertyRow): readonly ColumnSpec[] {
  const { column, type } = property;
  if (column === undefined) return [];
  if (!isComplex(type)) {
    const nullText = property.isNullStoredEmpty === true ? ({ nullText: '' } as const) : {};
    return [{ column, ...kindOf(type, property), ...nullText }];
  }
  const members: readonly ComplexMember[] = COMPLEX_TYPES[type];
  return members.map(({ columnSuffix = '', ...member }) => ({
    column: column + columnSuffix,
    ...kindOf(member.type, {}),
  }));
}

export function isComplex(type: PropertyRow['type']): type is keyof typeof COMPLEX_TYPES {
  return type in COMPLEX_TYPES;
}

function kindOf(
  type: PropertyRow['type'],
  { isGuid, isOftenGuid }: Pick<PropertyRow, 'isGuid' | 'isOftenGuid'>,
): Omit<ColumnSpec, 'column'> {
  if (type in ENUMS) return { kind: 'member', enumType: type as keyof typeof ENUMS };
  if (type === 'Edm.Int32') return { kind: 'integer' };
  if (type === 'Edm.DateTimeOffset') return { kind: 'instant' };
  if (type === 'Edm.Boolean') return { kind: 'boolean' };
  if (type === 'Collection(Edm.String)') return { kind: 'json' };
  if (isGuid === true) return { kind: 'guid' };
  return { kind: isOftenGuid === true ? 'guidOrText' : 'text' };
}

/** The stored properties of the entities that share a table, one row a column. */
function storedProperties(names: readonly EntityName[]): readonly PropertyRow[] {
  const byColumn = new Map<string, PropertyRow>();
  for (const row of rowsOf(names)) {
    if (row.column !== undefined && !byColumn.has(row.column)) byColumn.set(row.column, row);
  }
  return [...byColumn.values()];
}

function rowsOf(names: readonly EntityName[]): readonly PropertyRow[] {
  return names.flatMap((name): readonly PropertyRow[] => ENTITIES[name].properties);
}

export function columnNamesOf(rows: readonly PropertyRow[]): readonly string[] {
  return rows.flatMap(columnsOf).map(({ column }) => column);
}

const ACTIVITY_ENTITIES = ['learningCourseActivity', 'learningAssignment', 'learningSelfInitiatedCourse'] as const;

export const PROVIDER_PROPERTIES = storedProperties(['learningProvider']);
export const CONTENT_PROPERTIES = storedProperties(['learningContent']);
export const ACTIVITY_PROPERTIES = storedProperties(ACTIVITY_ENTITIES);

const USER_PROPERTIES = storedProperties(['user']);

export const PROVIDER_COLUMNS = columnNamesOf(PROVIDER_PROPERTIES);
export const CONTENT_COLUMNS = columnNamesOf(CONTENT_PROPERTIES);

/** Columns of an activity that are no property: its key, its type, what keeps it apart from others, its version. */
const ACTIVITY_KEY_KINDS = {
  activity_guid: 'guid',
  has_bare_id: 'boolean',
  activity_type: 'member',
  repeat_number: 'integer',
  row_version: 'integer',
} as const satisfies Readonly<Record<string, ColumnKind>>;

/** What an activity's provider is called, which the provider's row says. */
const OF_PROVIDER = 'registration_id';

/** Of the table, but for the keys of tenant and provider. */
export const ACTIVITY_COLUMNS = [...Object.keys(ACTIVITY_KEY_KINDS), ...columnNamesOf(ACTIVITY_PROPERTIES)].filter(
  (column) => column !== OF_PROVIDER,
);

/** What an activity is read with, in the order of {@link selectedActivity}. */
export const ACTIVITY_VALUES = [...ACTIVITY_COLUMNS, OF_PROVIDER];

/** The provider of an activity, in lists: a join would leave their order to the planner of PostgreSQL. */
export function registrationIdOf(alias: string): string {
  return `(
  select p.${OF_PROVIDER} from learning_provider p
  where p.tenant_id = :tenant_id and p.provider_key = ${alias}.provider_key)`;
}

/** @param registrationId the provider of the activity, as an expression */
export function selectedActivity(alias: string, registrationId: string): string {
  return `${selected(ACTIVITY_COLUMNS, alias)}, guid_text(${registrationId}) as ${OF_PROVIDER}`;
}

/** What an activity is found by when its external id is asked for: columns of an index, as far as an update may set them. */
export const ACTIVITY_EXTERNAL_ID_COLUMNS: readonly string[] = ['repeat_number', 'external_course_activity_id'];

/** The other columns that an update of an activity may set: those of properties that some version does not fix. */
export const ACTIVITY_CHANGEABLE_COLUMNS = columnNamesOf(
  ACTIVITY_PROPERTIES.filter(({ column }) => isChangeable(column)),
).filter((column) => !ACTIVITY_EXTERNAL_ID_COLUMNS.includes(column));

/** What a parameter holds that is named after a column, for databases that have to be told. */
export const PARAMETER_KINDS: ReadonlyMap<string, ColumnKind> = new Map<string, ColumnKind>([
  ['tenant_id', 'integer'],
  ...Object.entries(ACTIVITY_KEY_KINDS),
  ...[...USER_PROPERTIES, ...PROVIDER_PROPERTIES, ...CONTENT_PROPERTIES, ...ACTIVITY_PROPERTIES]
    .flatMap(columnsOf)
    .map(({ column, kind }) => [column, kind] as const),
]);

/** The columns of a table, as a statement selects them. */
export function selected(columns: readonly string[], alias: string): string {
  const names = columns.map((column) => {
    const name = `${alias}.${column}`;
    const kind = PARAMETER_KINDS.get(column);
    if (kind === 'guidOrText') return `guid_or_text(${name}) as ${column}`;
    return kind === 'guid' ? `guid_text(${name}) as ${column}` : name;
  });
  return names.join(', ');
}

function isChangeable(column: string | undefined): boolean {
  return rowsOf(ACTIVITY_ENTITIES).some((row) => row.column === column && row.onUpdate !== 'fixed');
}
