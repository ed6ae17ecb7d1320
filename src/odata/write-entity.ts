/** Entity -> wire object, in table order, every declared property of the concrete type with null where it has no value. */
import type { PropertyRow } from '../model/rows.ts';
import { NAMESPACE } from '../model/schema.ts';
import type { EntityView } from '../model/schema.ts';
import { ENUMS } from '../model/value-types.ts';
import { formatDateTimeOffset } from './edm.ts';
import type { MetadataLevel } from './format.ts';

export interface WriteOptions {
  readonly level: MetadataLevel;
  /** Control information by name, such as `@odata.context`; what the level leaves out is passed over. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Names to use in place of the schema's. */
  readonly spellings?: ReadonlyMap<string, string>;
  /** Schema names to keep; all when not given. */
  readonly select?: ReadonlySet<string> | undefined;
  /** Show enum members behind the sentinel as they are. */
  readonly showsHiddenMembers: boolean;
}

export type EntityWriter = (
  entity: Readonly<Record<string, unknown>>,
  options: WriteOptions,
) => Record<string, unknown>;

export function createEntityWriter(view: EntityView): EntityWriter {
  const type = `#${NAMESPACE}.${view.name}`;
  const isDerived = view.row.base !== undefined;
  const fields = view.properties.map((row) => ({
    name: row.name,
    isOnlySelected: row.isOnlySelected === true,
    print: createPrinter(row),
  }));
  return (entity, { level, annotations, spellings, select, showsHiddenMembers }) => {
    const wire: Record<string, unknown> = level === 'none' ? {} : { ...annotations };
    // Where the declared type is the base, the object must say what it is.
    if (level === 'full' || (level === 'minimal' && isDerived)) wire['@odata.type'] = type;
    for (const { name, isOnlySelected, print } of fields) {
      if (!(select?.has(name) ?? !isOnlySelected)) continue;
      const value = entity[name];
      wire[spellings?.get(name) ?? name] =
        value === null || value === undefined ? null : print(value, showsHiddenMembers);
    }
    return wire;
  };
}

type Printer = (value: unknown, showsHiddenMembers: boolean) => unknown;

function createPrinter(row: PropertyRow): Printer {
  if (row.type === 'Edm.DateTimeOffset') {
    const offset = row.utcOffset ?? 'Z';
    return (value) => formatDateTimeOffset(value as string, offset);
  }
  const hidden = hiddenMembers(row);
  if (hidden.size === 0) return (value) => value;
  return (value, showsHiddenMembers) => (showsHiddenMembers ? value : (hidden.get(value) ?? value));
}

/** Hidden member -> what is shown in its place. */
function hiddenMembers(row: PropertyRow): ReadonlyMap<unknown, string> {
  const members = row.type in ENUMS ? ENUMS[row.type as keyof typeof ENUMS] : [];
  const sentinel = members.find((member) => 'isSentinel' in member)?.name ?? '';
  return new Map(members.filter((member) => 'isHidden' in member).map((member) => [member.name, sentinel]));
}
