/** The places of a mapping that a form shows: each takes a column, a fixed value, or what only the mapping itself can say. */
import type { ImportMapping, ImportResult } from '../../../src/library/admin-types.ts';
import { IMPORT_ERRORS } from '../../../src/model/import-errors.ts';
import type { PropertyType } from '../../../src/model/rows.ts';
import { propertiesOf, propertiesOfAll } from '../api/model.ts';
import { toLabel } from '../parts/format.ts';
import { importTexts } from './import-texts.ts';

export type MappedValue = NonNullable<ImportMapping['properties']>[string];
export type MappedSource = Exclude<MappedValue, string | readonly unknown[]>;
export type SlotType = PropertyType;

export interface Slot {
  readonly id: string;
  readonly label: string;
  readonly type: SlotType;
  readonly isRequired: boolean;
  /** Properties that refusals name for it. */
  readonly names: readonly string[];
  /** Codes of refusals that are about it. */
  readonly codes: readonly string[];
  get(mapping: ImportMapping): MappedValue | undefined;
  set(mapping: ImportMapping, value: MappedValue | undefined): ImportMapping;
}

const OF_PARTS = ['learnerUserId', 'learningContentId', 'learningProviderId'];
const USER_PROPERTIES: readonly (readonly [string, SlotType])[] = [
  ...(['id', 'userPrincipalName', 'displayName', 'givenName', 'surname', 'jobTitle', 'department'] as const).map(
    (name) => [name, 'Edm.String'] as const,
  ),
  ...(['mail', 'employeeId', 'usageLocation', 'preferredLanguage', 'licence'] as const).map(
    (name) => [name, 'Edm.String'] as const,
  ),
  ['accountEnabled', 'Edm.Boolean'],
  ['directoryRoles', 'Collection(Edm.String)'],
];
const REQUIRED_OF_USERS = ['userPrincipalName', 'displayName'];

/** Those that the mapping can use, in the order of the form. */
export function slotsOf(mapping: ImportMapping): readonly Slot[] {
  const { kind, asIs = false } = mapping;
  if (kind === 'users')
    return USER_PROPERTIES.map(([name, type]) => propertySlot(name, type, REQUIRED_OF_USERS.includes(name)));
  if (kind === 'contents') {
    const rows = propertiesOf('learningContent').filter(({ onCreate }) => onCreate !== 'ignored');
    return [PROVIDER, ...rows.map(({ name, type, onCreate }) => propertySlot(name, type, onCreate === 'required'))];
  }
  const rows = propertiesOfAll('learningCourseActivity').filter(({ onCreate }) => onCreate !== 'ignored');
  const shown = rows.filter(({ name }) => !OF_PARTS.includes(name) || asIs || mapping.properties?.[name] !== undefined);
  const parts = asIs ? [] : [LEARNER, CONTENT, ...(mapping.content === undefined ? [] : CREATED), PROVIDER];
  return [
    ...parts,
    ...shown.map(({ name, type, onCreate }) => propertySlot(name, type, asIs && onCreate === 'required')),
  ];
}

const plain = { type: 'Edm.String', codes: [] } as const;

const LEARNER: Slot = {
  ...plain,
  id: 'learner',
  label: toLabel('learnerUserId'),
  isRequired: true,
  names: ['learnerUserId'],
  codes: ['learnerUnknown', 'learnerAmbiguous', 'userLicenseInvalid'],
  get: ({ learner }) => learner?.from,
  set: ({ learner, ...mapping }, from) =>
    from === undefined ? mapping : { ...mapping, learner: { by: 'mail', ...learner, from } },
};

const CONTENT: Slot = {
  ...plain,
  id: 'content',
  label: importTexts.slots.content,
  isRequired: true,
  names: ['learningContentId', 'learningContentExternalId'],
  codes: ['contentUnknown'],
  get: ({ content }) => content?.externalId,
  set: ({ content, ...mapping }, externalId) =>
    externalId === undefined ? mapping : { ...mapping, content: { ...content, externalId } },
};

const PROVIDER: Slot = {
  ...plain,
  id: 'provider',
  label: toLabel('learningProviderId'),
  isRequired: false,
  names: ['learningProviderId', 'registrationId'],
  codes: ['providerMissing'],
  get: ({ provider }) => provider,
  set: ({ provider: _provider, ...mapping }, provider) => (provider === undefined ? mapping : { ...mapping, provider }),
};

const CREATED: readonly Slot[] = (['title', 'contentWebUrl', 'languageTag'] as const).map((name) => ({
  ...plain,
  id: `content.${name}`,
  label: importTexts.slots.created(toLabel(name)),
  isRequired: false,
  names: [name],
  get: ({ content }) => content?.create?.[name],
  set: (mapping, value) => {
    if (mapping.content === undefined) return mapping;
    const { create = {}, ...content } = mapping.content;
    const next = withMember(create, name, value);
    return { ...mapping, content: { ...content, ...(Object.keys(next).length > 0 && { create: next }) } };
  },
}));

function propertySlot(name: string, type: SlotType, isRequired: boolean): Slot {
  return {
    ...{ id: `properties.${name}`, label: toLabel(name), type, isRequired },
    names: [name],
    codes: name === 'externalcourseActivityId' ? ['identityMissing'] : [],
    get: ({ properties }) => properties?.[name],
    set: ({ properties = {}, ...mapping }, value) => {
      const next = withMember(properties, name, value);
      return Object.keys(next).length === 0 ? mapping : { ...mapping, properties: next };
    },
  };
}

function withMember(
  members: Readonly<Record<string, MappedValue>>,
  name: string,
  value: MappedValue | undefined,
): Readonly<Record<string, MappedValue>> {
  const { [name]: _old, ...others } = members;
  return value === undefined ? others : { ...others, [name]: value };
}

/** How a value is shown: where it is more than a column or a constant, as `custom`. */
export type ShownValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'column'; readonly column: string; readonly source: MappedSource }
  | { readonly kind: 'fixed'; readonly value: string }
  | { readonly kind: 'custom'; readonly text: string };

/** Also of values that no mapping has, such as those of JSON while it is typed. */
export function showMapped(value: MappedValue | null | undefined): ShownValue {
  if (value === undefined || value === null) return { kind: 'none' };
  if (typeof value === 'string') return { kind: 'column', column: value, source: { column: value } };
  if (Array.isArray(value)) return { kind: 'custom', text: JSON.stringify(value) };
  const source = value as MappedSource;
  const isPlain = source.when === undefined && source.match === undefined;
  if (isPlain && source.column !== undefined) return { kind: 'column', column: source.column, source };
  const members = Object.keys(source);
  if (source.value !== undefined && members.length === 1) return { kind: 'fixed', value: String(source.value ?? '') };
  if (source.digest !== undefined && members.length === 1)
    return { kind: 'custom', text: importTexts.slots.digest([source.digest].flat().join(', ')) };
  if (source.template !== undefined && members.length === 1) return { kind: 'custom', text: source.template };
  return { kind: 'custom', text: JSON.stringify(source) };
}

export interface SlotProblem {
  readonly rows: number;
  readonly message: string;
}

type Said = readonly [text: string, code?: string | undefined, target?: string | undefined];

interface Judged {
  readonly problems: ReadonlyMap<string, SlotProblem>;
  /** What is about none of the slots, a sentence each, the most frequent first. */
  readonly others: readonly SlotProblem[];
}

/** The refusals, beside what they are about. */
export function judge(slots: readonly Slot[], mapping: ImportMapping, results: readonly ImportResult[]): Judged {
  const problems = new Map<string, { rows: number; message: string }>();
  const others = new Map<string, number>();
  const columns = new Map(
    slots.map((slot) => {
      const shown = showMapped(slot.get(mapping));
      return [slot.id, shown.kind === 'column' ? shown.column : undefined] as const;
    }),
  );
  const find = (text: string, code: string | undefined, target: string | undefined): Slot | undefined => {
    const name = target?.split('/')[0]?.toLowerCase();
    return (
      slots.find(({ names }) => names.some((one) => one.toLowerCase() === name)) ??
      slots.find(({ codes }) => code !== undefined && codes.includes(code)) ??
      slots.find(({ id }) => columns.get(id) !== undefined && text.includes(`'${columns.get(id)}'`)) ??
      slots.find(({ names }) => names.some((one) => mentions(text, one)))
    );
  };
  for (const { error } of results) {
    if (error === undefined) continue;
    const said = saidOf(error);
    const seen = new Set<string>();
    for (const [text, code, target] of said) {
      const slot = find(text, code, target);
      if (slot === undefined) {
        others.set(text, (others.get(text) ?? 0) + 1);
        continue;
      }
      const known = problems.get(slot.id);
      if (known === undefined) problems.set(slot.id, { rows: 1, message: text });
      else if (!seen.has(slot.id)) known.rows += 1;
      seen.add(slot.id);
    }
  }
  return {
    problems,
    others: [...others].map(([message, rows]) => ({ message, rows })).toSorted((one, other) => other.rows - one.rows),
  };
}

/**
 * The most specific that an error says. An error of the import's own says it in its message, and more of them in its reasons; one of
 * Microsoft Graph in its reasons, and of the fields that these do not name in its details.
 */
export function saidOf(error: NonNullable<ImportResult['error']>): readonly Said[] {
  const { code, message, details = [], reasons = [] } = error;
  const told = reasons.map((text): Said => [text]);
  if (Object.hasOwn(IMPORT_ERRORS, code)) return [[message, code], ...told];
  const others = details.filter(({ target }) => !reasons.some((text) => mentions(text, target)));
  const said = [...told, ...others.map(({ message: text, target }): Said => [text, undefined, target])];
  return said.length === 0 ? [[message, code]] : said;
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`, 'i').test(text);
}
