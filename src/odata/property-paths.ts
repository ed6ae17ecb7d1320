/** The properties that objects of a declared type can have. */
import type { PropertyRow } from '../model/rows.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, EntityView, Schema } from '../model/schema.ts';

/** A property of the declared type itself, or of one derived from it. */
export interface PropertyPath {
  readonly row: PropertyRow;
  readonly derivedType: EntityName | undefined;
}

/** Own and inherited properties of the declared type, then those that derived types add. */
export function listPropertyPaths(schema: Schema, declared: EntityName): readonly PropertyPath[] {
  const view = getEntity(schema, declared);
  const derived = view.concreteTypes.filter((name) => name !== declared);
  return [
    ...view.properties.map((row) => ({ row, derivedType: undefined })),
    ...derived.flatMap((name) =>
      addedProperties(schema, getEntity(schema, name)).map((row) => ({ row, derivedType: name })),
    ),
  ];
}

/** The properties that the type has and its base has not. A row that only narrows an inherited property adds none. */
export function addedProperties(schema: Schema, { row, properties }: EntityView): readonly PropertyRow[] {
  if (row.base === undefined) return properties;
  const inherited = new Set(getEntity(schema, row.base as EntityName).properties.map(({ name }) => name));
  return properties.filter(({ name }) => !inherited.has(name));
}
