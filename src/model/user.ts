/** user: the few properties that clients of this API read, to find a learner's id. */
import type { EntityRow, PropertyRow } from './rows.ts';

const source = 'resources/user';
const readOnly = {
  type: 'Edm.String',
  onCreate: 'ignored',
  onUpdate: 'fixed',
  isFilterable: true,
  source,
} as const satisfies Partial<PropertyRow>;

export const user = {
  name: 'user',
  schemaBase: 'directoryObject',
  isOpen: true,
  alternateKey: 'userPrincipalName',
  isConcrete: true,
  isOfDirectory: true,
  properties: [
    { ...readOnly, name: 'id', nullable: false, column: 'user_id', isGuid: true },
    { ...readOnly, name: 'displayName', nullable: true, isSortable: true, column: 'display_name' },
    { ...readOnly, name: 'employeeId', nullable: true, isOnlySelected: true, column: 'employee_id' },
    { ...readOnly, name: 'mail', nullable: true, column: 'mail' },
    {
      ...readOnly,
      name: 'userPrincipalName',
      nullable: false,
      isNullableInSchema: true,
      isSortable: true,
      column: 'user_principal_name',
    },
  ],
  source,
} as const satisfies EntityRow;
