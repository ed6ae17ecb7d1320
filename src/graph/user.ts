/** Operations on users, and the users that paths of activities name. */
import type { UserId } from '../lib/ids.ts';
import type { DirectoryUser } from '../model/directory.ts';
import { GraphError } from '../model/graph-error.ts';
import type { EntityResult, OperationContext } from './context.ts';

/** GET /me. @throws E2, meNeedsUser, userNotFound */
export async function getMe(context: OperationContext): Promise<EntityResult> {
  return userResult(await getAddressedUser(context));
}

/** GET /users/{id or userPrincipalName}. @throws E2, userNotFound */
export async function getUser(context: OperationContext): Promise<EntityResult> {
  return userResult(await getAddressedUser(context));
}

/** GET /users(userPrincipalName='…'). @throws E2, userNotFound */
export async function getUserByPrincipalName({ store, tenant, keys }: OperationContext): Promise<EntityResult> {
  const name = keys['userPrincipalName'] ?? '';
  const user = await store.users.findUser(tenant, name);
  // An id is found as well, but is another key.
  if (user?.userPrincipalName !== name.toLowerCase()) throw userNotFound(name);
  return userResult(user);
}

/** The user that the path names, or for paths under /me the signed-in one. @throws userNotFound */
export async function getAddressedUser({ store, tenant, keys, principal }: OperationContext): Promise<DirectoryUser> {
  const me = principal.kind === 'delegated' ? principal.userId : '';
  const name = keys['userId'] ?? me;
  const user = await store.users.findUser(tenant, name);
  if (user === undefined) throw userNotFound(name);
  return user;
}

/**
 * The user of the token, when the operation shows nothing of others with it; `undefined` with a permission for all, and
 * for applications.
 */
export function findOnlyUser({ principal, operation }: OperationContext): UserId | undefined {
  if (principal.kind === 'application') return undefined;
  const opensAll = operation.delegated.some((name) => name.endsWith('.All') && principal.permissions.has(name));
  return opensAll ? undefined : principal.userId;
}

function userNotFound(user: string): GraphError {
  return new GraphError('userNotFound', { values: { user } });
}

function userResult({ id, displayName, employeeId, mail, userPrincipalName }: DirectoryUser): EntityResult {
  const entity = { id, displayName, employeeId, mail, userPrincipalName };
  return { kind: 'entity', type: 'user', entity, collection: 'users' };
}
