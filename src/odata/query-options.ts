/** Query options: raw query text -> what an operation is to return. */
import { GraphError } from '../model/graph-error.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName, Schema } from '../model/schema.ts';

export interface Selection {
  /** Schema names of the properties to return. */
  readonly names: ReadonlySet<string>;
  /** Properties that were selected by their documented name, with that name. */
  readonly spellings: ReadonlyMap<string, string>;
  /** As the client wrote them, for `@odata.context`. */
  readonly text: string;
}

export interface QueryOptions {
  readonly select: Selection | undefined;
}

export type QueryReader = (rawQuery: string) => QueryOptions;

const NOTHING: QueryOptions = { select: undefined };

/** System options by name without `$`; some APIs take them without it, in any casing. */
const SYSTEM_OPTIONS = new Set(['select', 'format']);

/** A reader for requests that return entities of the declared type. @throws queryOptionUnsupported, propertyUnknown, urlMalformed */
export function createQueryReader(schema: Schema, declared: EntityName): QueryReader {
  const selectable = indexSelectable(schema, declared);
  return (rawQuery) => {
    if (rawQuery === '') return NOTHING;
    const options = readOptions(rawQuery);
    const select = options.get('select');
    return { select: select === undefined ? undefined : readSelect(select, selectable, declared) };
  };
}

function readOptions(rawQuery: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const part of rawQuery.split('&').filter((text) => text !== '')) {
    const equals = part.indexOf('=');
    const sent = decode(equals === -1 ? part : part.slice(0, equals));
    const name = sent.replace(/^\$/, '').toLowerCase();
    if (SYSTEM_OPTIONS.has(name)) {
      if (options.has(name)) throw new GraphError('queryOptionInvalid', { values: { option: sent } });
      options.set(name, equals === -1 ? '' : decode(part.slice(equals + 1)));
    } else if (sent.startsWith('$')) {
      throw new GraphError('queryOptionUnsupported', { values: { option: sent } });
    }
  }
  return options;
}

function decode(raw: string): string {
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch (cause) {
    throw new GraphError('urlMalformed', { values: { part: raw }, cause });
  }
}

interface Selectable {
  readonly name: string;
  readonly documentedName: string | undefined;
}

/** By lower-case name: the properties of the declared type and of those derived from it. */
function indexSelectable(schema: Schema, declared: EntityName): ReadonlyMap<string, Selectable> {
  const index = new Map<string, Selectable>();
  for (const name of getEntity(schema, declared).concreteTypes) {
    for (const { name: property, documentedName } of getEntity(schema, name).properties) {
      index.set(property.toLowerCase(), { name: property, documentedName });
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
    // A derived property may carry the type it belongs to: microsoft.graph.learningAssignment/dueDateTime.
    const sent = item.slice(item.lastIndexOf('/') + 1);
    const property = selectable.get(sent.toLowerCase());
    if (property === undefined) throw new GraphError('propertyUnknown', { values: { property: item, type } });
    names.add(property.name);
    if (sent === property.documentedName || sent === property.name) spellings.set(property.name, sent);
  }
  return names.size === 0 || text.includes('*') ? undefined : { names, spellings, text };
}
