/** What a row changes of a stored record. */
import { readBodyInput } from '../graph/entity-input.ts';
import type { BodyReading } from '../graph/entity-input.ts';
import { getEntity } from '../model/schema.ts';
import type { EntityName } from '../model/schema.ts';
import type { RowValues } from './read-rows.ts';

/**
 * The members of the body that say something other than what is stored. A row that is imported again says nothing new, even
 * where an update may not set what a create may: a self-initiated course that is not started.
 */
export function changedMembers(
  reading: BodyReading,
  { declared, type, body }: { readonly declared: EntityName; readonly type: EntityName; readonly body: RowValues },
  stored: Readonly<Record<string, unknown>>,
): RowValues {
  const input = readBodyInput(reading, declared, body, { mode: 'create', storedType: type });
  if (input.type !== type) return body;
  const isNew = (name: string): boolean => !(name in input.values) || !isSame(input.values[name], stored[name]);
  const names = namesOf(reading, type);
  return Object.fromEntries(
    Object.entries(body).filter(([key]) => {
      const name = names.get(key.toLowerCase());
      return name === undefined || (name !== 'id' && isNew(name));
    }),
  );
}

/** Names of properties by their spellings, in lower case. */
function namesOf({ protocol }: BodyReading, type: EntityName): ReadonlyMap<string, string> {
  const view = getEntity(protocol.schema, type);
  const known = spellings.get(view) ?? new Map<string, string>();
  if (known.size > 0) return known;
  for (const { name, documentedName = name, spellings: others = [] } of view.properties) {
    for (const spelling of [name, documentedName, ...others]) known.set(spelling.toLowerCase(), name);
  }
  spellings.set(view, known);
  return known;
}

const spellings = new WeakMap<object, Map<string, string>>();

export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** A text of the body, by its name in any casing; an empty one says nothing. */
export function textOf(body: RowValues, name: string): string | undefined {
  const exact = body[name];
  if (typeof exact === 'string') return exact === '' ? undefined : exact;
  const folded = name.toLowerCase();
  // Few have the same length, and to fold each name of a row takes longer than all else that is asked of the row.
  const key = Object.keys(body).find((each) => each.length === name.length && each.toLowerCase() === folded);
  const value = key === undefined ? undefined : body[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
