/** How a name that was sent differs from the schema's spelling of it. */
import type { PropertyRow } from '../model/rows.ts';
import type { Deviation } from './message.ts';

/** `sent` is one of the names that the property is known by, in any casing; `undefined` for that of the schema. */
export function findSpellingDeviation(sent: string, row: PropertyRow): Deviation | undefined {
  const { name, documentedName } = row;
  if (sent === name) return undefined;
  const isCasing = sent !== documentedName && sent.toLowerCase() === name.toLowerCase();
  const kind = sent === documentedName ? 'exampleSpelling' : isCasing ? 'propertyCasing' : 'misspelling';
  return { name: kind, found: sent, expected: name };
}
