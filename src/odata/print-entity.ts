/** Entity -> JSON text, in table order, every declared property of the concrete type with null where it has no value. */
import type { PropertyRow } from '../model/rows.ts';
import { NAMESPACE } from '../model/schema.ts';
import type { EntityView } from '../model/schema.ts';
import { ENUMS } from '../model/value-types.ts';
import { formatDateTimeOffset } from './edm.ts';
import type { MetadataLevel } from './format.ts';

export interface PrintOptions {
  readonly level: MetadataLevel;
  /** Names to use in place of the schema's. */
  readonly spellings?: ReadonlyMap<string, string> | undefined;
  /** Schema names to keep; all when not given. */
  readonly select?: ReadonlySet<string> | undefined;
  /** Show enum members behind the sentinel as they are. */
  readonly showsHiddenMembers: boolean;
}

/** `annotations`: members that come first, printed, without the braces around them; empty for none. */
export type EntityPrinter = (entity: Readonly<Record<string, unknown>>, annotations?: string) => string;

/**
 * All that does not depend on the object is printed here, once. To build an object for each entity and pass it to
 * JSON.stringify would take half of the time of a page.
 */
export function createEntityPrinter(view: EntityView, options: PrintOptions): EntityPrinter {
  const { level, spellings, select, showsHiddenMembers } = options;
  const isDerived = view.row.base !== undefined;
  // Where the declared type is the base, the object must say what it is.
  const saysType = level === 'full' || (level === 'minimal' && isDerived);
  const type = saysType ? printMember('@odata.type', `#${NAMESPACE}.${view.name}`) : '';
  const fields = view.properties
    .filter((row) => select?.has(row.name) ?? row.isOnlySelected !== true)
    .map((row) => ({
      name: row.name,
      label: `${JSON.stringify(spellings?.get(row.name) ?? row.name)}:`,
      print: createValuePrinter(row, showsHiddenMembers),
    }));
  return (entity, annotations = '') => {
    let text = annotations;
    if (saysType) text += text === '' ? type : `,${type}`;
    for (const { name, label, print } of fields) {
      if (text !== '') text += ',';
      const value = entity[name];
      text += label + (value === null || value === undefined ? 'null' : print(value));
    }
    return `{${text}}`;
  };
}

/** One member of an object, without the braces around it. */
export function printMember(name: string, value: unknown): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

type ValuePrinter = (value: unknown) => string;

function createValuePrinter(row: PropertyRow, showsHiddenMembers: boolean): ValuePrinter {
  if (row.type === 'Edm.DateTimeOffset') {
    const offset = row.utcOffset ?? 'Z';
    return (value) => `"${formatDateTimeOffset(value as string, offset)}"`;
  }
  if (!(row.type in ENUMS)) return JSON.stringify;
  const members = printMembers(row.type as keyof typeof ENUMS, showsHiddenMembers);
  return (value) => members.get(value) as string;
}

/** By member: itself, or the sentinel in place of one that is hidden. */
function printMembers(type: keyof typeof ENUMS, showsHiddenMembers: boolean): ReadonlyMap<unknown, string> {
  const members: readonly { readonly name: string; readonly isSentinel?: true; readonly isHidden?: true }[] =
    ENUMS[type];
  const sentinel = members.find(({ isSentinel }) => isSentinel)?.name ?? '';
  const shown = ({ name, isHidden }: (typeof members)[number]) => (isHidden && !showsHiddenMembers ? sentinel : name);
  return new Map(members.map((member) => [member.name, JSON.stringify(shown(member))]));
}
