/** $select: names -> the properties to return. */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import { getEntity, NAMESPACE } from '../model/schema.ts';
import type { PropertyRow } from '../model/rows.ts';
import type { EntityName, Schema } from '../model/schema.ts';
import type { DeviationNotes } from './deviation-notes.ts';
import type { Deviation } from './message.ts';
import { findSpellingDeviation } from './spelling.ts';

export interface Selection {
  /** Schema names of the properties to return. */
  readonly names: ReadonlySet<string>;
  /** Properties that were selected by their documented name, with that name. */
  readonly spellings: ReadonlyMap<string, string>;
  /** As the client wrote them, for `@odata.context`. */
  readonly text: string;
}

/** A reader for entities of the declared type; gives `undefined` when everything is selected. @throws propertyUnknown */
export function createSelectReader(
  schema: Schema,
  declared: EntityName,
  notes: DeviationNotes,
): (text: string) => Selection | undefined {
  const selectable = indexSelectable(schema, declared);
  return (text) => readSelect(text, selectable, { type: declared, notes });
}

interface Selectable {
  /** As the schema spells it, with the cast when it was sent with one. */
  readonly path: string;
  readonly row: PropertyRow;
}

interface SelectRules {
  readonly type: EntityName;
  readonly notes: DeviationNotes;
}

/**
 * By lower-case path: the properties of the declared type and of those derived from it, each by its name and by
 * `microsoft.graph.learningAssignment/dueDateTime`, with a type that has it.
 */
function indexSelectable(schema: Schema, declared: EntityName): ReadonlyMap<string, Selectable> {
  const index = new Map<string, Selectable>();
  for (const type of [declared, ...getEntity(schema, declared).concreteTypes]) {
    for (const row of getEntity(schema, type).properties) {
      for (const path of [row.name, `${NAMESPACE}.${type}/${row.name}`]) index.set(path.toLowerCase(), { path, row });
    }
  }
  return index;
}

function readSelect(
  text: string,
  selectable: ReadonlyMap<string, Selectable>,
  { type, notes }: SelectRules,
): Selection | undefined {
  const names = new Set<string>();
  const spellings = new Map<string, string>();
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '*' || item === '') continue;
    const found = selectable.get(item.toLowerCase());
    if (found === undefined) {
      const known = [...new Set([...selectable.values()].map(({ row }) => row.name))];
      const why = reason('propertyUnknown', { found: item, type, known });
      throw new GraphError('propertyUnknown', { values: { property: item, type }, reasons: [why] });
    }
    const { path, row } = found;
    const sent = item.slice(item.lastIndexOf('/') + 1);
    names.add(row.name);
    if (sent === row.documentedName || sent === row.name) spellings.set(row.name, sent);
    const deviation = findSpellingDeviation(sent, row) ?? findCastDeviation(item, path);
    if (deviation !== undefined) notes.addOrRefuse(deviation, { values: { property: item, type } });
  }
  return names.size === 0 || text.includes('*') ? undefined : { names, spellings, text };
}

/** Of a path whose property is spelled as in the schema. */
function findCastDeviation(sent: string, path: string): Deviation | undefined {
  return sent === path ? undefined : { name: 'castSpelling', found: sent, expected: path };
}
