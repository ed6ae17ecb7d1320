/** From rows of a file to rows that can be judged, as a mapping says. */
import { NAMESPACE } from '../model/schema.ts';
import type { Schema } from '../model/schema.ts';
import type { PropertyType } from '../model/rows.ts';
import { COMPLEX_TYPES } from '../model/value-types.ts';
import { listPropertyPaths } from '../odata/property-paths.ts';
import { activityRow } from './activities.ts';
import type { ActivityRow } from './activities.ts';
import type { BulkKindName } from './bulk-kind.ts';
import type { ContentRow } from './contents.ts';
import { columnsOfValue, compileCondition, compileValue, typedText } from './mapped-value.ts';
import type { ReadMapped, ReportMapping } from './mapped-value.ts';
import type { MappedValue, Mapping } from './mapping-schema.ts';
import { describeRefusals, RowRefusal } from './outcome.ts';
import type { RowError } from './outcome.ts';
import type { BulkRow, RowValues } from './read-rows.ts';
import { textOf } from './sent-values.ts';
import type { UserRow } from './users.ts';

export interface MappedRows {
  readonly activities: ActivityRow;
  readonly contents: ContentRow;
  readonly users: UserRow;
}

export type MappedRow<Row> =
  | { readonly kind: 'row'; readonly row: Row; readonly skipsUnknown?: SkipRules }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'refused'; readonly error: RowError };

/** Refusals that the mapping has rather skipped. */
export type SkipRules = ReadonlySet<string>;

export interface CompiledMapping<Row> {
  map(row: BulkRow): MappedRow<Row>;
  /** Columns without which no row can be stored. */
  readonly needed: readonly string[];
}

export interface MappingRules {
  readonly schema: Schema;
  /** Cells are texts, where JSON has values. */
  readonly isText: boolean;
  /** Of rows that name none. */
  readonly provider: string | undefined;
}

/** @throws MappingError with every problem */
export function compileMapping<Kind extends BulkKindName>(
  mapping: Mapping & { readonly kind: Kind },
  rules: MappingRules,
): CompiledMapping<MappedRows[Kind]> {
  const problems: string[] = [];
  const compiled = compile(mapping, rules, (problem) => void problems.push(problem));
  if (problems.length > 0) throw new MappingError(problems);
  return compiled as CompiledMapping<MappedRows[Kind]>;
}

export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super('The mapping cannot be used.');
    this.problems = problems;
  }
}

const ENTITIES_OF = { activities: 'learningCourseActivity', contents: 'learningContent' } as const;
/** Of users, what is not a text. */
const USER_TYPES: Readonly<Record<string, PropertyType>> = {
  accountenabled: 'Edm.Boolean',
  directoryroles: 'Collection(Edm.String)',
};
const PROVIDER = 'learningProviderId';
const TYPE = '@odata.type';

function compile(mapping: Mapping, rules: MappingRules, report: ReportMapping): CompiledMapping<unknown> {
  const { kind, only = [], properties = {}, learner, content } = mapping;
  const types = typesOf(kind, rules.schema);
  const at =
    (place: string): ReportMapping =>
    (problem) =>
      report(`${place}: ${problem}`);
  const values = compileValues(properties, types, at('properties'));
  const conditions = only.map(compileCondition);
  const readProvider = mapping.provider && compileValue(mapping.provider, 'Edm.String', at('provider'));
  const toRow = compileRow(mapping, rules, at);
  const skips: ReadonlySet<string> = new Set([
    ...(learner?.none === 'skip' ? ['learnerUnknown'] : []),
    ...(learner?.several === 'skip' ? ['learnerAmbiguous'] : []),
  ]);
  const asIs = mapping.asIs === true ? (row: RowValues) => readAsIs(row, types, rules.isText) : () => ({});
  return {
    needed: [...[learner?.from, content?.externalId, properties['externalcourseActivityId']]].flatMap((value) =>
      value === undefined ? [] : columnsOfValue(value),
    ),
    map: ({ values: row, problem = '' }) => {
      if (row === undefined) return { kind: 'refused', error: errorOf([new RowRefusal('rowUnreadable', { problem })]) };
      if (!conditions.every((holds) => holds(row))) return { kind: 'skipped' };
      const refusals: RowRefusal[] = [];
      const read = (from: ReadMapped): unknown => attempt(() => from(row), refusals);
      const body: Record<string, unknown> = asIs(row);
      for (const [name, from] of values) {
        const value = read(from);
        if (value !== undefined) body[name] = value;
      }
      if (kind === 'activities' && mapping.type !== undefined) body[TYPE] ??= `#${NAMESPACE}.${mapping.type}`;
      const provider = (readProvider && read(readProvider)) ?? textOf(body, PROVIDER) ?? rules.provider;
      const made = toRow(body, typeof provider === 'string' ? provider : undefined, read);
      if (refusals.length > 0) return { kind: 'refused', error: errorOf(refusals) };
      return { kind: 'row', row: made, ...(skips.size > 0 && { skipsUnknown: skips }) };
    },
  };
}

function errorOf(refusals: readonly RowRefusal[]): RowError {
  return describeRefusals(refusals) as RowError;
}

function attempt(read: () => unknown, refusals: RowRefusal[]): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RowRefusal)) throw error;
    refusals.push(error);
    return undefined;
  }
}

type ToRow = (
  body: Readonly<Record<string, unknown>>,
  provider: string | undefined,
  read: (from: ReadMapped) => unknown,
) => MappedRows[BulkKindName];

function compileRow(mapping: Mapping, rules: MappingRules, at: (place: string) => ReportMapping): ToRow {
  const { kind, learner, content, forwardOnly: isForwardOnly = false } = mapping;
  if (kind === 'users') return (body) => ({ body: without(body, [PROVIDER.toLowerCase()]) });
  if (kind === 'contents') return (body, provider) => ({ body: without(body, [PROVIDER.toLowerCase()]), provider });
  const readLearner = learner && compileValue(learner.from, 'Edm.String', at('learner'));
  const readContent = content && compileValue(content.externalId, 'Edm.String', at('content'));
  const createTypes = typesOf('contents', rules.schema);
  const create = content?.create && compileValues(content.create, createTypes, at('content.create'));
  return (body, provider, read) =>
    activityRow(body, {
      provider,
      isForwardOnly,
      learner: readLearner
        ? {
            by: learner.by,
            value: required(read, readLearner, {
              column: columnsOfValue(learner.from).join(', '),
              target: 'the learner',
            }),
          }
        : ownLearner(body),
      content:
        readContent && content
          ? {
              externalId: required(read, readContent, {
                column: columnsOfValue(content.externalId).join(', '),
                target: 'the content',
              }),
              create: create && Object.fromEntries([...create].map(([name, from]) => [name, read(from)])),
            }
          : undefined,
    });
}

function required(
  read: (from: ReadMapped) => unknown,
  from: ReadMapped,
  values: { readonly column: string; readonly target: string },
): string {
  const found = read((row) => {
    const value = from(row);
    if (value === undefined) throw new RowRefusal('columnMissing', values);
    return value;
  });
  return typeof found === 'string' ? found : (JSON.stringify(found) ?? '');
}

function ownLearner(body: RowValues): Parameters<typeof activityRow>[1]['learner'] {
  const value = textOf(body, 'learnerUserId');
  return value === undefined ? undefined : { by: 'id', value };
}

function without(body: RowValues, names: readonly string[]): RowValues {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name.toLowerCase())));
}

type Types = ReadonlyMap<string, PropertyType>;

/** Of properties, by their names in lower case. */
function typesOf(kind: BulkKindName, schema: Schema): Types {
  if (kind === 'users') return new Map(Object.entries(USER_TYPES));
  const rows = listPropertyPaths(schema, ENTITIES_OF[kind]).map(({ row }) => row);
  return new Map(
    rows.flatMap(({ name, documentedName = name, type }) => [
      [name.toLowerCase(), type] as const,
      [documentedName.toLowerCase(), type] as const,
    ]),
  );
}

function compileValues(
  properties: Readonly<Record<string, MappedValue>>,
  types: Types,
  report: ReportMapping,
): ReadonlyMap<string, ReadMapped> {
  return new Map(
    Object.entries(properties).map(([name, value]) => {
      const type = types.get(name.toLowerCase()) ?? 'Edm.String';
      return [name, compileValue(value, type, (problem) => report(`${name}: ${problem}`))];
    }),
  );
}

/** Columns as members of the same name; `notes/content` is a member of a member. */
function readAsIs(row: RowValues, types: Types, isText: boolean): Record<string, unknown> {
  if (!isText) return { ...row };
  const body: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(row)) {
    const [property = '', member] = name.split('/');
    const type = types.get(property.toLowerCase());
    if (member === undefined || type === undefined || !(type in COMPLEX_TYPES)) {
      body[name] = type === undefined ? cell : typedText(cell as string, type);
    } else {
      body[property] = { ...(body[property] as object | undefined), [member]: cell };
    }
  }
  return body;
}
