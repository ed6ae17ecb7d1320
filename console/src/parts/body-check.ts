/** What the model says of the body of a request, before it is sent: its properties, and what is wrong with it. */
import type { PropertyRow } from '../../../src/model/rows.ts';
import { isEnum, membersOf, operations, propertiesOf, propertiesOfAll, typesOf } from '../api/model.ts';
import { pageTexts } from '../page-texts.ts';

type Operation = (typeof operations)[number];

const TYPE = '@odata.type';
const PREFIX = '#microsoft.graph.';

/** The operation that a path, with its keys filled in, is of. */
export function findOperation(method: string, url: string): Operation | undefined {
  const [path = ''] = url.split('?');
  const parts = path.split('/');
  return operations.find((operation) => {
    const wanted = operation.path.split('/');
    return (
      operation.method === method &&
      wanted.length === parts.length &&
      wanted.every((part, index) => isSegment(part, parts[index] ?? ''))
    );
  });
}

function isSegment(wanted: string, sent: string): boolean {
  const [before = '', after] = wanted.split(/\{\w+\}/);
  if (after === undefined) return wanted.toLowerCase() === sent.toLowerCase();
  const text = sent.toLowerCase();
  return sent !== '' && text.startsWith(before.toLowerCase()) && text.endsWith(after.toLowerCase());
}

export interface BodyCheck {
  /** Those that the body may have, in the order of the reference. */
  readonly rows: readonly PropertyRow[];
  /** The types that it may be of; empty where there is one. */
  readonly types: readonly string[];
  /** `undefined` if the text is not a JSON object. */
  readonly value: Readonly<Record<string, unknown>> | undefined;
  readonly problems: readonly string[];
}

export function checkBody({ entity, method }: Operation, text: string): BodyCheck {
  const types = typesOf(entity);
  const isNew = method === 'POST';
  const parsed = parse(text);
  const known = types.find((name) => parsed.value?.[TYPE] === PREFIX + name);
  const all = known === undefined ? propertiesOfAll(entity) : propertiesOf(known);
  // Others may be repeated, and change nothing.
  const rows = all.filter((row) => (isNew ? row.onCreate !== 'ignored' : row.onUpdate !== 'fixed'));
  const { value } = parsed;
  if (value === undefined) return { rows, types, value, problems: text.trim() === '' ? [] : [parsed.problem] };
  const needsType = types.length > 0 && known === undefined;
  const problems = [
    ...(needsType ? [pageTexts.bodyHelp.typeMissing(types.map((name) => PREFIX + name).join(', '))] : []),
    ...Object.keys(value)
      .filter((name) => !name.startsWith('@') && findRow(all, name) === undefined)
      .map((name) => pageTexts.bodyHelp.unknown(name)),
    ...rows
      .filter((row) => (isNew ? row.onCreate : row.onUpdate) === 'required' && valueOf(value, row) === undefined)
      .map(({ name }) => pageTexts.bodyHelp.missing(name)),
    ...rows.flatMap((row) => listWrong(row, valueOf(value, row))),
  ];
  return { rows, types, value, problems };
}

type Parsed = { readonly value: Readonly<Record<string, unknown>> | undefined; readonly problem: string };

function parse(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return { value: isObject ? (value as Record<string, unknown>) : undefined, problem: pageTexts.bodyHelp.noObject };
  } catch (cause) {
    return {
      value: undefined,
      problem: pageTexts.bodyHelp.noJson(cause instanceof Error ? cause.message : String(cause)),
    };
  }
}

/** Names count in any casing. */
export function findRow(rows: readonly PropertyRow[], name: string): PropertyRow | undefined {
  return rows.find((row) =>
    [row.name, row.documentedName, ...(row.spellings ?? [])].some(
      (known) => known?.toLowerCase() === name.toLowerCase(),
    ),
  );
}

function valueOf(value: Readonly<Record<string, unknown>>, row: PropertyRow): unknown {
  const name = Object.keys(value).find((one) => findRow([row], one) !== undefined);
  return name === undefined ? undefined : value[name];
}

function listWrong({ name, type, nullable, range, maxLength, isUrl }: PropertyRow, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (value === null) return nullable ? [] : [pageTexts.bodyHelp.notNull(name)];
  if (isEnum(type)) {
    const members = membersOf(type);
    return members.some((member) => member === value) ? [] : [pageTexts.bodyHelp.member(name, members.join(', '))];
  }
  if (type === 'Edm.Boolean') return typeof value === 'boolean' ? [] : [pageTexts.bodyHelp.boolean(name)];
  if (range !== undefined) {
    const number = Number(value);
    const isWithin = Number.isInteger(number) && number >= range[0] && number <= range[1];
    return isWithin ? [] : [pageTexts.bodyHelp.range(name, range[0], range[1])];
  }
  if (typeof value !== 'string') return [];
  if (maxLength !== undefined && value.length > maxLength) return [pageTexts.bodyHelp.tooLong(name, maxLength)];
  return isUrl === true && !URL.canParse(value) ? [pageTexts.bodyHelp.url(name)] : [];
}

/** What a property is begun with: its first member, or an empty value of its type. */
export function startOf({ type, range, isUrl }: PropertyRow): unknown {
  if (isEnum(type)) return membersOf(type)[0];
  if (type === 'Edm.Boolean') return true;
  if (type === 'Edm.Int32') return range?.[0] ?? 0;
  if (type === 'Edm.DateTimeOffset') return new Date().toISOString().replace(/\.\d+/, '');
  if (type === 'Edm.Duration') return 'PT1H';
  if (type === 'graph.dateTimeTimeZone') return { dateTime: new Date().toISOString().slice(0, 19), timeZone: 'UTC' };
  if (type === 'graph.itemBody') return { contentType: 'text', content: '' };
  if (type === 'Collection(Edm.String)') return [];
  return isUrl === true ? 'https://' : '';
}

/** The `@odata.type` of a type. */
export function typeName(type: string): string {
  return PREFIX + type;
}
