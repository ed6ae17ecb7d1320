/** The protocol as the server knows it: its tables are imported, not repeated. */
import { BEHAVIOUR_SWITCHES } from '../../../src/model/behaviour.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import { createSchema, getEntity } from '../../../src/model/schema.ts';
import type { EntityName } from '../../../src/model/schema.ts';
import type { EnumType, PropertyRow } from '../../../src/model/rows.ts';
import { ENUMS } from '../../../src/model/value-types.ts';
import { V1 } from '../../../src/model/versions.ts';

const defaults = Object.fromEntries(Object.entries(BEHAVIOUR_SWITCHES).map(([name, row]) => [name, row.default]));

const schema = createSchema(V1, defaults as unknown as Behaviour);

export const { operations } = schema;

/** Own and inherited properties, in the order of the reference. */
export function propertiesOf(name: EntityName): readonly PropertyRow[] {
  return getEntity(schema, name).properties;
}

/** Those that an object of any of the concrete types can have. */
export function propertiesOfAll(name: EntityName): readonly PropertyRow[] {
  const rows = getEntity(schema, name).concreteTypes.flatMap((type) => propertiesOf(type));
  return [...new Map(rows.map((row) => [row.name, row])).values()];
}

/** The concrete types of an abstract entity; none for one that has no others. */
export function typesOf(name: string): readonly EntityName[] {
  const { concreteTypes } = getEntity(schema, name as EntityName);
  return concreteTypes.length > 1 ? concreteTypes : [];
}

export function isEnum(type: string): type is EnumType {
  return Object.hasOwn(ENUMS, type);
}

/** The members that a request may name. */
export function membersOf(type: EnumType): readonly string[] {
  return ENUMS[type].filter((member) => !('isSentinel' in member) && !('isHidden' in member)).map(({ name }) => name);
}
