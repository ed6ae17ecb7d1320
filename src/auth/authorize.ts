/** What a verified caller may do: its permissions against those of the operation row, or 403. */
import { GraphError } from '../model/graph-error.ts';
import { describeReason, reason } from '../model/reasons.ts';
import type { OperationRow } from '../model/rows.ts';
import type { EntityView } from '../model/schema.ts';
import type { Principal } from './principal.ts';

/** Passes when the token holds one of the permissions that open the operation to its kind; else `accessDenied`. */
export function authorize(principal: Principal, operation: OperationRow): void {
  if (!holdsPermission(principal, operation)) throw deny(principal, operation);
}

/** Passes when the token may use the operation on objects of this very type; else `accessDenied`. */
export function authorizeType(principal: Principal, operation: OperationRow, { row }: EntityView): void {
  const family = row.permissionFamily;
  if (family === undefined || holdsPermission(principal, operation, family)) return;
  throw deny(principal, operation, family);
}

/** Whether the token holds one of the operation's permissions, of any family or of this one, as `{family}.Read.All` is. */
export function holdsPermission({ kind, permissions }: Principal, operation: OperationRow, family?: string): boolean {
  for (const permission of operation[kind])
    if (permissions.has(permission) && (family === undefined || isOfFamily(permission, family))) return true;
  return false;
}

type TokenKind = Principal['kind'];

/** Of one family, or all that open the operation to tokens of the kind. */
function permissionsFor(kind: TokenKind, operation: OperationRow, family?: string): readonly string[] {
  return operation[kind].filter((permission) => family === undefined || isOfFamily(permission, family));
}

function isOfFamily(permission: string, family: string): boolean {
  return permission.startsWith(family) && permission[family.length] === '.';
}

/** Names what would do: for a token of this kind, or for one of the other kind when this one never does. */
function deny(principal: Principal, operation: OperationRow, family?: string): GraphError {
  const { kind } = principal;
  const otherKind = kind === 'application' ? 'delegated' : 'application';
  const requiredTokenKind = permissionsFor(kind, operation, family).length > 0 ? kind : otherKind;
  const requiredPermissions = permissionsFor(requiredTokenKind, operation, family);
  const tokenPermissions = [...principal.permissions];
  const why = reason('permissionMissing', {
    operation: operation.id,
    requiredKind: requiredTokenKind,
    required: requiredPermissions,
    tokenKind: kind,
    held: tokenPermissions,
  });
  return new GraphError('accessDenied', {
    logDetail: describeReason(why),
    reasons: [why],
    explanation: { requiredPermissions, requiredTokenKind, tokenPermissions, tokenKind: kind },
  });
}
