/** What a verified caller may do: its permissions against those of the operation row, or 403. */
import { GraphError } from '../model/graph-error.ts';
import type { OperationRow } from '../model/rows.ts';
import type { EntityView } from '../model/schema.ts';
import type { Principal } from './principal.ts';

/** Passes when the token holds one of the permissions that open the operation to its kind; else `accessDenied`. */
export function authorize(principal: Principal, operation: OperationRow): void {
  if (!holdsOneOf(principal, operation[principal.kind])) throw deny(principal, operation, operation[principal.kind]);
}

/** Passes when the token may use the operation on objects of this very type; else `accessDenied`. */
export function authorizeType(principal: Principal, operation: OperationRow, { row }: EntityView): void {
  const family = row.permissionFamily;
  if (family === undefined || holdsFamily(principal, operation, family)) return;
  throw deny(principal, operation, permissionsOfFamily(principal, operation, family));
}

/** Whether one of the operation's permissions that the token holds belongs to the family, as `{family}.Read.All` does. */
export function holdsFamily(principal: Principal, operation: OperationRow, family: string): boolean {
  return holdsOneOf(principal, permissionsOfFamily(principal, operation, family));
}

function permissionsOfFamily(principal: Principal, operation: OperationRow, family: string): readonly string[] {
  return operation[principal.kind].filter((permission) => permission.startsWith(`${family}.`));
}

function holdsOneOf(principal: Principal, permissions: readonly string[]): boolean {
  return permissions.some((permission) => principal.permissions.has(permission));
}

function deny(principal: Principal, operation: OperationRow, wanted: readonly string[]): GraphError {
  const needed = wanted.length === 0 ? `no ${principal.kind} token` : `one of ${wanted.join(', ')}`;
  const held = [...principal.permissions].join(', ') || 'none';
  return new GraphError('accessDenied', { logDetail: `${operation.id} takes ${needed}; the token holds ${held}` });
}
