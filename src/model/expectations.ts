/** What a value of a property must be, in words. */
import type { ComplexType, EnumMember, EnumType, PropertyRow, PropertyType, QueryOptionName } from './rows.ts';
import { ENUMS } from './value-types.ts';

export const GUID_EXPECTED = 'a GUID';
/** Of the `dateTime` of a graph.dateTimeTimeZone. */
export const LOCAL_DATE_TIME_EXPECTED = 'a date and time such as 2022-09-22T16:05:00.0000000';

type Plain = Exclude<PropertyType, EnumType | ComplexType | `Collection(graph.${string})`>;

const EXPECTED: Readonly<Record<Plain | 'graph.dateTimeTimeZone' | 'graph.itemBody', string>> = {
  'Edm.String': 'a text',
  'Edm.Boolean': 'true or false',
  'Edm.Int32': 'a whole number',
  'Edm.DateTimeOffset': 'a date and time such as 2021-05-11T22:57:17Z',
  'Edm.Duration': 'a duration of days, hours, minutes and seconds such as PT1H30M',
  'Edm.Guid': GUID_EXPECTED,
  'Edm.Binary': 'bytes in base64',
  'Collection(Edm.String)': 'an array of texts',
  'Collection(Edm.Guid)': 'an array of GUIDs',
  'graph.dateTimeTimeZone': 'an object such as { "dateTime": "2022-09-22T16:05:00.0000000", "timeZone": "UTC" }',
  'graph.itemBody': 'an object such as { "contentType": "text", "content": "A note" }',
};

function expectationOfType(type: Exclude<PropertyType, EnumType>): string {
  if (type in EXPECTED) return EXPECTED[type as keyof typeof EXPECTED];
  return type.startsWith('Collection(') ? `an array of ${type.slice('Collection(graph.'.length, -1)}` : 'an object';
}

/** Of query options that are no clauses. */
export const OPTION_EXPECTATIONS: Partial<Readonly<Record<QueryOptionName, string>>> = {
  top: EXPECTED['Edm.Int32'],
  skip: EXPECTED['Edm.Int32'],
  count: EXPECTED['Edm.Boolean'],
  format: 'json or application/json',
};

export function expectationOf(row: PropertyRow, mode: 'create' | 'update'): string {
  const { type, range, isUrl, isGuid, maxLength } = row;
  if (isEnum(type)) return `one of ${sendableMembers({ ...row, type }, mode).join(', ')}`;
  if (isUrl === true) return 'an absolute http or https URL';
  if (isGuid === true) return GUID_EXPECTED;
  if (type === 'Edm.String' && maxLength !== undefined) return `a text of at most ${maxLength} characters`;
  const expected = expectationOfType(type);
  return range === undefined ? expected : `${expected} from ${range[0]} to ${range[1]}`;
}

/** Members of the property's enumeration that clients may send. */
export function sendableMembers(
  { type, updateMembers }: PropertyRow & { readonly type: EnumType },
  mode: 'create' | 'update',
): readonly string[] {
  const members: readonly EnumMember[] = ENUMS[type];
  const names = members.filter(({ isHidden, isSentinel }) => isHidden !== true && isSentinel !== true);
  const settable = mode === 'update' ? updateMembers : undefined;
  return names.map(({ name }) => name).filter((name) => settable?.includes(name) !== false);
}

function isEnum(type: PropertyType): type is EnumType {
  return type in ENUMS;
}
