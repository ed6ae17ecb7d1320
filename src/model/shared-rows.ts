/** Rows that several entities have. */
import type { PropertyRow } from './rows.ts';

/** The key that the server gives. Clients may repeat it, and cannot choose or change it. */
export const ID_ROW = {
  name: 'id',
  type: 'Edm.String',
  nullable: false,
  onCreate: 'ignored',
  onUpdate: 'fixed',
} as const satisfies Partial<PropertyRow>;
