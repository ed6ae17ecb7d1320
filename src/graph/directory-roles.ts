/** What a signed-in user needs besides the permissions of the app: a role in the directory. */
import { GraphError } from '../model/graph-error.ts';
import { reason } from '../model/reasons.ts';
import type { Work } from '../store/work.ts';
import type { RequestContext } from './context.ts';

/**
 * Passes for apps, and for users who hold one of the roles: by default, those of the operation.
 * @throws accessDenied
 */
export function* requireDirectoryRole(
  { store, tenant, principal, operation }: RequestContext,
  roles: readonly string[] = operation.directoryRoles ?? [],
): Work<void> {
  if (principal.kind === 'application' || roles.length === 0) return;
  const held = (yield* store.users.findUser(tenant, principal.userId))?.directoryRoles ?? [];
  if (held.some((role) => roles.includes(role))) return;
  throw new GraphError('accessDenied', {
    logDetail: `The user is none of: ${roles.join(', ')}.`,
    reasons: [reason('roleMissing', { required: roles, held })],
    explanation: { requiredDirectoryRoles: roles, userDirectoryRoles: held },
  });
}
