/** Properties that an update may repeat but not change. */
import type { PropertyRow } from '../model/rows.ts';
import type { EntityView } from '../model/schema.ts';

type Values = Readonly<Record<string, unknown>>;

/** Names of the properties that were sent with another value than the stored one, though the table fixes them. */
export function changedFixedProperties(view: EntityView, sent: Values, stored: Values): readonly string[] {
  return view.properties
    .filter((row) => isFixedAndChanged(row, sent[row.name], stored[row.name]))
    .map(({ name }) => name);
}

function isFixedAndChanged(row: PropertyRow, sent: unknown, stored: unknown): boolean {
  if (sent === undefined || row.onUpdate === 'optional' || row.onUpdate === 'required') return false;
  if (row.onUpdate === 'setOnce' && stored === null) return false;
  return !isSame(row, sent, stored);
}

/** GUIDs are compared without regard to case, and an activity's id is made of them. */
function isSame(row: PropertyRow, sent: unknown, stored: unknown): boolean {
  const isGuidText = row.isGuid === true || row.name === 'id';
  if (isGuidText && typeof sent === 'string') return sent.toLowerCase() === stored;
  return sent === stored;
}
