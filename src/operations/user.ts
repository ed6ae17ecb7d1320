/** Operations on users, and the users that paths of activities name. */
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

/** The user that the path names, or for paths under /me the signed-in one. @throws userNotFound */
export async function getAddressedUser({ store, tenant, keys, principal }: OperationContext): Promise<DirectoryUser> {
  const me = principal.kind === 'delegated' ? principal.userId : '';
  const name = keys['userId'] ?? me;
  const user = await store.users.findUser(tenant, name);
  if (user === undefined) throw new GraphError('userNotFound', { values: { user: name } });
  return user;
}

function userResult({ id, displayName, mail, userPrincipalName }: DirectoryUser): EntityResult {
  return { kind: 'entity', type: 'user', entity: { id, displayName, mail, userPrincipalName }, collection: 'users' };
}
