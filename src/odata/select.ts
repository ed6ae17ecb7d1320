/** $select: names -> the properties to return. */
import { GraphError } from '../model/graph-error.ts';
import { getEntity, NAMESPACE } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';

export interface Selection {
  /** Schema names of the properties to return. */
  readonly names: ReadonlySet<string>;
  /** Properties that were selected by their documented name, with that name. */
  readonly spellings: ReadonlyMap<string, string>;
  /** As the client wrote them, for `@odata.context`. */
  readonly text: string;
}

/** A reader for entities of the declared type; gives `undefined` when everything is selected. @throws propertyUnknown */
export function createSelectReader(schema: Schema, declared: EntityName): (text: string) => Selection | undefined {
  const selectable = indexSelectable(schema, declared);
  return (text) => readSelect(text, selectable, declared);
}

interface Selectable {
  readonly name: string;
  readonly documentedName: string | undefined;
}

/**
 * By lower-case path: the properties of the declared type and of those derived from it, each by its name and by
 * `microsoft.graph.learningAssignment/dueDateTime`, with a type that has it.
 */
function indexSelectable(schema: Schema, declared: EntityName): ReadonlyMap<string, Selectable> {
  const index = new Map<string, Selectable>();
  for (const type of [declared, ...getEntity(schema, declared).concreteTypes]) {
    for (const { name, documentedName } of getEntity(schema, type).properties) {
      for (const path of [name, `${NAMESPACE}.${type}/${name}`]) {
        index.set(path.toLowerCase(), { name, documentedName });
      }
    }
  }
  return index;
}

function readSelect(
  text: string,
  selectable: ReadonlyMap<string, Selectable>,
  type: EntityName,
): Selection | undefined {
  const names = new Set<string>();
  const spellings = new Map<string, string>();
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '*' || item === '') continue;
    const property = selectable.get(item.toLowerCase());
    if (property === undefined) throw new GraphError('propertyUnknown', { values: { property: item, type } });
    const sent = item.slice(item.lastIndexOf('/') + 1);
    names.add(property.name);
    if (sent === property.documentedName || sent === property.name) spellings.set(property.name, sent);
  }
  return names.size === 0 || text.includes('*') ? undefined : { names, spellings, text };
}
